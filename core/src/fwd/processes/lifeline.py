"""Processes and those that started them: none outlives its parent, and one that is stopped is told of."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from fwd.screen import say

LOOK_SECONDS = 1.0
GRACE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


def hold_on_to(parent: int, message: signal.Signals) -> None:
    """Get the signal `message` when the process `parent` dies, which must be this one's parent, and SIGKILL a while
    later.

    Linux sends the first by itself. A thread that looks now and then covers other systems, a parent that died before
    this was called, and work that does not stop.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, message)
    threading.Thread(target=_watch, args=(parent, message), daemon=True).start()


def _watch(parent: int, message: signal.Signals) -> None:
    early = os.getppid() != parent
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    if early or sys.platform != "linux":
        os.kill(os.getpid(), message)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def stopped(pid: int) -> bool:
    """Whether a process is stopped (SIGSTOP, or Ctrl-Z) rather than at work; False where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in ("T", "t")
    except (OSError, IndexError):
        return False


def fate(code: int | None) -> str:
    """How a process ended, for people, by its exit code as `subprocess` and `multiprocessing` tell it."""
    return f"was killed by {signal.Signals(-code).name}" if code and code < 0 else f"ended with exit code {code}"


class StopWatch:
    """Tells of processes that are stopped, since whoever works with them waits without a word."""

    EVERY = 10.0
    """Seconds between two looks."""

    def __init__(self) -> None:
        self._looked = time.monotonic()
        self._told: set[int] = set()

    def look(self, processes: Mapping[str, int]) -> None:
        """Say which of these, by name and number, are stopped, each once."""
        if time.monotonic() - self._looked < self.EVERY:
            return
        self._looked = time.monotonic()
        for name, pid in processes.items():
            if not stopped(pid):
                self._told.discard(pid)
            elif pid not in self._told:
                self._told.add(pid)
                say(f"{name} (process {pid}) is stopped, and others wait for it: kill -CONT {pid} lets it go on")
