"""Where the numbers of a run go: `metrics.jsonl`, TensorBoard, and the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from fwd.files import replace
from fwd.model.checkpoint import writing

FILE = "metrics.jsonl"


class Metrics:
    """Writes lines of metrics as they come. A context manager.

    A resumed run first drops the lines after the step that it resumes from: they are about to be written again.
    """

    def __init__(self, run: Path, after: int) -> None:
        from torch.utils.tensorboard import SummaryWriter  # slow to import, and only training needs it

        self._path = run / FILE
        with writing(self._path):
            _cut(self._path, after)
            self._file = self._path.open("a", encoding="utf-8")
            self._board = SummaryWriter(str(run / "tensorboard"), purge_step=after + 1 if after else None)
        self._screen = _Screen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._screen.close()
        try:
            self._file.close()
            self._board.close()
        except OSError:  # a full disk has been reported where it was met
            pass

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """One line for optimiser step `step` (from 1). Raises `UserError` if it cannot be written."""
        with writing(self._path):
            self._file.write(json.dumps({"step": step, **values}) + "\n")
            self._file.flush()
            for name, value in values.items():
                self._board.add_scalar(name, value, step)
        self._screen.log(step, values)

    def progress(self, share: float) -> None:
        """Move the bar to `share` of the run, 0 to 1."""
        self._screen.move(share)


class Quiet(Metrics):
    """Metrics of a trainer that another one speaks for: nothing is written."""

    def __init__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Nothing."""

    def progress(self, share: float) -> None:
        """Nothing."""


class _Screen:
    """A bar on a terminal, plain lines elsewhere; on stderr, since stdout is for results."""

    def __init__(self) -> None:
        self._bar = None
        if sys.stderr.isatty():
            columns = (TextColumn("training"), BarColumn(), TextColumn("{task.fields[text]}"), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._task = self._bar.add_task("train", total=1.0, text="")
            self._bar.start()

    def move(self, share: float) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=share)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        text = f"step {step}  " + "  ".join(
            f"{name} {_shown(value)}" for name, value in values.items() if name in _SHOWN
        )
        proved = "  ".join(f"{name} {_shown(value)}" for name, value in values.items() if name.endswith("prop_proved"))
        if self._bar is None:
            print(f"{text}{proved}", file=sys.stderr, flush=True)
        elif proved:
            self._bar.console.print(f"step {step}  {proved}")
        else:
            self._bar.update(self._task, text=text)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


_SHOWN = ("loss", "label_accuracy", "step_accuracy", "tokens_per_second", "minutes")


def _shown(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3f}"


def _cut(path: Path, after: int) -> None:
    """Keep the lines up to step `after`; a last line that a kill cut off goes as well."""
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            if json.loads(line)["step"] <= after:
                kept.append(line)
        except (ValueError, KeyError, TypeError):
            continue
    replace(path, "".join(f"{line}\n" for line in kept))
