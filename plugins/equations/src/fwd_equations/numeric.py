"""Numbers for terms and truth for statements at a point, for falsification only: no proof depends on it.

Functions are total as `rulefile` says. A number is a `Fraction` as long as that is exact, else an interval that holds
it (mpmath's, of 40 digits, or of 400 where that leaves something open): that two numbers differ, and which is less, is
never a matter of rounding. That a number *is* 0 where its interval has 0 in it is taken for granted where the interval
is far narrower than anything that was computed on the way (`Evaluator`); else it is `Unclear` which side of a jump the
value is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from math import isqrt

import mpmath
from mpmath.ctx_iv import MPIntervalContext, ivmpf

from fwd_equations.terms import Term, preorder

Number = Fraction | ivmpf

LOW, HIGH = 40, 400
"""Digits of intervals at a first look and at a second."""

_intervals = MPIntervalContext()
_plain = mpmath.MPContext()
_PRECISION = {LOW: 136, HIGH: 1332}
"""The same in bits."""
_ZERO = Fraction(0)
_BITS = 4096
"""Most bits of an exact fraction."""
_NARROW = mpmath.mpf(10) ** -200
_LARGE, _SMALL = mpmath.mpf(10) ** 80, mpmath.mpf(10) ** -80
_EXPONENT, _ANGLE = 10**7, mpmath.mpf(10) ** 50
"""Largest arguments of exp and of sin: what is beyond takes long."""


@contextmanager
def _digits(count: int) -> Iterator[None]:
    """So many digits for intervals, and some more for numbers that their ends are made of."""
    before = _intervals.prec
    wanted = _PRECISION[count]
    if wanted == before:
        yield
        return
    _intervals.prec, _plain.prec = wanted, wanted + 32
    try:
        yield
    finally:
        _intervals.prec, _plain.prec = before, before + 32


class Unclear(Exception):
    """The value cannot be told, or is too large."""


def interval(low: mpmath.mpf, high: mpmath.mpf) -> Number:
    """All numbers from one to another, with as many digits as these have."""
    with _digits(HIGH):
        return _intervals.mpf([low, high])


def times_pi(factor: Fraction) -> Number:
    """So many times pi."""
    with _digits(HIGH):
        return _intervals.pi * factor.numerator / factor.denominator


def root_of(square: Fraction, sign: int = 1) -> Number:
    """The square root of a number that is not less than 0, or the negative one."""
    exact = _exact_root(square)
    if exact is not None:
        return sign * exact
    with _digits(HIGH):
        return sign * _intervals.sqrt(_rounded(square))


def _exact_root(square: Fraction) -> Fraction | None:
    top, bottom = isqrt(square.numerator), isqrt(square.denominator)
    return Fraction(top, bottom) if (top * top, bottom * bottom) == (square.numerator, square.denominator) else None


def ends(number: Number) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The least and the greatest that an interval holds; a fraction is rounded."""
    low, high = _rounded(number)._mpi_
    return _plain.make_mpf(low), _plain.make_mpf(high)


def middle(number: Number, digits: int) -> mpmath.mpf:
    """A number of so many digits that is near."""
    with _digits(digits):
        low, high = ends(number)
        return (low + high) / 2


def shown(number: Number) -> str:
    """A number for a message: exact if it is a fraction, or one times pi, or the root of one; else six digits of it."""
    if isinstance(number, Fraction):
        return str(number)
    with _digits(HIGH):
        value = middle(number, HIGH)
        for found, exact, text in _guesses(value):
            difference = number - _rounded(exact)
            if found and difference.delta < _NARROW and not _away(difference):
                return text
        return f"about {_plain.nstr(value, 6)}"


def _guesses(value: mpmath.mpf) -> Iterator[tuple[Fraction, Number, str]]:
    """What a number may be: a fraction, one times pi, or the root of one."""
    found = _near(value)
    yield found, found, str(found)
    found = _near(value / _plain.pi)
    top = {1: "", -1: "-"}.get(found.numerator, f"{found.numerator}*") + "pi"
    yield found, times_pi(found), top if found.denominator == 1 else f"{top}/{found.denominator}"
    found = _near(value * value)
    yield found, root_of(found, 1 if value > 0 else -1), f"{'' if value > 0 else '-'}sqrt({found})"


