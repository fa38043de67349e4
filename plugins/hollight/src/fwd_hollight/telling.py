"""Lines on standard error while something takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY = 15.0
"""Seconds between two lines."""


class Telling:
    """Says what begins now, then every now and then for how long it has gone on."""

    def __init__(self, what: str) -> None:
        self._began = self._told = time.monotonic()
        self._say(what)

    def go_on(self, state: Callable[[], str]) -> None:
        """It goes on: time for a line, perhaps."""
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            self._say(f"{now - self._began:.0f} s: {state()}")

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)
