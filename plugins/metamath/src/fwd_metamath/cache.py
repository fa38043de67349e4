"""Loads databases, from a compiled copy where there is one."""

from __future__ import annotations

from pathlib import Path

from fwd_metamath.database import Database
from fwd_metamath.parser import parse


def load(path: Path, *, cache: bool = True) -> Database:
    """The database in a file, parsed but not verified. Raises `DatabaseError`."""
    return parse(path)[0]
