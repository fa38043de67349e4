"""Makes a task's call in this process, and notes for whoever launched it how that ended.

    FOLDER/<task>/rank-<n>.json    the outcome of a rank: there only once the call returned or raised
    FOLDER/<task>/...              logs and notes of the launcher

A process that dies leaves no outcome; that is how a launcher tells a death from a failure.
"""

from __future__ import annotations

import json
import traceback
from pathlib import Path

from attrs import asdict, frozen

from fwd.errors import DeathError, FwdError
from fwd.files import replace
from fwd.launch.base import Task
from fwd.launch.world import World
from fwd.plugins import load


@frozen
class Outcome:
    """How a call ended; `error` is empty if it returned."""

    error: str = ""
    traceback: str = ""


def perform(task: Task, folder: Path, world: World) -> None:
    """Make the call and note its outcome. What it raises comes through; KeyboardInterrupt and `DeathError` are none."""
    _place(task, folder, world).unlink(missing_ok=True)  # Slurm may have started this job before
    try:
        load(task.function)(**task.arguments)
    except (KeyboardInterrupt, DeathError):
        raise  # no outcome: the task is to be started again
    except BaseException as error:
        _note(task, folder, world, _failure(error))
        raise
    _note(task, folder, world, Outcome())


def outcome(task: Task, folder: Path) -> Outcome | None:
    """How a task ended: as its first rank that failed, well if all ranks did, None if a rank left no outcome."""
    found = [_read(path) for path in sorted((folder / task.name).glob("rank-*.json"), key=_age)]
    for one in found:
        if one.error:
            return one
    return Outcome() if len(found) == task.ranks else None


def fail(task: Task, folder: Path, world: World, error: str) -> None:
    """Note that a task has failed that did not raise by itself."""
    _note(task, folder, world, Outcome(error))


def forget(task: Task, folder: Path) -> None:
    """Make room for the outcome of another start."""
    (folder / task.name).mkdir(parents=True, exist_ok=True)
    for path in (folder / task.name).glob("rank-*.json"):
        path.unlink(missing_ok=True)


def _failure(error: BaseException) -> Outcome:
    if isinstance(error, FwdError):
        return Outcome("; ".join(str(error).splitlines()))
    return Outcome(traceback.format_exception_only(error)[-1].strip(), traceback.format_exc())


def _note(task: Task, folder: Path, world: World, result: Outcome) -> None:
    replace(_place(task, folder, world), json.dumps(asdict(result)))


def _place(task: Task, folder: Path, world: World) -> Path:
    return folder / task.name / f"rank-{world.rank}.json"


def _read(path: Path) -> Outcome:
    return Outcome(**json.loads(path.read_text(encoding="utf-8")))


def _age(path: Path) -> float:
    return path.stat().st_mtime
