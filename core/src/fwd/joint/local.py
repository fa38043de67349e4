"""All processes of a run on this machine.

The launcher does no work of its own: it starts the ranks and looks after them. An actor that dies is started again;
if a trainer dies, all are, from the newest checkpoint, as long as that leads anywhere. No process survives the
launcher.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from attrs import define

from fwd.config import RunConfig
from fwd.errors import DeathError, FwdError, UserError, WorkError
from fwd.joint.actor import judge
from fwd.joint.rank import DONE, FAILED, NEIGHBOUR, PARENT, USER
from fwd.launch import World
from fwd.launch.attempts import Attempts
from fwd.model.checkpoint import steps
from fwd.plugins import PluginSet
from fwd.processes.lifeline import StopWatch, fate
from fwd.screen import say
from fwd.train.loop import preparing
from fwd.train.stopping import stop_requests

LOOK_SECONDS = 0.1
STOP_SECONDS = 120.0
"""What the processes get to finish a step and save."""
CALM_SECONDS = 60.0
"""An actor that lived so long is started again at once; others wait longer each time, up to as long."""
RESTARTS = 3
"""How often all start again in a row without having come further."""


def launch(config: RunConfig, plugins: PluginSet, out: Path, resume: bool = False) -> None:
    """Train as the config says, with all its trainers and actors, in the folder `out`; see `fwd.train.loop.train`.

    Raises KeyboardInterrupt after Ctrl-C or SIGTERM, when all have saved and ended, `UserError` if the run is at work
    already, and `WorkError` if a trainer failed, or died again and again.
    """
    judge(config, plugins)
    with preparing(config, out, resume), stop_requests() as stopped:
        (out / DONE).unlink(missing_ok=True)
        attempts = Attempts(RESTARTS)
        while True:
            crew = _Crew(config, out, resume)
            try:
                crew.watch(stopped)
                break
            except DeathError as death:
                step = next(iter(steps(out)), 0)
                if not attempts.another(step):
                    raise WorkError(f"{death}, and so {attempts.vain} times without a new checkpoint") from None
                say(f"{death}: all processes start again, from step {step}")
                resume = True
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
        self._stops = StopWatch()
        size = config.joint.trainers + config.joint.actors
        name = f"{os.getpid()}-{time.time_ns()}"
        self.members = [self._start(World(rank, size, rank, size, name)) for rank in range(size)]

    @property
    def trainers(self) -> list[_Member]:
        """Those who learn; the others prove."""
        return self.members[: self.config.joint.trainers]

    def watch(self, stopped: threading.Event) -> None:
        """Until all trainers are done, or `stopped` is set. Raises `DeathError` if one dies, `WorkError` if one fails,
        and `UserError` if one cannot work."""
        while not stopped.wait(LOOK_SECONDS):
            codes = [member.process.poll() for member in self.trainers]
            if failed := [(code, rank) for rank, code in enumerate(codes) if code]:
                raise self._failure(*min(failed))  # who was killed comes before those who noticed
            if all(code == 0 for code in codes):
                return
            for member in self.members[len(codes) :]:
                self._revive(member)
            self._stops.look({self._name(member.place.rank): member.process.pid for member in self.members})

    def dismiss(self) -> None:
        """Ask all to stop, and see to it that they do."""
        for member in self.members:
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGTERM)
                member.process.send_signal(signal.SIGCONT)  # one that is stopped hears nothing else
        deadline = time.monotonic() + STOP_SECONDS
        for member in self.members:
            try:
                member.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()

    def _failure(self, code: int, rank: int) -> FwdError:
        name = self._name(rank)
        if code == USER:
            return UserError(f"{name} cannot work; it says why above")
        if code == FAILED:
            return WorkError(f"{name} failed; it says why above")
        return DeathError(f"{name} {_fate(code)}")

    def _name(self, rank: int) -> str:
        trainers = self.config.joint.trainers
        return f"trainer {rank}" if rank < trainers else f"actor {rank - trainers}"

    def _revive(self, member: _Member) -> None:
        """Start an actor again that died, after a pause if it keeps dying."""
        code = member.process.poll()
        now = time.monotonic()
        if code is None:
            return
        if code == USER:
            raise UserError(f"{self._name(member.place.rank)} cannot work; it says why above")
        if now - member.started >= CALM_SECONDS:
            member.pause = 1.0
        if now - member.started >= member.pause:
            say(f"{self._name(member.place.rank)} {_fate(code)} and is started again")
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
    return "lost another process" if code == NEIGHBOUR else fate(code)
