"""Where `fwd` keeps what it may compute again: caches, compiled files, named models."""

from __future__ import annotations

import os
from pathlib import Path

from fwd.errors import UserError


def home() -> Path:
    """The folder `FWD_HOME`, by default `~/.cache/fwd`. It may not exist yet. Raises `UserError` if neither is known,
    as in a container for a user that it does not list."""
    if told := os.environ.get("FWD_HOME"):
        return Path(told)
    try:
        return Path.home() / ".cache" / "fwd"
    except RuntimeError:
        raise UserError("this user has no home folder: set FWD_HOME to a folder for caches and models") from None
