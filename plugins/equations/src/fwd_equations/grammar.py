"""The grammar of the next step: which labels, facts, positions and symbols may come next.

A label may come if it fits some facts, with side conditions that facts or arithmetic give and a result that is new; so
must each pointer and position leave a way to complete the step. Terms for open variables are any terms over the
variables of the goal, up to `env.max_argument` nodes; with the last symbol the env itself judges the whole step. Steps
of the grammar are therefore never rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from fwd.api import Applied, ProofGraph, Step

from fwd_equations import exact
from fwd_equations.env import CALC, NORM, USES, EquationsEnv
from fwd_equations.layout import NORM_AT, Layout, ids
from fwd_equations.match import Derivation, Move, Rewrite
from fwd_equations.sites import TRIES, Finder, conditions_known, derivation_values, is_new, rewrite_fits
from fwd_equations.state import State
from fwd_equations.terms import Term, is_variable, preorder, replace
from fwd_equations.writer import Symbols, Writer

NOTE = "equations.grammar"
LARGEST_SUM = 12
"""Most nodes of a statement about numbers that a step may spell."""
_NONE = np.zeros(0, dtype=np.int64)
_PREMISES = {USES[0]: 2, USES[1]: 2, NORM: 1, NORM_AT: 1, CALC: 0}


class Grammar:
    """What all cursors of one codec share."""

    def __init__(self, env: EquationsEnv, layout: Layout):
        self.env = env
        self.layout = layout
        self.finder = Finder(env.library)
        self.symbols = Symbols(layout)
        self.largest = env.config.max_statement
        moves: dict[str, Move] = env.library.moves
        self.moves = {label: moves[label] for label in layout.labels if label in moves}
        self.axioms = tuple(move for move in self.moves.values() if isinstance(move, Derivation) and not move.premises)

    def situation(self, graph: ProofGraph) -> Situation:
        """What is known of the graph, up to date."""
        state = self.env.state(graph)
        situation = graph.notes.get(NOTE)
        if situation is None:
            situation = graph.notes[NOTE] = Situation(self, state)
        situation.update()
        return situation


class Situation:
    """What the grammar knows of one graph: which facts each label could use, and which labels were found wanting."""

    def __init__(self, grammar: Grammar, state: State):
        self.grammar = grammar
        self.state = state
        self.names: dict[int, None] = {}
        """Tokens of the variables that steps may spell out."""
        self._seen = 0
        self._sites: dict[str, list[int]] = {}
        self._premises: dict[tuple[str, int], list[int]] = {}
        self._equalities: list[int] = []
        self._labels: np.ndarray | None = None
        self._learn_names(grammar.env.texts.read(state.goal.statement))

    def update(self) -> None:
        """Take in new facts."""
        terms = self.state.terms[: self.grammar.layout.max_facts]
        if self._seen < len(terms):
            self._labels = None
        for number in range(self._seen, len(terms)):
            self._take_in(number, terms[number])
        self._seen = len(terms)

    def _take_in(self, number: int, term: Term) -> None:
        sites = self.grammar.finder.sites(term)
        for label in sites.labels:
            self._sites.setdefault(label, []).append(number)
        if sites.sums:
            self._sites.setdefault(NORM, []).append(number)
            self._sites.setdefault(NORM_AT, []).append(number)
        for move, place in self.grammar.env.library.uses(term):
            self._premises.setdefault((move.label, place), []).append(number)
        if term.head == "=":
            self._equalities.append(number)
        self._learn_names(term)

    def _learn_names(self, term: Term) -> None:
        symbols = self.grammar.layout.symbols
        for node in preorder(term):
            if not node.args and is_variable(node.head) and node.head in symbols:
                self.names.setdefault(symbols[node.head])

    def labels(self) -> np.ndarray:
        """Ids of the labels that may come next. They fit facts; whether with a new result only `refuse` tells."""
        if self._labels is None:
            grammar = self.grammar
            fitting = [CALC, *self._sites, *(move.label for move in grammar.axioms)]
            fitting += USES if self._equalities else ()
            fitting += [label for label, place in self._premises if place == 0]
            found = {label for label in fitting if self._possible(label)}
            tokens = grammar.layout.labels
            self._labels = ids([tokens[label] for label in found if label in tokens])
        return self._labels

    def _possible(self, label: str) -> bool:
        move = self.grammar.moves.get(label)
        if move is None:
            return label in _PREMISES
        if not self.state.permits(move):
            return False
        return isinstance(move, Rewrite) or all((label, place) in self._premises for place in range(len(move.premises)))

    def refuse(self, token: int) -> None:
        """The label cannot be applied to the present facts."""
        labels = self.labels()
        self._labels = labels[labels != token]

    # Premises and positions

    def count(self, label: str) -> int:
        """Premises that a step with this label names."""
        move = self.grammar.moves.get(label)
        if move is None:
            return _PREMISES[label]
        return 1 if isinstance(move, Rewrite) else len(move.premises)

    def candidates(self, label: str, place: int) -> Sequence[int]:
        """Facts that could be the premise with this number, the others not looked at."""
        if label in USES:
            return self._equalities if place else range(self._seen)
        if label in self._sites:
            return self._sites[label]
        return self._premises.get((label, place), ())

    def leads_on(self, label: str, premises: Sequence[int]) -> bool:
        """Whether the step can be completed with these first premises. Gives up on looking after `TRIES` tries and
        says yes."""
        wanted = self.count(label)
        stack = [tuple(premises)]
        tries = 0
        while stack:
            chosen = stack.pop()
            tries += 1
            if tries > TRIES:
                return True
            if len(chosen) == wanted:
                if self.fits(label, chosen):
                    return True
            elif self._agree(label, chosen):
                stack.extend((*chosen, number) for number in self.candidates(label, len(chosen)))
        return False

    def _agree(self, label: str, premises: Sequence[int]) -> bool:
        """Whether the premises so far do not contradict each other."""
        move = self.grammar.moves.get(label)
        if not premises or not isinstance(move, Derivation):
            return True
        return derivation_values(move, [self.state.terms[number] for number in premises]) is not None

    def fits(self, label: str, premises: Sequence[int]) -> bool:
        """Whether a step with these premises has its conditions and a new result, for some position and as far as can
        be told before open terms are chosen."""
        state, largest = self.state, self.grammar.largest
        move = self.grammar.moves.get(label)
        terms = [state.terms[number] for number in premises]
        if isinstance(move, Derivation):
            values = derivation_values(move, terms)
            if values is None or any(state.support(one) is None for one in conditions_known(move, values)):
                return False
            return bool(move.open) or is_new(state, move.target(values), largest)  # type: ignore[arg-type]
        if label == CALC:
            return True
        if label == NORM:
            return is_new(state, exact.normal(terms[0]), largest)
        return any(True for _ in self.positions(label, premises))

    def positions(self, label: str, premises: Sequence[int]) -> Iterator[int]:
        """Where a step with these premises fits."""
        state, largest = self.state, self.grammar.largest
        terms = [state.terms[number] for number in premises]
        statement = terms[0]
        sites = self.grammar.finder.sites(statement)
        move = self.grammar.moves.get(label)
        if isinstance(move, Rewrite):
            for position, values in sites.rewrites(label):
                if rewrite_fits(state, move, values, statement, position, largest):
                    yield position
            return
        if label in USES:
            old, new = terms[1].args if label == USES[0] else terms[1].args[::-1]
            made = ((position, new) for position in sites.places(old))
        else:
            made = ((position, exact.normal(sites.nodes[position])) for position in sites.sums)
        for position, part in made:
            if is_new(state, replace(statement, position, part), largest):
                yield position


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
        self._writer: Writer | None = None
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
            self._begin_term()

    def _begin_term(self) -> None:
        config = self._grammar.env.config
        about_numbers = self._label == CALC
        self._writer = Writer(
            self._grammar.symbols, min(config.max_argument, 12) if about_numbers else config.max_argument, about_numbers
        )

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
        if self._left == 1 and not isinstance(self._grammar.env.apply(self._graph, self._step(texts)), Applied):
            return False
        self._texts = texts
        self._left -= 1
        self.complete = not self._left
        if self._left:
            self._begin_term()
        return True