def _near(value: mpmath.mpf) -> Fraction:
    """The fraction with a small denominator that is nearest to a number."""
    scale = 10**30
    return Fraction(int(value * scale), scale).limit_denominator(1000)


def _away(number: ivmpf) -> bool:
    """Whether the interval does not hold 0."""
    low, high = ends(number)
    return low > 0 or high < 0


def _rounded(number: Number) -> ivmpf:
    if isinstance(number, Fraction):
        return _intervals.mpf(number.numerator) / number.denominator
    return number


class Evaluator:
    """Values at points, with so many digits.

    With many digits, an interval that holds 0 and is narrower than 10^-200 is taken for 0, unless something else on the
    way was larger than 10^80 or nearer to 0 than 10^-80: sums of such things may be as near to 0 and are not 0.
    """

    def __init__(self, digits: int):
        self._digits = digits
        self._extreme = False

    def holds(self, statement: Term, point: Mapping[str, Number]) -> bool:
        """Whether the statement is true at the point. Raises `Unclear`."""
        if statement.head == "=":
            return self.sign(statement, point) == 0
        sign = self.sign(statement, point)
        return {"!=": sign != 0, "<=": sign >= 0, "<": sign > 0}[statement.head]

    def sign(self, statement: Term, point: Mapping[str, Number]) -> int:
        """1, 0 or -1, as the right side is more than the left, equal or less. Raises `Unclear`."""
        with _digits(self._digits):
            gap = self.value(statement.args[1], point), self.value(statement.args[0], point)
            return self._sign(self._settled(_difference(*gap)))

    def differ(self, statement: Term, point: Mapping[str, Number]) -> bool:
        """Whether both sides certainly are different numbers. Raises `Unclear`."""
        with _digits(self._digits):
            gap = self._settled(_difference(*(self.value(side, point) for side in statement.args)))
            return gap != 0 if isinstance(gap, Fraction) else _away(gap)

    def value(self, term: Term, point: Mapping[str, Number]) -> Number:
        """The value of a term. Raises `Unclear`."""
        known: dict[Term, Number] = {}
        with _digits(self._digits):
            for node in reversed(list(preorder(term))):
                if node not in known:
                    known[node] = self._settled(self._value(node, [known[arg] for arg in node.args], point))
        return known[term]

    def _sign(self, number: Number) -> int:
        if isinstance(number, Fraction):
            return (number > 0) - (number < 0)
        low, high = ends(number)
        if low <= 0 <= high:
            raise Unclear("almost 0")
        return 1 if low > 0 else -1

    def _settled(self, number: Number) -> Number:
        """The number, 0 where it is taken for 0."""
        if isinstance(number, Fraction):
            above, below = number.numerator.bit_length(), number.denominator.bit_length()
            self._extreme = self._extreme or (number != 0 and abs(above - below) > 266)
            if max(above, below) <= _BITS:
                return number
            number = _rounded(number)
        low, high = ends(number)
        if low <= 0 <= high:
            narrow = self._digits == HIGH and not self._extreme and high - low < _NARROW
            return _ZERO if narrow or low == high else number
        least, most = (low, high) if low > 0 else (-high, -low)
        self._extreme = self._extreme or most > _LARGE or least < _SMALL
        return number

    def _value(self, node: Term, args: list[Number], point: Mapping[str, Number]) -> Number:
        head = node.head
        if not args:
            if head == "pi":
                return +_intervals.pi
            return Fraction(int(head)) if head.isdigit() else point[head]
        if head.startswith("^"):
            return _power(args[0], int(head[1:]))
        return self._composed(head, args[0]) if head in _COMPOSED else _OPERATORS[head](*args)

    def _composed(self, head: str, one: Number) -> Number:
        """A function that is made of others, for all real numbers. Nothing on the way is missed that is extreme."""
        settled = self._settled
        match head:
            case "tan":
                return _divide(settled(_sin(one)), settled(_cos(one)))
            case "sinh" | "cosh":
                above, below = settled(_exp(one)), settled(_exp(-one))
                return _divide((_difference if head == "sinh" else _add)(above, below), Fraction(2))
            case "tanh":
                return _divide(settled(self._composed("sinh", one)), settled(self._composed("cosh", one)))
            case "asinh" if ends(one)[1] < 0:
                return -self._composed("asinh", -one)
            case "atanh":  # ln((1 + x)/(1 - x))/2
                sums = settled(_add(Fraction(1), one)), settled(_difference(Fraction(1), one))
                return _divide(_ln(settled(_divide(*sums))), Fraction(2))
        square = _add(_power(one, 2), Fraction(1 if head == "asinh" else -1))
        return _ln(settled(_add(one, _sqrt(settled(square)))))  # ln(x + sqrt(x^2 + 1)), and the same with - 1


