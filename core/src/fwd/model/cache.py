"""Attention over a cache of keys and values, whose sequences lie in blocks (`fwd.model.blocks`).

Each layer has keys [blocks, kv heads, head, BLOCK] and values [blocks, kv heads, BLOCK, head]; the kernel has its own
order within a block. What lies past a sequence's length is garbage that nobody looks at, so rolling back costs nothing.

Two ways compute the same: a compiled kernel that reads the blocks where they lie (`fwd.model.kernel`, for CPUs), and
plain torch, which gathers them first. Decoding is bound by reading keys and values, so they may be kept in bf16; the
kernel also knows bytes with a scale for each token and head, and multiplies them as bytes where the processor can. Sums
are in fp32 in any case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from attrs import frozen
from torch import Tensor
from torch.nn import functional as F

from fwd.model.attention import Attend
from fwd.model.blocks import BLOCK
from fwd.model.kernel import Kernel
from fwd.settings import ModelConfig

GATHER_BYTES = {"cpu": 1 << 21, "cuda": 1 << 28}
"""Keys and values that are gathered at a time: about what a core's cache holds. A GPU wants few and large calls."""

SCALE = 4
"""Bytes of the scale of one token's key or value of one head, where cells are bytes."""


@frozen(eq=False)
class Rows:
    """What a flat batch appends: `counts[i]` tokens to slot `slots[i]`, of which `starts[i]` are cached. The batch's
    rows are in the order of `slots`; more rows after them are padding. All int64 [n]."""

    slots: np.ndarray
    starts: np.ndarray
    counts: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """Lengths of the sequences with these tokens."""
        return self.starts + self.counts

    def each(self) -> tuple[np.ndarray, np.ndarray]:
        """For every row its slot and its place in the sequence, int64 [rows]."""
        offsets = np.cumsum(self.counts) - self.counts
        places = np.arange(int(self.counts.sum())) + np.repeat(self.starts - offsets, self.counts)
        return np.repeat(self.slots, self.counts), places


