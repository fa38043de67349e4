"""Numeric falsification: evaluates statements at many points, to find false rules and false theorems.

A second, independent layer: it proves nothing, and nothing is proved by it. Points at which rounding leaves the truth
open are not counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from fwd_equations.numeric import PI, Number, Unclear, compare, digits, holds, shown, value
from fwd_equations.rulefile import Rule
from fwd_equations.terms import Term, variables

POINTS = 300
"""Points at which a rule must hold to be accepted."""
DIGITS_IN_DOUBT = 160
"""Digits with which a point is looked at again before it counts as a counterexample."""
TRIES = 60
"""Random points that are tried for each that is wanted."""

_GRID: tuple[Number, ...] = (
    *(Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1), (1, 3))),
    *(PI * n / d for n, d in ((1, 2), (-1, 2), (1, 1), (1, 4), (2, 1))),
)
_SCALES = tuple(Fraction(n, d) for n, d in ((1, 2), (1, 1), (1, 1), (3, 1), (6, 1), (6, 1), (1000, 1), (1, 1000)))


@frozen
class Report:
    """What was found: points at which everything assumed holds and the claim could be judged, and one at which the
    claim is false, as text, if there is one."""

    points: int
    counterexample: str | None = None


def check_rule(rule: Rule, rng: random.Random, points: int = POINTS) -> str | None:
    """Why the rule must be rejected, or None. "vacuous": no point was found that keeps its conditions."""
    assumed = (*rule.premises, *rule.conditions)
    claims: list[tuple[tuple[Term, ...], Term | tuple[Term, Term]]]
    if rule.kind == "equivalence":
        assert rule.left is not None
        claims = [((*assumed, rule.left), rule.right), ((*assumed, rule.right), rule.left)]
    elif rule.kind == "equation":
        assert rule.left is not None
        claims = [(assumed, (rule.left, rule.right))]
    else:
        claims = [(assumed, rule.right)]
    for hypotheses, claim in claims:
        report = falsify(hypotheses, claim, rng, points)
        if report.counterexample is not None:
            return f"is false at {report.counterexample}"
        names = {name for term in (*hypotheses, *_terms(claim)) for name in variables(term)}
        if report.points < (points if names else 1):
            return f"is vacuous: its conditions were met at {report.points} of the {points} points that are needed"
    return None


def check_rules(rules: Iterable[Rule], seed: int = 0, points: int = POINTS) -> Iterable[tuple[Rule, str]]:
    """The rules that must be rejected, each with why."""
    for rule in rules:
        reason = check_rule(rule, random.Random(f"{seed} {rule.name}"), points)
        if reason is not None:
            yield rule, reason


def falsify(hypotheses: Sequence[Term], claim: Term | tuple[Term, Term], rng: random.Random, points: int) -> Report:
    """Look for a point where the hypotheses hold and the claim (a statement, or two terms that should be equal) does
    not. Stops at the first, or after `points` points, or when too few points keep the hypotheses."""
    names = tuple(dict.fromkeys(name for term in (*hypotheses, *_terms(claim)) for name in variables(term)))
    sampler = Sampler(names, hypotheses, rng)
    found = 0
    for _ in range(TRIES * points if names else 1):
        if found >= points:
            break
        point = sampler.point()
        if point is None:
            continue
        try:
            good = _judge(claim, point)
            if not good:  # an error of rounding may have grown, as where asin is steep
                with digits(DIGITS_IN_DOUBT):
                    good = _judge(claim, point)
        except Unclear:
            continue
        found += 1
        if not good:
            return Report(found, ", ".join(f"{name} = {shown(point[name])}" for name in names) or "every point")
    return Report(found)


def _terms(claim: Term | tuple[Term, Term]) -> tuple[Term, ...]:
    return claim if isinstance(claim, tuple) else (claim,)


def _judge(claim: Term | tuple[Term, Term], point: Mapping[str, Number]) -> bool:
    """Whether the claim is true at the point. Raises `Unclear`."""
    if isinstance(claim, tuple):
        return compare("=", *(value(side, point) for side in claim))
    return holds(claim, point)


class Sampler:
    """Random points that keep hypotheses: simple and random numbers, and where a hypothesis says what a variable is,
    or that two sides are equal, points made to fit."""

    def __init__(self, names: Sequence[str], hypotheses: Sequence[Term], rng: random.Random):
        self._names = names
        self._hypotheses = tuple(hypotheses)
        self._rng = rng
        self._defined = _definitions(names, hypotheses)
        self._pairs = any(one.head == "=" for one in hypotheses)

    def point(self) -> dict[str, Number] | None:
        """A point, or None if this try did not keep the hypotheses."""
        rng = self._rng
        style = rng.random()
        point: dict[str, Number] = {}
        for name in self._names:
            if style < 0.25 and point and rng.random() < 0.5:
                other = rng.choice(list(point.values()))  # coincidences make equalities and boundaries likely
                point[name] = rng.choice((other, -other, abs(other)))
            else:
                point[name] = self._number(style)
        try:
            for name, term in self._defined:
                point[name] = value(term, point)
            return point if all(holds(one, point) for one in self._hypotheses) else None
        except Unclear:
            return None

    def _number(self, style: float) -> Number:
        rng = self._rng
        if style < 0.15 or rng.random() < 0.15:
            return rng.choice(_GRID)
        number = rng.choice(_SCALES) * Fraction(rng.randrange(-4096, 4097), 4096)
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
