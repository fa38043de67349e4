"""The settings of the equations env, as a frozen attrs class with help in field metadata."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve, frozen
from fwd.settings import count, setting, share


@frozen
class EquationsConfig:
    """Which rules there are, and how large proofs may get."""

    rules: str | None = setting(None, "a rules file of your own, used beside the rules that are carried along")
    max_facts: int = count(48, "most facts of one graph, hypotheses included", least=1, most=10_000)
    max_statement: int = count(120, "longest statement that a step may derive, in nodes", least=3, most=10_000)
    growth: int | None = setting(
        None,
        "most nodes by which proposed statements may outgrow the goal, a hypothesis, or a side of the goal put equal "
        "to itself; not set: only max_statement counts. For proving, where failed searches grow",
        least=0,
    )
    max_argument: int = count(40, "longest term that a step may spell out, in nodes", least=1, most=10_000)
    train: int = count(1000, "theorems in the train split, a sample of the endless supply")
    valid: int = count(200, "theorems in the valid split")
    test: int = count(200, "theorems in the test split")
    split_seed: int = setting(0, "seed of the splits")
    renaming: float = share(0.0, "share of training proofs whose variables are renamed at random")
    drawn_names: int = count(7, "names that the variables of generated theorems are drawn from", least=3)
    drawn_seed: int = count(9, "most nodes of the terms that generated theorems start from", least=3)
    drawn_nodes: int = count(40, "longest statement of a generated theorem and its proof, in nodes", least=9)
    drawn_steps: int = count(10, "most steps of a generated proof", least=2)
    drawn_graph: float = share(0.4, "share of random graphs among the generated theorems of the splits, beside walks")
    drawn_stated: float = share(0.7, "share of walks that state equations and leave the rest to algebra")
    drawn_bounds: float = share(0.35, "share of graphs that state inequalities and leave the rest to algebra")
    drawn_algebra: float = share(0.6, "share of generated theorems that algebra makes of what was derived")


def resolve(config: EquationsConfig) -> EquationsConfig:
    """The settings with the rules file named by its absolute place; as they are if there is no such file here."""
    if config.rules is None or not Path(config.rules).is_file():
        return config
    return evolve(config, rules=str(Path(config.rules).resolve()))
