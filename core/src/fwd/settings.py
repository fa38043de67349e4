"""The settings of core's own parts, as frozen attrs classes with help in field metadata.

They live apart from the code they steer so that reading a config imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen, validators

Precision = Literal["auto", "fp32", "bf16"]
Device = Literal["auto", "cpu", "cuda"]


def setting(default: Any, help: str, least: float | None = None, most: float | None = None) -> Any:
    """An attrs field with a default and a line of help; `least` and `most` are the ends of the range of a number."""
    if isinstance(default, dict):
        return field(factory=lambda: dict(default), metadata={"help": help})
    ends = [] if least is None else [validators.ge(least)]
    ends += [] if most is None else [validators.le(most)]
    validator = validators.optional(validators.and_(*ends)) if ends else None
    return field(default=default, validator=validator, metadata={"help": help})


def count(default: int | None, help: str, least: int = 0, most: int = 1 << 40) -> Any:
    """An attrs field for a whole number of at least `least`."""
    return setting(default, help, least, most)


def share(default: float, help: str) -> Any:
    """An attrs field for a number from 0 to 1."""
    return setting(default, help, 0.0, 1.0)


@frozen
class ModelConfig:
    """A Llama-style decoder."""

    d_model: int = count(128, "width of the residual stream", 2, 1 << 16)
    n_layers: int = count(4, "number of blocks", 1, 1024)
    n_heads: int = count(4, "query heads; d_model must be divisible by it", 1, 1024)
    n_kv_heads: int = count(4, "key and value heads; n_heads must be divisible by it", 1, 1024)
    d_ff: int = count(352, "hidden width of the SwiGLU feed-forward", 1, 1 << 20)
    dropout: float = setting(0.1, "dropout on residual branches while training", 0.0, 0.99)
    max_tokens: int = count(512, "longest transcript", 8, 1 << 20)
    rope_theta: float = setting(10000.0, "base of the rotary frequencies", 1.0, 1e12)
    label_features: bool = setting(True, "add to a label's embedding one computed from its statement")


@frozen
class TrainConfig:
    """Supervised training: how long, how fast, on what mixture."""

    seed: int = setting(0, "seed of initialisation, data order and dropout")
    steps: int | None = count(None, "optimiser steps; exactly one of steps and minutes must be set", 1)
    minutes: float | None = setting(None, "minutes of training; evaluation and waiting not counted", 1e-3, 1e9)
    batch_tokens: int = count(8192, "tokens in one optimiser step", 1)
    microbatch_tokens: int = count(2048, "tokens in one forward pass", 1)
    lr: float = setting(1e-3, "peak learning rate", 0.0)
    lr_floor: float = share(0.05, "final learning rate as a share of the peak")
    warmup_steps: int = count(100, "steps of linear warm-up before the cosine")
    weight_decay: float = setting(0.05, "AdamW weight decay, on matrices only", 0.0, 1e6)
    beta1: float = setting(0.9, "AdamW beta1", 0.0, 0.999999)
    beta2: float = setting(0.98, "AdamW beta2", 0.0, 0.999999)
    clip: float = setting(1.0, "largest gradient norm", 1e-9)
    precision: Precision = setting("auto", "matrix products in fp32 or bf16; auto takes bf16 where it is fast")
    threads: int | None = count(None, "CPU threads for torch; all cores if not set", 1, 4096)
    device: Device = setting("auto", "where the model learns; auto takes a GPU if there is one")
    workers: int = count(1, "processes of each trainer that make training sequences", 1, 1024)
    mix: Mapping[str, float] = setting(
        {}, "share of each dataset in the sequences, by name; without any, the main dataset alone"
    )
    generated_prob: float = share(0.5, "share of sequences from the proof store, in joint training")
    subgoal_prob: float = share(0.3, "share of sequences whose goal is a fact on the way")
    fact_loss: float = setting(0.0, "weight of the loss on goal and fact tokens, beside 1 on step tokens", 0.0, 1e6)
    pool: int = count(2048, "sequences drawn and bucketed by length at a time", 1)
    log_every: int = count(20, "steps between two lines of metrics", 1)
    evaluate_every: int | None = count(500, "steps between evaluations on valid; none at all if not set", 1)
    evaluate_limit: int | None = count(None, "evaluate on the first so many valid goals only", 1)
    checkpoint_every: int = count(200, "steps between checkpoints", 1)
    keep: int = count(2, "newest checkpoints to keep", 1)


@frozen
class EngineConfig:
    """The decoding engine."""

    slots: int = count(256, "most graphs in flight", 1, 1 << 20)
    memory_mib: int = count(2048, "budget of the key-value cache; graphs that find no room in it wait", 1)
    token_budget: int = count(2048, "most tokens in one forward pass", 1)
    precision: Precision = setting("auto", "as in training; auto caches keys and values as bytes (torch alone: bf16)")
    threads: int | None = count(None, "CPU threads for torch; all cores if not set", 1, 4096)
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
