"""`fwd data`: prepare an env's corpus, and count what is in it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from fwd_cli import options, output

app = typer.Typer(help="Prepare an env's corpus, and count what is in it.", no_args_is_help=True)

if TYPE_CHECKING:
    from fwd.config import RunConfig
    from fwd.plugins import PluginSet

DRAWS = 200
"""Draws of each dataset that are looked at."""

RequiredEnv = Annotated[str, typer.Option("--env", "-e", metavar="ENV", help="The env, as in `fwd plugins`.")]


@app.command("build")
def build(
    context: typer.Context,
    env: RequiredEnv,
    preset: options.Preset = None,
    config: options.Config = None,
    settings: options.Settings = None,
    download: Annotated[bool, typer.Option("--download", help="Fetch from upstream what is not installed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Redo what is cached.")] = False,
) -> None:
    """Prepare an env's corpus: find or download its library, and cache what is slow to compute.

    fwd data build --env metamath --preset cpu
    """
    from fwd.api import BuildOptions
    from fwd.config import resolve
    from fwd.plugins import load

    plugins = options.plugins(context)
    resolved = resolve(plugins, env, preset, config, settings or [])
    spec = plugins.env(env)
    if spec.build is None:
        print(f"{env} has nothing to build")
        return
    load(spec.build)(resolved.env, BuildOptions(download=download, force=force))
    print(f"{env} is ready")


@app.command("stats")
def stats(
    context: typer.Context,
    env: RequiredEnv,
    preset: options.Preset = None,
    config: options.Config = None,
    settings: options.Settings = None,
    json: options.Json = False,
) -> None:
    """Count each dataset of an env: goals by split, proofs, and what the filter of training drops of some draws.

    fwd data stats --env metamath --preset debug
    """
    from fwd.config import resolve

    plugins = options.plugins(context)
    resolved = resolve(plugins, env, preset, config, settings or [])
    counts = _counts(resolved, plugins)
    if json:
        output.print_json(counts)
        return
    for name, values in counts.items():
        output.print_table(["what", "count"], _flat(values), title=f"{env}: {name}")


def _counts(config: RunConfig, plugins: PluginSet) -> dict[str, Any]:
    """By dataset what it says of itself, and what becomes of some draws."""
    from fwd.train.sequences import maker

    if not plugins.env(config.run.env).datasets:
        return {}
    counts = {}
    sequences = maker(config, plugins)
    with closing(sequences.env):
        for name, dataset in sequences.datasets.items():
            drawn = evolve(sequences, mix={name: 1.0}, counts=Counter()).survey(random.Random(0), DRAWS)
            counts[name] = {**dataset.stats(), f"of {DRAWS} draws": drawn}
    return counts


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested counts as rows, keys joined by dots."""
    rows: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value))
    return rows
