"""The grammar of the next step: which labels, pointers and symbols may come next.

The *strong* grammar admits only steps that apply and whose result is new: a label needs a witness (facts for all its
hypotheses, the distinct-variable conditions kept, the result not yet known), each pointer must leave a way to complete
the others, and the last symbol may not make the result a duplicate. The *plain* grammar admits labels that the goal
does not forbid, pointers that unify given the choices so far, and well-formed expressions.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from fwd.api import ProofGraph, Step

from fwd_metamath.earley import Node, Parse
from fwd_metamath.env import MetamathEnv
from fwd_metamath.layout import END, Layout
from fwd_metamath.library import Theorem
from fwd_metamath.search import Witnesses
from fwd_metamath.shapes import Shapes
from fwd_metamath.state import State
from fwd_metamath.syntax import Reach, Since
from fwd_metamath.terms import Term

NOTE = "metamath.grammar"
MEMORY = 1 << 14
"""For how many places in expressions to remember what may come next."""

_NONE = np.zeros(0, dtype=np.int64)

Numbered = tuple[np.ndarray, np.ndarray]
"""Ids of tokens, and for each the axiom from which on it may come."""


class Grammar:
    """What all cursors of one codec share."""

    def __init__(self, env: MetamathEnv, layout: Layout):
        self.env = env
        self.layout = layout
        self.strong = env.config.grammar == "strong"

    @cached_property
    def shapes(self) -> Shapes:
        """Shapes of the library's hypotheses; needs all of them parsed."""
        return Shapes(self.env.library)

    def situation(self, graph: ProofGraph) -> Situation:
        """What is known of the graph, up to date."""
        state = self.env.state(graph)
        situation = graph.notes.get(NOTE)
        if situation is None:
            situation = graph.notes[NOTE] = Situation(self, state)
        situation.update()
        return situation

    def constants(self, reach: Reach, parse: Parse) -> np.ndarray:
        """Ids of the constants that may come next."""
        signature = (self.layout, frozenset(parse.nodes))
        found = reach.since.memo.get(signature)
        if found is None:
            if len(reach.since.memo) >= MEMORY:
                reach.since.memo.clear()
            found = reach.since.memo[signature] = self._constants(reach.since, signature[1])
        ids, since = found  # type: ignore[misc]
        return ids[since < reach.limit]

    def _constants(self, since: Since, nodes: frozenset[Node]) -> Numbered:
        """Ids of the constants by which these nodes go on, ascending, each with the axiom from which on it may."""
        parts = [self._edges(since, node) for node in nodes if node.edges]
        if len(parts) < 2:
            return parts[0] if parts else (_NONE, np.zeros(0))
        ids, first = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((first, ids))
        ids, first = ids[order], first[order]
        new = np.concatenate([[True], ids[1:] != ids[:-1]])
        return ids[new], first[new]

    def _edges(self, since: Since, node: Node) -> Numbered:
        """The same for one node."""
        found = since.edges.get((self.layout, node))
        if found is None:
            ids = np.array([self.layout.symbols[symbol] for symbol in node.edges], dtype=np.int64)
            order = np.argsort(ids)
            first = np.array([since.nodes[following] for following in node.edges.values()])
            found = since.edges[self.layout, node] = (ids[order], first[order])
        return found  # type: ignore[return-value]


class Situation:
    """What the grammar knows of one graph: usable labels, and under the strong grammar who has been found wanting."""

    def __init__(self, grammar: Grammar, state: State):
        env = grammar.env
        self.grammar = grammar
        self.state = state
        self.usable = env.library.usable(state.limit, state.forbidden)
        names = env.syntax.names_of(state.variables)
        for free in env.dummies(state.variables, state.limit).values():
            names += free[: env.config.dummies]
        leaves = [env.syntax.variables[name] for name in names if name in grammar.layout.symbols]
        self.names = 0
        """The mask of the variables that steps may spell out: the goal's and some dummies."""
        for leaf in leaves:
            self.names |= leaf.mask
        self.witnesses = Witnesses(state, grammar.shapes, leaves) if grammar.strong else None
        self._labels: np.ndarray | None = None
        self._variable_ids: dict[tuple[str, int], np.ndarray] = {}

    def update(self) -> None:
        """Take in new facts."""
        if self.witnesses is not None and self.witnesses.update():
            self._labels = None

    def labels(self) -> np.ndarray:
        """Ids of the labels that may come next."""
        if self._labels is None:
            mask = self.usable if self.witnesses is None else self.witnesses.ready(self.usable)
            self._labels = np.flatnonzero(mask) + self.grammar.layout.labels
        return self._labels

    def refuse(self, theorem: Theorem) -> None:
        """The theorem cannot be applied to the present facts."""
        assert self.witnesses is not None
        self.witnesses.refuse(theorem)
        labels = self.labels()
        self._labels = labels[labels != theorem.number + self.grammar.layout.labels]

    def variable_ids(self, typecode: str, mask: int) -> np.ndarray:
        """Ids of the mask's variables that have this typecode."""
        found = self._variable_ids.get((typecode, mask))
        if found is None:
            syntax = self.grammar.env.syntax
            names = [name for name in syntax.names_of(mask) if syntax.variables[name].typecode == typecode]
            ids = sorted(self.grammar.layout.symbols[name] for name in names)
            found = self._variable_ids[typecode, mask] = np.array(ids, dtype=np.int64)
        return found


