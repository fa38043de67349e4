"""What people see of long work, on stderr since stdout is for results: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import os
import sys
from typing import Any

from fwd.text import LONGEST, printable

QUIET = "FWD_QUIET"
"""With a value in the environment nothing is shown but results and mistakes."""


def quiet() -> bool:
    """Whether nothing is to be shown."""
    return bool(os.environ.get(QUIET))


def say(line: str) -> None:
    """A line for people."""
    if not quiet():
        sys.stderr.write(f"{printable(line, LONGEST)}\n")
        sys.stderr.flush()


def bar(title: str, total: float, counted: bool = True) -> Bar | None:
    """A bar that is already on the screen, or None where nobody watches. `counted` shows how many of the total."""
    return Bar(title, total, counted) if sys.stderr.isatty() and not quiet() else None


class Bar:
    """Title, bar, how much is done, time left, and a note, which gives way where the terminal is narrow."""

    def __init__(self, title: str, total: float, counted: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn

        console = Console(stderr=True)
        room = 12 if console.width > 70 else 8
        done = MofNCompleteColumn() if counted else TaskProgressColumn()
        self._progress = Progress("{task.description}", BarColumn(bar_width=room), done, *_columns(), console=console)
        self._task = self._progress.add_task(title, total=total, note="")
        self._progress.start()

    def update(self, done: float | None = None, note: str | None = None) -> None:
        """Show what is not None."""
        told: dict[str, Any] = {} if note is None else {"note": note}
        self._progress.update(self._task, completed=done, **told)

    def print(self, line: str) -> None:
        """A line that stays, above the bar."""
        self._progress.console.print(line, markup=False, highlight=False)

    def stop(self) -> None:
        """Leave the bar as it is."""
        self._progress.stop()


def _columns() -> list[Any]:
    """The time left, and the note, which is cut where the others leave it no room."""
    from rich.progress import ProgressColumn, Task, TimeRemainingColumn
    from rich.table import Column
    from rich.text import Text

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) + ("" if task.finished else " left")

    class Note(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(str(task.fields["note"]), no_wrap=True, overflow="ellipsis")

    left = Left(elapsed_when_finished=True, table_column=Column(no_wrap=True))
    return [left, Note(table_column=Column(no_wrap=False, overflow="ellipsis"))]
