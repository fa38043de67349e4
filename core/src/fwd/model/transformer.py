"""A Llama-style decoder over flat rows of tokens.

Root-mean-square norms before each branch (Zhang & Sennrich 2019), rotary positions (Su et al. 2021), SwiGLU
feed-forward (Shazeer 2020), grouped key and value heads (Ainslie et al. 2023), embeddings tied to the output head.

The blocks see a flat batch: one row per token, whatever sequence it belongs to. Who may look at whom is decided by the
`attend` function that the caller hands in, and `pointwise` is what computes norms, positions and gates, so training
(whole sequences at once) and decoding (a cache of keys and values) share every line of this file.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fwd.errors import ConfigError
from fwd.model.attention import Attend, causal
from fwd.model.features import LabelFeatures
from fwd.model.pointwise import Pointwise
from fwd.settings import ModelConfig

INITIAL_SPREAD = 0.02
PLAIN = Pointwise()


class Dropout:
    """Zeroes a share of a tensor's entries with a generator of its own.

    torch's own dropout draws from one generator for the whole process, so microbatches that run side by side would
    make a run depend on timing. Here each microbatch brings its generator. One 64-bit draw decides four entries.
    """

    def __init__(self, share: float, generator: torch.Generator) -> None:
        self.threshold = round(share * 65536) - 32768
        self.scale = 1.0 / (1.0 - share)
        self.generator = generator

    def __call__(self, x: Tensor) -> Tensor:
        draws = torch.empty((x.numel() + 3) // 4, dtype=torch.int64, device=x.device)
        draws.random_(-(2**63), None, generator=self.generator)
        keep = draws.view(torch.int16)[: x.numel()] >= self.threshold
        return x * (keep.view(x.shape) * self.scale).to(x.dtype)


class Linear(nn.Linear):
    """A matrix without bias that takes its input in its own precision: a decoding engine holds it in bf16."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__(width, out, bias=False)

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input.to(self.weight.dtype), self.weight)


