"""The decoding engine: many append-only token sequences, each with a slot of the key-value cache.

One forward pass takes a flat batch of (token, slot, position): one token of each sequence that is decoding, the whole
answer of an env, the goal of a newcomer, all in the same matrix products. Rolling back moves a length.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from fwd.errors import ConfigError
from fwd.model.attention import SlabCache
from fwd.model.precision import cores, dtype
from fwd.model.transformer import Linear, Transformer
from fwd.settings import EngineConfig

ROWS = 16
"""A flat batch is padded to a multiple of it: matrix products compile a kernel for every new size."""


class Engine:
    """Slots with token sequences, and the hidden state after the last token of each.

    `slots` is how many there are: what the config asks for, or fewer if the memory does not suffice. `capacity` is the
    most tokens of one. The weights are copied: train on and build a new engine. The config's number of threads becomes
    that of torch in the whole process.
    """

    def __init__(self, model: Transformer, config: EngineConfig) -> None:
        affordable = (config.memory_mib << 20) // SlabCache.slot_bytes(model.config)
        if affordable < 1:
            needed = -(-SlabCache.slot_bytes(model.config) // (1 << 20))
            raise ConfigError(f"engine.memory_mib = {config.memory_mib}: one slot of this model needs {needed}")
        self.slots = max(1, min(config.slots, affordable))
        self.capacity = model.config.max_tokens
        self.token_budget = max(1, config.token_budget)
        torch.set_num_threads(config.threads or cores())
        with torch.inference_mode():
            self._table = model.table().clone()
            self._model = _frozen(model, config)
            self._cache = SlabCache(model.config, self.slots)
        self._tokens = np.zeros((self.slots, self.capacity), dtype=np.int64)
        self._known = np.zeros(self.slots, dtype=np.int64)
        self._cached = np.zeros(self.slots, dtype=np.int64)

    def clear(self, slot: int) -> None:
        """Empty a slot for a new sequence."""
        self._known[slot] = self._cached[slot] = 0

    def length(self, slot: int) -> int:
        """Tokens in a slot, computed or not."""
        return int(self._known[slot])

    def computed(self, slot: int) -> int:
        """Tokens of a slot whose keys and values are in the cache."""
        return int(self._cached[slot])

    def write(self, slot: int, start: int, tokens: Sequence[int]) -> bool:
        """Let a slot's sequence be its first `start` tokens and then `tokens`. What was computed for tokens that stay
        the same is kept. False, and nothing changes, if that is more than `capacity`."""
        end = start + len(tokens)
        if end > self.capacity:
            return False
        new = np.asarray(tokens, dtype=np.int64)
        overlap = min(int(self._known[slot]), end) - start
        changed = np.flatnonzero(self._tokens[slot, start : start + overlap] != new[:overlap])
        same = start + (int(changed[0]) if len(changed) else max(0, overlap))
        self._tokens[slot, start:end] = new
        self._cached[slot] = min(int(self._cached[slot]), same)
        self._known[slot] = end
        return True

    @torch.inference_mode()
    def share(self, source: int, target: int) -> None:
        """Give `target` what is computed of the tokens that both slots begin with."""
        limit = int(min(self._cached[source], self._known[target]))
        differ = np.flatnonzero(self._tokens[source, :limit] != self._tokens[target, :limit])
        common = int(differ[0]) if len(differ) else limit
        if common > self._cached[target]:
            self._cache.copy(source, target, common)
            self._cached[target] = common

    @torch.inference_mode()
    def run(self, slots: Sequence[int]) -> tuple[list[int], Tensor]:
        """One forward pass of what is pending in `slots`, the first ones first, up to the token budget.

        Returns the slots of which nothing is pending any more, and the hidden states [len, d] after their last
        tokens, to be given to `odds`.
        """
        chosen = np.asarray(slots, dtype=np.int64)
        # The state after the last token is wanted: a sequence that was rolled back computes that token again.
        starts = np.minimum(self._cached[chosen], self._known[chosen] - 1)
        counts = self._known[chosen] - starts
        room = self.token_budget - (np.cumsum(counts) - counts)
        served = room > 0
        chosen, starts = chosen[served], starts[served]
        counts = np.minimum(counts, room)[served]
        ends = np.cumsum(counts)
        rows = np.repeat(chosen, counts)
        places = np.arange(ends[-1]) - np.repeat(ends - counts - starts, counts)
        padding = (0, -len(rows) % ROWS)
        hidden = self._model.body(
            self._table,
            torch.from_numpy(np.pad(self._tokens[rows, places], padding)),
            torch.from_numpy(np.pad(places, padding)),
            self._cache.attend(chosen, starts, counts),
        )
        self._cached[chosen] = starts + counts
        ready = self._cached[chosen] == self._known[chosen]
        return chosen[ready].tolist(), hidden[torch.from_numpy(ends[ready] - 1)]

    @torch.inference_mode()
    def odds(self, hidden: Tensor, allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Log-odds (float32) of the `allowed` tokens (int64 [n_i]) after each of the states `hidden` [rows, d].

        Only those rows of the head are computed, unless together they come near to the whole of it.
        """
        sizes = np.array([len(tokens) for tokens in allowed])
        flat = torch.from_numpy(np.concatenate(allowed))
        state = self._model.final_norm(hidden)
        rows = torch.from_numpy(np.repeat(np.arange(len(sizes)), sizes))
        if len(flat) * 8 > len(sizes) * len(self._table):
            values = F.linear(state, self._table)[rows, flat]
        else:
            values = (state[rows] * self._table[flat]).sum(-1)
        return np.split(values.float().numpy(), np.cumsum(sizes)[:-1])


def _frozen(model: Transformer, config: EngineConfig) -> Transformer:
    """A copy for decoding, its matrices in the engine's precision."""
    frozen = copy.deepcopy(model).eval().requires_grad_(False)
    kind = dtype(config.precision)
    for module in frozen.modules():
        if isinstance(module, Linear):
            module.to(kind)
    return frozen
