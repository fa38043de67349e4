"""Where caches and sockets are kept."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from fwd.errors import UserError
from fwd.home import home

LONGEST = 107 - len("/0123456789abcdef.sock")
"""Bytes that the folder of sockets may have in its path: the system takes no longer paths of sockets."""


def cache() -> Path:
    """The folder of everything that can be made again: under `FWD_HOME`, by default `~/.cache/fwd`."""
    return home() / "hollight"


def sockets() -> Path:
    """The folder of sockets and locks, for this user alone. Raises `UserError` if it belongs to somebody else or its
    path is too long."""
    root = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    folder = root / f"fwd-hollight-{os.getuid()}"
    if len(os.fsencode(folder)) > LONGEST:
        raise UserError(f"{folder} is too long for the path of a socket: set XDG_RUNTIME_DIR to a shorter one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise UserError(f"{folder} is not a folder of yours with mode 0700: remove it, or set XDG_RUNTIME_DIR")
    return folder
