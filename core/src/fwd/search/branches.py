"""The likeliest steps of one graph, found by a small search over their tokens.

A step is written by taking the likeliest token wherever there is a choice. What else was allowed is noted, and the next
step begins with the likeliest of all beginnings that were noted and not followed, wherever it leaves the steps before:
at the label where labels are many, at a pointer where they are few. So `n` steps cost about `n` times what one costs,
whatever comes first in them.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence

from fwd.api import Codec, Cursor, ProofGraph


class Branches:
    """Beginnings of steps that were not followed yet, the likeliest first; of equally likely ones those that were noted
    first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, tuple[int, ...], int, Iterator[tuple[int, float]]]] = []
        self._order = itertools.count()

    def note(self, tokens: Sequence[int], others: Iterator[tuple[int, float]]) -> None:
        """After the beginning `tokens` these were allowed as well: each token with the log-probability of the beginning
        that ends with it, the likeliest first. They are taken from the iterator as they are needed."""
        self._push(next(self._order), tuple(tokens), others)

    def begin(self, codec: Codec, graph: ProofGraph) -> tuple[Cursor, list[int], float] | None:
        """The likeliest beginning that the grammar takes, now followed: its cursor, tokens and log-probability. None if
        there are no more."""
        cursor, before = None, None
        while self._heap:
            minus, order, tokens, token, others = heapq.heappop(self._heap)
            self._push(order, tokens, others)
            if cursor is None or tokens != before:
                cursor, before = codec.cursor(graph), tokens
                for one in tokens:
                    cursor.push(one)
            if cursor.push(token):
                return cursor, [*tokens, token], -minus
        return None

    def _push(self, order: int, tokens: tuple[int, ...], others: Iterator[tuple[int, float]]) -> None:
        for token, logprob in others:
            heapq.heappush(self._heap, (-logprob, order, tokens, token, others))
            return
