"""`fwd plugins`: what is installed, and whether it keeps its promises."""

from __future__ import annotations

import logging
from typing import Any

import typer
from fwd.plugins import Plugin, PluginSet

from fwd_cli import options, output

log = logging.getLogger(__name__)

app = typer.Typer(invoke_without_command=True)


@app.callback()
def listing(context: typer.Context, json: options.Json = False) -> None:
    """What is installed, from which distribution, and whether it loads; with -v why not.

    fwd plugins --json
    """
    if context.invoked_subcommand is not None:
        return
    rows = [_describe(plugin, options.plugins(context)) for plugin in options.plugins(context).plugins]
    if json:
        output.print_json(rows)
        return
    indent = max(len(row["name"]) for row in rows) + 2
    for row in rows:
        print(f"{row['name']:{indent}}{row['distribution']} {row['version']}: {row['state']}")
        for kind, names in row.items():
            if isinstance(names, list) and names:
                print(f"{'':{indent}}{kind}: {', '.join(names)}")
    for plugin in options.plugins(context).plugins:
        if plugin.error:
            log.info("\nplugin %r of %s:\n%s", plugin.name, plugin.origin, plugin.error.rstrip())


@app.command("check")
def check(
    context: typer.Context,
    name: str = typer.Argument(metavar="ENV", help="An env, as `fwd plugins` lists it."),
    preset: options.Preset = None,
    settings: options.Settings = None,
) -> None:
    """Run the quick part of the contract on an env; exit 1 if it breaks its promises.

    fwd plugins check metamath --preset debug
    """
    from fwd.config import resolve
    from fwd.testing.quick import NOTE, quick_check

    plugins = options.plugins(context)
    kept = broken = 0
    for promise, complaint in quick_check(resolve(plugins, name, preset, None, settings or []), plugins):
        if promise == NOTE:
            print(f"note  {complaint}", flush=True)
            continue
        print(f"FAIL  {promise}: {complaint}" if complaint else f"ok    {promise}", flush=True)
        kept, broken = kept + (not complaint), broken + bool(complaint)
    print(f"{name} keeps {kept} promises and breaks {broken}")
    if broken:
        raise typer.Exit(1)


def _describe(plugin: Plugin, installed: PluginSet) -> dict[str, Any]:
    kinds = {
        "envs": installed.envs,
        "strategies": installed.strategies,
        "stores": installed.stores,
        "choices": installed.choices,
        "launchers": installed.launchers,
        "commands": installed.commands,
    }
    brought = {
        kind: [name for name in registry.names() if not plugin.error and registry.origin(name) == plugin.origin]
        for kind, registry in kinds.items()
    }
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.module,
        **brought,
        "state": _state(plugin),
    }


def _state(plugin: Plugin) -> str:
    return f"broken: {plugin.error.strip().splitlines()[-1]}" if plugin.error else "ok"
