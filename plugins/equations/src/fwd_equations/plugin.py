"""What this distribution brings to `fwd`. Light: nothing here loads rules or numerics."""

from __future__ import annotations

from fwd.api import EnvSpec
from fwd.hooks import CommandSpec, hookimpl

from fwd_equations.presets import PRESETS


@hookimpl
def fwd_register_envs() -> list[EnvSpec]:
    """The env `equations`: identities and inequalities over the reals."""
    return [
        EnvSpec(
            name="equations",
            summary="identities and inequalities over the reals, proved by rules that a user can read",
            config="fwd_equations.settings:EquationsConfig",
            env="fwd_equations.env:EquationsEnv",
            codec="fwd_equations.codec:EquationsCodec",
            datasets={
                "human": "fwd_equations.dataset:Theorems",
                "walks": "fwd_equations.dataset:Walks",
                "graphs": "fwd_equations.dataset:Graphs",
            },
            presets=PRESETS,
            resolve="fwd_equations.settings:resolve",
        )
    ]


@hookimpl
def fwd_register_commands() -> list[CommandSpec]:
    """The commands `fwd equations ...`."""
    return [CommandSpec(name="equations", app="fwd_equations.commands:app", help="Prove a statement; list the rules.")]
