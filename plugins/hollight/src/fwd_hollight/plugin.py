"""What this distribution brings to `fwd`. Light: nothing here starts HOL Light, or needs it installed."""

from __future__ import annotations

from fwd.api import EnvSpec
from fwd.hooks import CommandSpec, hookimpl

from fwd_hollight.presets import PRESETS


@hookimpl
def fwd_register_envs() -> list[EnvSpec]:
    """The env `hollight`, over the library that HOL Light itself proves."""
    return [
        EnvSpec(
            name="hollight",
            summary="theorems of HOL Light, proved forward by its own tactics and rules in its own kernel",
            config="fwd_hollight.settings:HolLightConfig",
            env="fwd_hollight.env:HolLightEnv",
            codec="fwd_hollight.codec:HolLightCodec",
            datasets={"human": "fwd_hollight.human:HumanProofs"},
            presets=PRESETS,
            build="fwd_hollight.build:build",
            external="fwd_hollight.external:HolLightExternal",
            resolve="fwd_hollight.theories:resolve",
            programs="fwd_hollight.theories:programs",
        )
    ]


@hookimpl
def fwd_register_commands() -> list[CommandSpec]:
    """The commands `fwd hollight ...`."""
    return [CommandSpec(name="hollight", app="fwd_hollight.commands:app", help="The HOL Light that serves: its state.")]
