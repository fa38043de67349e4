"""What a block of the transformer computes for each token alone, besides matrix products.

`Pointwise` is plain torch, for training and for any device. A decoding engine on a CPU hands `Compiled` to the blocks:
the same functions, each in one pass over memory. Both are passed along as `attend` is.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fwd.model.kernel import HEADS, LANES, Kernel
from fwd.settings import ModelConfig


class Pointwise:
    """In plain torch."""

    def norm(self, x: Tensor, norm: nn.RMSNorm) -> Tensor:
        """`x` [rows, d], normed."""
        normed: Tensor = norm(x)
        return normed

    def rotate(self, x: Tensor, heads: int, cos: Tensor, sin: Tensor) -> Tensor:
        """The first `heads` heads of `x` [rows, all heads, head] with rotary positions: each pair (i, i + head / 2)
        turned by its position's angle, whose `cos` and `sin` are [rows, 1, head]; the first half of `sin` is negative.
        In fp32 from the start: sums of mixed types are several times slower. `x` may be overwritten."""
        turned = x[:, :heads].float()
        first, second = turned.chunk(2, -1)
        return torch.addcmul(turned * cos, torch.cat([second, first], -1), sin)

    def gate(self, both: Tensor) -> Tensor:
        """SwiGLU: of `both` [rows, gate and up], silu(gate) * up."""
        gate, up = both.chunk(2, -1)
        return F.silu(gate) * up


class Compiled(Pointwise):
    """By the compiled kernel, for CPUs and without gradients."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    @staticmethod
    def fits(config: ModelConfig) -> bool:
        """Whether there is machine code for a model of these sizes."""
        return config.d_model // config.n_heads in HEADS and config.d_ff % LANES == 0

    def norm(self, x: Tensor, norm: nn.RMSNorm) -> Tensor:
        x = x.float()
        out = torch.empty_like(x)
        self._kernel.norm(x, norm.weight, out, norm.eps or 0.0)
        return out

    def rotate(self, x: Tensor, heads: int, cos: Tensor, sin: Tensor) -> Tensor:
        x = x.float()
        self._kernel.rotate(x, heads, cos, sin)
        return x[:, :heads]

    def gate(self, both: Tensor) -> Tensor:
        both = both.float()
        out = both.new_empty(len(both), both.shape[1] // 2)
        self._kernel.gate(both, out)
        return out
