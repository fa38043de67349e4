"""Learning from proofs: sequences, batches, the loop, evaluation."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fwd.config import RunConfig
    from fwd.plugins import PluginSet

UNGUARDED = 73
"""Exit code of a process whose import of the main script would train again."""


def train(config: RunConfig, plugins: PluginSet, out: Path, resume: bool = False) -> None:
    """Train a model and leave it in the folder `out`; see `fwd.train.loop.train`. Loads torch when it is called.

    A script calls it under `if __name__ == "__main__":`, since the processes that it starts import the script again.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(UNGUARDED)  # in such a process, which the trainer then explains
    from fwd.train import loop

    loop.train(config, plugins, out, resume)
