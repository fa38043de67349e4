"""The settings of the Metamath env, as a frozen attrs class with help in field metadata."""

from __future__ import annotations

from typing import Literal

from attrs import evolve, frozen
from fwd.errors import DatabaseError
from fwd.settings import count, setting, share

from fwd_metamath.sources import EMBEDDED, locate


@frozen
class MetamathConfig:
    """One database, what of it may be used, and how goals and training proofs are made from it."""

    database: str = setting("embedded", '"embedded", a known file name such as "set.mm", or a path')
    until: str | None = setting(None, "use only what is declared before this label; all of the database if not set")
    unproved: Literal["refuse", "allow"] = setting(
        "refuse",
        "theorems of the database whose own proof is missing, incomplete or wrong, or rests on such a theorem: refuse: "
        "no step may use them; allow: verdicts name them",
    )
    forbidden: Literal["cited", "rests-on"] = setting(
        "cited",
        "what a goal's list of forbidden theorems and axioms means: cited: no step may name them; rests-on: nor a "
        "theorem whose own proof rests on one of them",
    )
    grammar: Literal["strong", "plain"] = setting(
        "strong", "strong: every step applies and is new; plain: only well-formed steps"
    )
    max_facts: int = count(48, "most facts of one graph, hypotheses included", least=1, most=10_000)
    dummies: int = count(4, "dummy variables for each typecode that the steps of a proof may name")
    valid: int = count(40, "theorems in the valid split; fewer of a small database")
    test: int = count(20, "theorems in the test split; fewer of a small database")
    split_seed: int = setting(0, "seed of the splits")
    renaming: float = share(0.0, "share of training proofs whose variables are renamed at random")
    synthetic_depth: int = count(3, "levels of composition below the top of a synthetic theorem", least=1)
    synthetic_steps: int = count(8, "most steps of a synthetic proof", least=1)
    synthetic_hypotheses: int = count(4, "most hypotheses of a synthetic theorem")
    synthetic_merge: float = share(0.08, "chance that a variable of a synthetic theorem is identified with another")
    synthetic_grow: float = share(0.05, "chance that a variable of a synthetic theorem becomes a small formula")
    max_statement: int = count(32, "longest statement of a synthetic proof, in symbols", least=2, most=10_000)


def resolved(config: MetamathConfig) -> MetamathConfig:
    """The settings with the database named by its absolute place; as they are if it is found nowhere."""
    if config.database == EMBEDDED:
        return config
    try:
        return evolve(config, database=str(locate(config.database).resolve()))
    except DatabaseError:
        return config
