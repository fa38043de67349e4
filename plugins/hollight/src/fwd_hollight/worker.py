"""One forked HOL Light: requests and answers, within limits that hold whoever else dies.

The worker itself limits the processor time of a request and gives up on one that ignores it. Should it hang where
OCaml cannot interrupt it, the kernel ends it (`RLIMIT_CPU`, renewed with each request), and so do we when the clock
says so. When we die, it sees the end of its connection.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from fwd_hollight import messages
from fwd_hollight.messages import ConnectionLost
from fwd_hollight.zygote import Zygote

GRACE = 3
"""Seconds of processor time beyond the limit of a request after which the kernel ends a worker."""
SLOWNESS = 20.0
"""How many times its processor time a request may take by the clock on a busy machine, and the least in seconds."""
HELLO = 30.0
"""Seconds that a new worker may take to answer, by the clock."""

_TICKS = os.sysconf("SC_CLK_TCK")
_starting = threading.Lock()


class WorkerLost(Exception):
    """The worker died or was killed while it had a request; `overdue` if for taking too long."""

    def __init__(self, overdue: bool) -> None:
        super().__init__("the worker took too long" if overdue else "the worker died")
        self.overdue = overdue


class Refused(Exception):
    """The worker's answer is no: a short `code`, and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Worker:
    """A process forked from a zygote. Not for several threads at once. Raises `Refused` with the code "busy" where the
    system has no process to give, and `WorkerLost`."""

    def __init__(self, zygote: Zygote, memory_mib: int, longest: int) -> None:
        with _starting:  # so that threads of one process do not wait for a start one by one
            self._connection = zygote.connect()
        self.pid = 0
        try:
            self._connection.settimeout(HELLO)
            messages.send(self._connection, ["10", "hello", str(longest)])
            self.pid = int(self._answer()[0])
            self._limit_memory(memory_mib)
        except (ConnectionLost, TimeoutError, OSError, ValueError, IndexError):
            self.kill()
            raise WorkerLost(overdue=False) from None
        except Refused:
            self.kill()
            raise

    def ask(self, seconds: float, request: Sequence[str]) -> list[str]:
        """The results of a request that may take so many seconds of processor time. Raises `Refused`, or `WorkerLost`
        if the worker did not survive it."""
        try:
            self._limit_time(seconds)
            self._connection.settimeout(max(SLOWNESS, seconds * SLOWNESS))
            messages.send(self._connection, [str(seconds), *request])
            return self._answer()
        except TimeoutError:
            self.kill()
            raise WorkerLost(overdue=True) from None
        except (ConnectionLost, OSError, ValueError):
            self.kill()
            raise WorkerLost(overdue=False) from None

    def _answer(self) -> list[str]:
        verdict, *results = messages.receive(self._connection)
        if verdict == "ok":
            return results
        raise Refused(*results)

    def kill(self) -> None:
        """End the process, whatever it does. May be called twice."""
        self._connection.close()
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.pid = 0

    def memory_mib(self) -> int:
        """The memory that the process shares with no other."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024

    def _limit_time(self, seconds: float) -> None:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        used = (int(fields[11]) + int(fields[12])) / _TICKS
        self._limit(resource.RLIMIT_CPU, int(used + seconds) + GRACE)

    def _limit_memory(self, memory_mib: int) -> None:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[0])
        self._limit(resource.RLIMIT_AS, pages * resource.getpagesize() + (memory_mib << 20))

    def _limit(self, what: int, value: int) -> None:
        resource.prlimit(self.pid, what, (value, resource.RLIM_INFINITY))
