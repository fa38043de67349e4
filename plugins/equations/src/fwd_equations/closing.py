"""From which facts of a graph its goal follows by algebra.

The *gap* of a statement is its right side less its left. Gaps of equations are 0, so are their sums and multiples, and
so is a*(1/a) - 1 where facts say that a is not 0. But for all that, the goal's gap must be a number, or a number plus a
number times the gap of a fact that is no equation, or plus positive numbers times the gaps of two inequalities; and
with the relations of all that must be enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

from fwd_equations.algebra import Algebra, Differs, Known, Reason
from fwd_equations.ideal import Ideal
from fwd_equations.polynomial import Polynomial, TooLarge, frozen_form, monic, plus
from fwd_equations.rulefile import Rule
from fwd_equations.terms import Term, binary


class Closing:
    """Whether the facts of one growing graph give its goal."""

    def __init__(self, algebra: Algebra, goal: Term):
        self._algebra = algebra
        self._goal = goal
        self._reason: Reason | None = None
        self._begin()

    def _begin(self) -> None:
        self._age = self._algebra.age
        self._seen = 0
        self._known = Known(self._algebra)
        self._ideal = Ideal(self._algebra.rank)
        self._given: list[tuple[int, str, Polynomial]] = []
        self._inverted: dict[int, bool] = {}
        """Whether it is known that the atom is 1 divided by something other than 0."""
        self._gap = self._algebra.difference(self._goal)
        self._meet(self._gap)

    def reason(self, terms: Sequence[Term]) -> Reason | None:
        """The facts that give the goal, no more than are needed; None if none do, or that takes too much computing."""
        if self._reason is None and self._gap is not None:
            found = self._found(terms)
            self._reason = None if found is None else self._least(found, terms)
        return self._reason

    def _found(self, terms: Sequence[Term]) -> Reason | None:
        """Facts that give the goal."""
        self._algebra.tidy()
        if self._age != self._algebra.age:
            self._begin()
        if self._seen == len(terms):
            return None if self._seen else self._searched()
        for number in range(self._seen, len(terms)):
            gap = self._algebra.difference(terms[number])
            self._meet(gap)
            if gap is not None and terms[number].head == "=":
                self._ideal.add(gap, (number,))
            elif gap is not None:
                self._given.append((number, terms[number].head, gap))
        self._seen = len(terms)
        self._invert(terms)
        return self._searched()

    def _meet(self, gap: Polynomial | None) -> None:
        for atom in self._algebra.reciprocals(gap or {}):
            self._inverted.setdefault(atom, False)

    def _invert(self, terms: Sequence[Term]) -> None:
        """Note which reciprocals are of something other than 0, the smallest last: larger ones are made of them."""
        news = True
        while news and (waiting := [atom for atom, done in self._inverted.items() if not done]):
            news = False
            differs = self._differing(terms)
            for atom in sorted(waiting, key=self._algebra.rank, reverse=True):
                try:
                    found = self._algebra.inversion(atom, differs)
                except TooLarge:
                    continue
                if found is not None:
                    self._inverted[atom] = news = True
                    self._ideal.add(*found)
                    self._meet(found[0])

    def _differing(self, terms: Sequence[Term]) -> Differs:
        """Why something is not 0: the equations so far make of it a number, or what they make of something else that is
        not 0, but for a factor."""
        known: dict[frozenset, frozenset[int]] = {}
        for one, why in self._known.reasons(terms).items():
            with suppress(TooLarge):
                rest, more = self._ideal.rest(dict(one))
                if rest:
                    known.setdefault(frozen_form(monic(rest)[0]), more.union(why))

        def differs(polynomial: Polynomial) -> Reason | None:
            rest, more = self._ideal.rest(polynomial)
            if not any(rest):
                return tuple(sorted(more)) if rest else None
            why = known.get(frozen_form(monic(rest)[0]))
            return None if why is None else tuple(sorted(more | why))

        return differs

    def _searched(self) -> Reason | None:
        assert self._gap is not None
        try:
            wanted, why = self._ideal.rest(self._gap)
        except TooLarge:
            return None
        if _implied(self._goal.head, wanted):
            return tuple(sorted(why))
        given: list[tuple[str, Polynomial, frozenset[int]]] = []
        for number, relation, gap in self._given:
            with suppress(TooLarge):
                rest, more = self._ideal.rest(gap)
                if _implied(self._goal.head, wanted, relation, rest):
                    return tuple(sorted(why | more | {number}))
                given.append((relation, rest, more | {number}))
        for one, two in combinations([each for each in given if each[0] != "!="], 2):
            with suppress(TooLarge):
                if _implied_by_both(self._goal.head, wanted, one[:2], two[:2]):
                    return tuple(sorted(why | one[2] | two[2]))
        return None

    def _least(self, reason: Reason, terms: Sequence[Term]) -> Reason | None:
        """The reason without facts that it can do without; None if it was too much to find again."""
        for one in reversed(reason):
            fewer = tuple(number for number in reason if number != one)
            if self._enough(fewer, terms):
                reason = fewer
        return reason if self._enough(reason, terms) else None

    def _enough(self, reason: Reason, terms: Sequence[Term]) -> bool:
        return Closing(self._algebra, self._goal)._found([terms[number] for number in reason]) is not None


def follows(algebra: Algebra, facts: Sequence[Term], goal: Term) -> Reason | None:
    """The facts that give the goal, or None."""
    return Closing(algebra, goal).reason(facts)


def known_to_algebra(rule: Rule) -> bool:
    """Whether algebra alone gives what an equation or equivalence says."""
    if rule.left is None:
        return False
    if rule.kind == "equivalence":
        ways = (([rule.left], rule.right), ([rule.right], rule.left))
    else:
        ways = (([], binary("=", rule.left, rule.right)),)
    algebra = Algebra()
    return all(follows(algebra, [*given, *rule.conditions], wanted) is not None for given, wanted in ways)


def _implied(goal: str, wanted: Polynomial, relation: str = "=", given: Polynomial | None = None) -> bool:
    """Whether the gap `wanted` has the relation `goal` since the gap `given` has `relation`, where a gap d has = if
    d = 0, != if d != 0, <= if 0 <= d and < if 0 < d. It must be a number times the given one plus a number, or a number
    alone. Raises `TooLarge`."""
    factor = Fraction(0)
    if given and (varying := next((monomial for monomial in given if monomial), None)) is not None:
        factor = Fraction(wanted.get(varying, 0)) / given[varying]
    rest = plus(wanted, given or {}, -factor) if factor else wanted
    if any(rest):
        return False
    least = rest.get((), 0)
    if not factor:
        return {"=": least == 0, "!=": least != 0, "<=": least >= 0, "<": least > 0}[goal]
    if goal == "!=" and not least:
        return relation in ("!=", "<")
    if relation == "!=" or factor < 0 or least < 0:
        return False
    return goal == "<=" or (goal in ("<", "!=") and (relation == "<" or least > 0))


def _implied_by_both(goal: str, wanted: Polynomial, one: tuple[str, Polynomial], two: tuple[str, Polynomial]) -> bool:
    """Whether the gap `wanted` has the relation `goal` since it is positive numbers times the gaps of two inequalities,
    which are given with their relations, plus a number. Raises `TooLarge`."""
    if goal == "=":
        return False
    first, second = one[1], two[1]
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
    if a <= 0 or b <= 0 or any(rest) or least < 0:
        return False
    return goal == "<=" or least > 0 or "<" in (one[0], two[0])
