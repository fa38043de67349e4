"""Who looks at whom: causal attention over whole sequences (training), and over a cache of keys and values (decoding).

Both return an `attend` function that the transformer's blocks call; nothing else in `fwd` knows how attention is
computed, so a compiled kernel can take the place of `SlabCache.attend` alone.

Attention is computed in fp32 also where matrix products are in bf16: on CPUs torch's bf16 attention is the slower one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from attrs import frozen
from torch import Tensor
from torch.nn import functional as F

from fwd.settings import ModelConfig

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, queries [rows, heads, head], keys and values [rows, kv heads, head]) -> mixed values [rows, heads * head]."""

GATHER_BYTES = 1 << 21
"""Keys and values that are gathered at a time: about what a core's cache holds."""


def causal(batch: int, length: int) -> Attend:
    """Attention for training: row `i` of the flat batch belongs to sequence `i // length` and sees what came before
    it there. Padding at the end of a sequence is seen by nothing that matters."""

    def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        query, key, value = (
            x.float().view(batch, length, -1, x.shape[-1]).transpose(1, 2) for x in (query, key, value)
        )
        with torch.autocast(query.device.type, enabled=False):
            mixed = F.scaled_dot_product_attention(
                query, key, value, is_causal=True, enable_gqa=query.shape[1] != key.shape[1]
            )
        return mixed.transpose(1, 2).reshape(batch * length, -1)

    return attend


@frozen(eq=False)
class _Group:
    """Slots with about as many new tokens and about as long: one call of SDPA.

    slots  int64 [n]
    rows   int64 [n, width]: their rows in the flat batch; a slot with fewer repeats its last
    mask   bool [n, 1, width, span]: what each row sees of its slot
    """

    slots: Tensor
    rows: Tensor
    mask: Tensor
    span: int


class SlabCache:
    """Keys and values of many append-only sequences: for each layer a tensor [slots, capacity, kv heads, head].

    What lies past a sequence's length is garbage that nobody looks at, so rolling back costs nothing.
    """

    def __init__(self, config: ModelConfig, slots: int) -> None:
        self.kv_heads = config.n_kv_heads
        self.head = config.d_model // config.n_heads
        shape = (slots, config.max_tokens, self.kv_heads, self.head)
        # Zeros, since a masked NaN would still spoil a sum; numpy's, for which the system hands out memory only as it
        # is written.
        self.keys = [torch.from_numpy(np.zeros(shape, np.float32)) for _ in range(config.n_layers)]
        self.values = [torch.from_numpy(np.zeros(shape, np.float32)) for _ in range(config.n_layers)]

    @staticmethod
    def slot_bytes(config: ModelConfig) -> int:
        """Memory of one slot at its full length."""
        return 2 * 4 * config.n_layers * config.max_tokens * config.n_kv_heads * (config.d_model // config.n_heads)

    def copy(self, source: int, target: int, length: int) -> None:
        """Give slot `target` the first `length` tokens of slot `source`."""
        for slab in (*self.keys, *self.values):
            slab[target, :length] = slab[source, :length]

    def attend(self, slots: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> Attend:
        """Attention for a flat batch that appends `counts[i]` tokens to slot `slots[i]`, whose first `starts[i]`
        tokens are cached. Rows are in the order of `slots`; more rows after them are padding. All arrays int64 [n]."""
        row_slots = torch.from_numpy(np.repeat(slots, counts))
        row_places = torch.from_numpy(_places(starts, counts))
        groups = list(self._groups(slots, starts, counts))
        size = len(row_slots)

        def attend(layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            keys, values = self.keys[layer], self.values[layer]
            keys[row_slots, row_places] = key[:size].float()
            values[row_slots, row_places] = value[:size].float()
            query = query.float()
            mixed = torch.zeros_like(query)
            for group in groups:
                known = (x[:, : group.span].index_select(0, group.slots).transpose(1, 2) for x in (keys, values))
                seen = F.scaled_dot_product_attention(
                    query[group.rows].transpose(1, 2),
                    *known,
                    attn_mask=group.mask,
                    enable_gqa=query.shape[1] != key.shape[1],
                )
                mixed[group.rows] = seen.transpose(1, 2)
            return mixed.flatten(1)

        return attend

    def _groups(self, slots: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> Iterator[_Group]:
        """Cut the slots, sorted by new tokens and length, where padding or memory would grow too much."""
        ends = starts + counts
        first_rows = np.cumsum(counts) - counts
        order = np.lexsort((ends, counts))
        token_bytes = 2 * 4 * self.kv_heads * self.head
        begin, span = 0, 0
        for place in range(len(order) + 1):
            if place < len(order):
                fewest, most = counts[order[begin]], counts[order[place]]
                wider = max(span, int(ends[order[place]]))
                alike = most == fewest or (fewest > 1 and most <= fewest + max(4, fewest // 2))
                if place == begin or (alike and (place - begin + 1) * wider * token_bytes <= GATHER_BYTES):
                    span = wider
                    continue
            members = order[begin:place]
            width = int(counts[members].max())
            steps = np.minimum(np.arange(width), counts[members, None] - 1)
            sees = np.arange(span) <= (starts[members, None] + steps)[..., None]
            yield _Group(
                torch.from_numpy(slots[members]),
                torch.from_numpy(first_rows[members, None] + steps),
                torch.from_numpy(sees[:, None]),
                span,
            )
            if place < len(order):
                begin, span = place, int(ends[order[place]])


def _places(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Position of every row of the flat batch in its own sequence."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) - np.repeat(ends - counts, counts) + np.repeat(starts, counts)
