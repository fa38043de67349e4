"""Where `fwd` keeps what it may compute again: caches, compiled files, named models."""

from __future__ import annotations

import os
from pathlib import Path

from fwd.errors import UserError


def home() -> Path:
    """The folder `FWD_HOME`, by default `~/.cache/fwd`. It may not exist yet. Raises `UserError` where neither is known,
    as for a user of a container who has no entry among its users."""
    if told := os.environ.get("FWD_HOME"):
        return Path(told)
    try:
        return Path.home() / ".cache" / "fwd"
    except RuntimeError:
        raise UserError("this user has no home folder: set FWD_HOME to a folder for caches and models") from None
