"""Named checkpoints: copies in `FWD_HOME/models`, one folder each."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from fwd.errors import UserError
from fwd.home import home
from fwd.registry import suggestion

RESERVED = ("uniform",)


def folder() -> Path:
    """Where named models live."""
    return home() / "models"


def names() -> list[str]:
    """All named models, sorted."""
    return sorted(one.name for one in folder().glob("*") if one.is_dir() and _safe(one.name))


def add(name: str, checkpoint: Path) -> Path:
    """Copy a checkpoint folder under a name; the copy appears whole or not at all."""
    if not _safe(name) or name in RESERVED:
        raise UserError(f"{name!r} cannot name a model: use letters, digits, '.', '_' and '-', and not 'uniform'")
    target = folder() / name
    if target.exists():
        raise UserError(f"there is a model {name!r} already: remove it first with `fwd models remove {name}`")
    folder().mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".adding-", dir=folder()))
    try:
        shutil.copytree(checkpoint, temporary / name)
        os.rename(temporary / name, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def remove(name: str) -> None:
    """Forget a named model. Raises `UserError` if there is none."""
    if name not in names():
        raise UserError(f"no model {name!r} in {folder()}{suggestion(name, names())}")
    shutil.rmtree(folder() / name)


def _safe(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) is not None
