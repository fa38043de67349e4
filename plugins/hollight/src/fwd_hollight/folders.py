"""Where caches and sockets are kept."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from fwd.errors import UserError


def cache() -> Path:
    """The folder of everything that can be made again: under `FWD_HOME`, by default `~/.cache/fwd`."""
    return Path(os.environ.get("FWD_HOME") or Path.home() / ".cache" / "fwd") / "hollight"


def sockets() -> Path:
    """The folder of sockets and locks, for this user alone. Raises `UserError` if it belongs to somebody else."""
    root = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    folder = root / f"fwd-hollight-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise UserError(f"{folder} is not a folder of yours with mode 0700: remove it, or set XDG_RUNTIME_DIR")
    return folder
