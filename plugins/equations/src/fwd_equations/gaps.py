"""What relations of gaps say of other gaps. A gap d has = if d = 0, != if d != 0, <= if 0 <= d and < if 0 < d."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

from fwd_equations.algebra import Reason
from fwd_equations.ideal import Ideal
from fwd_equations.polynomial import Polynomial, TooLarge, frozen_form, monic, plus

Given = tuple[int, str, Polynomial]
"""The number of a fact that is no equation, its relation and its gap."""
Rest = tuple[str, Polynomial, frozenset[int]]
"""The relation of such a fact, what equations leave of its gap, and why."""


class Relations:
    """A `fwd_equations.algebra.Knowledge`: what equations, and facts that are none, say so far."""

    def __init__(
        self,
        ideal: Ideal,
        known: Mapping[frozenset, Reason],
        given: Sequence[Given],
        inverted: Sequence[tuple[int, Reason]],
    ):
        self.inverted = inverted
        self._ideal = ideal
        self._rests = rests(ideal, given)
        self._known: dict[frozenset, frozenset[int]] = {}
        for one, why in known.items():
            with suppress(TooLarge):
                rest, more = ideal.rest(dict(one))
                if rest:
                    self._known.setdefault(frozen_form(monic(rest)[0]), more.union(why))

    def differs(self, polynomial: Polynomial) -> Reason | None:
        """Why it is not 0: it is a number, or something that is not 0 but for a factor, or greater or less than 0."""
        rest, more = self._ideal.rest(polynomial)
        if not any(rest):
            return tuple(sorted(more)) if rest else None
        why = self._known.get(frozen_form(monic(rest)[0])) or sought("!=", rest, self._rests)
        return None if why is None else tuple(sorted(more | why))


def rests(ideal: Ideal, given: Sequence[Given]) -> list[Rest]:
    """What equations leave of gaps, where that is not too large."""
    found: list[Rest] = []
    for number, relation, gap in given:
        with suppress(TooLarge):
            rest, more = ideal.rest(gap)
            found.append((relation, rest, more | {number}))
    return found


def sought(goal: str, wanted: Polynomial, given: Sequence[Rest]) -> frozenset[int] | None:
    """Why a gap has a relation: one fact is enough, or two inequalities are; None if nothing is. Facts that are no
    equations give none."""
    if goal == "=":
        return None
    for relation, rest, why in given:
        with suppress(TooLarge):
            if implied(goal, wanted, relation, rest):
                return why
    for one, two in combinations([each for each in given if each[0] != "!="], 2):
        with suppress(TooLarge):
            if _implied_by_both(goal, wanted, one[:2], two[:2]):
                return one[2] | two[2]
    return None


def absurd(ideal: Ideal, given: Sequence[Rest]) -> frozenset[int] | None:
    """Why not all that is given can be: equations say that 1 is 0, or one gap, or two of inequalities added up, are a
    number that is not in the relation. None if nothing like that is seen."""
    if ideal.contradiction is not None:
        return ideal.contradiction
    less = [each for each in given if each[0] != "!="]
    for relation, rest, why in given:
        if len(rest) < 2 and not any(rest) and not implied(relation, rest):
            return why
    alike: dict[frozenset, list[Rest]] = {}
    for each in less if len(less) > 1 else ():
        if any(each[1]):
            alike.setdefault(frozenset(each[1]) - {()}, []).append(each)
    for group in alike.values():
        for one, two in combinations(group, 2):
            if _cannot_both_be(one[:2], two[:2]):
                return one[2] | two[2]
    return None


def _cannot_both_be(one: tuple[str, Polynomial], two: tuple[str, Polynomial]) -> bool:
    """Whether two gaps of inequalities, each times a positive number, add up to less than their relations say."""
    varying = next(monomial for monomial in one[1] if monomial)
    factor = -Fraction(one[1][varying]) / two[1][varying]
    try:
        total = plus(one[1], two[1], factor)
    except TooLarge:
        return False
    return factor > 0 and not any(total) and not implied("<" if "<" in (one[0], two[0]) else "<=", total)


def implied(goal: str, wanted: Polynomial, relation: str = "=", given: Polynomial | None = None) -> bool:
    """Whether the gap `wanted` has the relation `goal` since the gap `given` has `relation`: it must be a number times
    that plus a number, or a number alone. Raises `TooLarge`."""
    factor = Fraction(0)
    if given and (varying := next((monomial for monomial in given if monomial), None)) is not None:
        factor = Fraction(wanted.get(varying, 0)) / given[varying]
    rest = plus(wanted, given or {}, -factor) if factor else wanted
    if any(rest):
        return False
    least = rest.get((), 0)
    if not factor:
        return {"=": least == 0, "!=": least != 0, "<=": least >= 0, "<": least > 0}[goal]
    if goal == "!=" and factor < 0:
        factor, least = -factor, -least  # with the other sign it is not 0 either
    if goal == "!=" and not least:
        return relation in ("!=", "<")
    if relation == "!=" or factor < 0 or least < 0:
        return False
    return goal == "<=" or (goal in ("<", "!=") and (relation == "<" or least > 0))


def _implied_by_both(goal: str, wanted: Polynomial, one: tuple[str, Polynomial], two: tuple[str, Polynomial]) -> bool:
    """Whether the gap `wanted` has the relation `goal` since it is positive numbers times the gaps of two inequalities,
    which are given with their relations, plus a number. Raises `TooLarge`."""
    first, second = one[1], two[1]
    for gap, others in ((wanted, (first, second)), (first, (second, wanted)), (second, (first, wanted))):
        if any(monomial and monomial not in others[0] and monomial not in others[1] for monomial in gap):
            return False  # nothing to add up to it, or nothing that it could cancel: most pairs end here
    pivot = next((monomial for monomial in first if monomial), None)
    if pivot is None:
        return False
    share = Fraction(second.get(pivot, 0)) / first[pivot]
    other = plus(second, first, -share)
    new = next((monomial for monomial in other if monomial), None)
    if new is None:
        return False
    a = Fraction(wanted.get(pivot, 0)) / first[pivot]
    b = plus(wanted, first, -a).get(new, 0) / Fraction(other[new])
    a -= b * share
    rest = plus(plus(wanted, first, -a), second, -b)
    least = rest.get((), 0)
    if goal == "!=" and a < 0:
        a, b, least = -a, -b, -least
    if a <= 0 or b <= 0 or any(rest) or least < 0:
        return False
    return goal == "<=" or least > 0 or "<" in (one[0], two[0])
