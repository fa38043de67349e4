"""Learning from proofs: sequences, batches, the loop, evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fwd.config import RunConfig
    from fwd.plugins import PluginSet


def train(config: RunConfig, plugins: PluginSet, out: Path, resume: bool = False) -> None:
    """Train a model and leave it in the folder `out`; see `fwd.train.loop.train`. Loads torch when it is called."""
    from fwd.train import loop

    loop.train(config, plugins, out, resume)
