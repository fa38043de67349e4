"""What searches of many graphs have in common: growing several graphs at once, each by several steps."""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from typing import Any, Protocol

from attrs import frozen

from fwd.api import Applied, Ask, Fact, ProofGraph
from fwd.search.base import ProofSearch, Request, Try

Key = frozenset[str]
"""A state: which statements are known, no matter how they were found."""


class Limits(Protocol):
    """What one attempt may cost."""

    @property
    def max_steps(self) -> int:
        """Most steps that the env applies."""
        ...

    @property
    def max_tokens(self) -> int:
        """Most tokens that the policy writes."""
        ...

    @property
    def step_tokens(self) -> int:
        """Longest single step, in tokens."""
        ...


@frozen(eq=False)
class Child:
    """A step that the env applied to graph number `place`, which does not have the `fact` yet.

    `logprob` is the step's, in nats."""

    place: int
    fact: Fact
    logprob: float


def state_of(graph: ProofGraph) -> Key:
    """The graph's facts, without their order and their proofs."""
    return frozenset(fact.statement for fact in graph.facts)


def grown(graph: ProofGraph, fact: Fact) -> ProofGraph:
    """A fork with one more fact."""
    child = graph.fork()
    child.add(fact)
    return child


def spent(search: ProofSearch, limits: Limits) -> str | None:
    """The limit that is reached, or None. It is looked at between expansions, so the last may go past `max_tokens`."""
    if search.steps >= limits.max_steps:
        return "max-steps"
    if search.tokens >= limits.max_tokens:
        return "max-tokens"
    return None


def expand(
    search: ProofSearch, graphs: Sequence[ProofGraph], branch: int, limits: Limits
) -> Generator[list[Request], list[Any], list[Child]]:
    """Ask for `branch` steps of every graph, all at once, and try them on the env, each graph's likeliest first.

    No more are tried than `limits.max_steps` leaves room for. If a step reaches the goal, `search.graph` is the solved
    graph and no children are returned. Each request has a generator of its own: in which order a policy serves them
    makes no difference.
    """
    asks: list[Request] = [
        Ask(graph, random.Random(search.rng.getrandbits(64)), 0.0, branch, limits.step_tokens) for graph in graphs
    ]
    replies = yield asks
    found = [
        (place, proposal)
        for place, reply in enumerate(replies)
        for proposal in reply.proposals
        if proposal.step is not None
    ]
    found = found[: limits.max_steps - search.steps]
    answers = yield [Try(graphs[place], proposal.step) for place, proposal in found]
    children = []
    for (place, proposal), answer in zip(found, answers, strict=True):
        if isinstance(answer, Applied):
            if answer.fact.statement == graphs[place].goal.statement:
                search.graph = grown(graphs[place], answer.fact)
                return []
            children.append(Child(place, answer.fact, proposal.logprob))
    return children
