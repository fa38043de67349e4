"""How far a long work is, for people who wait: on stderr, a bar on a terminal and plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

INTERVAL = 10.0
"""Seconds between two plain lines."""

Watch = Callable[[int, int], None]
"""Hears how many of how many are done."""


@contextmanager
def progress(title: str, quiet: bool = False, what: str = "proofs") -> Iterator[Watch | None]:
    """Show what the `Watch` hears; with `quiet`, nothing."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        yield _lines(title, what)


def _lines(title: str, what: str) -> Watch:
    print(f"{title}: this may take a minute", file=sys.stderr, flush=True)
    told = time.monotonic()

    def watch(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= INTERVAL:
            told = time.monotonic()
            print(f"{title}: {done} of {total} {what}", file=sys.stderr, flush=True)

    return watch
