"""What people see: tables on stdout; on stderr a bar on a terminal, or a plain line now and then elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from fwd.text import printable

LONGEST = 10_000
"""Characters of a line that is printed."""
PLAIN_INTERVAL = 10.0
"""Seconds between two lines of progress where there is no terminal."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table on stdout, as wide as it needs to be where nobody watches."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table)


def say(line: str) -> None:
    """A line for people on stderr."""
    sys.stderr.write(f"{printable(line, LONGEST)}\n")
    sys.stderr.flush()


def tell(line: str) -> None:
    """A line on stdout that may hold text from elsewhere, such as a goal's name: it stays one line."""
    print(printable(line, LONGEST))


class Progress:
    """How far some work is. Use as a context manager and call `update`."""

    def __init__(self, title: str, total: int) -> None:
        self.title, self.total = title, total
        self._bar: Any = None
        self._printed = 0.0
        self._last = ""

    def __enter__(self) -> Progress:
        self._printed = time.monotonic()
        if sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task(self.title, total=self.total, note="")
            self._bar.start()
        return self

    def update(self, done: int, note: str) -> None:
        """`done` of the total are done; `note` says what came of them."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, note=note)
            return
        self._last = f"{self.title}: {done} of {self.total}, {note}"
        if time.monotonic() - self._printed >= PLAIN_INTERVAL:
            self._printed = time.monotonic()
            self._flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._flush()

    def _flush(self) -> None:
        if self._last:
            say(self._last)
            self._last = ""


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    return Bar(*columns, console=Console(stderr=True))
