"""The entry of the `fwd` program: light, so that Ctrl-C always meets a handler and Windows a line, not a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

DONE, FAILED, USER, INTERRUPTED = 0, 1, 2, 130

_interrupts: list[int] = []
"""SIGINTs that came. A library that is interrupted while it is imported may raise anything."""


def main() -> None:
    """Entry point of the console script."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 a check or a plugin failed, 2 the user can fix it, 130
    interrupted.

    With `FWD_TRACEBACK` set in the environment, mistakes of the user raise instead, for whoever debugs `fwd` itself.
    """
    # Threads of OpenMP wait for each other actively else: beside another busy process that makes torch several times
    # slower. Read when torch is loaded, which is later.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from fwd_cli import program

        return program.run(arguments)
    except KeyboardInterrupt:
        return _stop()
    except Exception as error:
        if _interrupts:
            return _stop()
        if isinstance(error, ImportError) and error.name == "fcntl":
            sys.stderr.write(f"error: {error}\n")  # how `fwd` refuses a system: nothing of it can be imported
            return USER
        raise


def complain(message: str, code: int) -> int:
    """Each line of the message is one mistake. Returns the code."""
    from fwd.text import LONGEST, printable

    for line in message.split("\n"):
        sys.stderr.write(f"error: {printable(line, LONGEST)}\n")
    return code


def _interrupt(number: int, frame: object) -> None:
    _interrupts.append(number)
    raise KeyboardInterrupt


def _stop() -> int:
    """The end after Ctrl-C. Pressed again it changes nothing any more."""
    if signal.getsignal(signal.SIGINT) is _interrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return complain("interrupted; what was finished is kept", INTERRUPTED)
