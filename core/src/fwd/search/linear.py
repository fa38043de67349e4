"""Searches that follow one line: derive a fact, never go back. `greedy` and `sampling` differ only in settings."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from fwd.api import Applied, Ask
from fwd.search.base import SOLVED, Moves, ProofSearch, Try
from fwd.settings import setting


@frozen
class GreedyConfig:
    """Always the likeliest token; the first mistake ends the search."""

    max_steps: int = setting(32, "most steps that the env applies in one attempt", least=1)
    max_tokens: int = setting(2048, "most tokens of steps, good or bad, that the model writes in one attempt", least=1)
    step_tokens: int = setting(64, "longest single step, in tokens", least=1)


@frozen
class SamplingConfig:
    """Draws every token; some mistakes in a row end the search."""

    temperature: float = setting(1.0, "divides the logits before tokens are drawn", least=0)
    max_mistakes: int = setting(5, "mistakes in a row that end the search", least=1)
    max_steps: int = setting(32, "most steps that the env applies in one attempt", least=1)
    max_tokens: int = setting(2048, "most tokens of steps, good or bad, that the model writes in one attempt", least=1)
    step_tokens: int = setting(64, "longest single step, in tokens", least=1)


@frozen
class Greedy:
    """The strategy `greedy`. Its share of proved goals is the number that training watches."""

    config: GreedyConfig = GreedyConfig()
    name: ClassVar[str] = "greedy"

    def search(self, search: ProofSearch) -> Moves:
        """Stops at the first mistake, since argmax would make it again."""
        return _walk(search, self.config, temperature=0.0, max_mistakes=1, last_mistake="mistake")


@frozen
class Sampling:
    """The strategy `sampling`."""

    config: SamplingConfig = SamplingConfig()
    name: ClassVar[str] = "sampling"

    def search(self, search: ProofSearch) -> Moves:
        """Draws again after a mistake, until there are too many in a row."""
        config = self.config
        return _walk(search, config, config.temperature, config.max_mistakes, last_mistake="mistakes")


def _walk(
    search: ProofSearch,
    limits: GreedyConfig | SamplingConfig,
    temperature: float,
    max_mistakes: int,
    last_mistake: str,
) -> Moves:
    """Add one applied step after another to the search's graph until the goal is among its facts or a limit is met.

    The limit on tokens is looked at between steps, so the last step may go past it.
    """
    graph = search.graph
    mistakes = 0
    while not graph.solved:
        if search.steps >= limits.max_steps:
            return "max-steps"
        if search.tokens >= limits.max_tokens:
            return "max-tokens"
        reply = yield Ask(graph, search.rng, temperature, max_tokens=limits.step_tokens)
        if not reply.proposals:
            return "context-full"
        step = reply.proposals[0].step
        answer = None if step is None else (yield Try(graph, step))
        if isinstance(answer, Applied):
            graph.add(answer.fact)
            mistakes = 0
            continue
        mistakes += 1
        if mistakes >= max_mistakes:
            return last_mistake
    return SOLVED
