"""Polynomials with rational coefficients in atoms, which are numbers here (`fwd_equations.algebra` knows what for)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

Monomial = tuple[tuple[int, int], ...]
"""Atoms with their exponents, ascending."""
Polynomial = Mapping[Monomial, Fraction | int]
"""Coefficients other than 0."""

TERMS = 256
"""Most monomials of a polynomial; larger ones are not computed."""
BITS = 512
"""Most bits of a coefficient's numerator or denominator."""
DEGREE = 1000
"""Largest exponent of an atom."""
ONE: Polynomial = {(): 1}
ZERO: Polynomial = {}


class TooLarge(Exception):
    """A polynomial is beyond the limits."""


def exponent_of(atom: int, monomials: Iterable[Monomial]) -> int:
    """The largest with which an atom occurs."""
    return max((exponent for monomial in monomials for one, exponent in monomial if one == atom), default=0)


def frozen_form(polynomial: Polynomial) -> frozenset:
    """The polynomial as a key."""
    return frozenset(polynomial.items())


def monic(polynomial: Polynomial) -> tuple[Polynomial, Fraction | int]:
    """The polynomial divided by the coefficient of its largest monomial, and that coefficient."""
    first = polynomial[leading(polynomial)]
    return scaled(polynomial, inverse_of(first)), first


def inverse_of(number: Fraction | int) -> Fraction | int:
    """1 divided by a number other than 0. Whole if it can be: calculating with fractions is slow."""
    return number if number in (1, -1) else 1 / Fraction(number)


def scaled(polynomial: Polynomial, factor: Fraction | int) -> Polynomial:
    """The polynomial times a number other than 0."""
    if factor == 1:
        return polynomial
    return {monomial: coefficient * factor for monomial, coefficient in polynomial.items()}


def plus(one: Polynomial, two: Polynomial, scale: Fraction | int = 1) -> Polynomial:
    """One plus a number times the other. Raises `TooLarge`."""
    result = dict(one)
    for monomial, coefficient in two.items():
        total = result.get(monomial, 0) + scale * coefficient
        if not total:
            result.pop(monomial, None)
        elif total.numerator.bit_length() > BITS or total.denominator.bit_length() > BITS:
            raise TooLarge
        else:
            result[monomial] = total
    if len(result) > TERMS:
        raise TooLarge
    return result


def times(one: Polynomial, two: Polynomial) -> Polynomial:
    """The product. Raises `TooLarge`."""
    if len(one) * len(two) > 8 * TERMS:
        raise TooLarge
    result: dict[Monomial, Fraction | int] = {}
    for left, first in one.items():
        for right, second in two.items():
            monomial = joined(left, right)
            result[monomial] = result.get(monomial, 0) + first * second
    return _limited({monomial: coefficient for monomial, coefficient in result.items() if coefficient})


def power(base: Polynomial, exponent: int) -> Polynomial:
    """A power, 1 for the exponent 0. Raises `TooLarge`."""
    result = ONE
    for bit in f"{exponent:b}":
        result = times(result, result)
        if bit == "1":
            result = times(result, base)
    return result


def joined(one: Monomial, two: Monomial) -> Monomial:
    """The product of two monomials. Raises `TooLarge`."""
    if not one or not two:
        return one or two
    exponents = dict(one)
    for atom, exponent in two:
        exponents[atom] = exponents.get(atom, 0) + exponent
    if max(exponents.values()) > DEGREE:
        raise TooLarge
    return tuple(sorted(exponents.items()))


def _limited(polynomial: Polynomial) -> Polynomial:
    if len(polynomial) > TERMS:
        raise TooLarge
    for coefficient in polynomial.values():
        if coefficient.numerator.bit_length() > BITS or coefficient.denominator.bit_length() > BITS:
            raise TooLarge
    return polynomial


def _order(monomial: Monomial) -> tuple:
    """Graded lexicographic order, which multiplication keeps."""
    return sum([exponent for _, exponent in monomial]), monomial[::-1]


def leading(polynomial: Polynomial) -> Monomial:
    """The largest monomial; the polynomial must not be 0."""
    return max(polynomial, key=_order)


def divides(one: Monomial, other: Monomial) -> bool:
    """Whether a monomial is a factor of another."""
    if len(one) > len(other):
        return False
    exponents = dict(other)
    return all(exponents.get(atom, 0) >= exponent for atom, exponent in one)


def quotient(one: Monomial, other: Monomial) -> Monomial:
    """A monomial divided by one of its factors."""
    exponents = dict(other)
    return tuple((atom, left) for atom, old in one if (left := old - exponents.get(atom, 0)))


def multiple(one: Monomial, other: Monomial) -> Monomial:
    """The least monomial that both are factors of."""
    exponents = dict(one)
    for atom, exponent in other:
        exponents[atom] = max(exponents.get(atom, 0), exponent)
    return tuple(sorted(exponents.items()))


def combined(one: Polynomial, factor: Polynomial, other: Polynomial) -> Polynomial:
    """One plus a factor times the other. Raises `TooLarge`."""
    return plus(one, times(factor, other))
