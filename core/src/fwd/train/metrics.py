"""Where the numbers of a run go: `metrics.jsonl`, TensorBoard, and the terminal."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from fwd.files import replace
from fwd.model.checkpoint import writing
from fwd.screen import bar, say

FILE = "metrics.jsonl"
BOARD = "tensorboard"
LINE_SECONDS = 30.0
"""Between two lines of losses where there is no terminal; the file has them all."""


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
            board = run / BOARD
            if not after:
                shutil.rmtree(board, ignore_errors=True)  # of a run that was killed before its first checkpoint
            self._board = SummaryWriter(str(board), purge_step=after + 1 if after else None)
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
            known = {name: value if math.isfinite(value) else None for name, value in values.items()}
            self._file.write(json.dumps({"step": step, **known}, allow_nan=False) + "\n")
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
    """A bar on a terminal; elsewhere a line now and then, and one for each evaluation."""

    def __init__(self) -> None:
        self._bar = bar("training", 1.0, counted=False)
        self._told = float("-inf")

    def move(self, share: float) -> None:
        if self._bar is not None:
            self._bar.update(share)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        proved = [f"{name} {_shown(value)}" for name, value in values.items() if name.endswith("prop_proved")]
        names = _SHORT if self._bar is not None else _SHOWN
        told = [f"{names[name]} {_shown(values[name])}" for name in names if name in values]
        line = "  ".join([f"step {step}", *told, *proved])
        if self._bar is not None and not proved:
            self._bar.update(note=line)
        elif self._bar is not None:
            self._bar.print(line)
        elif proved or time.monotonic() - self._told >= LINE_SECONDS:
            self._told = time.monotonic()
            say(line)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


_SHOWN = {name: name for name in ("loss", "label_accuracy", "step_accuracy", "tokens_per_second", "minutes")}
_SHORT = {"loss": "loss", "label_accuracy": "labels", "tokens_per_second": "tokens/s"}
"""What there is room for beside a bar, the most wanted first."""


def _shown(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3f}"


def _cut(path: Path, after: int) -> None:
    """Keep the lines up to step `after`; a last line that a kill cut off goes as well."""
    if not path.exists():
        return
    kept, damaged = [], 0
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            if json.loads(line)["step"] <= after:
                kept.append(line.decode("utf-8"))
        except (ValueError, KeyError, TypeError, RecursionError):
            damaged += 1
    if damaged:
        say(f"{path}: lines that are damaged are dropped ({damaged})")
    replace(path, "".join(f"{line}\n" for line in kept))
