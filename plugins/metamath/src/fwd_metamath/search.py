"""Finding facts for the hypotheses of a theorem, so that its result is new."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fwd_metamath.library import Theorem
from fwd_metamath.shapes import Shapes
from fwd_metamath.state import State
from fwd_metamath.terms import Term

BUDGET = 3000
"""Most facts tried in one search. If they do not suffice, the theorem counts as applicable."""

Witness = tuple[int, ...]
"""A fact for each hypothesis; empty if the search ran out of its budget (or there are no hypotheses)."""


class Witnesses:
    """For one graph: which theorems have a witness. Refusals are remembered until a fact comes that could matter."""

    def __init__(self, state: State, shapes: Shapes, names: Sequence[Term]):
        """`names` are the variables that steps may spell out."""
        self._state = state
        self._names: dict[str, list[Term]] = {}
        for leaf in names:
            self._names.setdefault(leaf.typecode, []).append(leaf)
        self._shapes = shapes
        self._facts_of: dict[int, list[int]] = {}
        """The facts that fit each shape."""
        self._missing = shapes.wanted.copy()
        """For each theorem, how many shapes of its hypotheses no fact fits."""
        self._refused = np.zeros(len(shapes.of_theorem), dtype=bool)
        self._found: dict[int, tuple[Witness, Term | None]] = {}
        self._facts = 0

    def update(self) -> bool:
        """Take in new facts; whether there were any."""
        terms = self._state.terms
        if self._facts == len(terms):
            return False
        for number in range(self._facts, len(terms)):
            for shape in self._shapes.fitting(terms[number]):
                users = self._shapes.users[shape]
                self._refused[users] = False
                if shape not in self._facts_of:
                    self._facts_of[shape] = []
                    self._missing[users] -= 1
                self._facts_of[shape].append(number)
        self._facts = len(terms)
        return True

    def ready(self, usable: np.ndarray) -> np.ndarray:
        """The usable theorems that may have a witness: bool, shape [theorems]."""
        return usable & (self._missing == 0) & ~self._refused

    def refuse(self, theorem: Theorem) -> None:
        """Remember that there is none."""
        self._refused[theorem.number] = True

    def of(self, theorem: Theorem) -> Witness | None:
        """A witness, the same as last time if it still is one; None if there is none."""
        known = self._found.get(theorem.number)
        if known is not None:
            witness, result = known
            if result is None or result not in self._state.index:
                return witness
        values = theorem.unknown.copy()
        witness = self.search(theorem, values, [])
        if witness is not None:
            self._found[theorem.number] = (witness, self._result(theorem, witness))
        return witness

    def _result(self, theorem: Theorem, witness: Witness) -> Term | None:
        """What the theorem proves by these facts; None if it leaves variables open."""
        if theorem.free or len(witness) < len(theorem.essentials):
            return None
        values = theorem.unknown.copy()
        for pattern, premise in zip(theorem.essentials, witness, strict=True):
            pattern.match(self._state.terms[premise], values)
        return theorem.conclusion.substitute(values)  # type: ignore[arg-type]

    def search(self, theorem: Theorem, values: list[Term | None], premises: Sequence[int]) -> Witness | None:
        """Complete the premises of the first hypotheses, which gave the values, to a witness. Depth first, with the
        open hypotheses in the order `theorem.order`; one whose variables are all known is looked up."""
        terms = self._state.terms
        shapes = self._shapes.of_theorem[theorem.number]
        order = [number for number in theorem.order if number >= len(premises)]
        chosen = [*premises, *[-1] * len(order)]
        if not order:
            return tuple(chosen) if self.feasible(theorem, values) else None
        tried = 0
        stack = [(values, iter(self._candidates(theorem, shapes, order[0], values)))]
        while stack:
            depth = len(stack) - 1
            values, candidates = stack[-1]
            hypothesis = order[depth]
            fact = next(candidates, None)
            if fact is None:
                stack.pop()
                continue
            tried += 1
            if tried > BUDGET:
                return ()
            extended = values.copy()
            if not theorem.essentials[hypothesis].match(terms[fact], extended):
                continue
            chosen[hypothesis] = fact
            if depth + 1 < len(order):
                stack.append((extended, iter(self._candidates(theorem, shapes, order[depth + 1], extended))))
            elif self.feasible(theorem, extended):
                return tuple(chosen)
        return None

    def _candidates(
        self, theorem: Theorem, shapes: Sequence[int], hypothesis: int, values: Sequence[Term | None]
    ) -> Sequence[int]:
        """Facts worth trying for a hypothesis."""
        pattern = theorem.essentials[hypothesis]
        if all(values[place] is not None for place in pattern.places):
            fact = self._state.index.get(pattern.find(values))  # type: ignore[arg-type]
            return () if fact is None else (fact,)
        return self._facts_of.get(shapes[hypothesis], ())

    def feasible(self, theorem: Theorem, values: Sequence[Term | None]) -> bool:
        """Whether the values keep the theorem's conditions and its result is new, or those that are open (None) may
        still be chosen so. Names are tried where only a variable can stand (a search that takes too long means that
        there are too few); that any other expression can be found is taken for granted."""
        state = self._state
        if not state.keeps_apart(theorem, values):
            return False
        places = [place for place in theorem.named if values[place] is None]
        if not places:
            return state.is_new(theorem, values)
        values = list(values)
        tried = 0
        stack = [iter(self._names.get(theorem.typecodes[places[0]], ()))]
        while stack:
            place = places[len(stack) - 1]
            values[place] = next(stack[-1], None)
            if values[place] is None:
                stack.pop()
                continue
            tried += 1
            if tried > BUDGET:
                return False
            if not state.keeps_apart(theorem, values):
                continue
            if len(stack) < len(places):
                stack.append(iter(self._names.get(theorem.typecodes[places[len(stack)]], ())))
            elif state.is_new(theorem, values):
                return True
        return False
