"""The plugin of the toy env. No entry point names it: ask for it with `PluginSet.of("fwd.testing.toy_plugin")`."""

from __future__ import annotations

from fwd.api import EnvSpec
from fwd.hooks import hookimpl

DEBUG = {
    "env": {"max_facts": 12},
    "model": {
        "d_model": 48,
        "n_layers": 2,
        "n_heads": 4,
        "n_kv_heads": 2,
        "d_ff": 128,
        "max_tokens": 256,
        "dropout": 0.0,
    },
    "train": {
        "steps": 240,
        "batch_tokens": 2048,
        "microbatch_tokens": 2048,
        "lr": 4e-3,
        "warmup_steps": 20,
        "mix": {"human": 0.5, "synthetic": 0.5},
        "pool": 256,
        "evaluate_every": 120,
        "checkpoint_every": 120,
    },
    "engine": {"slots": 64, "memory_mib": 128},
}


@hookimpl
def fwd_register_envs() -> list[EnvSpec]:
    return [
        EnvSpec(
            name="toy",
            summary="the order of a few letters, for tests",
            config="fwd.testing.toy:ToyConfig",
            env="fwd.testing.toy:ToyEnv",
            codec="fwd.testing.toy:ToyCodec",
            datasets={"human": "fwd.testing.toy:ToyHuman", "synthetic": "fwd.testing.toy:ToySynthetic"},
            presets={"debug": DEBUG},
        )
    ]
