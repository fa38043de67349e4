"""Writes `docs/configuration.md` from the config classes: `python docs/make_configuration.py`. A test keeps it true."""

from __future__ import annotations

from pathlib import Path

from fwd.config import describe
from fwd.plugins import PluginSet, load
from fwd.settings import (
    ActorConfig,
    EngineConfig,
    GeneratedConfig,
    JointConfig,
    ModelConfig,
    RunInfo,
    StoreConfig,
    TrainConfig,
)

PAGE = Path(__file__).with_name("configuration.md")

SECTIONS = {
    "run": RunInfo,
    "model": ModelConfig,
    "train": TrainConfig,
    "engine": EngineConfig,
    "joint": JointConfig,
    "actor": ActorConfig,
    "generated": GeneratedConfig,
    "store": StoreConfig,
}

HEAD = """\
# Configuration

<!-- Written by docs/make_configuration.py; change the help texts in the config classes instead. -->

Settings come in layers, later ones winning: the defaults below, the preset (`--preset`), a TOML file (`--config`),
single assignments (`--set section.key=value`). A file may start from another one:

```toml
extends = "base.toml"

[train]
minutes = 10
```

What is unknown or of the wrong type is refused, one line per mistake with its path; `"false"` is not `false`, and
`"none"` unsets a setting that may be unset. `fwd train` saves the resolved settings in `RUN/config.toml`. A checkpoint
keeps its `model` and `train` sections; `env` and `engine` may be set anew when it proves.
"""


def page() -> str:
    """The whole page."""
    plugins = PluginSet.discover()
    parts = [HEAD]
    for section, cls in SECTIONS.items():
        parts.append(section_of(f"`[{section}]`", cls))
    for name in plugins.envs.names():
        spec = plugins.envs.get(name)
        presets = ", ".join(f"`{preset}`" for preset in spec.presets)
        about = f"{spec.summary}. Presets: {presets}." if presets else f"{spec.summary}."
        parts.append(section_of(f"`[env]` of `{name}`", load(spec.config), about))
    for name in plugins.strategies.names():
        spec = plugins.strategies.get(name)
        title = f"`strategy.*` of `{name}`"
        parts.append(section_of(title, load(spec.config), f"{spec.summary}. Set with `--set` of `fwd prove`."))
    for name in plugins.choices.names():
        choice = plugins.choices.get(name)
        if describe(load(choice.config)):
            about = f"{choice.summary}. A choice of goals, `actor.goals`."
            parts.append(section_of(f"`actor.choice.*` of `{name}`", load(choice.config), about))
    for name in plugins.launchers.names():
        spec = plugins.launchers.get(name)
        about = f"{spec.summary}. Set with `--set` of `fwd prove` and `fwd train`; see [cluster.md](cluster.md)."
        parts.append(section_of(f"`launch.*` of `{name}`", load(spec.config), about))
    return "\n".join(parts)


def section_of(title: str, cls: type, about: str = "") -> str:
    """One table."""
    rows = [f"| `{row.key}` | {row.type} | `{row.default}` | {row.help} |" for row in describe(cls)]
    table = ["| setting | type | default | what it is |", "|---|---|---|---|", *rows]
    return "\n".join([f"## {title}", "", *([about[0].upper() + about[1:], ""] if about else []), *table, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