class StepCursor:
    """A partial step of one graph; see `fwd.api.Cursor`."""

    def __init__(self, grammar: Grammar, graph: ProofGraph):
        self.complete = False
        self._grammar = grammar
        self._layout = grammar.layout
        self._situation = grammar.situation(graph)
        self._state = self._situation.state
        self._theorem: Theorem | None = None
        self._values: list[Term | None] = []
        self._premises: list[int] = []
        self._witness: tuple[int, ...] | None = None
        self._argument = 0
        self._parse: Parse | None = None
        self._reach: Reach | None = None
        self._names = 0
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
        if self._theorem is None:
            taken = self._push_label(token)
        elif len(self._premises) < len(self._theorem.essentials):
            taken = self._push_pointer(token)
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
        theorem = self._theorem
        if theorem is None or not self.complete:
            raise ValueError("the step is not complete")
        arguments = tuple([self._values[place].text for place in theorem.free])  # type: ignore[union-attr]
        return Step(theorem.label, tuple(self._premises), arguments)

    def _compute(self) -> np.ndarray:
        if self.complete:
            return _NONE
        if self._theorem is None:
            return self._situation.labels()
        if len(self._premises) < len(self._theorem.essentials):
            return self._pointers()
        return self._symbols()

    # Labels

    def _push_label(self, token: int) -> bool:
        number = token - self._layout.labels
        library = self._grammar.env.library
        if not 0 <= number < len(library) or not self._situation.usable[number]:
            return False
        theorem = library.theorems[number]
        witnesses = self._situation.witnesses
        if witnesses is not None:
            witness = witnesses.of(theorem)
            if witness is None:
                self._situation.refuse(theorem)
                return False
            self._witness = witness
        self._theorem = theorem
        self._values = theorem.unknown.copy()
        if not theorem.essentials:
            self._begin_arguments()
        return True

    # Pointers

    def _pointers(self) -> np.ndarray:
        assert self._theorem is not None
        pattern = self._theorem.essentials[len(self._premises)]
        terms = self._state.terms[: self._layout.max_facts]
        fitting = [k for k, term in enumerate(terms) if pattern.match(term, self._values.copy())]
        return np.array(fitting, dtype=np.int64) + self._layout.pointers

    def _push_pointer(self, token: int) -> bool:
        theorem = self._theorem
        assert theorem is not None
        number = token - self._layout.pointers
        place = len(self._premises)
        if not 0 <= number < min(len(self._state.terms), self._layout.max_facts):
            return False
        values = self._values.copy()
        if not theorem.essentials[place].match(self._state.terms[number], values):
            return False
        witnesses = self._situation.witnesses
        if witnesses is not None and (self._witness is None or self._witness[place : place + 1] != (number,)):
            found = witnesses.search(theorem, values, [*self._premises, number])
            if found is None:
                return False
            self._witness = found
        self._values = values
        self._premises.append(number)
        if len(self._premises) == len(theorem.essentials):
            self._begin_arguments()
        return True

    # Symbols of expressions

    def _begin_arguments(self) -> None:
        """The pointers are complete: go on with the first open variable, if any."""
        self._argument = -1
        self._next_argument()

    def _next_argument(self) -> None:
        theorem = self._theorem
        assert theorem is not None
        self._argument += 1
        if self._argument == len(theorem.free):
            self.complete = True
            return
        place = theorem.free[self._argument]
        names = self._situation.names
        if self._grammar.strong:
            for i, j in theorem.distinct:
                other = self._values[j if i == place else i] if place in (i, j) else None
                if other is not None:
                    names = self._state.apart.among(other.mask, names)
        syntax = self._grammar.env.syntax
        self._names = names
        self._reach = syntax.reach(syntax.typecodes_of(names), self._state.limit)
        self._parse = syntax.start(theorem.typecodes[place], self._reach)

    def _symbols(self) -> np.ndarray:
        assert self._parse is not None
        assert self._reach is not None
        parts = [self._grammar.constants(self._reach, self._parse)]
        parts += [self._situation.variable_ids(typecode, self._names) for typecode in self._parse.typecodes]
        if self._parse.column.accepted is not None:
            parts.append(np.array([END], dtype=np.int64))
        return np.sort(np.concatenate(parts))

    def _push_symbol(self, token: int) -> bool:
        theorem, parse = self._theorem, self._parse
        assert theorem is not None
        assert parse is not None
        syntax = self._grammar.env.syntax
        place = theorem.free[self._argument]
        before = parse.column
        if token == END:
            if before.accepted is None:
                return False
        else:
            symbol = self._layout.words.get(token)
            if symbol is None:
                return False
            leaf = syntax.variables.get(symbol)
            if (leaf is not None and not leaf.mask & self._names) or not parse.push(symbol):
                return False
            if parse.column.accepted is None or theorem.typecodes[place] in syntax.open:
                return True
        self._values[place] = parse.column.accepted
        witnesses = self._situation.witnesses
        if witnesses is not None and not witnesses.feasible(theorem, self._values):
            self._values[place] = None
            parse.column = before
            return False
        self._next_argument()
        return True
