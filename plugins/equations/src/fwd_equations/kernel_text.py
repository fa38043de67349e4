"""Statements as the kernel reads them: tuples of tokens (prefix text split at blanks), a part being a run of them.

Only the kernel and its arithmetic use this: `apply` works on trees and shares nothing with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Tokens = tuple[str, ...]

RELATIONS = ("=", "!=", "<=", "<")
TWO = frozenset((*RELATIONS, "+", "-", "*", "/", "min", "max"))
ONE = frozenset(
    (
        *("neg", "abs", "sqrt", "exp", "ln", "sin", "cos", "tan", "asin", "acos", "atan"),
        *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        *(f"^{exponent}" for exponent in range(100)),
    )
)
_LEAF = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}|0|[1-9][0-9]{0,99}")
VARIABLE = re.compile(r"[A-Z]")
"""A variable of a rule."""
_POSITION = re.compile(r"@(0|[1-9][0-9]{0,5})")


class Refused(Exception):
    """The proof has a mistake."""


def need(true: bool, complaint: str) -> None:
    """Raises `Refused` with the complaint unless it is true."""
    if not true:
        raise Refused(complaint)


class Budget:
    """The work that one proof may still take, in tokens and in products of the algebra."""

    def __init__(self, left: int):
        self._left = left

    def spend(self, amount: int) -> None:
        """Raises `Refused` once it is used up."""
        self._left -= amount
        need(self._left >= 0, "checking it takes too much computing")


def tokens_of(text: str) -> Tokens:
    """The tokens of canonical text."""
    return tuple(text.split(" "))


def end(tokens: Sequence[str], start: int) -> int:
    """The place after the part that begins at `start`."""
    wanted, place = 1, start
    while wanted:
        token = tokens[place]
        wanted += 1 if token in TWO else 0 if token in ONE else -1
        place += 1
    return place


def position(text: str, statement: Tokens) -> int:
    """The place that a step names, where a part of the statement begins. Raises `Refused`."""
    found = _POSITION.fullmatch(text)
    if found is None or int(found[1]) >= len(statement):
        raise Refused("there is no such position")
    return int(found[1])


def match(pattern: Tokens, tokens: Tokens, start: int, values: dict[str, Tokens]) -> int | None:
    """The place after the part of `tokens` from `start` that is the pattern with its variables replaced by `values`,
    which are extended; None if it does not fit. A variable stands for a term, never for a statement."""
    place = start
    for token in pattern:
        if place >= len(tokens):
            return None
        if not VARIABLE.fullmatch(token):
            if tokens[place] != token:
                return None
            place += 1
            continue
        if tokens[place] in RELATIONS:
            return None
        stop = end(tokens, place)
        if values.setdefault(token, tokens[place:stop]) != tokens[place:stop]:
            return None
        place = stop
    return place


def instance(pattern: Tokens, values: dict[str, Tokens]) -> Tokens:
    """The pattern with its variables replaced."""
    found: list[str] = []
    for token in pattern:
        found.extend(values[token] if VARIABLE.fullmatch(token) else (token,))
    return tuple(found)


def term(text: str) -> Tokens:
    """The tokens of one well-formed term. Raises `Refused`."""
    tokens = tokens_of(text)
    for token in tokens:
        need(token not in RELATIONS, "an argument has a relation in it")
        need(token in TWO or token in ONE or _LEAF.fullmatch(token) is not None, f"{token[:40]!r} means nothing")
    need(end(tokens, 0) == len(tokens), "an argument is not one term")
    return tokens
