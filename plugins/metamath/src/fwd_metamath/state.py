"""What the env and the grammar know of a proof graph: the goal's rules of the game, and the facts as terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fwd.api import Goal, ProofGraph

from fwd_metamath.canonical import LONGEST
from fwd_metamath.library import Theorem
from fwd_metamath.syntax import Syntax
from fwd_metamath.terms import Term

NOTE = "metamath"
"""The key of a graph's notes."""


class Apart:
    """Which variables are distinct: pairs among the goal's variables as its conditions say; any other variable (a
    dummy) is distinct from everything but itself."""

    def __init__(self, syntax: Syntax, goal_variables: int, conditions: Iterable[str]):
        """`goal_variables` is the mask of the variables of the goal and its hypotheses."""
        self.goal_variables = goal_variables
        self._from: dict[int, int] = {}
        self._memo: dict[int, int] = {}
        for pair in conditions:
            x, y = (syntax.variables[name].mask for name in pair.split())
            self._from[x] = self._from.get(x, 0) | y
            self._from[y] = self._from.get(y, 0) | x

    def holds(self, one: int, other: int) -> bool:
        """Whether the variables of two masks are pairwise distinct."""
        if one & other:
            return False
        one &= self.goal_variables
        other &= self.goal_variables
        return not (one and other) or not other & ~self._common(one)

    def among(self, mask: int, candidates: int) -> int:
        """The candidates that are distinct from all variables of the mask."""
        candidates &= ~mask
        mask &= self.goal_variables
        if not mask:
            return candidates
        return candidates & (self._common(mask) | ~self.goal_variables)

    def _common(self, mask: int) -> int:
        """The goal's variables that are distinct from every one of these goal variables."""
        found = self._memo.get(mask)
        if found is None:
            found = -1
            rest = mask
            while rest:
                low = rest & -rest
                found &= self._from.get(low, 0)
                rest ^= low
            self._memo[mask] = found
        return found


class State:
    """A graph's facts as terms, kept up to date by `State.of`.

    `limit` bounds the database indices of usable assertions, and none of `forbidden` is usable; `variables` is the mask
    of the goal's variables.
    """

    def __init__(self, syntax: Syntax, goal: Goal, limit: int, forbidden: frozenset[str]):
        self.goal = goal
        self.limit = limit
        self.forbidden = forbidden
        self.terms: list[Term] = []
        self.index: dict[Term, int] = {}
        self.variables = syntax.statement(goal.statement).mask
        for hypothesis in goal.hypotheses:
            self.variables |= syntax.statement(hypothesis).mask
        self.apart = Apart(syntax, self.variables, goal.conditions)

    def update(self, syntax: Syntax, graph: ProofGraph) -> None:
        """Take in the facts that the graph has got since."""
        for fact in graph.facts[len(self.terms) :]:
            term = syntax.statement(fact.statement)
            self.index.setdefault(term, len(self.terms))
            self.terms.append(term)

    def keeps_apart(self, theorem: Theorem, values: Sequence[Term | None]) -> bool:
        """Whether the values keep the theorem's conditions, as far as they are known (None: not yet)."""
        holds = self.apart.holds
        for i, j in theorem.distinct:
            one, other = values[i], values[j]
            if one is not None and other is not None and not holds(one.mask, other.mask):
                return False
        return True

    def is_new(self, theorem: Theorem, values: Sequence[Term | None]) -> bool:
        """Whether the theorem proves something that is not yet a fact and not too long. True if that depends on values
        that are not known yet (None)."""
        conclusion = theorem.conclusion
        if any(values[place] is None for place in conclusion.places):
            return True
        if conclusion.length(values) > LONGEST:  # type: ignore[arg-type]
            return False
        return conclusion.find(values) not in self.index  # type: ignore[arg-type]
