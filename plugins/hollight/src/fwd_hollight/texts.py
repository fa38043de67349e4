"""The text of a step: its canonical form, and what it says about the facts that it uses.

A step's label is the function that is applied. A tactic's arguments are the statement that it proves (or `GOAL`, for
that of the goal), then the text of the function's own arguments, if it takes any; a rule has only the latter. The text
names the step's premises `#0`, `#1`, ... in order.
"""

from __future__ import annotations

import re

from fwd.api import Goal, Step

from fwd_hollight.library import Library
from fwd_hollight.words import spaced

GOAL = "."
"""In place of a statement: that of the goal."""

LONGEST = 40_000
"""Most characters that an argument of a step may have."""

WORDS = re.compile(r"`[^`]*`|\"[^\"\s]*\"|#[0-9]+|->|[A-Za-z_][A-Za-z0-9_']*|[0-9]+|[()\[\];,]")
_REFERENCE = re.compile(r"#([0-9]+)")


class Malformed(Exception):
    """A step that cannot mean anything: a `code` and why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def canonical(text: str) -> str:
    """The text with single spaces between its words, those of quotations included. Raises `Malformed`."""
    words, place = [], 0
    stripped = text.strip()
    while place < len(stripped):
        found = WORDS.match(stripped, place)
        if found is None:
            raise Malformed("syntax", f"{stripped[place : place + 20]!r} is no part of a step")
        word = found[0]
        words.append(f"` {spaced(word[1:-1])} `" if word.startswith("`") else word)
        place = found.end()
        while place < len(stripped) and stripped[place].isspace():
            place += 1
    return " ".join(words)


def references(text: str) -> list[int]:
    """The premises that a text names, in order of first occurrence."""
    outside = re.sub(r"`[^`]*`", "", text)
    return list(dict.fromkeys(int(number) for number in _REFERENCE.findall(outside)))


def parts(library: Library, goal: Goal, step: Step) -> tuple[str, str]:
    """The whole text of a step, and the statement that it claims (none for a rule). Raises `Malformed`."""
    if step.label not in library.usable:
        raise Malformed("unknown", f"{step.label!r} is nothing that a step may name")
    if not all(isinstance(argument, str) for argument in step.arguments):
        raise Malformed("arguments", "arguments are texts")
    stated = 1 if library.is_tactic(step.label) else 0
    if not stated <= len(step.arguments) <= stated + 1:
        raise Malformed("arguments", f"{step.label} takes {stated} or {stated + 1} arguments")
    if any(len(argument) > LONGEST for argument in step.arguments):
        raise Malformed("too-long", f"an argument of more than {LONGEST} characters")
    statement, rest = "", ""
    if stated:
        statement = goal.statement if step.arguments[0] == GOAL else step.arguments[0]
        if not statement.strip():
            raise Malformed("syntax", "the statement is empty")
    if len(step.arguments) > stated:
        rest = step.arguments[stated]
        if not rest or canonical(rest) != rest:
            raise Malformed("syntax", "the text is not in canonical form")
    if references(rest) != list(range(len(step.premises))):
        raise Malformed("premises", "the premises are not those that the text names")
    return f"{step.label} {rest}".strip(), statement
