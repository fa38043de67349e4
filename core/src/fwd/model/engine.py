"""The decoding engine: many append-only token sequences, each with a slot, over one cache of keys and values.

One forward pass takes a flat batch of (token, slot, position): one token of each sequence that is decoding, the whole
answer of an env, the goal of a newcomer, all in the same matrix products. Rolling back moves a length. Memory is
bounded by the config: sequences that find no room wait for those before them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from fwd.errors import ConfigError
from fwd.model import kernel
from fwd.model.blocks import BLOCK, Blocks
from fwd.model.cache import PagedCache, Rows
from fwd.model.pointwise import Compiled
from fwd.model.precision import cache_dtype, cores, device, dtype
from fwd.model.transformer import PLAIN, Linear, Transformer
from fwd.settings import EngineConfig

ROWS = 16
"""A flat batch is padded to a multiple of it: matrix products compile a kernel for every new size."""

WIDE = 32
"""Where at least one in so many tokens of the vocabulary is allowed, a matrix product over all of them is cheaper than
gathering their rows of the head."""

GATHERED = 16
"""As many products of a matrix product cost as much as one of gathered rows."""


class Engine:
    """Slots with token sequences, and the hidden state after the last token of each.

    `slots` is how many there are, `capacity` the most tokens of one. How many of them are in the cache at the same time
    depends on their lengths and on the config's memory; at least one of any length always is. The weights are copied:
    train on and build a new engine. The config's number of threads becomes that of torch in the whole process.
    """

    def __init__(self, model: Transformer, config: EngineConfig) -> None:
        self.capacity = model.config.max_tokens
        self.slots = max(1, config.slots)
        self.token_budget = max(1, config.token_budget)
        self.device = device(config.device, "engine.device")
        threads = config.threads or cores()
        torch.set_num_threads(threads)
        width = -(-self.capacity // BLOCK)
        compiled = _kernel(model, config, self.device, threads)
        kind = cache_dtype(config.precision, compiled=compiled is not None)
        self._blocks = Blocks(self.slots, width, _affordable(model, config, width, kind))
        with torch.inference_mode():
            self._model = _frozen(model, config, self.device).to(self.device)
            self._table = self._model.table().clone()
            self._cache = PagedCache(model.config, self._blocks.free, self.device, kind, compiled)
            self._pointwise = Compiled(compiled) if compiled is not None else PLAIN
        self._tokens = np.zeros((self.slots, self.capacity), dtype=np.int64)
        self._known = np.zeros(self.slots, dtype=np.int64)
        self._cached = np.zeros(self.slots, dtype=np.int64)

    def clear(self, slot: int) -> None:
        """Empty a slot for a new sequence."""
        self._known[slot] = 0
        self.evict(slot)

    def evict(self, slot: int) -> None:
        """Take a sequence out of the cache. Its tokens stay, and what was computed for them is computed again."""
        self._cached[slot] = 0
        self._blocks.release(slot)

    def length(self, slot: int) -> int:
        """Tokens in a slot, computed or not."""
        return int(self._known[slot])

    def computed(self, slot: int) -> int:
        """Tokens of a slot whose keys and values are in the cache."""
        return int(self._cached[slot])

    def append(self, slot: int, token: int) -> bool:
        """Add one token to a slot's sequence. False, and nothing changes, if it is full."""
        end = self._known[slot]
        if end == self.capacity:
            return False
        self._tokens[slot, end] = token
        self._known[slot] = end + 1
        return True

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

    def share(self, source: int, target: int) -> None:
        """Give `target` what is computed of the tokens that both slots begin with; they share its memory until one of
        them writes there."""
        limit = int(min(self._cached[source], self._known[target]))
        differ = np.flatnonzero(self._tokens[source, :limit] != self._tokens[target, :limit])
        common = int(differ[0]) if len(differ) else limit
        if common > self._cached[target]:
            self._blocks.share(source, target, common)
            self._cached[target] = common

    @torch.inference_mode()
    def run(self, slots: Sequence[int], idle: Iterable[int] = ()) -> tuple[list[int], Tensor]:
        """One forward pass of what is pending in `slots`, the first ones first, up to the token budget.

        Where memory is short, first the slots `idle` are evicted, in their order, then the last of `slots`. At least
        the first slot is served. Returns the slots of which nothing is pending any more, and the hidden states
        [len, d] after their last tokens, to be given to `odds`.
        """
        rows = self._admit(self._batch(slots), idle, slots)
        chosen, places = rows.each()
        padding = (0, -len(chosen) % ROWS)
        hidden = self._model.body(
            self._table,
            torch.from_numpy(np.pad(self._tokens[chosen, places], padding)).to(self.device),
            torch.from_numpy(np.pad(places, padding)).to(self.device),
            self._cache.attend(rows, self._blocks.table),
            self._pointwise,
        )
        self._cached[rows.slots] = rows.ends
        ready = rows.ends == self._known[rows.slots]
        last = torch.from_numpy(np.cumsum(rows.counts)[ready] - 1).to(self.device)
        return rows.slots[ready].tolist(), hidden[last]

    def _batch(self, slots: Sequence[int]) -> Rows:
        """What is pending in the first slots, up to the token budget."""
        chosen = np.asarray(slots, dtype=np.int64)
        # The state after the last token is wanted: a sequence that was rolled back computes that token again.
        starts = np.minimum(self._cached[chosen], self._known[chosen] - 1)
        counts = self._known[chosen] - starts
        room = self.token_budget - (np.cumsum(counts) - counts)
        served = room > 0
        return Rows(chosen[served], starts[served], np.minimum(counts, room)[served])

    def _admit(self, rows: Rows, idle: Iterable[int], slots: Sequence[int]) -> Rows:
        """Find memory for as many rows as possible, the first ones first."""
        places = {slot: place for place, slot in enumerate(rows.slots.tolist())}
        victims = iter([*idle, *reversed(slots)])
        served = len(places)
        for place in np.flatnonzero(~self._blocks.writable(rows.slots, rows.starts, rows.ends)).tolist():
            slot = int(rows.slots[place])
            while place < served:
                copies = self._blocks.reserve(slot, int(rows.starts[place]), int(rows.ends[place]))
                if copies is not None:
                    self._cache.copy(copies)
                    break
                victim = next(victims)
                served = min(served, places.get(victim, served))
                if victim != slot:
                    self.evict(victim)
        return Rows(rows.slots[:served], rows.starts[:served], rows.counts[:served])

    @torch.inference_mode()
    def odds(self, hidden: Tensor, allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Log-odds (float32) of the `allowed` tokens (int64 ascending [n_i]) after each of the states `hidden`
        [rows, d]. Only those rows of the head are computed, unless that takes longer than all of them."""
        sizes = np.array([len(tokens) for tokens in allowed])
        state = self._pointwise.norm(hidden, self._model.final_norm)
        wide = sizes * WIDE > len(self._table)
        found: list[np.ndarray] = [np.empty(0, np.float32)] * len(allowed)
        for chosen, compute in ((wide, self._wide), (~wide, self._narrow)):
            places = np.flatnonzero(chosen).tolist()
            if places:
                values = compute(state[places], [allowed[k] for k in places])
                for place, one in zip(places, values, strict=True):
                    found[place] = one
        return found

    def _wide(self, state: Tensor, allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        low, high = min(int(tokens[0]) for tokens in allowed), max(int(tokens[-1]) for tokens in allowed) + 1
        values = F.linear(state, self._table[low:high]).float().cpu().numpy()
        return [
            row if len(tokens) == high - low else row[tokens - low] for row, tokens in zip(values, allowed, strict=True)
        ]

    def _narrow(self, state: Tensor, allowed: Sequence[np.ndarray]) -> list[np.ndarray]:
        sizes = np.array([len(tokens) for tokens in allowed])
        flat = np.concatenate(allowed)
        ends = np.cumsum(sizes)[:-1]
        rows = np.repeat(np.arange(len(sizes)), sizes)
        # Many rows may have much the same tokens: then a product over all that are allowed anywhere is cheaper.
        anywhere = np.zeros(len(self._table), dtype=bool)
        anywhere[flat] = True
        union = np.flatnonzero(anywhere)
        if len(union) * len(sizes) < GATHERED * len(flat):
            values = F.linear(state, self._table[torch.from_numpy(union).to(self.device)]).float().cpu().numpy()
            columns = np.empty(len(self._table), dtype=np.int64)
            columns[union] = np.arange(len(union))
            return np.split(values.take(rows * len(union) + columns[flat]), ends)
        gathered = state[torch.from_numpy(rows).to(self.device)] * self._table[torch.from_numpy(flat).to(self.device)]
        return np.split(gathered.sum(-1).float().cpu().numpy(), ends)


def _affordable(model: Transformer, config: EngineConfig, width: int, kind: torch.dtype) -> int:
    """How many blocks to have: what all slots can fill, or what the memory suffices for. Raises `ConfigError` if that
    is not even one sequence."""
    size = PagedCache.block_bytes(model.config, kind)
    affordable = (config.memory_mib << 20) // size
    if affordable < width:
        needed = -(-size * width // (1 << 20))
        raise ConfigError(f"engine.memory_mib = {config.memory_mib}: one sequence of this model needs {needed}")
    return min(affordable, max(1, config.slots) * width)


def _kernel(model: Transformer, config: EngineConfig, where: torch.device, threads: int) -> kernel.Kernel | None:
    if where.type != "cpu" or config.attention != "auto" or not Compiled.fits(model.config):
        return None
    head = model.config.d_model // model.config.n_heads
    return kernel.load(head, cache_dtype(config.precision, compiled=True).itemsize, threads)


def _frozen(model: Transformer, config: EngineConfig, where: torch.device) -> Transformer:
    """A copy for decoding, its matrices in the engine's precision."""
    frozen = copy.deepcopy(model).eval().requires_grad_(False)
    kind = dtype(config.precision, where)
    for module in frozen.modules():
        if isinstance(module, Linear):
            module.to(kind)
    return frozen
