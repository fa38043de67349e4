"""One forked HOL Light: requests and answers, within limits that hold whoever else dies.

The worker itself limits the processor time of a request and gives up on one that ignores it. Should it hang where
OCaml cannot interrupt it, we end it soon after; should we be gone, the kernel does (`RLIMIT_CPU`, renewed with each
request). An idle one sees the end of its connection.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from fwd_hollight import messages
from fwd_hollight.messages import ConnectionLost
from fwd_hollight.zygote import Zygote

PATIENCE = 0.3
"""Seconds of processor time beyond the limit of a request after which we end a worker."""
GRACE = 3
"""The same for the kernel."""
WORD = 8
"""Bytes of a word of OCaml's."""
SHARE = 2
"""Which part of a worker's memory garbage may take before it is collected."""
LOOK = 0.1
"""Seconds between two looks at the processor time of a worker that does not answer."""
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
            messages.send(self._connection, ["10", "hello", str(longest), str((memory_mib << 20) // WORD // SHARE)])
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
        spent = 0.0
        try:
            before = self._processor_seconds()
            self._limit(resource.RLIMIT_CPU, int(sum(before) + seconds) + GRACE)
            patience = max(SLOWNESS, seconds * SLOWNESS)
            deadline = time.monotonic() + patience
            self._connection.settimeout(patience)
            messages.send(self._connection, [str(seconds), *request])
            while not select.select([self._connection], [], [], LOOK)[0]:
                spent = self._processor_seconds()[0] - before[0]
                if spent > seconds + PATIENCE or time.monotonic() > deadline:
                    raise TimeoutError
            return self._answer()
        except TimeoutError:
            self.kill()
            raise WorkerLost(overdue=True) from None
        except (ConnectionLost, OSError, ValueError, IndexError):
            self.kill()
            raise WorkerLost(overdue=spent >= seconds) from None

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

    def _processor_seconds(self) -> tuple[float, float]:
        """What it used so far, by itself and in the system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / _TICKS, int(fields[12]) / _TICKS

    def _limit_memory(self, memory_mib: int) -> None:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[0])
        self._limit(resource.RLIMIT_AS, pages * resource.getpagesize() + (memory_mib << 20))

    def _limit(self, what: int, value: int) -> None:
        resource.prlimit(self.pid, what, (value, resource.RLIM_INFINITY))
