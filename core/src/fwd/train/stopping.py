"""Requests to stop, heard between two pieces of work."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fwd.screen import quiet

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR2)
PATIENCE = 5
"""The same signal so many times stops at once. People press Ctrl-C a few times, batch systems send several."""


@contextmanager
def stop_requests() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and SIGUSR2 (by which batch systems announce the end) set; the same one `PATIENCE`
    times stops at once. Outside the main thread nothing is caught."""
    event = threading.Event()
    heard: Counter[int] = Counter()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def request(number: int, frame: object) -> None:
        heard[number] += 1
        event.set()
        left = PATIENCE - heard[number]
        if number == signal.SIGINT and left > 0 and not quiet():
            more = f"; {left} times more loses what is unfinished" if heard[number] > 1 else ""
            os.write(2, f"Ctrl-C: what is under way is finished and saved{more}\n".encode())
        if left <= 0:
            raise KeyboardInterrupt

    previous = {number: signal.signal(number, request) for number in SIGNALS}
    try:
        yield event
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
