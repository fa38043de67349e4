"""Requests to stop, heard between two pieces of work."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR2)


@contextmanager
def stop_requests() -> Iterator[threading.Event]:
    """An event that Ctrl-C, SIGTERM and SIGUSR2 (by which batch systems announce the end) set; the same one again
    stops at once. Batch systems may send several. Outside the main thread nothing is caught."""
    event = threading.Event()
    heard: set[int] = set()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def request(number: int, frame: object) -> None:
        if number in heard:
            raise KeyboardInterrupt
        heard.add(number)
        event.set()

    previous = {number: signal.signal(number, request) for number in SIGNALS}
    try:
        yield event
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
