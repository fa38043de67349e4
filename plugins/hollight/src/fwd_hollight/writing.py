"""How terms are written, token by token: which kinds of token may come next in a sequent or a quotation.

Brackets balance, operators stand between operands, binders have variables and a body, and there is always room left to
close what is open. Whether the text has a type is for HOL Light to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from fwd_hollight.words import ASSUMED, TURNSTILE

ATOM, INFIX, PREFIX, BINDER, TYPE = "atom", "infix", "prefix", "binder", "type"
"""Kinds of token; every other token is a kind of its own."""

KEYWORDS = frozenset("()[]{}:;.|") | {
    "->",
    "let",
    "in",
    "and",
    "if",
    "then",
    "else",
    "match",
    "with",
    "function",
    "when",
}
TYPE_OPERATORS = frozenset(("->", "#", "+", "^", ","))

_CLOSES = {")": "(", "]": "[", "}": "{"}
_OWED = {"(": 1, "[": 1, "{": 1, ".": 2, "if": 4, "then": 2, "let": 2, "match": 4, "case": 2, "with": 0}
"""For each thing that is open, the least number of tokens that it still takes."""


@define(eq=False)
class Writing:
    """A text of terms so far. `sequent` texts may have assumptions. `left` counts the tokens that may still come."""

    left: int
    sequent: bool = False
    alone: bool = False
    """A type that stands for itself."""
    needs: bool = True
    """Whether an operand must come."""
    _open: list[str] = field(factory=list)
    _type: int | None = None
    """In a type: how many of its brackets are open."""
    _previous: str = ""
    _turned: bool = False
    _section: bool = False
    """Whether the last two tokens are a bracket and an operator: `( +`, which `)` makes an operand."""

    @classmethod
    def of_type(cls, left: int) -> Writing:
        """The text of a type with the colon before it, rather than of a term."""
        return cls(left, alone=True)

    @property
    def complete(self) -> bool:
        """Whether the text may end here."""
        if self.alone:
            return not self.needs and self._type == 0
        return not self.needs and self._type is None and all(one == "with" for one in self._open)

    def kinds(self) -> list[str]:
        """The kinds of token that may come next."""
        if self.alone and self._type is None:
            return [":"]
        if self.left <= self._owed():
            return self._closing()
        return self._in_type() if self._type is not None else self._in_term()

    def push(self, token: str, kind: str) -> None:
        """Take a token of one of these kinds."""
        self.left -= 1
        if self._type is not None:
            self._push_type(token)
        elif token in (TURNSTILE, ASSUMED) and self.sequent and self.complete:
            self._open.clear()
            self.needs = True
            self._turned |= token == TURNSTILE
        elif kind in KEYWORDS:
            self._push_keyword(token)
        else:
            if kind == BINDER:
                self._open.append(".")
            self.needs = kind in (INFIX, PREFIX, BINDER)
        self._section = kind in (INFIX, PREFIX, BINDER) and self._previous == "("
        self._previous = token

    def _owed(self) -> int:
        owed = sum(_OWED[one] for one in self._open) + self.needs
        return owed + (self._type + (not self.alone) if self._type is not None else 0)

    def _top(self) -> str:
        return self._open[-1] if self._open else ""

    def _closing(self) -> list[str]:
        """Only what leads to the end by the shortest way."""
        if self._section:
            return [")"]
        if self.needs:
            return [TYPE if self._type is not None else ATOM]
        if self._type is not None:
            return [] if self.alone and self._type == 0 else [")"]
        return self._enders()

    def _enders(self) -> list[str]:
        """What ends the innermost open thing."""
        opened = [one for one in self._open if one != "with"]
        ends = {"(": ")", "[": "]", "{": "}", ".": ".", "if": "then", "then": "else", "let": "in", "match": "with"}
        if self._top() == "case":
            return ["->"]
        return [ends[opened[-1]]] if opened and (self._top() != "with" or opened[-1] in "([{") else []

    def _in_term(self) -> list[str]:
        starts = [ATOM, PREFIX, BINDER, "(", "[", "{", "if", "let", "match", "function"]
        if self._section:
            return [*starts, ")", ":"]
        if self.needs:
            extra = [INFIX, ":"] if self._previous == "(" else []  # `( + )`, and `( : num )`, the set of all numbers
            extra += [one for one, opener in _CLOSES.items() if opener == self._previous and one != ")"]
            return starts + extra
        found = [*starts, INFIX, *self._enders()]
        found += {"(": [":"], "[": [";"], "{": ["|"], "let": ["and"], "with": ["|"]}.get(self._top(), [])
        if self.sequent and self.complete:
            found += [] if self._turned else [TURNSTILE, ASSUMED]
        return found

    def _push_keyword(self, token: str) -> None:
        top = self._top()
        if token in _CLOSES:
            if self._section and self._top() == ".":
                self._open.pop()
            while self._top() == "with":
                self._open.pop()
            self._open.pop()
            self.needs = False
            return
        if token == ":":
            self._type = 0
        elif token in "([{" or token in ("if", "let", "match"):
            self._open.append(token)
        elif token == "function":
            self._open += ["with", "case"]
        elif token == "then":
            self._open[-1] = "then"
        elif token in ("else", "in", ".") or (token == "->" and top == "case"):
            self._open.pop()
        elif token == "with":
            self._open[-1:] = ["with", "case"]
        elif token == "|" and top == "with":
            self._open.append("case")
        self.needs = True

    def _in_type(self) -> list[str]:
        if self.needs:
            return [TYPE, "("]
        return [TYPE, *([] if self.alone and self._type == 0 else [")"]), *TYPE_OPERATORS]

    def _push_type(self, token: str) -> None:
        assert self._type is not None
        if token == "(":
            self._type += 1
        elif token == ")":
            self._type -= 1
            if self._type < 0:
                self._type = None
                self._open.pop()
            self.needs = False
            return
        self.needs = token in TYPE_OPERATORS or token == "("


def accepted(tokens: Iterable[tuple[str, str]], writing: Writing) -> bool:
    """Whether a whole text of tokens with their kinds is one."""
    for token, kind in tokens:
        if kind not in writing.kinds():
            return False
        writing.push(token, kind)
    return writing.complete
