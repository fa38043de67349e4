"""A policy without weights: it draws evenly from what the grammar allows. The baseline of every table."""

from __future__ import annotations

import math

from fwd.api import Ask, Codec, Cursor, Policy, ProofGraph, Proposal, Reply
from fwd.errors import CodecError


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
        """`ask.count` steps with different first tokens, or as many as there are."""
        proposals: list[Proposal] = []
        taken: set[int] = set()
        try:
            while len(proposals) < ask.count:
                proposal = self._propose(ask, taken)
                if proposal is None:
                    break
                proposals.append(proposal)
        except CodecError:
            return Reply(ask, (), full=True)
        if not proposals:
            proposals.append(Proposal(None, failure="dead-end"))
        proposals.sort(key=lambda proposal: -proposal.logprob)
        return Reply(ask, tuple(proposals))

    def _propose(self, ask: Ask, taken: set[int]) -> Proposal | None:
        """One step whose first token is not in `taken`, where that token is then added; None if there is none."""
        cursor = self.codec.cursor(ask.graph)
        logprob = 0.0
        for length in range(ask.max_tokens):
            if cursor.complete:
                return Proposal(cursor.step(), logprob, length)
            drawn = _draw(cursor, ask, taken if length == 0 else set())
            if drawn is None:
                return Proposal(None, logprob, length, "dead-end") if length else None
            logprob += drawn
        if cursor.complete:
            return Proposal(cursor.step(), logprob, ask.max_tokens)
        return Proposal(None, logprob, ask.max_tokens, "too-long")


def _draw(cursor: Cursor, ask: Ask, taken: set[int]) -> float | None:
    """Push an even draw from the allowed tokens that are not in `taken`, and add it there. Its log-probability among
    all allowed tokens, or None if there is nothing to draw."""
    while True:
        allowed = cursor.allowed()
        choices = [token for token in allowed.tolist() if token not in taken] if taken else allowed
        if len(choices) == 0:
            return None
        token = int(choices[ask.rng.randrange(len(choices))])
        if cursor.push(token):
            taken.add(token)
            return -math.log(len(allowed))
