"""Types of the functions that steps name, as the worker prints them (`ocaml/fwd_expr.ml`)."""

from __future__ import annotations

import re

from attrs import frozen

_TOKEN = re.compile(r"\(|\)|->|\*|,|'?\w+")


@frozen
class Type:
    """`name` is "->", "*", a type's name, or "'n" for a variable."""

    name: str
    items: tuple[Type, ...] = ()

    @property
    def variable(self) -> bool:
        """Whether it stands for any type."""
        return self.name.startswith("'")


TACTIC = Type("tactic")
THEOREM = Type("thm")


def parse(text: str) -> Type:
    """The type that a text means. ValueError if it means none."""
    words = _TOKEN.findall(text)
    found, place = _type(words, 0)
    if place != len(words):
        raise ValueError(f"not a type: {text}")
    return found


def _type(words: list[str], place: int) -> tuple[Type, int]:
    if words[place] != "(":
        return Type(words[place]), place + 1
    items, place = [], place + 1
    while True:
        item, place = _type(words, place)
        items.append(item)
        mark, place = words[place], place + 1
        if mark == ")":
            break
        kind = mark
    if len(items) > 1 and kind in ("->", "*"):
        return Type(kind, tuple(items)), place
    return Type(words[place], tuple(items)), place + 1


def result(of: Type) -> Type:
    """What a function gives once it has all its arguments."""
    while of.name == "->":
        of = of.items[1]
    return of


def arguments(of: Type) -> list[Type]:
    """The types of a function's arguments."""
    found = []
    while of.name == "->":
        found.append(of.items[0])
        of = of.items[1]
    return found
