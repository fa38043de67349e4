"""Whether work that ended early is worth another attempt: as long as it comes further, and a few times when it does
not. Where those who try again are several processes, they keep the count in a file."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import asdict, define

from fwd.files import replace
from fwd.launch.base import Task
from fwd.plugins import load

FILE = "attempts.json"


@define
class Attempts:
    """Counts attempts in a row that came no further. `most` of them are made again."""

    most: int
    vain: int = 0
    reached: float = 0.0

    def another(self, reached: float) -> bool:
        """Whether to try again, after an attempt that got as far as `reached`, whatever that counts."""
        self.vain = 1 if reached > self.reached else self.vain + 1
        self.reached = max(self.reached, reached)
        return self.vain <= self.most


def reached(task: Task) -> float:
    """How far a task has come, by its own measure; 0 if it has none."""
    return float(load(task.progress)(**task.arguments)) if task.progress else 0.0


def begin(task: Task, folder: Path, most: int) -> None:
    """Note in a launcher's folder that a task has all its attempts before it."""
    _write(task, folder, Attempts(most, reached=reached(task)))


def attempt(task: Task, folder: Path) -> tuple[bool, Attempts]:
    """Note that an attempt at a task ended early. Whether to make another, and how many were in vain."""
    attempts = Attempts(**json.loads((folder / task.name / FILE).read_text(encoding="utf-8")))
    another = attempts.another(reached(task))
    _write(task, folder, attempts)
    return another, attempts


def _write(task: Task, folder: Path, attempts: Attempts) -> None:
    replace(folder / task.name / FILE, json.dumps(asdict(attempts)))