def _both(operation: Callable) -> Callable[[Number, Number], Number]:
    """An operation that is exact on fractions and rounds if one argument is rounded."""

    def compute(one: Number, two: Number) -> Number:
        if isinstance(one, Fraction) and isinstance(two, Fraction):
            return operation(one, two)
        return operation(_rounded(one), _rounded(two))

    return compute


def _power(base: Number, exponent: int) -> Number:
    if isinstance(base, Fraction):
        if exponent * max(base.numerator.bit_length(), base.denominator.bit_length()) <= 2 * _BITS:
            return base**exponent
        base = _rounded(base)
    return base**exponent


def _divide(one: Number, two: Number) -> Number:
    if isinstance(two, Fraction):
        if two == 0:
            return _ZERO
        return one / two if isinstance(one, Fraction) else one / _rounded(two)
    if one == 0 and isinstance(one, Fraction):
        return _ZERO
    if not _away(two):
        raise Unclear("almost 0")
    return _rounded(one) / two


def _ordered(choose: Callable) -> Callable[[Number, Number], Number]:
    """min or max."""

    def compute(one: Number, two: Number) -> Number:
        if isinstance(one, Fraction) and isinstance(two, Fraction):
            return choose(one, two)
        (low, high), (other_low, other_high) = ends(one), ends(two)
        return _intervals.mpf([choose(low, other_low), choose(high, other_high)])

    return compute


def _sqrt(one: Number) -> Number:
    low, high = ends(one)
    if high <= 0:
        return _ZERO
    if isinstance(one, Fraction):
        return _exact_root(one) or _intervals.sqrt(_rounded(one))
    return _intervals.sqrt(one if low > 0 else _intervals.mpf([0, high]))


def _exp(one: Number) -> Number:
    return Fraction(1) if one == 0 else _intervals.exp(_bounded(one, _EXPONENT))


def _bounded(number: Number, bound: float) -> ivmpf:
    low, high = ends(number)
    if low < -bound or high > bound:
        raise Unclear("too large")
    return _rounded(number)


def _ln(one: Number) -> Number:
    if isinstance(one, Fraction):
        return _ZERO if one == 0 or abs(one) == 1 else _intervals.log(_rounded(abs(one)))
    if not _away(one):
        raise Unclear("almost 0")
    return _intervals.log(abs(one))


def _sin(one: Number) -> Number:
    return _ZERO if one == 0 else _intervals.sin(_bounded(one, _ANGLE))


def _cos(one: Number) -> Number:
    return Fraction(1) if one == 0 else _intervals.cos(_bounded(one, _ANGLE))


def _increasing(function: Callable, least: int | None = None, most: int | None = None) -> Callable[[Number], Number]:
    """A function that increases and is 0 at 0, from what it is at the ends; it stands still beyond some numbers."""

    def compute(one: Number) -> Number:
        if one == 0:
            return _ZERO
        low, high = (function(end if least is None else min(max(end, least), most)) for end in ends(one))
        slack = (abs(low) + abs(high)) * _plain.mpf(2) ** (4 - _plain.prec)
        return _intervals.mpf([low - slack, high + slack])

    return compute


_add = _both(lambda one, two: one + two)
_difference = _both(lambda one, two: one - two)
_asin = _increasing(_plain.asin, -1, 1)
_COMPOSED = frozenset(("tan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"))
_OPERATORS: dict[str, Callable[..., Number]] = {
    "+": _add,
    "-": _difference,
    "*": _both(lambda one, two: one * two),
    "/": _divide,
    "min": _ordered(min),
    "max": _ordered(max),
    "neg": lambda one: -one,
    "abs": abs,
    "sqrt": _sqrt,
    "exp": _exp,
    "ln": _ln,
    "sin": _sin,
    "cos": _cos,
    "asin": _asin,
    "acos": lambda one: _difference(_intervals.pi / 2, _asin(one)),
    "atan": _increasing(_plain.atan),
}
