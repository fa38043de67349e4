"""From a pool of sequences to optimiser steps: buckets of like length, so that little is padding."""

from __future__ import annotations

import random

import numpy as np
import torch
from attrs import frozen
from torch import Tensor

from fwd.train.sequences import Pool


@frozen(eq=False)
class Microbatch:
    """What one forward pass takes.

    tokens   int64 [batch, length], padded at the end with 0
    rows     int64 [n], places in the flattened batch after which a token with a loss comes
    targets  int64 [n], that token
    weights  float32 [n], its weight; 0 at the end, where `n` is rounded up
    size     real tokens, padding left out

    Matrix products compile and keep a kernel for every size that they meet, so sizes are rounded and few.
    """

    tokens: Tensor
    rows: Tensor
    targets: Tensor
    weights: Tensor
    size: int

    def to(self, where: torch.device) -> Microbatch:
        """The same, where a model computes."""
        tokens, rows, targets, weights = (x.to(where) for x in (self.tokens, self.rows, self.targets, self.weights))
        return Microbatch(tokens, rows, targets, weights, self.size)


LENGTHS = 4
"""Lengths are rounded up to a multiple of it."""
SEQUENCES = 8
"""Batches of more sequences than that hold a multiple of it."""
TARGETS = 64
"""Targets are padded to a multiple of it."""


def optimiser_steps(
    pool: Pool, microbatch_tokens: int, batch_tokens: int, rng: random.Random, trainers: int = 1
) -> list[list[Microbatch]]:
    """All of a pool as a list of optimiser steps of about `batch_tokens` real tokens, each a list of microbatches of
    at most `microbatch_tokens` (a single longer sequence excepted). Both orders are drawn from `rng`.

    Several trainers deal a step's microbatches out among them. So that all have about the same to do, there are as many
    of like size in a row, and none is larger than a trainer's part of the step.
    """
    limit = min(microbatch_tokens, -(-batch_tokens // trainers))
    batches = [_microbatch(pool, group) for group in _buckets(pool.lengths, limit)]
    rounds = [batches[start : start + trainers] for start in range(0, len(batches), trainers)]
    rng.shuffle(rounds)
    steps: list[list[Microbatch]] = [[]]
    room = batch_tokens
    for some in rounds:
        size = sum(batch.size for batch in some)
        # A step closes when the next round would leave it further from its size than it is now.
        if steps[-1] and size / 2 > room:
            steps.append([])
            room = batch_tokens
        steps[-1] += some
        room -= size
    if len(steps) > 1 and room > batch_tokens / 2:
        leftover = steps.pop()
        steps[-1] += leftover
    return steps


def _buckets(lengths: np.ndarray, limit: int) -> list[np.ndarray]:
    """Groups of sequences of like length whose padded size keeps to the limit."""
    order = np.argsort(lengths, kind="stable")
    groups, first = [], 0
    while first < len(order):
        count = 1
        while first + count < len(order) and (count + 1) * _width(int(lengths[order[first + count]])) <= limit:
            count += 1
        if count > SEQUENCES:
            count -= count % SEQUENCES
        groups.append(order[first : first + count])
        first += count
    return groups


def _width(length: int) -> int:
    """A length with its padding."""
    return length + -length % LENGTHS


def _microbatch(pool: Pool, members: np.ndarray) -> Microbatch:
    """The sequences `members` of a pool, padded to the longest of them."""
    lengths = pool.lengths[members].astype(np.int64)
    starts = (np.cumsum(pool.lengths, dtype=np.int64) - pool.lengths)[members]
    width = _width(int(lengths.max()))
    places = np.arange(width)
    real = places < lengths[:, None]
    source = np.where(real, starts[:, None] + places, 0)
    tokens = np.where(real, pool.tokens[source], 0).astype(np.int64)
    weights = np.where(real, pool.weights[source], 0.0).astype(np.float32)
    weights[:, 0] = 0.0
    told = np.flatnonzero(weights)
    padding = (0, -len(told) % TARGETS)
    return Microbatch(
        torch.from_numpy(tokens),
        torch.from_numpy(np.pad(told - 1, padding)),
        torch.from_numpy(np.pad(tokens.reshape(-1)[told], padding)),
        torch.from_numpy(np.pad(weights.reshape(-1)[told], padding)),
        int(lengths.sum()),
    )