class Block(nn.Module):
    """Attention, then feed-forward, each added to the residual stream."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d, heads, kv_heads = config.d_model, config.n_heads, config.n_kv_heads
        self.heads, self.kv_heads, self.head = heads, kv_heads, d // heads
        self.attention_norm = nn.RMSNorm(d, eps=1e-5)
        self.query_key_value = Linear(d, (heads + 2 * kv_heads) * self.head)
        self.attention_out = Linear(d, d)
        self.feed_norm = nn.RMSNorm(d, eps=1e-5)
        self.gate_up = Linear(d, 2 * config.d_ff)
        self.down = Linear(config.d_ff, d)

    def forward(
        self,
        layer: int,
        x: Tensor,
        cos: Tensor,
        sin: Tensor,
        attend: Attend,
        pointwise: Pointwise,
        drop: Dropout | None,
    ) -> Tensor:
        """`x` [rows, d] after this block; `cos` and `sin` are [rows, 1, head]."""
        both = self.query_key_value(pointwise.norm(x, self.attention_norm)).view(len(x), -1, self.head)
        rotated = pointwise.rotate(both, self.heads + self.kv_heads, cos, sin)
        query, key = rotated[:, : self.heads], rotated[:, self.heads :]
        mixed = self.attention_out(attend(layer, query, key, both[:, self.heads + self.kv_heads :]))
        x = x + (drop(mixed) if drop else mixed)
        fed = self.down(pointwise.gate(self.gate_up(pointwise.norm(x, self.feed_norm))))
        return x + (drop(fed) if drop else fed)


class Transformer(nn.Module):
    """Token ids in, log-odds of the next token out.

    `descriptions` (`Codec.descriptions`) feed `LabelFeatures` where the config asks for them. Weights are drawn from
    torch's global generator; seed it before building.
    """

    cos: Tensor
    sin: Tensor

    def __init__(
        self, config: ModelConfig, vocabulary_size: int, descriptions: Mapping[int, Sequence[int]] | None = None
    ) -> None:
        super().__init__()
        check(config)
        check_memory(config, vocabulary_size)
        self.config = config
        self.embedding = nn.Parameter(torch.empty(vocabulary_size, config.d_model))
        self.features = LabelFeatures(descriptions or {}, config.d_model) if config.label_features else None
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layers))
        self.final_norm = nn.RMSNorm(config.d_model, eps=1e-5)
        half = config.d_model // config.n_heads // 2
        frequencies = config.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.arange(config.max_tokens, dtype=torch.float32)[:, None] * frequencies
        self.register_buffer("cos", angles.cos().repeat(1, 2), persistent=False)
        self.register_buffer("sin", torch.cat([-angles.sin(), angles.sin()], -1), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Normal weights; the layers that write to the residual stream are smaller so that its size does not grow
        with depth (GPT-2)."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                writes = name.endswith(("attention_out.weight", "down.weight"))
                shrink = 1 / math.sqrt(2 * self.config.n_layers) if writes else 1.0
                nn.init.normal_(weight, std=INITIAL_SPREAD * shrink)

    def table(self) -> Tensor:
        """The effective embedding of every token [vocabulary, d], used both to read and to predict. Compute it once
        per optimiser step or per engine, not once per batch."""
        return self.features(self.embedding) if self.features is not None else self.embedding

    def body(
        self,
        table: Tensor,
        tokens: Tensor,
        positions: Tensor,
        attend: Attend,
        pointwise: Pointwise = PLAIN,
        drop: Dropout | None = None,
    ) -> Tensor:
        """Hidden states [rows, d] of flat `tokens` and `positions` [rows], to be given to `head`."""
        x = F.embedding(tokens, table) * math.sqrt(self.config.d_model)
        if drop:
            x = drop(x)
        cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        for layer, block in enumerate(self.blocks):
            x = block(layer, x, cos, sin, attend, pointwise, drop)
        return x

    def forward(self, table: Tensor, tokens: Tensor, rows: Tensor | None = None, drop: Dropout | None = None) -> Tensor:
        """Log-odds [rows, vocabulary] after whole sequences `tokens` [batch, length], padded at the end.

        `rows` picks positions of the flattened batch, so that the head, the widest matrix of a small model, is paid
        only where a loss is.
        """
        batch, length = tokens.shape
        positions = torch.arange(length, device=tokens.device).repeat(batch)
        x = self.body(table, tokens.reshape(-1), positions, causal(batch, length), drop=drop)
        return self.head(table, x if rows is None else x[rows])

    def head(self, table: Tensor, x: Tensor) -> Tensor:
        """Log-odds [rows, vocabulary] of states `x` [rows, d] that `body` returned."""
        return F.linear(self.final_norm(x), table)


def check(config: ModelConfig) -> None:
    """Raise `ConfigError` where the sizes of a model do not fit each other."""
    if config.d_model % (2 * config.n_heads):
        raise ConfigError(
            f"model.d_model = {config.d_model} must be divisible by twice model.n_heads = {config.n_heads}"
        )
    if config.n_heads % config.n_kv_heads:
        raise ConfigError(
            f"model.n_heads = {config.n_heads} must be divisible by model.n_kv_heads = {config.n_kv_heads}"
        )


def check_memory(config: ModelConfig, vocabulary_size: int) -> None:
    """Raise `ConfigError` for a model whose weights alone this machine could not hold."""
    d, heads = config.d_model, config.n_kv_heads / config.n_heads
    block = 2 * d * d * (1 + heads) + 3 * d * config.d_ff
    numbers = vocabulary_size * d + config.n_layers * block + 2 * config.max_tokens * d / config.n_heads
    needed, there = 4 * numbers / 2**30, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    if needed > there:
        raise ConfigError(
            f"a model of these sizes takes {needed:,.0f} GiB, and this machine has {there:,.0f}: choose smaller "
            "model.d_model, model.n_layers, model.d_ff or model.max_tokens"
        )
