"""Where `fwd` keeps what it may compute again: caches, compiled files, named models."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder `FWD_HOME`, by default `~/.cache/fwd`. It may not exist yet."""
    return Path(os.environ.get("FWD_HOME") or Path.home() / ".cache" / "fwd")
