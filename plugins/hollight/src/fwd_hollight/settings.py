"""The settings of the HOL Light env, as a frozen attrs class with help in field metadata."""

from __future__ import annotations

from typing import Literal

from attrs import frozen
from fwd.settings import count, setting


@frozen
class HolLightConfig:
    """Which library, what steps may cost, and which of its theorems are goals."""

    libraries: tuple[str, ...] = setting(
        (), "files that are loaded on top of HOL Light's core: of its library, or your own"
    )
    workers: int = count(2, "HOL Light processes that judge steps", least=1)
    step_seconds: float = setting(2.0, "processor time that a step may take", least=0.1)
    step_memory: int = count(512, "memory in MiB that a worker may take beyond what it starts with", least=64)
    max_facts: int = count(64, "most facts of one graph, hypotheses included", least=1, most=10_000)
    max_statement: int = count(160, "longest statement that a step may spell out, in tokens", least=1, most=10_000)
    max_argument: int = count(120, "longest text of a tactic's arguments, in tokens", least=1, most=10_000)
    longest: int = count(20000, "longest statement that a step may derive, in characters", least=100)
    min_steps: int = count(1, "use only theorems whose known proofs have at least so many steps", least=1)
    max_steps: int | None = setting(None, "use only theorems whose known proofs have at most so many steps", least=1)
    max_tokens: int | None = setting(None, "use only theorems whose known proofs have at most so many tokens", least=1)
    theorems: int | None = setting(None, "use only so many theorems, those with the shortest proofs", least=1)
    split: Literal["random", "chronological"] = setting(
        "random", "random: by the seed; chronological: what the library proves last is held out"
    )
    valid: int = count(100, "theorems in the valid split")
    test: int = count(100, "theorems in the test split")
    split_seed: int = setting(0, "seed of the splits")
