"""Numbers for terms and truth for statements at a point, for falsification only: no proof depends on it.

Functions are total as `rulefile` says. A number is a `Fraction` as long as that is exact, else an mpmath number of 40
digits. Where rounding could decide which side of a jump a value is on (dividing by almost 0, the logarithm of almost
0, a root of almost 0, ...), the point is `Unclear`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

import mpmath

from fwd_equations.terms import Term, preorder

Number = Fraction | mpmath.mpf

_context = mpmath.MPContext()
_context.dps = 40
PI: Number = +_context.pi
_SMALL = _context.mpf(10) ** -22
_EXACT = _context.mpf(10) ** -34
_LARGE = 10**12


@contextmanager
def digits(count: int) -> Iterator[None]:
    """So many digits for rounded numbers, for a while."""
    before, _context.dps = _context.dps, count
    try:
        yield
    finally:
        _context.dps = before


class Unclear(Exception):
    """The value cannot be told by rounded numbers, or is too large."""


def holds(statement: Term, point: Mapping[str, Number]) -> bool:
    """Whether the statement is true at the point. Raises `Unclear`."""
    left, right = statement.args
    return compare(statement.head, value(left, point), value(right, point))


def compare(relation: str, left: Number, right: Number) -> bool:
    """Whether two numbers are in the relation. Raises `Unclear` if they are too close to tell."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return {"=": left == right, "!=": left != right, "<=": left <= right, "<": left < right}[relation]
    one, two = _rounded(left), _rounded(right)
    near = abs(one - two) <= _SMALL * max(1, abs(one), abs(two))
    if near and relation in ("!=", "<"):
        raise Unclear("the sides are almost equal")
    return {"=": near, "!=": not near, "<=": near or one < two, "<": one < two}[relation]


def value(term: Term, point: Mapping[str, Number]) -> Number:
    """The value of a term at a point. Raises `Unclear`."""
    known: dict[Term, Number] = {}
    for node in reversed(list(preorder(term))):
        if node not in known:
            known[node] = _value(node, [known[arg] for arg in node.args], point)
    return known[term]


def _value(node: Term, args: list[Number], point: Mapping[str, Number]) -> Number:
    head = node.head
    if not args:
        if head == "pi":
            return +_context.pi
        return Fraction(int(head)) if head.isdigit() else point[head]
    if head.startswith("^"):
        result = _power(args[0], int(head[1:]))
    elif head in _OPERATORS:
        result = _OPERATORS[head](*args)
    else:
        result = _FUNCTIONS[head](*args)
    if abs(result) > _LARGE or (isinstance(result, Fraction) and result.denominator.bit_length() > 512):
        raise Unclear("too large")
    return result


def _rounded(number: Number) -> mpmath.mpf:
    if isinstance(number, Fraction):
        return _context.mpf(number.numerator) / number.denominator
    return number


def _power(base: Number, exponent: int) -> Number:
    if abs(base) > 2 and exponent * math.log2(abs(base)) > 64:
        raise Unclear("too large")
    return base**exponent


def _both(operation: Callable) -> Callable[[Number, Number], Number]:
    """An operation that is exact on fractions and rounds if one argument is rounded."""

    def compute(one: Number, two: Number) -> Number:
        if isinstance(one, Fraction) and isinstance(two, Fraction):
            return operation(one, two)
        return operation(_rounded(one), _rounded(two))

    return compute


def _divide(one: Number, two: Number) -> Number:
    if isinstance(two, Fraction):
        if two == 0:
            return Fraction(0)
        return one / two if isinstance(one, Fraction) else one / _rounded(two)
    return _rounded(one) / _away_from_zero(two)


def _away_from_zero(number: mpmath.mpf) -> mpmath.mpf:
    if abs(number) < _SMALL:
        raise Unclear("almost 0")
    return number


def _sqrt(one: Number) -> Number:
    if isinstance(one, Fraction):
        if one <= 0:
            return Fraction(0)
        top, bottom = math.isqrt(one.numerator), math.isqrt(one.denominator)
        if top * top == one.numerator and bottom * bottom == one.denominator:
            return Fraction(top, bottom)
        return _context.sqrt(_rounded(one))
    return _context.sqrt(one) if _away_from_zero(one) > 0 else Fraction(0)


def _exp(one: Number) -> Number:
    return Fraction(1) if one == 0 else _context.exp(_bounded(one, 28))


def _bounded(number: Number, bound: int) -> mpmath.mpf:
    if abs(number) > bound:
        raise Unclear("too large")
    return _rounded(number)


def _ln(one: Number) -> Number:
    if isinstance(one, Fraction):
        return Fraction(0) if one == 0 or abs(one) == 1 else _context.ln(_rounded(abs(one)))
    return _context.ln(abs(_away_from_zero(one)))


def _trigonometric(function: Callable, quarters: tuple[int, ...]) -> Callable[[Number], Number]:
    """Sine or cosine, exact at multiples of pi/2 (`quarters` are its values there): that close to one but 0, a
    number is one."""

    def compute(one: Number) -> Number:
        if one == 0:
            return Fraction(quarters[0])
        turns = _rounded(one) / (_context.pi / 2)
        nearest = _context.nint(turns)
        if nearest and abs(turns - nearest) < _EXACT:
            return Fraction(quarters[int(nearest) % 4])
        return function(_rounded(one))

    return compute


_sin = _trigonometric(_context.sin, (0, 1, 0, -1))
_cos = _trigonometric(_context.cos, (1, 0, -1, 0))


def _asin(one: Number) -> Number:
    if one == 0:
        return Fraction(0)
    return _context.asin(max(_context.mpf(-1), min(_context.mpf(1), _rounded(one))))


def _atan(one: Number) -> Number:
    return Fraction(0) if one == 0 else _context.atan(_rounded(one))


def _sinh(one: Number) -> Number:
    return Fraction(0) if one == 0 else _context.sinh(_bounded(one, 28))


def _cosh(one: Number) -> Number:
    return Fraction(1) if one == 0 else _context.cosh(_bounded(one, 28))


def _asinh(one: Number) -> Number:
    return Fraction(0) if one == 0 else _context.asinh(_rounded(one))


def _acosh(one: Number) -> Number:
    """ln(x + sqrt(x^2 - 1)) for every real x."""
    return _ln(_add(one, _sqrt(_add(_multiply(one, one), Fraction(-1)))))


def _atanh(one: Number) -> Number:
    """ln((1 + x)/(1 - x))/2 for every real x."""
    return _divide(_ln(_divide(_add(Fraction(1), one), _add(Fraction(1), -one))), Fraction(2))


_add = _both(lambda one, two: one + two)
_multiply = _both(lambda one, two: one * two)
_OPERATORS: dict[str, Callable[..., Number]] = {
    "+": _add,
    "-": _both(lambda one, two: one - two),
    "*": _multiply,
    "/": _divide,
    "min": _both(min),
    "max": _both(max),
    "neg": lambda one: -one,
    "abs": abs,
}
_FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "sqrt": _sqrt,
    "exp": _exp,
    "ln": _ln,
    "sin": _sin,
    "cos": _cos,
    "tan": lambda one: _divide(_sin(one), _cos(one)),
    "asin": _asin,
    "acos": lambda one: _both(lambda x, y: x - y)(_context.pi / 2, _asin(one)),
    "atan": _atan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": lambda one: _divide(_sinh(one), _cosh(one)),
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
}


def shown(number: Number) -> str:
    """A number for a message, six digits of it if it is not exact."""
    return str(number) if isinstance(number, Fraction) else _context.nstr(number, 6)
