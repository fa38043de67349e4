"""Processes that end when the one that started them does, however it ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

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
