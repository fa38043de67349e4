"""What a described token (a theorem's label) looks like: hashed n-grams of its description.

A library has thousands of labels, most of them rare in proofs, so a label's own embedding learns slowly. Two labels
whose statements share pieces should start near each other; a bag of hashed n-grams gives exactly that, costs one
sparse sum for the whole vocabulary, and extends to labels that training never saw ("Bag of Tricks for Efficient Text
Classification", Joulin et al. 2016, uses the same hashing for words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

BUCKETS = 4096
LONGEST = 96
"""Tokens of a description that are looked at; the rest of a very long statement says little more."""

_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def ngrams(description: Sequence[int], buckets: int = BUCKETS) -> np.ndarray:
    """Bucket ids (int64, shape [n]) of a description: single tokens with the quarter of the text that they stand in,
    pairs, and triples. The hash is fixed: checkpoints depend on it."""
    text = np.asarray(description[:LONGEST], dtype=np.uint64) + np.uint64(1)
    quarter = np.arange(len(text), dtype=np.uint64) * np.uint64(4) // np.uint64(max(len(text), 1))
    parts = [_hash(text, quarter, 1)]
    for n in (2, 3):
        windows = _windows(text, n)
        parts.append(_hash(windows, np.zeros_like(windows), n))
    return (np.concatenate(parts) % np.uint64(buckets)).astype(np.int64)


def _windows(text: np.ndarray, n: int) -> np.ndarray:
    """Every run of `n` tokens folded into one number, shape [len - n + 1] or [0]."""
    size = max(0, len(text) - n + 1)
    folded = np.zeros(size, dtype=np.uint64)
    for place in range(n):
        folded = (folded ^ text[place : place + size]) * _MULTIPLIERS[place]
        folded ^= folded >> np.uint64(29)
    return folded


def _hash(values: np.ndarray, salt: np.ndarray, kind: int) -> np.ndarray:
    """Mix values with a salt and the kind of n-gram so that neighbouring numbers land far apart."""
    mixed = (values * _MULTIPLIERS[0]) ^ (salt + np.uint64(8 * kind)) * _MULTIPLIERS[1]
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MULTIPLIERS[2]
    return mixed ^ (mixed >> np.uint64(29))


class LabelFeatures(nn.Module):
    """Adds to each described token's embedding a sum of its n-grams' vectors.

    `index` and `offsets` list the buckets of all described tokens one after the other; they are computed from the
    codec's descriptions when the model is built and are no part of its saved state.
    """

    tokens: Tensor
    index: Tensor
    weights: Tensor
    offsets: Tensor

    def __init__(self, descriptions: Mapping[int, Sequence[int]], width: int, buckets: int = BUCKETS) -> None:
        super().__init__()
        self.buckets = nn.Parameter(torch.zeros(buckets, width))
        described = sorted(token for token, text in descriptions.items() if len(text))
        grams = [ngrams(descriptions[token], buckets) for token in described]
        sizes = np.array([len(g) for g in grams], dtype=np.int64)
        # Dividing by the root of the count gives long and short statements sums of the same size.
        weights = np.repeat(1.0 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
        index = np.concatenate(grams) if grams else np.zeros(0, dtype=np.int64)
        self.register_buffer("tokens", torch.tensor(described, dtype=torch.long), persistent=False)
        self.register_buffer("index", torch.from_numpy(index), persistent=False)
        self.register_buffer("weights", torch.from_numpy(weights), persistent=False)
        self.register_buffer("offsets", torch.from_numpy(np.cumsum(sizes) - sizes), persistent=False)

    def forward(self, table: Tensor) -> Tensor:
        """`table` [vocabulary, width] with the features of every described token added."""
        if not len(self.tokens):
            return table
        sums = F.embedding_bag(
            self.index, self.buckets, self.offsets, mode="sum", per_sample_weights=self.weights.to(table.dtype)
        )
        return table.index_add(0, self.tokens, sums)
