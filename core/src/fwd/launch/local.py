"""Runs tasks as processes on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import asdict, define, evolve, field, frozen

from fwd.launch.attempts import Attempts, reached
from fwd.launch.base import LaunchError, Task, TaskState
from fwd.launch.perform import forget, outcome
from fwd.launch.world import World
from fwd.processes.lifeline import StopWatch
from fwd.settings import count, setting

POLL_SECONDS = 0.1


@frozen
class LocalConfig:
    """How the local launcher shares out this machine."""

    jobs: int = count(1, "most tasks at a time", least=1)
    restarts: int = count(3, "how often in a row a task that died is started again without having come further")
    stop_seconds: float = setting(60.0, "how long a task may take to end when it is stopped", least=0)


@define(eq=False)
class _Running:
    """A task in this round: its processes, one for each rank, and where it stands."""

    task: Task
    state: TaskState
    attempts: Attempts
    slot: int = 0
    """Which share of the machine it has."""
    ranks: list[subprocess.Popen[str]] = field(factory=list)

    def processes(self) -> dict[str, int]:
        """Their numbers, by names for people."""
        names = [
            f"{self.task.name}, rank {rank}" if self.task.ranks > 1 else self.task.name
            for rank in range(self.task.ranks)
        ]
        return dict(zip(names, (process.pid for process in self.ranks), strict=False))


@frozen
class LocalLauncher:
    """The launcher `local`. Each rank is a process with a group of its own and a share of the cores; none outlives
    this one."""

    config: LocalConfig = LocalConfig()

    def run(self, tasks: Sequence[Task], folder: Path) -> Iterator[list[TaskState]]:
        """As `Launcher.run` says."""
        restarts, stops = self.config.restarts, StopWatch()
        everything = [_Running(task, TaskState(task.name), Attempts(restarts, 0, reached(task))) for task in tasks]
        free = list(range(min(self.config.jobs, len(tasks))))
        try:
            while not all(one.state.ended for one in everything):
                for one in everything:
                    if one.state.status == "waiting" and free:
                        one.slot = free.pop(0)
                        self._start(one, folder)
                    elif one.state.status == "running":
                        self._look_after(one, folder)
                        if one.state.ended:
                            free.append(one.slot)
                stops.look({name: pid for one in everything for name, pid in one.processes().items()})
                yield [one.state for one in everything]
                time.sleep(POLL_SECONDS)
        finally:
            self._stop([process for one in everything for process in one.ranks])

    def _start(self, one: _Running, folder: Path) -> None:
        """Start all ranks of a task."""
        task = one.task
        forget(task, folder)
        where, launch = folder.absolute(), uuid.uuid4().hex
        for rank in range(task.ranks):
            order = {"task": asdict(task), "folder": str(where), "cores": self._share(one.slot)}
            world = World(rank, task.ranks, rank, task.ranks, launch)
            with (where / task.name / f"log-{rank}.txt").open("ab") as log:
                process = _spawn(log.fileno(), world.environ())
            one.ranks.append(process)
            _tell(process, order)
        one.state = evolve(one.state, status="running", log=where / task.name / "log-0.txt")

    def _share(self, slot: int) -> list[int]:
        """The cores of a slot; none in particular if there is only one, or where processes cannot be bound."""
        if self.config.jobs == 1 or not hasattr(os, "sched_getaffinity"):
            return []
        cores = sorted(os.sched_getaffinity(0))
        each = max(1, len(cores) // self.config.jobs)
        return [cores[(slot * each + number) % len(cores)] for number in range(each)]

    def _look_after(self, one: _Running, folder: Path) -> None:
        """Note what became of a task, and start it again if it died."""
        codes = [process.poll() for process in one.ranks]
        if any(codes):
            self._stop(one.ranks)  # the others would wait for it in vain
        elif None in codes:
            return
        dead = next((code for code in codes if code), 0)
        for process in one.ranks:
            _end_group(process)
        one.ranks.clear()
        ended = outcome(one.task, folder)
        if ended is not None and not ended.error:
            one.state = evolve(one.state, status="done")
        elif ended is not None:
            one.state = evolve(one.state, status="failed", error=ended.error, traceback=ended.traceback)
        else:
            self._again(one, folder, _cause(dead))

    def _again(self, one: _Running, folder: Path, cause: str) -> None:
        """Start a task again that died, unless that led nowhere too often."""
        if one.attempts.another(now := reached(one.task)):
            one.state = evolve(one.state, restarts=one.state.restarts + 1, reached=now)
            self._start(one, folder)
        else:
            further = " that came no further" if one.task.progress else ""
            error = f"{cause}, and so in {one.attempts.vain - 1} restarts{further}"
            one.state = evolve(one.state, status="failed", error=error)

    def _stop(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        """End processes as Ctrl-C would, then for certain."""
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.send_signal(signal.SIGCONT)  # one that is stopped hears nothing else
        deadline = time.monotonic() + self.config.stop_seconds
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in processes:
            _end_group(process)


def _spawn(log: int, told: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fwd.launch.child"]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | told,
            start_new_session=True,
        )
    except OSError as error:
        raise LaunchError(f"cannot start {command[0]}: {error.strerror or error}") from error


def _tell(process: subprocess.Popen[str], order: dict[str, object]) -> None:
    """Give a process its order; its input stays open, see `fwd.launch.child`."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it died already, which is seen later
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()


def _end_group(process: subprocess.Popen[str]) -> None:
    """Kill a process and whatever it started, and let go of it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _cause(code: int) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exited with code {code} before its work was done"
