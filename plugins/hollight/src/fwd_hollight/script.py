"""Proofs as a script for a plain HOL Light: what `ocaml/outside.ml` judges.

Nothing that comes from a proof is ever text of the program. Statements, terms and strings are data, written by
`sources.quoted`; a step is compiled from its words: names that steps may name, numbers, and local names of our own.
What cannot be written so raises `Inexpressible`, before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from attrs import define, field
from fwd.api import Fact, Goal

from fwd_hollight import texts
from fwd_hollight.library import Library
from fwd_hollight.sources import quoted
from fwd_hollight.words import ASSUMED, QUOTE, TOKEN, TURNSTILE

DEEPEST = 200
"""How deep a step's brackets may go, here as in `ocaml/fwd_expr.ml`."""
LARGEST = 2**62 - 1
"""OCaml's greatest integer."""
_CLOSING = ("", ")", "]", ";", ",", "->")


class Inexpressible(Exception):
    """Why something cannot be written as a script."""


def proof(library: Library, longest: int, number: int, seconds: float, goal: Goal, facts: Sequence[Fact]) -> str:
    """The phrase that judges a proof of a canonical goal. Raises `Inexpressible`."""
    steps = [_fact(library, longest, goal, facts, index) for index in range(len(facts))]
    head = f"Fwd.proof {number} {quoted(goal.name[:80])} {seconds:.1f}"
    hypotheses = "; ".join(_sequent(one, longest) for one in goal.hypotheses)
    lines = ";\n  ".join(steps)
    return f"{head} [{hypotheses}]\n  {_sequent(goal.statement, longest)} [\n  {lines}];;\n"


def _fact(library: Library, longest: int, goal: Goal, facts: Sequence[Fact], index: int) -> str:
    """How one fact is made."""
    fact = facts[index]
    stated = _sequent(fact.statement, longest)
    if fact.step is None:
        return f"Fwd.hypothesis {stated}"
    if any(type(one) is not int or not 0 <= one < index for one in (*fact.premises, *fact.step.premises)):
        raise Inexpressible(f"fact {index}: a premise does not come earlier")
    try:
        text, statement = texts.parts(library, goal, fact.step)
    except texts.Malformed as error:
        raise Inexpressible(f"fact {index}: {error}") from None
    value = _Compiler(text, fact.step.premises, library.usable).whole()
    if not statement:
        return f"Fwd.rule {stated} (fun () -> {value})"
    used = "; ".join(map(str, fact.premises[len(fact.step.premises) :]))
    return f"Fwd.tactic {stated} [{used}] (fun () -> {value})"


def _sequent(text: str, longest: int) -> str:
    """A sequent: its assumptions and its conclusion."""
    if not isinstance(text, str) or len(text) > longest:
        raise Inexpressible("a statement is too long, or no text")
    *before, conclusion = _split(text, TURNSTILE)
    if len(before) > 1:
        raise Inexpressible("more than one |-")
    assumptions = _split(before[0], ASSUMED) if before else []
    return f"([{'; '.join(map(quoted, assumptions))}], {quoted(conclusion)})"


def _split(text: str, mark: str) -> list[str]:
    """What stands between the tokens that are this mark, as it was written but for white space at its ends."""
    pieces, start = [], 0
    for found in TOKEN.finditer(text):
        if found[0] == mark:
            pieces.append(text[start : found.start()])
            start = found.end()
    return [piece.strip(" \t\r\n") for piece in (*pieces, text[start:])]


@define(eq=False)
class _Compiler:
    """One step's text, word by word, as OCaml; the grammar is that of `ocaml/fwd_expr.ml`."""

    text: str
    premises: Sequence[int]
    usable: Collection[str]
    words: list[str] = field(init=False)
    place: int = 0
    scope: list[tuple[str, str]] = field(factory=list)
    """Local names, the innermost first, and what they are called here: they may be words that OCaml reserves."""
    names: int = 0

    def __attrs_post_init__(self) -> None:
        self.words = texts.WORDS.findall(self.text)

    def whole(self) -> str:
        """The text as an expression."""
        value = self._expression(0)
        if self._peek():
            raise Inexpressible(f"unexpected {self._peek()[:40]}")
        return value

    def _peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def _next(self) -> str:
        word = self._peek()
        self.place += 1
        return word

    def _expression(self, depth: int) -> str:
        if depth > DEEPEST:
            raise Inexpressible("a step is nested too deeply")
        if self._peek() != "fun":
            parts = [self._atom(depth)]
            while self._peek() not in _CLOSING:
                parts.append(self._atom(depth))
            return " ".join(parts)
        self._next()
        around = self.scope
        parameter, bound = self._pattern(depth)
        if self._next() != "->":
            raise Inexpressible("a function without an arrow")
        self.scope = bound + around
        body = self._expression(depth + 1)
        self.scope = around
        return f"(fun {parameter} -> {body})"

    def _atom(self, depth: int) -> str:
        word = self._next()
        if word == "(":
            return f"({', '.join(self._items(',', ')', lambda: self._expression(depth + 1)))})"
        if word == "[":
            if self._peek() == "]":
                return f"[{self._next()}"
            return f"[{'; '.join(self._items(';', ']', lambda: self._expression(depth + 1)))}]"
        if word.startswith(QUOTE):
            inside = word[1:-1].strip(" \t\r\n")
            return f"(Fwd.hol_type {quoted(inside[1:])})" if inside.startswith(":") else f"(Fwd.term {quoted(inside)})"
        if word.startswith('"'):
            return quoted(word[1:-1])
        if word.startswith("#"):
            return f"(Fwd.fact {self._premise(word[1:])})"
        return self._number(word) if word[:1].isdigit() else self._name(word)

    def _items(self, mark: str, close: str, item: Callable[[], str]) -> list[str]:
        items = [item()]
        while (word := self._next()) == mark:
            items.append(item())
        if word != close:
            raise Inexpressible(f"unexpected {word[:40]!r}")
        return items

    def _pattern(self, depth: int) -> tuple[str, list[tuple[str, str]]]:
        if depth > DEEPEST:
            raise Inexpressible("a step is nested too deeply")
        word = self._next()
        if word == "_":
            return "_", []
        if word == "(":
            parts: list[tuple[str, list[tuple[str, str]]]] = []
            self._items(",", ")", lambda: parts.append(self._pattern(depth + 1)) or "")
            return f"({', '.join(one for one, _ in parts)})", [name for _, bound in parts for name in bound]
        if not word[:1].isalpha() and not word.startswith("_"):
            raise Inexpressible(f"{word[:40]!r} is no name")
        name = f"x{self.names}"
        while name in self.usable:
            name += "_"
        self.names += 1
        return name, [(word, name)]

    def _premise(self, digits: str) -> int:
        if len(digits) > 9 or int(digits) >= len(self.premises):
            raise Inexpressible("there is no such premise")
        return self.premises[int(digits)]

    @staticmethod
    def _number(digits: str) -> str:
        if len(digits) > 19 or int(digits) > LARGEST:
            raise Inexpressible("a number is too large")
        return str(int(digits))

    def _name(self, word: str) -> str:
        for local, name in self.scope:
            if local == word:
                return name
        if word == "fun" or word not in self.usable:
            raise Inexpressible(f"{word[:40]!r} is nothing that a step may name")
        return "(o)" if word == "o" else word
