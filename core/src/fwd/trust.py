"""Files that run as programs when an env starts, such as a theory of one's own in HOL Light.

A config that the user writes may name any. A config that lies in somebody's folder may name only those that the user
has named before, as they are now: `FWD_HOME/trusted` holds their digests, one empty file each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from fwd.errors import UserError
from fwd.home import home
from fwd.text import printable


def remember(programs: Iterable[Path]) -> None:
    """The user has named these files: they may run. What cannot be read or noted is left to `demand` to refuse."""
    for path in programs:
        digest = _digest(path)
        if digest is None:
            continue
        try:
            _folder().mkdir(parents=True, exist_ok=True)
            (_folder() / digest).touch()
        except OSError:
            return


def demand(programs: Iterable[Path]) -> None:
    """Raises `UserError` if one of these files, as it is now, was never named by the user."""
    for path in programs:
        digest = _digest(path)
        if digest is None:
            raise UserError(f"{printable(str(path))}: the config names this file, which cannot be read")
        if not (_folder() / digest).exists():
            raise UserError(
                f"{printable(str(path))} would run as a program because a config names it, and you never named it as "
                "it is now: look at it, and if you trust it, name it yourself by --set or --config"
            )


def _folder() -> Path:
    return home() / "trusted"


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
