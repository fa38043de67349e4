"""`fwd prove` in many processes: a launcher runs the shards, this one watches, merges, and says what failed."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from fwd.launch import Launcher, Task, TaskState, claim
from fwd.plugins import PluginSet

from fwd_cli import launching, output, record, shards
from fwd_cli.proving import conclude
from fwd_cli.request import Request

LOOK_SECONDS = 1.0
"""Between two looks at what the shards have written."""


@frozen(eq=False)
class Campaign:
    """A request of `fwd prove`, its mistakes ruled out and its folder made, to be answered in `count` shards."""

    plugins: PluginSet
    folder: Path
    request: Request
    task: record.Task
    env_settings: dict[str, Any]
    goals: list[str]
    launcher: Launcher
    count: int

    def run(self) -> bool:
        """Search what the folder does not answer yet, then merge, write and print the summary. Exits with code 1 if a
        shard failed; what the others did is merged all the same. False if the env failed in any search."""
        started = time.monotonic()
        with claim(self.folder / "launch"):
            settled = shards.gather(self.folder, self.goals)
            try:
                states = self._launch(settled)
            finally:
                results = shards.gather(self.folder, self.goals)
        launching.report(states, f"--continue goes on with {self.folder} where it stopped")
        elapsed = None if settled else time.monotonic() - started
        return conclude(self.plugins, self.folder, self.task, self.env_settings, results, elapsed)

    def _launch(self, settled: list[record.Result]) -> list[TaskState]:
        """Run the shards that have anything left to do; their states in the end."""
        known = {(result.name, result.trial) for result in settled}
        total = len(self.goals) * self.task.trials
        states: list[TaskState] = []
        tasks = []
        for shard in range(min(self.count, total)):
            if set(shards.share(self.goals, self.task.trials, shard, min(self.count, total))) - known:
                tasks.append(self._task(shard, min(self.count, total)))
        tally = _Tally(self.folder, settled)
        with (
            output.Progress("proving", total) as progress,
            closing(self.launcher.run(tasks, self.folder / "launch")) as rounds,
        ):
            for states in launching.told(rounds, "after {} results"):
                if tally.look(all(state.ended for state in states)):
                    progress.update(len(tally.known), f"{len(tally.proved)} proved, {launching.describe(states)}")
        return states

    def _task(self, shard: int, count: int) -> Task:
        arguments = {"folder": str(self.folder.absolute()), "shard": shard, "shards": count}
        request = self.request.pinned(self.folder.absolute()).plain()
        name = shards.shard_folder(self.folder, shard).name
        return Task(name, "fwd_cli.shards:prove", arguments | {"request": request}, progress="fwd_cli.shards:reached")


@define(eq=False)
class _Tally:
    """How many searches are done and how many goals proved, read from the shards' files as they grow."""

    folder: Path
    settled: list[record.Result]
    known: set[shards.Search] = field(init=False)
    proved: set[str] = field(init=False)
    _read: dict[Path, int] = field(factory=dict)
    _looked: float = float("-inf")

    def __attrs_post_init__(self) -> None:
        self.known = {(result.name, result.trial) for result in self.settled}
        self.proved = {result.name for result in self.settled if result.solved}

    def look(self, at_once: bool) -> bool:
        """Read what is new; False if the last look was just before, unless it must be `at_once`."""
        if not at_once and time.monotonic() - self._looked < LOOK_SECONDS:
            return False
        for home in shards.shard_folders(self.folder):
            self._follow(home / "results.jsonl")
        self._looked = time.monotonic()
        return True

    def _follow(self, path: Path) -> None:
        if not path.exists():
            return
        with path.open("rb") as file:
            file.seek(self._read.get(path, 0))
            whole, separator, _ = file.read().rpartition(b"\n")
        self._read[path] = self._read.get(path, 0) + len(whole) + len(separator)
        for line in whole.splitlines():
            try:
                result = json.loads(line)
                self.known.add((result["name"], result["trial"]))
                if result["solved"]:
                    self.proved.add(result["name"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue  # it is damaged, which whoever gathers the results says
