"""Sweeps: a config whose `[sweep]` table has a list for each setting that varies makes a run of each combination.

DIR/sweep.toml             the file that it was made from
DIR/<combination>/         a run, named after what it has of its own
DIR/sweep.json             how the runs ended; there only once all have
DIR/launch/                logs, outcomes and notes of the launcher
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from fwd.config import RunConfig, layered, merge, read, resolve
from fwd.errors import ConfigError, UserError
from fwd.files import replace
from fwd.launch import Launcher, TaskState
from fwd.plugins import PluginSet

from fwd_cli import launching, output, record, runs

FILE = "sweep.toml"


@frozen
class Combination:
    """One of the runs: its name, and the tables of its config."""

    name: str
    tables: dict[str, Any]


def combinations(file: Path) -> list[Combination]:
    """All combinations of a sweep file, the last list varying fastest. Raises `ConfigError` for what is wrong."""
    tables = read(file)
    lists = dict(_lists(tables.pop("sweep", None), ("sweep",)))
    ends = Counter(key[-1] for key in lists)
    shown = {key: key[-1] if ends[key[-1]] == 1 else ".".join(key) for key in lists}
    found: dict[str, Combination] = {}
    for values in itertools.product(*lists.values()):
        chosen = dict(zip(lists, values, strict=True))
        name = ",".join(f"{shown[key]}={_word(value)}" for key, value in chosen.items())
        if name in found:
            raise ConfigError(f"{file}: two combinations are both called {name}")
        found[name] = Combination(name, layered(tables, merge(*(_nested(key, value) for key, value in chosen.items()))))
    return list(found.values())


def start(
    plugins: PluginSet, file: Path, env: str | None, preset: str | None, settings: Sequence[str], folder: Path
) -> None:
    """Make the folders of all runs. Raises `UserError` before anything is made if one of them cannot be."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty: choose another --out, or go on with that sweep by --resume {folder}")
    resolved: dict[str, RunConfig] = {}
    mistakes: dict[str, None] = {}
    for one in combinations(file):
        try:
            resolved[one.name] = resolve(plugins, env, preset, one.tables, settings)
            runs.check(plugins, resolved[one.name])
        except UserError as error:
            mistakes |= dict.fromkeys(str(error).splitlines())
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    for name, config in resolved.items():
        runs.create(folder / name, config)
    with record.explained(folder):
        replace(folder / FILE, file.read_text(encoding="utf-8"))


def go_on(plugins: PluginSet, folder: Path, launcher: Launcher) -> None:
    """Train all runs of a sweep from where they are, then write and print how they ended."""
    those = {run.name: run for run in sorted(folder.iterdir()) if runs.is_run(run)}
    states = runs.work(plugins, those, folder / "launch", launcher)
    rows = [_row(those[state.name], state, plugins) for state in states]
    with record.explained(folder):
        replace(folder / "sweep.json", json.dumps(rows, indent=2) + "\n")
    output.print_table(list(rows[0]), [row.values() for row in rows])
    launching.report(states, f"--resume {folder} goes on where it stopped")


def _row(run: Path, state: TaskState, plugins: PluginSet) -> dict[str, Any]:
    metric = f"{runs.config_of(run, plugins).run.env}_valid_fwd_proving-prop_proved"
    values = {key: runs.last(run, key) for key in ("step", metric)}
    return {"run": state.name, "state": state.status, **values}


def _lists(table: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists in the sweep's table, by the path of their setting."""
    if isinstance(table, Mapping) and table:
        for key, value in table.items():
            yield from _lists(value, (*path, *key.split(".")))
    elif isinstance(table, list) and table and len(path) > 2:
        yield path[1:], table
    else:
        raise ConfigError(f"{'.'.join(path)}: expected lists of values, e.g. [sweep.train] lr = [0.001, 0.0003]")


def _nested(key: Sequence[str], value: Any) -> dict[str, Any]:
    for part in reversed(key):
        value = {part: value}
    return value


def _word(value: Any) -> str:
    """A value as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9.+-]+", "-", str(value).lower() if isinstance(value, bool) else str(value)).strip("-")
