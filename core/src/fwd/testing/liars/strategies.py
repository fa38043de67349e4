"""Strategies that lie."""

from __future__ import annotations

import random
from typing import ClassVar

from attrs import frozen

from fwd.api import Applied, Ask, Fact
from fwd.search.base import SOLVED, Moves, ProofSearch, Try
from fwd.search.linear import Sampling, SamplingConfig


@frozen
class NeverCounts:
    """Ignores its limit on steps."""

    limit: int
    name: ClassVar[str] = "never-counts"

    def search(self, search: ProofSearch) -> Moves:
        return Sampling(SamplingConfig(max_steps=self.limit + 5)).search(search)


@frozen
class Boasts:
    """Says that it solved every goal."""

    limit: int
    name: ClassVar[str] = "boasts"

    def search(self, search: ProofSearch) -> Moves:
        yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search)
        return SOLVED


@frozen
class SaysNothing:
    """Stops without a reason."""

    limit: int
    name: ClassVar[str] = "says-nothing"

    def search(self, search: ProofSearch) -> Moves:
        reason = yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search)
        return reason if search.graph.solved else ""


@frozen
class Gambles:
    """Draws with a generator of its own."""

    limit: int
    name: ClassVar[str] = "gambles"

    def search(self, search: ProofSearch) -> Moves:
        search.rng = random.Random()
        return Sampling(SamplingConfig(max_steps=self.limit)).search(search)


@frozen
class Forges:
    """Adds the goal to the facts without a step."""

    limit: int
    name: ClassVar[str] = "forges"

    def search(self, search: ProofSearch) -> Moves:
        yield Ask(search.graph, search.rng)
        search.graph.add(Fact(search.graph.goal.statement))
        return SOLVED


@frozen
class Hasty:
    """Takes a step before it looks whether there is anything to do."""

    limit: int
    name: ClassVar[str] = "hasty"

    def search(self, search: ProofSearch) -> Moves:
        reply = yield Ask(search.graph, search.rng)
        for proposal in reply.proposals:
            answer = yield Try(search.graph, proposal.step)
            if isinstance(answer, Applied):
                search.graph.add(answer.fact)
        return (yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search))


@frozen
class HoldsOn:
    """Asks for more when it is told to end."""

    limit: int
    name: ClassVar[str] = "holds-on"

    def search(self, search: ProofSearch) -> Moves:
        try:
            return (yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search))
        except GeneratorExit:
            yield Ask(search.graph, search.rng)
            raise
