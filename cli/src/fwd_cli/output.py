"""What people see: results on stdout; on stderr a bar on a terminal, or a plain line now and then elsewhere."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from fwd.screen import bar, say
from fwd.text import LONGEST, printable

__all__ = ["Progress", "print_json", "print_table", "say", "tell", "width"]

PLAIN_INTERVAL = 10.0
"""Seconds between two lines of progress where there is no terminal."""
WIDE = 200
"""Columns where nobody watches."""


def width() -> int:
    """Columns that a line of a result may have."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """A table on stdout; where it does not fit without breaking words, a paragraph for each row."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[str(cell) for cell in row] for row in rows]
    texts = zip(columns, *cells, strict=True)
    if sum(max(map(len, " ".join(column).split())) + 3 for column in texts) >= width():
        _print_paragraphs(columns, cells, title)
        return
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in cells:
        table.add_row(*map(Text, row))
    Console(width=width()).print(table)


def _print_paragraphs(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str | None) -> None:
    print(*([title] if title else []), sep="\n", end="\n" if title else "")
    for row in rows:
        print()
        for column, cell in zip(columns, row, strict=True):
            print(f"{column}: {cell}")


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
        self._bar = bar(self.title, self.total)
        return self

    def update(self, done: int, note: str) -> None:
        """`done` of the total are done; `note` says what came of them."""
        if self._bar is not None:
            self._bar.update(done, note)
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
