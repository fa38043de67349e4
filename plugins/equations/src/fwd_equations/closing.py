"""Which facts of a graph give the goal by algebra."""

from __future__ import annotations

from collections.abc import Sequence

from fwd_equations.env import ALGEBRA
from fwd_equations.layout import ALGEBRA_WITH
from fwd_equations.state import State
from fwd_equations.terms import Term


class Closing:
    """The premises with which an `algebra` step states the goal of one graph.

    Pairs are looked for only while no fact is enough alone: one way to end the proof will do.
    """

    def __init__(self, state: State, goal: Term):
        self.alone: list[int] = []
        """Facts from which the goal follows."""
        self.pairs: set[tuple[int, int]] = set()
        """A fact and an equation from which the goal follows."""
        self._state = state
        self._goal = goal
        self._seen = 0
        self._equations: list[int] = []

    def labels(self) -> tuple[str, ...]:
        """Labels of the steps that state the goal."""
        return (ALGEBRA,) if self.alone else (ALGEBRA_WITH,) if self.pairs else ()

    def firsts(self) -> list[int]:
        """What the first of a pair may be."""
        return sorted({first for first, _ in self.pairs})

    def seconds(self) -> list[int]:
        """What the second of a pair may be."""
        return sorted({second for _, second in self.pairs})

    def update(self, terms: Sequence[Term]) -> None:
        """Take in the facts that the graph has got since."""
        fresh = terms[self._seen :]
        if any(term.head in ("!=", "<") for term in fresh):  # what was not enough may be now: a denominator is not 0
            self._seen, self.alone, self.pairs, self._equations = 0, [], set(), []
        for number in range(self._seen, len(terms)):
            self._take_in(number, terms)
        self._seen = len(terms)

    def _take_in(self, number: int, terms: Sequence[Term]) -> None:
        if self._state.follows((terms[number],), self._goal) is not None:
            self.alone.append(number)
        if terms[number].head == "=":
            self._equations.append(number)
        if self.alone:
            return
        pairs = [(number, equation) for equation in self._equations]
        if terms[number].head == "=":
            pairs += [(fact, number) for fact in range(number)]
        for fact, equation in pairs:
            if self._state.follows((terms[fact], terms[equation]), self._goal) is not None:
                self.pairs.add((fact, equation))