class PagedCache:
    """Keys and values of `blocks` blocks for every layer of a model, as fp32, bf16 or, for the kernel, uint8."""

    def __init__(
        self, config: ModelConfig, blocks: int, device: torch.device, kind: torch.dtype, kernel: Kernel | None
    ) -> None:
        self.kv_heads = config.n_kv_heads
        self.head = config.d_model // config.n_heads
        self.device = device
        self.kernel = kernel
        # Zeros, since a masked NaN would still spoil a sum.
        keys, values = _shapes(self.head, kind)
        shape = (blocks, self.kv_heads)
        self.keys = [_zeros((*shape, *keys), device, kind) for _ in range(config.n_layers)]
        self.values = [_zeros((*shape, *values), device, kind) for _ in range(config.n_layers)]

    @staticmethod
    def block_bytes(config: ModelConfig, kind: torch.dtype) -> int:
        """Memory of one block in all layers."""
        cells = sum(map(math.prod, _shapes(config.d_model // config.n_heads, kind)))
        return config.n_layers * config.n_kv_heads * cells * kind.itemsize

    def copy(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Copy blocks: from, to."""
        for source, target in pairs:
            for pool in (*self.keys, *self.values):
                pool[target] = pool[source]

    def attend(self, rows: Rows, table: np.ndarray) -> Attend:
        """Attention for a flat batch; `table` int32 [slots, width] is that of `Blocks`."""
        if self.kernel is not None:
            return self._compiled(self.kernel, rows, table)
        return self._plain(rows, table)

    def _compiled(self, kernel: Kernel, rows: Rows, table: np.ndarray) -> Attend:
        slots, places = (torch.from_numpy(x.astype(np.int32)) for x in rows.each())
        blocks = torch.from_numpy(table)

        def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            query, key, value = query.float(), key.float(), value.float()
            mixed = torch.empty(query.shape, dtype=torch.float32)
            mixed[len(slots) :] = 0.0
            kernel.attend(query, key, value, self.keys[layer], self.values[layer], mixed, blocks, slots, places)
            return mixed.flatten(1)

        return attend

    def _plain(self, rows: Rows, table: np.ndarray) -> Attend:
        slots, places = rows.each()
        size = len(slots)
        blocks, offsets = (self._index(x) for x in (table[slots, places // BLOCK], places % BLOCK))
        groups = [self._group(rows, members, table) for members in self._alike(rows)]

        def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            keys, values = self.keys[layer], self.values[layer]
            keys[blocks, :, :, offsets] = key[:size].to(keys.dtype)
            values[blocks, :, offsets] = value[:size].to(values.dtype)
            query = query.float()
            mixed = torch.zeros_like(query)
            for group in groups:
                mixed[group.rows] = group.mix(query, keys, values)
            return mixed.flatten(1)

        return attend

    def _alike(self, rows: Rows) -> Iterator[np.ndarray]:
        """Cut the slots, sorted by new tokens and length, where padding or memory would grow too much."""
        counts, spans = rows.counts, -(-rows.ends // BLOCK)
        order = np.lexsort((spans, counts))
        block_bytes = 2 * 4 * BLOCK * self.kv_heads * self.head
        room = GATHER_BYTES[self.device.type] // block_bytes
        begin, span = 0, 0
        for place, slot in enumerate(order):
            fewest, most = counts[order[begin]], counts[slot]
            wider = max(span, int(spans[slot]))
            alike = most == fewest or (fewest > 1 and most <= fewest + max(4, fewest // 2))
            if place > begin and not (alike and (place - begin + 1) * wider <= room):
                yield order[begin:place]
                begin, wider = place, int(spans[slot])
            span = wider
        yield order[begin:]

    def _group(self, rows: Rows, members: np.ndarray, table: np.ndarray) -> _Group:
        counts, starts = rows.counts[members, None], rows.starts[members, None]
        first_rows = (np.cumsum(rows.counts) - rows.counts)[members, None]
        span = -(-int(rows.ends[members].max()) // BLOCK)
        steps = np.minimum(np.arange(counts.max()), counts - 1)
        sees = np.arange(span * BLOCK) <= (starts + steps)[..., None]
        # Entries of the table past a slot's own blocks name blocks of others: they are masked.
        blocks = table[rows.slots[members], :span].astype(np.int64)
        return _Group(self._index(blocks), self._index(first_rows + steps), self._index(sees[:, None]))

    def _index(self, x: np.ndarray) -> Tensor:
        return torch.from_numpy(x).to(self.device)


@frozen(eq=False)
class _Group:
    """Slots with about as many new tokens and about as long: one call of SDPA.

    blocks  int64 [n, span]
    rows    int64 [n, width]: their rows in the flat batch; a slot with fewer repeats its last
    mask    bool [n, 1, width, span * BLOCK]: what each row sees of its slot
    """

    blocks: Tensor
    rows: Tensor
    mask: Tensor

    def mix(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """[n, width, heads, head] of `query` [all rows, heads, head]."""
        count, span = self.blocks.shape
        kv_heads, head = keys.shape[1:3]
        found = keys[self.blocks].float().permute(0, 2, 1, 4, 3).reshape(count, kv_heads, span * BLOCK, head)
        worth = values[self.blocks].float().transpose(1, 2).reshape(count, kv_heads, span * BLOCK, head)
        mixed = F.scaled_dot_product_attention(
            query[self.rows].transpose(1, 2),
            found,
            worth,
            attn_mask=self.mask,
            enable_gqa=query.shape[1] != kv_heads,
        )
        return mixed.transpose(1, 2)


def _shapes(head: int, kind: torch.dtype) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of the keys and of the values of one head in one block."""
    if kind is torch.uint8:
        return (head + SCALE, BLOCK), (BLOCK, head + SCALE)
    return (head, BLOCK), (BLOCK, head)


def _zeros(shape: tuple[int, ...], device: torch.device, kind: torch.dtype) -> Tensor:
    """Zeros; on a CPU numpy's, for which the system hands out memory only as it is written."""
    if device.type == "cpu":
        whole = {4: np.int32, 2: np.int16, 1: np.uint8}[kind.itemsize]
        return torch.from_numpy(np.zeros(shape, whole)).view(kind)
    return torch.zeros(shape, device=device, dtype=kind)
