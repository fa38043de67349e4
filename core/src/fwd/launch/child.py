"""The process that the local launcher starts for a rank: `python -m fwd.launch.child`.

Its first line of input says what to do. After that the input stays open as long as the launcher lives; when it ends,
however the launcher ended, this process takes everything that it started along and dies.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from fwd.errors import FwdError, UserError
from fwd.launch.base import Task
from fwd.launch.perform import perform
from fwd.launch.world import World


def main() -> int:
    """Do what the first line of input says; the exit code."""
    told = sys.stdin.readline()
    if not told:
        return 1  # the launcher is gone already
    _follow_launcher()
    order = json.loads(told)
    if order["cores"]:
        os.sched_setaffinity(0, order["cores"])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background ignores
    try:
        perform(Task(**order["task"]), Path(order["folder"]), World.detect())
    except KeyboardInterrupt:
        return 130
    except FwdError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2 if isinstance(error, UserError) else 1
    return 0


def _follow_launcher() -> None:
    """Die with the launcher. The group is this process and what it starts."""
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def watch() -> None:
        while os.read(lifeline, 1):
            pass
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="launcher").start()


if __name__ == "__main__":
    sys.exit(main())
