"""Numeric falsification: evaluates statements at many points, to find false rules and false theorems.

A second, independent layer: it proves nothing, and nothing is proved by it. Points at which rounding leaves the truth
open are not counted. What it cannot see is what is false only at points that are neither simple, nor likely, nor where
something in the statement is 0.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice, pairwise, product

from attrs import field, frozen

from fwd_equations.numeric import HIGH, LOW, Evaluator, Number, Unclear, middle, shown, times_pi
from fwd_equations.rulefile import Rule
from fwd_equations.solving import Solver, critical, shifted
from fwd_equations.terms import Term, binary, variables

POINTS = 300
"""Points at which a rule must hold to be accepted."""
THOROUGH = 10
"""Points at which sides that seem equal are looked at again, with more digits."""
TRIES = 60
"""Random points that are tried for each that is wanted."""
SIMPLE = 100
"""Most points of small whole numbers that are tried first."""
SOLVED = 400
"""Most points that are tried where something is 0, or near to there."""
ROOTS = 12
"""Most searches for roots that are looked for at many places."""

_GRID: tuple[Number, ...] = (
    *(Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1), (1, 3))),
    *(times_pi(Fraction(n, d)) for n, d in ((1, 2), (-1, 2), (1, 1), (1, 4), (2, 1))),
)
_SCALES = tuple(Fraction(n, d) for n, d in ((1, 2), (1, 1), (1, 1), (3, 1), (6, 1), (6, 1), (1000, 1), (1, 1000)))
_MAGNITUDES = tuple(Fraction(10) ** exponent for exponent in range(-6, 7))
_WHOLE = (0, 1, -1, 2, -2, 3, 7, -7)
_NEAR = tuple(Fraction(sign, 10**n) for n in (0, 2, 5) for sign in (1, -1))

Point = dict[str, Number]


@frozen
class Report:
    """What was found: points at which everything assumed holds and the claim could be judged, and one at which the
    claim is false, as text and in numbers, if there is one."""

    points: int
    counterexample: str | None = None
    point: Mapping[str, Number] = field(factory=dict)


def check_rule(rule: Rule, rng: random.Random, points: int = POINTS) -> str | None:
    """Why the rule must be rejected, or None. "vacuous": no point was found that keeps its conditions."""
    assumed = (*rule.premises, *rule.conditions)
    if rule.kind == "equivalence":
        assert rule.left is not None
        claims = [((*assumed, rule.left), rule.right), ((*assumed, rule.right), rule.left)]
    else:
        claims = [(assumed, rule.right if rule.left is None else binary("=", rule.left, rule.right))]
    for hypotheses, claim in claims:
        report = falsify(hypotheses, claim, rng, points, thorough=True)
        if report.counterexample is not None:
            return f"is false at {report.counterexample}"
        names = {name for term in (*hypotheses, claim) for name in variables(term)}
        if report.points < (points if names else 1):
            return f"is vacuous: its conditions were met at {report.points} of the {points} points that are needed"
    return None


def check_rules(rules: Iterable[Rule], seed: int = 0, points: int = POINTS) -> Iterable[tuple[Rule, str]]:
    """The rules that must be rejected, each with why."""
    for rule in rules:
        reason = check_rule(rule, random.Random(f"{seed} {rule.name}"), points)
        if reason is not None:
            yield rule, reason


def falsify(hypotheses: Sequence[Term], claim: Term, rng: random.Random, points: int, thorough: bool = False) -> Report:
    """Look for a point where the hypotheses hold and the claim does not. Stops at the first, or after `points` random
    points, or when too few points keep the hypotheses. `thorough`: first at points of small whole numbers, and where
    something in the statements is 0."""
    names = tuple(dict.fromkeys(name for term in (*hypotheses, claim) for name in variables(term)))
    sampler = Sampler(names, hypotheses, rng)
    found = 0
    for point in _special(names, (*hypotheses, claim), sampler) if thorough and names else ():
        good = _judged(hypotheses, claim, point, found < THOROUGH)
        if good is False:
            return _counterexample(found + 1, names, point)
        found += good is not None
    found = min(found, points // 2)
    for _ in range(TRIES * points if names else 1):
        if found >= points:
            break
        point = sampler.point()
        good = None if point is None else _judged(hypotheses, claim, point, found < THOROUGH)
        if good is False:
            return _counterexample(found + 1, names, point or {})
        found += good is not None
    return Report(found)


def _counterexample(points: int, names: Sequence[str], point: Mapping[str, Number]) -> Report:
    where = ", ".join(f"{name} = {shown(point[name])}" for name in names)
    return Report(points, where or "every point", point)


def _judged(hypotheses: Sequence[Term], claim: Term, point: Mapping[str, Number], closely: bool) -> bool | None:
    """Whether the claim is true at the point; None if the hypotheses are not, or if that cannot be told. Sides that
    seem equal count as such unless they are looked at closely."""
    for digits in (LOW, HIGH):
        evaluator = Evaluator(digits)
        try:
            if not all(evaluator.holds(one, point) for one in hypotheses):
                return None
            if claim.head == "=" and digits == LOW and not closely:
                return not evaluator.differ(claim, point)
            return evaluator.holds(claim, point)
        except Unclear:
            continue
    return None


def _special(names: Sequence[str], statements: Sequence[Term], sampler: Sampler) -> Iterator[Point]:
    """Points of small whole numbers, and those where a critical term is 0, with what is near and between them."""
    for point in chain(_whole(names), _around(islice(_solved(names, statements, sampler), SOLVED))):
        with suppress(Unclear):
            yield sampler.fitted(point)


def _around(solved: Iterable[tuple[Point, str, list[Number]]]) -> Iterator[Point]:
    """First all points with roots, then those between roots, then those near to some."""
    solved = list(solved)
    for about in (_exactly, _between, _nearby):
        yield from ({**point, name: value} for point, name, roots in solved for value in about(roots))


def _whole(names: Sequence[str]) -> Iterator[Point]:
    """Points of small whole numbers, the smallest first."""
    every: Iterable[tuple[int, ...]] = product(range(len(_WHOLE)), repeat=len(names))
    if len(names) > 4:
        every = ((place,) * len(names) for place in range(len(_WHOLE)))
    ordered = sorted(every, key=lambda places: (max(places), sum(places)))
    for places in ordered[:SIMPLE]:
        yield {name: Fraction(_WHOLE[place]) for name, place in zip(names, places, strict=True)}


def _solved(
    names: Sequence[str], statements: Sequence[Term], sampler: Sampler
) -> Iterator[tuple[Point, str, list[Number]]]:
    """Points, with the values of one variable at which a critical term is 0. What is found of a term of one variable is
    remembered for the random points."""
    solver, looked = Solver(), 0
    for term, nearly in critical(statements):
        spoken = [name for name in names if name in variables(term)]
        for name in spoken:
            roots: list[Number] | None = None
            for around in (sampler.drawn(0.5), sampler.drawn(0.0), sampler.drawn(0.5)):
                if roots is None or len(spoken) > 1:
                    roots = solver.roots(term, name, around, exactly=looked >= ROOTS, nearly=nearly)
                    looked += not solver.exact
                yield around, name, roots
            if len(spoken) == 1:
                sampler.remember(name, roots or [])


def _exactly(roots: Sequence[Number]) -> Sequence[Number]:
    return roots


def _between(roots: Sequence[Number]) -> Iterator[Number]:
    return ((one + two) / 2 for one, two in pairwise(_rational(roots)))


def _nearby(roots: Sequence[Number]) -> Iterator[Number]:
    for one in _rational(roots):
        yield from (one * (1 + by) + by for by in _NEAR)
        yield one / 2  # a condition may leave only what is smaller than all these


def _rational(roots: Sequence[Number]) -> list[Fraction]:
    """Fractions that are near to some numbers."""
    exact = [Fraction(str(middle(root, LOW))) for root in roots]
    return [one.limit_denominator(10**9) or one for one in exact]


class Sampler:
    """Random points that keep hypotheses: simple and random numbers, and where a hypothesis says what a variable is,
    or that two sides are equal, points made to fit."""

    def __init__(self, names: Sequence[str], hypotheses: Sequence[Term], rng: random.Random):
        self._names = names
        self._hypotheses = tuple(hypotheses)
        self._rng = rng
        self._defined = _definitions(names, hypotheses)
        self._special: dict[str, list[Number]] = {}
        self._solver = Solver()
        self._equations = [one for one in hypotheses if one.head == "=" and variables(one)]

    def remember(self, name: str, values: Sequence[Number]) -> None:
        """Values that a variable should have now and then."""
        self._special.setdefault(name, []).extend(values)

    def point(self) -> Point | None:
        """A point, or None if this try gave none. Whether it keeps the hypotheses remains to be seen."""
        try:
            return self._solved(self.fitted(self.drawn(self._rng.random())))
        except Unclear:
            return None

    def drawn(self, style: float) -> Point:
        """Numbers at random."""
        rng = self._rng
        point: Point = {}
        for name in self._names:
            if style < 0.25 and point and rng.random() < 0.5:
                other = rng.choice(list(point.values()))  # coincidences make equalities and boundaries likely
                point[name] = rng.choice((other, -other, abs(other), shifted(other, rng.choice(_NEAR))))
            elif self._special.get(name) and rng.random() < 0.25:
                point[name] = rng.choice(self._special[name])
            else:
                point[name] = self._number(style)
        return point

    def fitted(self, point: Point) -> Point:
        """The point, with what hypotheses say that a variable is. Raises `Unclear`."""
        for name, term in self._defined:
            point[name] = Evaluator(HIGH).value(term, point)
        return point

    def _solved(self, point: Point) -> Point:
        """The point, perhaps with a variable changed so that an equation holds."""
        if len(self._equations) > len(self._defined) and self._rng.random() < 0.7:
            equation = self._rng.choice(self._equations)
            name = self._rng.choice(variables(equation))
            roots = self._solver.roots(binary("-", *equation.args), name, point, exactly=True)
            if roots:
                point[name] = self._rng.choice(roots)
        return point

    def _number(self, style: float) -> Number:
        rng = self._rng
        if style < 0.15 or rng.random() < 0.15:
            return rng.choice(_GRID)
        scales = _MAGNITUDES if rng.random() < 0.25 else _SCALES
        number = rng.choice(scales) * Fraction(rng.randrange(-4096, 4097), 4096)
        return abs(number) if style > 0.7 else number


def _definitions(names: Sequence[str], hypotheses: Iterable[Term]) -> list[tuple[str, Term]]:
    """Variables that an equation among the hypotheses gives by a term without it, in an order that works."""
    found: list[tuple[str, Term]] = []
    taken: set[str] = set()
    for one in hypotheses:
        if one.head != "=":
            continue
        for side, other in (one.args, one.args[::-1]):
            inside = set(variables(other))
            if side.head in names and side.head not in taken | inside and not inside & taken:
                if any(side.head in variables(term) for _, term in found):
                    continue
                found.append((side.head, other))
                taken.add(side.head)
                break
    return found
