"""A partial step: label, the statement that a tactic proves, `<by>`, its arguments, `<end>`."""

from __future__ import annotations

import numpy as np
from fwd.api import ProofGraph, Step

from fwd_hollight import texts, typed
from fwd_hollight.grammar import NONE, Grammar, union
from fwd_hollight.layout import BY, END, GOAL
from fwd_hollight.typed import HOL_TYPE, Arguments
from fwd_hollight.types import TACTIC, THEOREM, Type
from fwd_hollight.writing import Writing

ROOM = 16
"""Tokens that must be left for another bracket to be opened."""
_END = np.array([END], dtype=np.int64)
_GOAL = np.array([GOAL], dtype=np.int64)
_BY = np.array([BY], dtype=np.int64)


class StepCursor:
    """See `fwd.api.Cursor`."""

    def __init__(self, grammar: Grammar, graph: ProofGraph) -> None:
        self.grammar = grammar
        self.complete = False
        self._facts = min(len(graph.facts), grammar.layout.max_facts)
        self._permitted = grammar.permitted(graph.goal)
        self._label = ""
        self._statement: list[str] = []
        self._words: list[str] = []
        self._premises: list[int] = []
        self._writing: Writing | None = None
        """The statement or quotation that is being written."""
        self._arguments: Arguments | None = None
        self._opened = False
        """Whether a bracket was opened and it is not yet known for what."""
        self._pattern: list[str] | None = None
        self._stating = False

    def allowed(self) -> np.ndarray:
        """See `fwd.api.Cursor`."""
        if self.complete:
            return NONE
        if not self._label:
            return self._only(self.grammar.labels)
        if self._writing is not None:
            return self._in_writing(self._writing)
        assert self._arguments is not None
        if len(self._words) >= self.grammar.config.max_argument:
            return _END if self._arguments.complete else NONE
        if self._pattern is not None:
            return self._in_pattern(self._pattern)
        return self._only(union(self._in_arguments(self._arguments)))

    def push(self, token: int) -> bool:
        """See `fwd.api.Cursor`. No token of `allowed` is ever refused."""
        if token == END:
            self.complete = True
        elif token == GOAL:
            self._statement.append(texts.GOAL)
        elif not self._label:
            self._start(self.grammar.words[token])
        elif token == BY:
            self._writing, self._stating = None, False
        elif self._writing is not None and token in self.grammar.layout.terms:
            text, kind = self.grammar.layout.terms[token]
            self._writing.push(text, kind)
            (self._statement if self._stating else self._words).append(text)
        else:
            self._push_word(token)
        return True

    def step(self) -> Step:
        """See `fwd.api.Cursor`."""
        rest = (" ".join(self._words),) if self._words else ()
        stated = (" ".join(self._statement),) if self._statement else ()
        return Step(self._label, tuple(self._premises), stated + rest)

    def _only(self, ids: np.ndarray) -> np.ndarray:
        return ids[self._permitted[ids]]

    def _start(self, label: str) -> None:
        self._label = label
        kind = self.grammar.library.usable[label]
        self._stating = self.grammar.library.is_tactic(label)
        self._arguments = Arguments(kind, TACTIC if self._stating else THEOREM)
        if self._stating:
            self._writing = Writing(self.grammar.config.max_statement, sequent=True)

    def _in_writing(self, writing: Writing) -> np.ndarray:
        if not self._stating:
            found = [self.grammar.of_kinds(writing.kinds())]
            return union([*found, self.grammar.word("`")]) if writing.complete else union(found)
        assert self._arguments is not None
        end = _END if self._arguments.complete else _BY
        if self._statement == [texts.GOAL]:
            return end
        found = [self.grammar.of_kinds(writing.kinds())]
        found += [end] if writing.complete else []
        found += [] if self._statement else [_GOAL]
        return union(found)

    def _in_pattern(self, words: list[str]) -> np.ndarray:
        """Words of a function's parameter: a name, or names in brackets."""
        word = self.grammar.word
        depth = words.count("(") - words.count(")")
        if not words or words[-1] in ("(", ","):
            return union([self.grammar.identifiers, word("(")])
        return union([word(","), word(")")]) if depth else word("->")

    def _in_arguments(self, arguments: Arguments) -> list[np.ndarray]:
        grammar, slot = self.grammar, arguments.slot()
        room = len(self._words) + ROOM < grammar.config.max_argument
        if self._opened:
            wanted = arguments.types.resolved(slot.wanted)  # type: ignore[arg-type]
            found = [grammar.fitting(wanted).functions, *self._locals(arguments, wanted, function=True)]
            return [*found, grammar.word("fun")] if wanted.name == "->" else found
        found = [grammar.word(word) for word in slot.words]
        if slot.wanted is not None:
            found += grammar.expressions(slot, arguments.types, room)
            found += self._locals(arguments, slot.wanted)
            if arguments.takes_theorem():
                found.append(np.arange(self._facts, dtype=np.int64) + grammar.layout.pointers)
        if arguments.complete and self._words:
            found.append(_END)
        return found

    def _locals(self, arguments: Arguments, wanted: Type, function: bool = False) -> list[np.ndarray]:
        found = []
        for name, kind in dict(arguments.locals).items():
            kind = arguments.types.resolved(kind)
            ways = typed.applied(kind) if function else [kind]
            if any(arguments.types.fits(one, wanted) for one in ways):
                found.append(self.grammar.word(name))
        return found

    def _push_word(self, token: int) -> None:
        arguments = self._arguments
        assert arguments is not None
        pointer = token - self.grammar.layout.pointers
        if 0 <= pointer < self.grammar.layout.max_facts:
            if pointer not in self._premises:
                self._premises.append(pointer)
            self._words.append(f"#{self._premises.index(pointer)}")
            arguments.filled(THEOREM)
            return
        word = self.grammar.words[token]
        self._words.append(word)
        if self._pattern is not None:
            self._push_pattern(arguments, self._pattern, word)
        elif word == "`":
            self._quote(arguments)
        elif word == "(":
            self._open(arguments)
        elif word == "[":
            item = typed.fresh()
            arguments.types.unify(Type("list", (item,)), arguments.slot().wanted)  # type: ignore[arg-type]
            arguments.open("list", Type("list", (item,)), items=(item,))
        elif word in (")", "]"):
            arguments.close()
        elif word in (",", ";"):
            arguments.separate()
        elif word == "fun":
            self._opened, self._pattern = False, []
        else:
            self._name(arguments, word)

    def _name(self, arguments: Arguments, word: str) -> None:
        """A name, a local name, a number or a string."""
        kind = dict(arguments.locals).get(word)
        if kind is None:
            known = self.grammar.library.usable.get(word)
            kind = typed.fresh(known) if known else Type("int" if word.isdigit() else "string")
        if self._opened:
            self._opened = False
            wanted = arguments.slot().wanted
            assert wanted is not None
            arguments.open("call", wanted, kind)
        else:
            arguments.filled(kind)

    def _open(self, arguments: Arguments) -> None:
        wanted = arguments.types.resolved(arguments.slot().wanted)  # type: ignore[arg-type]
        if wanted.name == "*":
            arguments.open("tuple", wanted, items=wanted.items)
        else:
            self._opened = True

    def _quote(self, arguments: Arguments) -> None:
        """A quotation begins or ends."""
        if self._writing is not None:
            alone, self._writing = self._writing.alone, None
            arguments.filled(HOL_TYPE if alone else typed.TERM)
            return
        left = self.grammar.config.max_argument - len(self._words)
        of_type = not arguments.value_fits(typed.TERM)
        self._writing = Writing.of_type(left) if of_type else Writing(left)

    def _push_pattern(self, arguments: Arguments, words: list[str], word: str) -> None:
        if word != "->":
            words.append(word)
            return
        self._pattern = None
        wanted = arguments.slot().wanted
        assert wanted is not None
        body = typed.fresh()
        parameter, bound = _pattern_type(words)
        arguments.types.unify(typed.arrow(parameter, body), wanted)
        arguments.open("function", wanted, items=(body,))
        arguments.locals += bound


def _pattern_type(words: list[str]) -> tuple[Type, list[tuple[str, Type]]]:
    """The type of a parameter, and of the names in it."""
    bound: list[tuple[str, Type]] = []
    stack: list[list[Type]] = [[]]
    for word in words:
        if word == "(":
            stack.append([])
        elif word == ")":
            items = stack.pop()
            stack[-1].append(items[0] if len(items) == 1 else Type("*", tuple(items)))
        elif word != ",":
            one = typed.fresh()
            stack[-1].append(one)
            bound.append((word, one))
    return stack[0][0], bound
