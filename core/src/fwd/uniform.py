"""A policy without weights: it draws evenly from what the grammar allows. The baseline of every table."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fwd.api import Ask, Codec, Cursor, Policy, ProofGraph, Proposal, Reply
from fwd.errors import CodecError
from fwd.search.branches import Branches

if TYPE_CHECKING:
    import numpy as np


class UniformPolicy(Policy):
    """Draws each token evenly from those that the cursor allows, at every temperature: with equal probabilities the
    likeliest token is any of them. `slots` only bounds how many searches are in flight.

    The log-probability counts the tokens that were not known to be refused when the accepted one was drawn. Nothing
    is kept for a graph, so replies have no transcript; "full" says that the codec cannot express the graph.
    """

    def __init__(self, codec: Codec, slots: int = 64) -> None:
        self.name = "uniform"
        self.codec = codec
        self.slots = slots
        self._queue: list[Ask] = []

    def submit(self, ask: Ask) -> None:
        self._queue.append(ask)

    def advance(self) -> list[Reply]:
        queue, self._queue = self._queue, []
        return [self._reply(ask) for ask in queue]

    def forget(self, graph: ProofGraph) -> None:
        self._queue = [ask for ask in self._queue if ask.graph is not graph]

    def _reply(self, ask: Ask) -> Reply:
        """`ask.count` different steps, or as many as there are."""
        branches = Branches()
        begun: tuple[Cursor, list[int], float] | None = self.codec.cursor(ask.graph), [], 0.0
        proposals: list[Proposal] = []
        try:
            while begun is not None and len(proposals) < ask.count:
                proposals.append(_finished(*begun, ask, branches))
                begun = branches.begin(self.codec, ask.graph)
        except CodecError:
            return Reply(ask, (), full=True)
        proposals.sort(key=lambda proposal: -proposal.logprob)
        return Reply(ask, tuple(proposals))


def _finished(cursor: Cursor, tokens: list[int], logprob: float, ask: Ask, branches: Branches) -> Proposal:
    """One step that begins with these tokens. How others begin is noted, if more are asked for."""
    while not cursor.complete:
        if len(tokens) >= ask.max_tokens:
            return Proposal(None, logprob, len(tokens), "too-long")
        allowed = cursor.allowed()
        untried = _drawn(allowed, ask.rng)
        for refused, token in enumerate(untried):
            if cursor.push(token):
                logprob -= math.log(len(allowed) - refused)
                if ask.count > 1:
                    branches.note(tokens, zip(untried, itertools.repeat(logprob)))
                tokens.append(token)
                break
        else:
            return Proposal(None, logprob, len(tokens), "dead-end")
    return Proposal(cursor.step(), logprob, len(tokens))


def _drawn(tokens: np.ndarray, rng: random.Random) -> Iterator[int]:
    """All tokens in a random order, each drawn when it is asked for."""
    moved: dict[int, int] = {}
    for last in range(len(tokens) - 1, -1, -1):
        place = rng.randrange(last + 1)
        yield int(tokens[moved.get(place, place)])
        moved[place] = moved.get(last, last)
