"""A step that is being written token by token: label, facts, position, terms."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from fwd.api import Applied, ProofGraph, Step

from fwd_equations.env import CALC, NORM, USES
from fwd_equations.grammar import NOWHERE, Grammar, Spot
from fwd_equations.layout import NORM_AT
from fwd_equations.match import Derivation, Move, Rewrite, Values
from fwd_equations.parse import read_prefix
from fwd_equations.sites import derivation_values
from fwd_equations.terms import at
from fwd_equations.writer import Chooser, Writer

_NONE = np.zeros(0, dtype=np.int64)


class StepCursor:
    """A partial step of one graph; see `fwd.api.Cursor`."""

    def __init__(self, grammar: Grammar, graph: ProofGraph):
        self.complete = False
        self._grammar = grammar
        self._layout = grammar.layout
        self._graph = graph
        self._situation = grammar.situation(graph)
        self._label = ""
        self._premises: tuple[int, ...] = ()
        self._position: int | None = None
        self._texts: tuple[str, ...] = ()
        self._writer: Writer | Chooser | None = None
        self._values: Values = []
        self._spot = NOWHERE
        self._left = 0
        """Terms that are still to be written, the one at hand included."""
        self._allowed: np.ndarray | None = None

    def allowed(self) -> np.ndarray:
        """See `fwd.api.Cursor`."""
        if self._allowed is None:
            self._allowed = self._compute()
        return self._allowed

    def push(self, token: int) -> bool:
        """See `fwd.api.Cursor`."""
        if self.complete:
            return False
        if not self._label:
            taken = self._push_label(token)
        elif len(self._premises) < self._situation.count(self._label):
            taken = self._push_pointer(token)
        elif self._placed and self._position is None:
            taken = self._push_position(token)
        else:
            taken = self._push_symbol(token)
        if taken:
            self._allowed = None
        else:
            allowed = self.allowed()
            self._allowed = allowed[allowed != token]
        return taken

    def step(self) -> Step:
        """See `fwd.api.Cursor`."""
        if not self.complete:
            raise ValueError("the step is not complete")
        return self._step(self._texts)

    def _step(self, texts: tuple[str, ...]) -> Step:
        label = NORM if self._label == NORM_AT else self._label
        where = () if self._position is None else (f"@{self._position}",)
        return Step(label, self._premises, where + texts)

    @property
    def _placed(self) -> bool:
        """Whether the step names a position."""
        return self._label in USES or self._label == NORM_AT or isinstance(self._move, Rewrite)

    @property
    def _move(self) -> Move | None:
        return self._grammar.moves.get(self._label)

    def _compute(self) -> np.ndarray:
        if self.complete:
            return _NONE
        situation = self._situation
        if not self._label:
            return situation.labels()
        place = len(self._premises)
        if place < situation.count(self._label):
            return self._shifted(situation.candidates(self._label, place), self._layout.pointer)
        if self._placed and self._position is None:
            return self._shifted(situation.positions(self._label, self._premises), self._layout.position)
        assert self._writer is not None
        return self._writer.allowed(tuple(situation.names))

    @staticmethod
    def _shifted(numbers: Iterable[int], first: int) -> np.ndarray:
        return np.array(sorted(numbers), dtype=np.int64) + first

    def _push_label(self, token: int) -> bool:
        label = self._layout.names.get(token)
        if label is None or token not in self._situation.labels():
            return False
        if not self._situation.leads_on(label, ()):
            self._situation.refuse(token)
            return False
        self._label = label
        self._settle()
        return True

    def _push_pointer(self, token: int) -> bool:
        number = token - self._layout.pointer
        place = len(self._premises)
        if number not in self._situation.candidates(self._label, place):
            return False
        premises = (*self._premises, number)
        if not self._situation.leads_on(self._label, premises):
            return False
        self._premises = premises
        self._settle()
        return True

    def _push_position(self, token: int) -> bool:
        if token not in self.allowed():
            return False
        self._position = token - self._layout.position
        self._settle()
        return True

    def _settle(self) -> None:
        """Whether the step is complete now, or begins to spell out terms."""
        if len(self._premises) < self._situation.count(self._label) or (self._placed and self._position is None):
            return
        move = self._move
        self._left = 1 if self._label == CALC else 0 if move is None else len(move.open)
        self.complete = not self._left
        if self._left:
            if move is not None:
                self._match(move)
            self._begin_term()

    def _match(self, move: Move) -> None:
        """The values of the move's variables that the premises determine."""
        terms = [self._situation.state.terms[number] for number in self._premises]
        if isinstance(move, Derivation):
            values = derivation_values(move, terms)
        else:
            assert self._position is not None
            values = move.match(at(terms[0], self._position))
            self._spot = Spot.at(terms[0], self._position)
        assert values is not None
        self._values = values

    def _begin_term(self) -> None:
        grammar, move = self._grammar, self._move
        if move is None:
            self._writer = grammar.comparisons
            return
        place = move.open[-self._left]
        if place in grammar.finder.openings[move.label].bound:
            self._writer = Chooser.of(self._layout, self._situation.terms(move, self._values, place, self._spot))
        else:
            self._writer = Writer(grammar.symbols, self._situation.room(move, self._values, place, self._spot))

    def _push_symbol(self, token: int) -> bool:
        writer = self._writer
        assert writer is not None
        if token not in self.allowed():
            return False
        further = writer.after(token)
        if not further.done:
            self._writer = further
            return True
        texts = (*self._texts, further.text)
        if self._move is not None and self._left > 1:
            self._values[self._move.open[-self._left]] = read_prefix(further.text)
        if self._left == 1 and not isinstance(self._grammar.env.apply(self._graph, self._step(texts)), Applied):
            return False
        self._texts = texts
        self._left -= 1
        self.complete = not self._left
        if self._left:
            self._begin_term()
        return True
