"""The strategy `best-first`: of all graphs that were reached, grow the likeliest one next.

A graph's likelihood is that of the steps that led to it, so that long proofs whose every step is likely come before
short ones with a wild guess. It goes back where `greedy` gets stuck, and never looks at the same facts twice.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from fwd.api import Fact, ProofGraph
from fwd.search.base import SOLVED, Drop, Moves, ProofSearch
from fwd.search.tree import Key, expand, grown, spent, state_of
from fwd.settings import setting


@frozen
class BestFirstConfig:
    """Grows the likeliest graph by its several likeliest steps."""

    expansions: int = setting(64, "graphs that are grown in one attempt", least=1)
    branch: int = setting(8, "steps that are tried in a graph, the likeliest ones", least=1)
    parallel: int = setting(
        1, "graphs that are grown at the same time: faster for few goals, a little worse for each token", least=1
    )
    length_power: float = setting(
        0.0, "a graph's log-probability is divided by its number of steps to this power", least=0, most=10
    )
    max_depth: int = setting(32, "most steps of one graph", least=1)
    max_steps: int = setting(2048, "most steps that the env applies in one attempt, in all graphs together", least=1)
    max_tokens: int = setting(16384, "most tokens of steps, good or bad, that the model writes in one attempt", least=1)
    step_tokens: int = setting(64, "longest single step, in tokens", least=1)


@frozen(eq=False)
class Leaf:
    """A graph that was reached and not grown: `fact` added to the graph `parent`, or `parent` itself.

    `logprob` is the sum over its steps, `score` what orders the queue, `order` when it was found.
    """

    parent: ProofGraph
    fact: Fact | None
    logprob: float
    score: float
    order: int
    depth: int

    def graph(self) -> ProofGraph:
        """The graph, forked off its parent."""
        return self.parent if self.fact is None else grown(self.parent, self.fact)


class Frontier:
    """The leaves, one for each state. Of equal scores the one that was found first comes first."""

    def __init__(self) -> None:
        self._leaves: dict[Key, Leaf] = {}
        self._grown: set[Key] = set()

    def __len__(self) -> int:
        return len(self._leaves)

    def offer(self, state: Key, leaf: Leaf) -> None:
        """Take in a leaf, unless its state was grown already or is there with no lower a score."""
        known = self._leaves.get(state)
        if state not in self._grown and (known is None or known.score < leaf.score):
            self._leaves[state] = leaf

    def take(self, count: int) -> list[tuple[Key, Leaf]]:
        """Remove the best leaves, which are now being grown."""
        best = self._ranked()[:count]
        for state, _ in best:
            del self._leaves[state]
            self._grown.add(state)
        return best

    def trim(self, count: int) -> None:
        """Keep the best leaves only."""
        if len(self._leaves) > count:
            self._leaves = dict(self._ranked()[:count])

    def parents(self) -> set[ProofGraph]:
        """The graphs that leaves will be forked off."""
        return {leaf.parent for leaf in self._leaves.values()}

    def _ranked(self) -> list[tuple[Key, Leaf]]:
        return sorted(self._leaves.items(), key=lambda item: (-item[1].score, item[1].order))


@frozen
class BestFirst:
    """The strategy `best-first`. Trials of a model differ in nothing: it draws no random numbers of its own."""

    config: BestFirstConfig = BestFirstConfig()
    name: ClassVar[str] = "best-first"

    @property
    def graphs(self) -> int:
        """How many graphs a policy had better keep for one attempt, see `fwd.search.base.Strategy`."""
        return self.config.parallel + min(self.config.expansions // 4, 15)

    def search(self, search: ProofSearch) -> Moves:
        """Grows graphs until one has the goal, none is left, or a limit is met.

        Of an attempt that fails `search.graph` is the largest graph that was grown.
        """
        config, frontier = self.config, Frontier()
        frontier.offer(state_of(search.graph), Leaf(search.graph, None, 0.0, 0.0, 0, 0))
        held: list[ProofGraph] = []
        order = expanded = 0
        while not search.graph.solved:
            if expanded == config.expansions:
                return "max-expansions"
            if not len(frontier):
                return "exhausted"
            if reason := spent(search, config):
                return reason
            leaves = frontier.take(min(config.parallel, config.expansions - expanded))
            graphs = [leaf.graph() for _, leaf in leaves]
            search.graph = max(search.graph, *graphs, key=lambda graph: len(graph.facts))
            expanded += len(graphs)
            held += graphs
            for child in (yield from expand(search, graphs, config.branch, config)):
                state, leaf = leaves[child.place]
                depth, logprob = leaf.depth + 1, leaf.logprob + child.logprob
                if depth < config.max_depth:
                    order += 1
                    score = logprob / depth**config.length_power
                    grandchild = Leaf(graphs[child.place], child.fact, logprob, score, order, depth)
                    frontier.offer(state | {child.fact.statement}, grandchild)
            # At most so many can still be grown, whatever is found: the others, and what only they need, may go.
            frontier.trim(config.expansions - expanded)
            parents = frontier.parents()
            yield [Drop(graph) for graph in held if graph not in parents]
            held = [graph for graph in held if graph in parents]
        return SOLVED
