"""The settings of core's own parts, as frozen attrs classes with help in field metadata.

They live apart from the code they steer so that reading a config imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen, validators

Precision = Literal["auto", "fp32", "bf16"]
Device = Literal["auto", "cpu", "cuda"]


def setting(default: Any, help: str, least: float | None = None) -> Any:
    """An attrs field with a default and a line of help; `least` is the smallest number that it may be."""
    if isinstance(default, dict):
        return field(factory=lambda: dict(default), metadata={"help": help})
    validator = None if least is None else validators.optional(validators.ge(least))
    return field(default=default, validator=validator, metadata={"help": help})


def count(default: int, help: str, least: int = 0) -> Any:
    """An attrs field for a whole number of at least `least`."""
    return setting(default, help, least)


def share(default: float, help: str) -> Any:
    """An attrs field for a number from 0 to 1."""
    in_range = validators.and_(validators.ge(0.0), validators.le(1.0))
    return field(default=default, validator=in_range, metadata={"help": help})


@frozen
class ModelConfig:
    """A Llama-style decoder."""

    d_model: int = setting(128, "width of the residual stream")
    n_layers: int = setting(4, "number of blocks")
    n_heads: int = setting(4, "query heads; d_model must be divisible by it")
    n_kv_heads: int = setting(4, "key and value heads; n_heads must be divisible by it")
    d_ff: int = setting(352, "hidden width of the SwiGLU feed-forward")
    dropout: float = setting(0.1, "dropout on residual branches while training")
    max_tokens: int = setting(512, "longest transcript")
    rope_theta: float = setting(10000.0, "base of the rotary frequencies")
    label_features: bool = setting(True, "add to a label's embedding one computed from its statement")


@frozen
class TrainConfig:
    """Supervised training: how long, how fast, on what mixture."""

    seed: int = setting(0, "seed of initialisation, data order and dropout")
    steps: int | None = setting(None, "optimiser steps; exactly one of steps and minutes must be set")
    minutes: float | None = setting(None, "wall-clock minutes of training, evaluation not counted")
    batch_tokens: int = setting(8192, "tokens in one optimiser step")
    microbatch_tokens: int = setting(2048, "tokens in one forward pass")
    lr: float = setting(1e-3, "peak learning rate")
    lr_floor: float = setting(0.05, "final learning rate as a share of the peak")
    warmup_steps: int = setting(100, "steps of linear warm-up before the cosine")
    weight_decay: float = setting(0.05, "AdamW weight decay, on matrices only")
    beta1: float = setting(0.9, "AdamW beta1")
    beta2: float = setting(0.98, "AdamW beta2")
    clip: float = setting(1.0, "largest gradient norm")
    precision: Precision = setting("auto", "matrix products in fp32 or bf16; auto takes bf16 where the CPU has it")
    threads: int | None = setting(None, "CPU threads for torch; all cores if not set")
    mix: Mapping[str, float] = setting({"human": 1.0}, "share of each dataset in the sequences, by name")
    subgoal_prob: float = setting(0.3, "share of sequences whose goal is a fact on the way")
    fact_loss: float = setting(0.0, "weight of the loss on goal and fact tokens, beside 1 on step tokens")
    pool: int = setting(2048, "sequences drawn and bucketed by length at a time")
    log_every: int = setting(20, "steps between two lines of metrics")
    evaluate_every: int | None = setting(500, "steps between evaluations on valid; none at all if not set")
    evaluate_limit: int | None = setting(None, "evaluate on the first so many valid goals only")
    checkpoint_every: int = setting(200, "steps between checkpoints")
    keep: int = setting(2, "newest checkpoints to keep")


@frozen
class EngineConfig:
    """The decoding engine."""

    slots: int = setting(256, "most graphs in flight")
    memory_mib: int = setting(2048, "budget of the key-value cache; graphs that find no room in it wait")
    token_budget: int = setting(2048, "most tokens in one forward pass")
    precision: Precision = setting("auto", "as in training")
    threads: int | None = setting(None, "CPU threads for torch; all cores if not set")
    device: Device = setting("auto", "where the model computes; auto takes a GPU if there is one")
    attention: Literal["auto", "torch"] = setting(
        "auto", "auto compiles attention for this CPU if it has a C compiler; torch does without"
    )


@frozen
class RunInfo:
    """What a run is about."""

    env: str = setting("", "the env's name")
    preset: str = setting("", "the preset that the settings started from")
