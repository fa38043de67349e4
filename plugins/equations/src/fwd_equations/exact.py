"""Exact rational arithmetic on terms without variables, for `apply` (the kernel has its own)."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from fwd_equations.terms import POWERS, Term, binary, make, number, postorder, unary

LARGEST = 256
"""Most bits of a numerator or denominator; larger values count as not decided."""

MEMO = 50_000
"""Most terms for which an answer is remembered: the grammar asks again and again."""

_ARITHMETIC = frozenset(("+", "-", "*", "/", "neg", "abs", "min", "max", *POWERS))


@lru_cache(MEMO)
def decide(statement: Term) -> bool | None:
    """Whether a relation of rational terms holds; None if a side is not rational or too large."""
    left, right = (value(side) for side in statement.args)
    if left is None or right is None:
        return None
    match statement.head:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<=":
            return left <= right
        case _:
            return left < right


def value(term: Term) -> Fraction | int | None:
    """The value of a term made of numbers and arithmetic (1/0 is 0); None if it is no such term or too large."""
    return _values(term).get(term)


@lru_cache(MEMO)
def normal(term: Term) -> Term:
    """The term with every largest rational part written as a number in lowest terms: `3`, `neg 3`, `neg / 1 2`."""
    done: dict[Term, Term] = {}
    for node, rational in _values(term).items():
        if rational is not None:
            done[node] = numeral(rational)
        elif node.args:
            done[node] = make(node.head, tuple(done[arg] for arg in node.args))
        else:
            done[node] = node
    return done[term]


def numeral(rational: Fraction | int) -> Term:
    """The term in lowest terms for a rational number."""
    top, bottom = rational.numerator, rational.denominator
    if bottom == 1:
        return number(top)
    quotient = binary("/", number(abs(top)), number(bottom))
    return quotient if top > 0 else unary("neg", quotient)


def _values(term: Term) -> dict[Term, Fraction | int | None]:
    """The values of all parts, arguments first; None for those that are not rational."""
    values: dict[Term, Fraction | int | None] = {}
    for node in postorder(term, values):
        if not node.args:
            values[node] = int(node.head) if node.head.isdigit() else None
            continue
        args = [value for arg in node.args if (value := values[arg]) is not None]
        rational = len(args) == len(node.args) and node.head in _ARITHMETIC
        values[node] = _compute(node.head, *args) if rational else None
    return values


def _compute(head: str, one: Fraction | int, two: Fraction | int = 0) -> Fraction | int | None:
    match head:
        case "+":
            result = one + two
        case "-":
            result = one - two
        case "*":
            result = one * two
        case "/":
            result = Fraction(one) / two if two else 0
        case "neg":
            result = -one
        case "abs":
            result = abs(one)
        case "min":
            result = min(one, two)
        case "max":
            result = max(one, two)
        case _:
            exponent = int(head[1:])
            if exponent * max(one.numerator.bit_length(), one.denominator.bit_length()) > 2 * LARGEST:
                return None
            result = one**exponent
    fits = result.numerator.bit_length() <= LARGEST and result.denominator.bit_length() <= LARGEST
    return result if fits else None
