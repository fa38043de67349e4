"""Who looks at whom: the one function that the transformer's blocks call for it.

`causal` is attention over whole sequences, for training; `fwd.model.cache` is attention over a cache, for decoding.
Nothing else in `fwd` knows how attention is computed.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, queries [rows, heads, head], keys and values [rows, kv heads, head]) -> mixed values [rows, heads * head]."""


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
