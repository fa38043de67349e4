"""Options that several commands share, and the `PluginSet` of a command's context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from fwd.plugins import PluginSet

Env = Annotated[str | None, typer.Option("--env", "-e", metavar="ENV", help="The env, as in `fwd plugins`.")]
Preset = Annotated[str | None, typer.Option("--preset", "-p", metavar="PRESET", help="The env's preset to use.")]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", metavar="FILE", help="A TOML file that overrides the preset.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, e.g. env.max_facts=32; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def plugins(context: typer.Context) -> PluginSet:
    """The plugins that `main` discovered."""
    return context.find_object(PluginSet) or PluginSet.discover()
