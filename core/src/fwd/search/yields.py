"""All that a search derived, whichever of its graphs went on: every fact is a theorem with a proof to learn from."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from fwd.api import Fact, Goal, Proof, ProofGraph

MOST_GRAPHS = 1024
"""Graphs of one search whose facts are kept; a search has this many only if its limits are far above the defaults."""
MOST_OTHERS = 256
"""Graphs that one search gives beside its last one."""


@define(eq=False)
class Yields:
    """Facts by the graph that they were derived in. Graphs themselves are not held: a policy's notes hang on them."""

    goal: Goal
    _found: dict[int, tuple[list[Fact], list[Fact]]] = field(factory=dict)
    """By a graph's id: its facts, a list that grows with it, and what was derived in it."""

    def note(self, graph: ProofGraph, fact: Fact) -> None:
        """A fact was derived in a graph, of whose facts it has its premises."""
        if graph.id in self._found or len(self._found) < MOST_GRAPHS:
            self._found.setdefault(graph.id, (graph.facts, []))[1].append(fact)

    def others(self, last: ProofGraph, holds: Callable[[Proof], bool]) -> list[ProofGraph]:
        """Graphs with all facts that `last` lacks: first those in which the goal was reached, each with another proof,
        then, largest first, those with a fact that none before has. What was derived in one graph is in one. A graph
        with a proof of the goal that does not hold is left out."""
        graphs = [self._whole(facts, derived) for facts, derived in self._found.values()]
        graphs.sort(key=lambda graph: (not graph.solved, -len(graph.facts)))
        known = {fact.statement for fact in last.facts}
        proofs = {Proof.of(last).facts} if last.solved else set()
        chosen = []
        for graph in graphs:
            statements = {fact.statement for fact in graph.facts}
            proof = Proof.of(graph) if graph.solved else None
            if statements <= known and (proof is None or proof.facts in proofs):
                continue
            if proof is not None:
                if not holds(proof):
                    continue
                proofs.add(proof.facts)
            known |= statements
            chosen.append(graph)
        return chosen[:MOST_OTHERS]

    def _whole(self, facts: list[Fact], derived: list[Fact]) -> ProofGraph:
        """A graph's facts and what was derived in it, each statement once."""
        graph = ProofGraph(self.goal, facts)
        for fact in derived:
            if graph.find(fact.statement) is None:
                graph.add(fact)
        return graph
