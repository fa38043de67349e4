"""The strategy `beam`: many graphs grow side by side, a step at a time, and the best go on.

With noise it is stochastic beam search (Kool, van Hoof and Welling, "Stochastic Beams and Where to Find Them", ICML
2019): the graphs that go on are a sample without replacement of what the model would write, rather than the likeliest,
which differ little from each other. Two differences: the tree that is sampled from has only the proposed steps of each
graph, with their probabilities renormalised; and ways to the same facts are one, as likely as both together.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import ClassVar

from attrs import evolve, frozen

from fwd.api import Fact, ProofGraph
from fwd.search.base import SOLVED, Drop, Moves, ProofSearch
from fwd.search.tree import Child, Key, expand, grown, spent, state_of
from fwd.settings import setting


@frozen
class BeamConfig:
    """Grows `width` graphs side by side, each by its `branch` likeliest steps."""

    width: int = setting(8, "graphs that go on after each step", least=1)
    branch: int = setting(4, "steps that are tried in a graph, the likeliest ones", least=1)
    temperature: float = setting(
        1.0, "divides log-probabilities before noise decides which go on; 0 is no noise: the likeliest", least=0
    )
    max_depth: int = setting(16, "most steps of one graph", least=1)
    max_steps: int = setting(2048, "most steps that the env applies in one attempt, in all graphs together", least=1)
    max_tokens: int = setting(16384, "most tokens of steps, good or bad, that the model writes in one attempt", least=1)
    step_tokens: int = setting(64, "longest single step, in tokens", least=1)


@frozen(eq=False)
class Candidate:
    """A graph that may go on: `fact` added to the graph `parent`, or `parent` itself.

    `logprob` is the log-probability of its steps in the tree that is sampled from, `noisy` that with noise, or 0 for
    all candidates if there is no noise.
    """

    parent: ProofGraph
    fact: Fact | None
    logprob: float
    noisy: float

    def graph(self) -> ProofGraph:
        """The graph, forked off its parent."""
        return self.parent if self.fact is None else grown(self.parent, self.fact)


@frozen
class Beam:
    """The strategy `beam`. Trials differ by the noise."""

    config: BeamConfig = BeamConfig()
    name: ClassVar[str] = "beam"

    @property
    def graphs(self) -> int:
        """How many graphs a policy had better keep for one attempt, see `fwd.search.base.Strategy`."""
        return 2 * self.config.width

    def search(self, search: ProofSearch) -> Moves:
        """Grows graphs until one has the goal, none is left, or a limit is met.

        Of an attempt that fails `search.graph` is the best graph of the last round.
        """
        config = self.config
        beam = {state_of(search.graph): Candidate(search.graph, None, 0.0, 0.0)}
        held: list[ProofGraph] = []
        for _ in range(config.max_depth):
            if search.graph.solved:
                return SOLVED
            if reason := spent(search, config):
                return reason
            graphs = [candidate.graph() for candidate in beam.values()]
            search.graph = graphs[0]
            held += graphs
            children = yield from expand(search, graphs, config.branch, config)
            beam = _best(_candidates(beam, graphs, children, config.temperature, search.rng), config.width)
            if not beam and not search.graph.solved:
                return "exhausted"
            parents = {candidate.parent for candidate in beam.values()}
            yield [Drop(graph) for graph in held if graph not in parents]
            held = [graph for graph in held if graph in parents]
        return SOLVED if search.graph.solved else "max-depth"


def _candidates(
    beam: dict[Key, Candidate],
    graphs: Sequence[ProofGraph],
    children: Sequence[Child],
    temperature: float,
    rng: random.Random,
) -> dict[Key, Candidate]:
    """The children of the beam's `graphs` by state.

    Ways to one state are merged. The larger of two Gumbel variables is one of the summed probability, so this is
    the sample that a tree without the double would give.
    """
    found: dict[Key, Candidate] = {}
    ancestors = list(beam.items())
    for place, siblings in itertools.groupby(children, key=lambda child: child.place):
        state, parent = ancestors[place]
        family = list(siblings)
        logprobs = [child.logprob for child in family]
        if temperature > 0:
            logprobs = _normalised([logprob / temperature for logprob in logprobs])
        logprobs = [parent.logprob + logprob for logprob in logprobs]
        noisy = perturbed(logprobs, parent.noisy, rng) if temperature > 0 else [0.0] * len(family)
        for child, *odds in zip(family, logprobs, noisy, strict=True):
            key = state | {child.fact.statement}
            candidate = Candidate(graphs[place], child.fact, *odds)
            found[key] = _merged(found[key], candidate) if key in found else candidate
    return found


def _best(candidates: dict[Key, Candidate], width: int) -> dict[Key, Candidate]:
    """The best candidates, best first; of equally good ones those that were found first."""
    return dict(sorted(candidates.items(), key=lambda item: (-item[1].noisy, -item[1].logprob))[:width])


def _merged(one: Candidate, other: Candidate) -> Candidate:
    """Two ways to the same state: the better one, as likely as both."""
    better = max(one, other, key=lambda candidate: (candidate.noisy, candidate.logprob))
    high, low = max(one.logprob, other.logprob), min(one.logprob, other.logprob)
    return evolve(better, logprob=high + math.log1p(math.exp(low - high)))


def _normalised(logprobs: Sequence[float]) -> list[float]:
    """Log-probabilities that sum to one."""
    top = max(logprobs)
    total = top + math.log(sum(math.exp(logprob - top) for logprob in logprobs))
    return [logprob - total for logprob in logprobs]


def perturbed(logprobs: Sequence[float], top: float, rng: random.Random) -> list[float]:
    """Gumbel variables with these locations, on condition that the largest of them is `top`.

    Kool et al., equation 11, in the form of their appendix B.3 that loses no digits.
    """
    noisy = [logprob - math.log(max(rng.expovariate(1.0), 1e-300)) for logprob in logprobs]
    highest = max(noisy)
    scores = []
    for value in noisy:
        below = top - value + _log_one_minus_exp(value - highest)
        scores.append(top - max(0.0, below) - math.log1p(math.exp(-abs(below))))
    return scores


def _log_one_minus_exp(x: float) -> float:
    """log(1 - exp(x)) for x <= 0."""
    if x == 0:
        return -math.inf
    return math.log(-math.expm1(x)) if x > -math.log(2) else math.log1p(-math.exp(x))
