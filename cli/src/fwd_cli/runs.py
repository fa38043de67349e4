"""Training in other processes: one run or many, each a task of a launcher that goes on with the run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from fwd.config import RunConfig, read
from fwd.errors import UserError
from fwd.launch import Launcher, Task, TaskState, claim
from fwd.plugins import PluginSet

from fwd_cli import launching, output, record

TAIL_BYTES = 1 << 16


def create(folder: Path, config: RunConfig) -> None:
    """Make a run's folder, for `go_on` to begin in. Raises `UserError` if it holds something else."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty: choose another --out, or go on with that run by --resume {folder}")
    with record.explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        record.replace(folder / "config.toml", config.dumps())


def go_on(run: str) -> None:
    """A task: train a run from where it is to its end."""
    from fwd_cli.train import resume

    resume(PluginSet.discover(), Path(run))


def work(runs: Mapping[str, Path], folder: Path, launcher: Launcher) -> list[TaskState]:
    """Train runs in other processes and show how far they are; the states in which they end. `folder` takes the notes
    of the launcher."""
    tasks = [Task(name, "fwd_cli.runs:go_on", {"run": str(run.absolute())}) for name, run in runs.items()]
    states: list[TaskState] = []
    with (
        claim(folder),
        output.Progress("training", len(tasks)) as progress,
        closing(launcher.run(tasks, folder)) as rounds,
    ):
        for states in rounds:
            progress.update(sum(state.ended for state in states), _note(states, runs))
    return states


def last(run: Path, metric: str) -> Any:
    """The newest value of a metric of a run; None if there is none among the last lines."""
    path = run / "metrics.jsonl"
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().split(b"\n")[:-1]
    for line in reversed(lines):
        if line.startswith(b"{") and metric in (values := json.loads(line)):
            return values[metric]
    return None


def _note(states: Sequence[TaskState], runs: Mapping[str, Path]) -> str:
    """What is going on; of a single run also how far it is."""
    if len(runs) > 1:
        return launching.describe(states)
    (run,) = runs.values()
    step = last(run, "step")
    return launching.describe(states) + (f", step {step}" if step else "")


def configs(folder: Path, plugins: PluginSet) -> dict[str, RunConfig]:
    """The runs in a folder of runs, by name."""
    found = sorted(folder.glob("*/config.toml"))
    return {path.parent.name: RunConfig.loads(read(path), plugins) for path in found}
