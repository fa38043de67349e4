"""Polynomials as terms: sums of products, as people write them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from fwd_equations.algebra import Algebra
from fwd_equations.polynomial import Monomial, Polynomial
from fwd_equations.terms import LARGEST_EXPONENT, Term, binary, leaf, unary


class Unspeakable(Exception):
    """The polynomial has an exponent for which there is no head."""


def spelled(algebra: Algebra, polynomial: Polynomial, rng: random.Random) -> Term:
    """The polynomial expanded, its monomials in the order of their degrees or any other. Raises `Unspeakable`.
    Recurses on denominators: for small polynomials only."""
    if not polynomial:
        return leaf("0")
    monomials = sorted(polynomial, key=lambda one: (-sum(exponent for _, exponent in one), one))
    if rng.random() < 0.3:
        rng.shuffle(monomials)
    first, *others = monomials
    if polynomial[first] < 0:
        first, *others = sorted(monomials, key=lambda one: polynomial[one] < 0)
    total = _monomial(algebra, first, abs(polynomial[first]), rng)
    if polynomial[first] < 0:
        total = unary("neg", total)
    for one in others:
        sign = "+" if polynomial[one] > 0 else "-"
        total = binary(sign, total, _monomial(algebra, one, abs(polynomial[one]), rng))
    return total


def _monomial(algebra: Algebra, monomial: Monomial, size: Fraction | int, rng: random.Random) -> Term:
    above: list[Term] = []
    below: list[Term] = []
    for atom, exponent in monomial:
        body = algebra.atom(atom)
        if isinstance(body, Mapping):
            below.append(_power(spelled(algebra, body, rng), exponent))
        else:
            above.append(_power(body, exponent))
    if size.numerator != 1 or not above:
        above.insert(0, leaf(str(size.numerator)))
    if size.denominator != 1:
        below.insert(0, leaf(str(size.denominator)))
    product = reduce(lambda one, two: binary("*", one, two), above)
    return binary("/", product, reduce(lambda one, two: binary("*", one, two), below)) if below else product


def _power(base: Term, exponent: int) -> Term:
    if exponent > LARGEST_EXPONENT:
        raise Unspeakable
    return base if exponent == 1 else unary(f"^{exponent}", base)
