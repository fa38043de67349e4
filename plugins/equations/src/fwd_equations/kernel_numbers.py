"""The kernel's arithmetic: values of parts of statements that are made of numbers, exact fractions or nothing.

It shares no code with `fwd_equations.exact`, which `apply` uses.
"""

from __future__ import annotations

from fractions import Fraction

from fwd_equations.kernel_text import ONE, TWO, Tokens, end

BITS = 4096
"""Rational numbers with more bits than this are not computed."""


def is_true(statement: Tokens) -> bool:
    """Whether both sides are rational numbers, in the relation."""
    values = _values(statement)
    left, right = values[1], values[end(statement, 1)]
    if left is None or right is None:
        return False
    match statement[0]:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<=":
            return left <= right
    return left < right


def reduced(statement: Tokens) -> Tokens:
    """The statement with every largest rational part replaced by a token for its value."""
    values = _values(statement)
    found: list[str] = []
    place = 0
    while place < len(statement):
        value = values[place]
        found.append(statement[place] if value is None else f"#{value}")
        place = place + 1 if value is None else end(statement, place)
    return tuple(found)


def _values(statement: Tokens) -> list[Fraction | None]:
    """For each place the value of the part that begins there; None if it is not rational or too large."""
    values: list[Fraction | None] = [None] * len(statement)
    ready: list[Fraction | None] = []
    for place in range(len(statement) - 1, -1, -1):
        token = statement[place]
        if token in TWO:
            one, two = ready.pop(), ready.pop()
            value = None if one is None or two is None else _two(token, one, two)
        elif token in ONE:
            one = ready.pop()
            value = None if one is None else _one(token, one)
        else:
            value = Fraction(token) if token.isdigit() else None
        if value is not None and max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS:
            value = None
        values[place] = value
        ready.append(value)
    return values


def _two(token: str, one: Fraction, two: Fraction) -> Fraction | None:
    match token:
        case "+":
            return one + two
        case "-":
            return one - two
        case "*":
            return one * two
        case "/":
            return one / two if two else Fraction(0)
        case "min":
            return min(one, two)
        case "max":
            return max(one, two)
    return None


def _one(token: str, one: Fraction) -> Fraction | None:
    if token == "neg":
        return -one
    if token == "abs":
        return abs(one)
    if not token.startswith("^"):
        return None
    exponent = int(token[1:])
    bits = max(one.numerator.bit_length(), one.denominator.bit_length())
    return one**exponent if exponent * bits <= BITS else None
