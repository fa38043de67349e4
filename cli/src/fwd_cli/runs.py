"""Training in other processes: one run or many, each a task of a launcher that goes on with the run's folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from fwd.config import RunConfig, read
from fwd.errors import CheckpointError, ConfigError, UserError
from fwd.files import replace
from fwd.launch import Launcher, Task, TaskState, claim
from fwd.plugins import PluginSet

from fwd_cli import ending, launching, output, record

TAIL_BYTES = 1 << 16


def check(plugins: PluginSet, config: RunConfig) -> None:
    """Raises `UserError` for what is wrong with a config and would be found only when training begins."""
    from fwd.joint.actor import judge
    from fwd.train.optimiser import progress

    progress(config.train, 0, 0.0)
    if config.joint.actors:
        judge(config, plugins)


def create(folder: Path, config: RunConfig) -> None:
    """Make a run's folder, for `go_on` to begin in. Raises `UserError` if it holds something else."""
    from fwd.train.loop import preparing

    with preparing(config, folder, resume=False):
        pass


def withdraw(folder: Path) -> None:
    """Take away a run that could not be launched, unless something has worked there already."""
    from fwd.train.loop import discard

    notes = folder / "launch"
    if not any(notes.rglob("log-*")) and not any(notes.rglob("*.out")):
        shutil.rmtree(notes, ignore_errors=True)
        discard(folder)


def rewind(run: Path, step: int) -> None:
    """Let a run go on from its checkpoint of a step: newer ones are set aside. Raises `UserError` if there is none of
    that step, or the run is at work."""
    from fwd.model.checkpoint import set_aside_after
    from fwd.train.loop import held

    with record.explained(run), held(run):
        moved = set_aside_after(run, step)
    if moved:
        output.say(f"{run} goes on from step {step}; newer checkpoints are kept as {', '.join(map(str, moved))}")


def go_on(run: str) -> None:
    """A task: train a run from where it is to its end."""
    from fwd_cli.train import resume

    resume(PluginSet.discover(), Path(run))


def reached(run: str) -> float:
    """How far a run is: the step of its newest checkpoint. Before the first one to begin with, which may be waiting for
    what actors prove, less than a step, and more with each segment of the store."""
    from fwd.joint.rank import STORE
    from fwd.model.checkpoint import steps
    from fwd.store import ends

    step = next(iter(steps(Path(run))), 0)
    if step:
        return float(step)
    stored = sum(ends(Path(run) / STORE).values())
    return stored / (stored + 1.0)


def work(plugins: PluginSet, runs: Mapping[str, Path], folder: Path, launcher: Launcher) -> list[TaskState]:
    """Train runs in other processes, each in a rank for every trainer and actor, and show how far they are; the states
    in which they end. `folder` takes the notes of the launcher."""
    tasks = [_task(name, run, config_of(run, plugins)) for name, run in runs.items()]
    states: list[TaskState] = []
    with (
        claim(folder),
        output.Progress("training", len(tasks)) as progress,
        closing(launcher.run(tasks, folder)) as rounds,
    ):
        for states in launching.told(rounds, "at step {}"):
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
        values = _values(line)
        if metric in values:
            return values[metric]
    return None


def _values(line: bytes) -> dict[str, Any]:
    """What a line of metrics holds; nothing if it is damaged."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def finished(run: Path, config: RunConfig) -> bool:
    """Whether a run's newest checkpoint is its last by what its config says now."""
    from fwd.model import checkpoint
    from fwd.train.optimiser import progress

    try:
        folder, about = checkpoint.whole(run)
        seconds = checkpoint.read_trainer(folder, about)["seconds"]
    except (CheckpointError, KeyError):  # there is none, or it is damaged: whoever resumes it says so
        return False
    return progress(config.train, about["step"], seconds / 60) >= 1


def tell(run: Path, config: RunConfig) -> None:
    """Say how a run that is over ended."""
    from fwd.model import checkpoint

    if steps := checkpoint.steps(run):
        metric = f"{config.run.env}_valid_fwd_proving-prop_proved"
        ending.tell_training(run, steps[0], metric, last(run, metric))


def _note(states: Sequence[TaskState], runs: Mapping[str, Path]) -> str:
    """What is going on; of a single run also how far it is."""
    if len(runs) > 1:
        return launching.describe(states)
    (run,) = runs.values()
    step = last(run, "step")
    return launching.describe(states) + (f", step {step}" if step else "")


def config_of(run: Path, plugins: PluginSet) -> RunConfig:
    """The config that a run was made with. Where the file is lost or empty, that of the newest whole checkpoint is
    written in its place."""
    path = run / "config.toml"
    if not path.exists() or not path.read_bytes().strip(b"\0 \t\r\n"):
        from fwd.model import checkpoint

        if not checkpoint.steps(run):
            raise UserError(f"{path} is lost, and there is no checkpoint that has the config as well: begin a new run")
        folder, about = checkpoint.whole(run)
        config = RunConfig.loads(about["config"], plugins)
        with record.explained(path):
            replace(path, config.dumps())
        output.say(f"{path} was lost or empty: it is written anew from {folder}")
    try:
        tables = read(path)
    except ConfigError as error:
        raise ConfigError(f"{error}; mend it, or remove it: the newest checkpoint has the config as well") from error
    return RunConfig.loads(tables, plugins)


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run, even if its config.toml is lost."""
    return (folder / "config.toml").is_file() or any(folder.glob("checkpoints/step-*"))


def _task(name: str, run: Path, config: RunConfig) -> Task:
    ranks = config.joint.trainers + config.joint.actors
    return Task(name, "fwd_cli.runs:go_on", {"run": str(run.absolute())}, ranks, "fwd_cli.runs:reached")
