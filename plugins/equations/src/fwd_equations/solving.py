"""Points at which something in a statement becomes 0: there false rules hide that are true at nearly all others.

Solved for are denominators, arguments of functions at which these jump or turn, sums, and the difference of the sides.
Polynomials of the second degree are solved exactly; else roots are looked for where a sign changes, and enclosed by
intervals that are far narrower than anything that is told apart (`fwd_equations.numeric`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

import mpmath

from fwd_equations.algebra import Algebra
from fwd_equations.numeric import HIGH, LOW, Evaluator, Number, Unclear, interval, middle, root_of
from fwd_equations.terms import Term, binary, is_variable, leaf, preorder, unary, variables

DECIMALS = 250
"""Digits to which roots are enclosed."""
_STEPS = 60
_ROUGH = 8
_MOST = 4
"""Most roots that are looked for at a time."""
_ONE = leaf("1")
_SCALE = [Fraction(n, 8) for n in (1, 3, 5, 9, 13, 19, 26, 35, 44, 53, 62, 71)]
_SIZES = [Fraction(10) ** n for n in (-9, -6, -4, -2, 1, 2, 3, 4, 5, 6, 7, 9, 12, 15, 20, 30)]
SCAN = sorted((Fraction(0), *(sign * size for sign in (1, -1) for size in (*_SCALE, *_SIZES))))
"""Between which numbers signs are compared."""


def critical(statements: Iterable[Term]) -> list[Term]:
    """Terms of which it matters whether they are 0: first those at which something jumps, then differences of sides,
    then all others; of these those first that speak of few variables, and none that speaks of none."""
    found: dict[Term, int] = {}
    for statement in statements:
        nodes = [node for side in statement.args for node in preorder(side)]
        for rank, terms in (
            (0, [term for node in nodes for term in _jumping(node)]),
            (1, [binary("-", statement.args[1], statement.args[0])]),
            (2, [term for node in nodes for term in _turning(node)]),
        ):
            for term in terms:
                found[term] = min(rank, found.get(term, rank))
    return sorted((term for term in found if variables(term)), key=lambda term: (found[term], len(variables(term))))


def _jumping(node: Term) -> Iterable[Term]:
    head, args = node.head, node.args
    if head == "tan":
        return (unary("cos", args[0]),)
    if head in ("acosh", "atanh"):
        return (binary("-", args[0], _ONE), binary("+", args[0], _ONE))
    return args[-1:] if head in ("ln", "/") else ()


def _turning(node: Term) -> Iterable[Term]:
    head, args = node.head, node.args
    if head in ("min", "max"):
        return (binary("-", *args),)
    if head in ("asin", "acos"):
        return (binary("-", args[0], _ONE), binary("+", args[0], _ONE))
    if head in ("sqrt", "abs") or head.startswith("^"):
        return args
    return (node, *args) if head in ("+", "-", "*", "/") else ()


class Solver:
    """Finds roots of terms."""

    def __init__(self) -> None:
        self._algebra = Algebra()
        self.exact = True
        """Whether the last question was answered without looking at many points."""

    def roots(self, term: Term, name: str, point: Mapping[str, Number], exactly: bool = False) -> list[Number]:
        """Values of a variable at which the term is 0, the others being as they are at the point. `exactly`: only those
        that are found without looking at many points."""
        coefficients = self._coefficients(term, name, point)
        self.exact = coefficients is not None and len(coefficients) <= 3
        if coefficients is not None and self.exact:
            return _quadratic(*coefficients)
        if exactly:
            return []
        return _searched(_Function(term, name, point))

    def _coefficients(self, term: Term, name: str, point: Mapping[str, Number]) -> list[Fraction] | None:
        """The term as a polynomial in a variable, the highest power first; None if it is none, or not exactly known."""
        polynomial = self._algebra.polynomial(term)
        if polynomial is None:
            return None
        sums: dict[int, Fraction] = {}
        for monomial, coefficient in polynomial.items():
            value, degree = Fraction(coefficient), 0
            for atom, exponent in monomial:
                body = self._algebra.atom(atom)
                if not isinstance(body, Term) or body.args or not is_variable(body.head):
                    return None
                if body.head == name:
                    degree = exponent
                    continue
                known = point[body.head]
                if not isinstance(known, Fraction):
                    return None
                value *= known**exponent
            sums[degree] = sums.get(degree, Fraction(0)) + value
        degree = max((one for one, value in sums.items() if value), default=0)
        return [sums.get(one, Fraction(0)) for one in range(degree, -1, -1)]


def _quadratic(*coefficients: Fraction) -> list[Number]:
    """The roots of a polynomial of at most the second degree, ascending or descending; none for a number."""
    match coefficients:
        case (a, b):
            return [-b / a]
        case (a, b, c):
            square = b * b - 4 * a * c
            if square < 0:
                return []
            roots = [root_of(square / (4 * a * a), sign) for sign in ((-1, 1) if square else (1,))]
            return [shifted(one, -b / (2 * a)) for one in roots]
    return []


def shifted(number: Number, by: Fraction) -> Number:
    """A number and another one together."""
    term = binary("+", leaf("a"), leaf("b"))
    return Evaluator(HIGH).value(term, {"a": number, "b": by})


class _Function:
    """A term as a function of one of its variables."""

    def __init__(self, term: Term, name: str, point: Mapping[str, Number]):
        self._term = term
        self._name = name
        self._point = dict(point)

    def sign(self, place: Fraction) -> int:
        """1, 0 or -1. Raises `Unclear`."""
        value = self.value(place, LOW)
        return (value > 0) - (value < 0)

    def value(self, place: Fraction | mpmath.mpf, digits: int) -> mpmath.mpf:
        """Its value, with so many digits. Raises `Unclear`."""
        self._point[self._name] = place if isinstance(place, Fraction) else interval(place, place)
        return middle(Evaluator(digits).value(self._term, self._point), digits)


def _searched(function: _Function) -> list[Number]:
    """Some roots, those nearest to 0: where the function is 0 or where its sign changes."""
    signs: list[tuple[Fraction, int]] = []
    roots: list[Number] = []
    for place in SCAN:
        try:
            sign = function.sign(place)
        except Unclear:
            continue
        if sign:
            signs.append((place, sign))
        elif len(roots) < _MOST:
            roots.append(place)
    changes = [(low, high) for (low, before), (high, after) in pairwise(signs) if before * after < 0]
    nearest = sorted(changes, key=lambda ends: abs(ends[0]))[:_MOST]
    return roots + [root for ends in nearest if (root := _enclosed(function, *ends)) is not None]


def _enclosed(function: _Function, low: Fraction, high: Fraction) -> Number | None:
    """The root between two numbers where the function's sign changes; None if there it jumps."""
    context = mpmath.MPContext()
    context.dps = HIGH
    a, b = (context.mpf(one.numerator) / one.denominator for one in (low, high))
    narrow = context.mpf(10) ** -DECIMALS
    try:
        at_a, at_b, kept = function.value(a, LOW), function.value(b, LOW), 0
        for step in range(_STEPS):
            digits = LOW if step < _ROUGH else HIGH
            new = _between(a, b, at_a, at_b, step)
            at_new = function.value(new, digits)
            if (at_new > 0) == (at_b > 0):
                b, at_b, at_a, kept = new, at_new, at_a / 2 if kept == 1 else at_a, 1
            else:
                a, at_a, at_b, kept = new, at_new, at_b / 2 if kept == 2 else at_b, 2
            if (digits == HIGH and at_new == 0) or abs(b - a) <= abs(b) * narrow:
                break
        nearest = a if abs(at_a) < abs(at_b) else b
        ends = [nearest + sign * narrow * max(1, abs(nearest)) for sign in (-1, 1)]
        changes = function.value(ends[0], HIGH) * function.value(ends[1], HIGH) < 0
    except Unclear:
        return None
    return interval(*ends) if changes else None


def _between(a: mpmath.mpf, b: mpmath.mpf, at_a: mpmath.mpf, at_b: mpmath.mpf, step: int) -> mpmath.mpf:
    """The next number to look at: where a line meets 0 (the rule of Illinois halves the value at the end that stays),
    or now and then the middle."""
    if step < 6 or at_a == at_b or step % 8 == 7:
        return (a + b) / 2
    return b - at_b * (b - a) / (at_b - at_a)
