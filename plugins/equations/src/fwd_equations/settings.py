"""The settings of the equations env, as a frozen attrs class with help in field metadata."""

from __future__ import annotations

from attrs import field, frozen, validators
from fwd.settings import setting


def count(default: int, help: str, least: int = 0) -> int:
    """An attrs field for a whole number of at least `least`."""
    return field(default=default, validator=validators.ge(least), metadata={"help": help})


@frozen
class EquationsConfig:
    """Which rules there are, and how large proofs may get."""

    rules: str | None = setting(None, "a rules file of your own, used beside the rules that are carried along")
    max_facts: int = count(48, "most facts of one graph, hypotheses included", least=1)
    max_statement: int = count(120, "longest statement that a step may derive, in nodes", least=3)
