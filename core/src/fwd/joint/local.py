"""All processes of a run on this machine.

The launcher does no work of its own: it starts the ranks and looks after them. An actor that dies is started again;
if a trainer dies, the run ends and can be resumed. No process survives the launcher.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define

from fwd.config import RunConfig
from fwd.errors import UserError
from fwd.joint.actor import judge
from fwd.joint.rank import DONE, PARENT
from fwd.launch import World
from fwd.plugins import PluginSet
from fwd.train.loop import prepare
from fwd.train.stopping import stop_requests

LOOK_SECONDS = 0.1
STOP_SECONDS = 120.0
"""What the processes get to finish a step and save."""
CALM_SECONDS = 60.0
"""An actor that lived so long is started again at once; others wait longer each time, up to as long."""
USER = 2
"""Exit code of a process that told the user what to fix."""


def launch(config: RunConfig, plugins: PluginSet, out: Path, resume: bool = False) -> None:
    """Train as the config says, with all its trainers and actors, in the folder `out`; see `fwd.train.loop.train`.

    Raises KeyboardInterrupt after Ctrl-C or SIGTERM, when all have saved and ended, and `UserError` if a trainer died
    or the run is at work already.
    """
    judge(config, plugins)
    prepare(config, out, resume)
    with _alone(out), stop_requests() as stopped:
        (out / DONE).unlink(missing_ok=True)
        crew = _Crew(config, out, resume)
        try:
            crew.watch(stopped)
        finally:
            crew.dismiss()
        if stopped.is_set():
            raise KeyboardInterrupt


@define(eq=False)
class _Member:
    """A process, when it was started, and how long to wait before it is started again."""

    place: World
    process: subprocess.Popen[bytes]
    started: float
    pause: float = 1.0


class _Crew:
    """The processes of a launch."""

    def __init__(self, config: RunConfig, out: Path, resume: bool) -> None:
        self.config, self.out, self.resume = config, out, resume
        size = config.joint.trainers + config.joint.actors
        name = f"{os.getpid()}-{time.time_ns()}"
        self.members = [self._start(World(rank, size, rank, size, name)) for rank in range(size)]

    @property
    def trainers(self) -> list[_Member]:
        """Those who learn; the others prove."""
        return self.members[: self.config.joint.trainers]

    def watch(self, stopped: threading.Event) -> None:
        """Until all trainers are done, or `stopped` is set. Raises `UserError` if one dies."""
        while not stopped.wait(LOOK_SECONDS):
            codes = [member.process.poll() for member in self.trainers]
            if failed := [(code, rank) for rank, code in enumerate(codes) if code]:
                raise self._failure(*min(failed))  # who was killed comes before those who noticed
            if all(code == 0 for code in codes):
                return
            for member in self.members[len(codes) :]:
                self._revive(member)

    def dismiss(self) -> None:
        """Ask all to stop, and see to it that they do."""
        for member in self.members:
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for member in self.members:
            try:
                member.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()

    def _failure(self, code: int, rank: int) -> UserError:
        if code == USER:
            return UserError(f"trainer {rank} cannot work; it says why above")
        return UserError(f"trainer {rank} {_fate(code)}: go on with the run by --resume {self.out}")

    def _revive(self, member: _Member) -> None:
        """Start an actor again that died, after a pause if it keeps dying."""
        code = member.process.poll()
        now = time.monotonic()
        if code is None:
            return
        if code == USER:
            raise UserError(f"actor {member.place.rank - len(self.trainers)} cannot work; it says why above")
        if now - member.started >= CALM_SECONDS:
            member.pause = 1.0
        if now - member.started >= member.pause:
            pause = min(CALM_SECONDS, 2 * member.pause)
            self.members[member.place.rank] = self._start(member.place, pause)

    def _start(self, place: World, pause: float = 1.0) -> _Member:
        how = "resume" if self.resume else "new"
        command = [sys.executable, "-m", "fwd.joint.rank", str(self.out), how]
        surroundings = os.environ | place.environ() | {PARENT: str(os.getpid())}
        # A session of its own: Ctrl-C is for the launcher alone, which passes it on once.
        process = subprocess.Popen(command, env=surroundings, start_new_session=True, stdin=subprocess.DEVNULL)
        return _Member(place, process, time.monotonic(), pause)


def _fate(code: int) -> str:
    """How a process ended, for people."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Keep a second launcher away from the run. The lock goes with this process, however it ends."""
    with (run / ".lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"{run} is at work already in another process: wait for it, or stop it") from None
        yield
