"""What this distribution brings to `fwd`. Light: nothing here loads torch or a database."""

from __future__ import annotations

from fwd.api import EnvSpec
from fwd.hooks import CommandSpec, hookimpl

from fwd_metamath.presets import PRESETS


@hookimpl
def fwd_register_envs() -> list[EnvSpec]:
    """The env `metamath`, over any Metamath database."""
    return [
        EnvSpec(
            name="metamath",
            summary="theorems of a Metamath database, proved by its own assertions",
            config="fwd_metamath.settings:MetamathConfig",
            env="fwd_metamath.env:MetamathEnv",
            codec="fwd_metamath.codec:MetamathCodec",
            datasets={
                "human": "fwd_metamath.human:HumanProofs",
                "synthetic": "fwd_metamath.synthetic:SyntheticProofs",
            },
            presets=PRESETS,
            build="fwd_metamath.corpus:build",
            external="fwd_metamath.export:MetamathExternal",
            resolve="fwd_metamath.settings:resolved",
        )
    ]


@hookimpl
def fwd_register_commands() -> list[CommandSpec]:
    """The commands `fwd metamath ...`."""
    return [CommandSpec(name="metamath", app="fwd_metamath.commands:app", help="Metamath databases: verify and more.")]
