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
    precision: Precision = setting("auto", "matrix products in fp32 or bf16; auto takes bf16 where it is fast")
    threads: int | None = setting(None, "CPU threads for torch; all cores if not set")
    device: Device = setting("auto", "where the model learns; auto takes a GPU if there is one")
    workers: int = setting(1, "processes of each trainer that make training sequences", least=1)
    mix: Mapping[str, float] = setting(
        {}, "share of each dataset in the sequences, by name; without any, the main dataset alone"
    )
    generated_prob: float = share(0.5, "share of sequences from the proof store, in joint training")
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
    precision: Precision = setting("auto", "as in training; auto caches keys and values as bytes (torch alone: bf16)")
    threads: int | None = setting(None, "CPU threads for torch; all cores if not set")
    device: Device = setting("auto", "where the model computes; auto takes a GPU if there is one")
    attention: Literal["auto", "torch"] = setting(
        "auto", "auto compiles attention, norms and gates for this CPU if it has a C compiler; torch does without"
    )


@frozen
class JointConfig:
    """Who takes part in a run. With actors it is joint training."""

    trainers: int = count(1, "processes that learn, each from its part of every batch", least=1)
    actors: int = count(0, "processes that prove while the trainers learn")


@frozen
class ActorConfig:
    """How an actor proves."""

    strategy: str = setting("sampling", "how to search, as in `fwd plugins`")
    settings: Mapping[str, Any] = setting({}, "settings of that strategy, such as {temperature = 1.2}")
    goals: str = setting("human", "how goals are chosen, as in `fwd plugins`")
    choice: Mapping[str, Any] = setting({}, "settings of that choice of goals")
    behind: int = count(0, "most checkpoints that may be newer than the weights that prove")
    log_seconds: float = setting(10.0, "seconds between two lines of an actor's metrics", least=0)


@frozen
class GeneratedConfig:
    """What the trainers learn from the proof store."""

    window: int = count(50_000, "newest graphs to learn from", least=1)
    refresh_every: int = count(1, "pools of sequences between two looks for new graphs", least=1)
    start: int = count(500, "theorems that the actors must have found before any are learned", least=1)
    wait: bool = setting(True, "training waits for these; if not, it learns from the other datasets meanwhile")
    least_steps: int = count(2, "shortest proof to learn from, in steps", least=1)
    size_power: float = setting(1.0, "a theorem is drawn in proportion to this power of its proof's steps", least=0)


@frozen
class StoreConfig:
    """How a writer cuts its records into segments."""

    seal_records: int = count(1024, "seal a segment at so many records", least=1)
    seal_seconds: float = setting(60.0, "seal a segment so many seconds old; readers see only sealed ones", least=0)
    map_size: int = count(1 << 28, "largest open segment in bytes; a full one is sealed", least=1 << 20)
    scratch: str | None = setting(None, "folder on node-local disk for open segments; inside the store if not set")


@frozen
class RunInfo:
    """What a run is about."""

    env: str = setting("", "the env's name")
    preset: str = setting("", "the preset that the settings started from")
