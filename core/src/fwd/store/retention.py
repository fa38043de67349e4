"""Keeps a proof store from growing without end."""

from __future__ import annotations

import time
from pathlib import Path

from fwd.store import files


def prune(store: Path, keep: int, grace_seconds: float = 600.0) -> list[Path]:
    """Remove each writer's oldest segments as long as `keep` newer records of it remain, and return their paths.

    Segments younger than `grace_seconds` stay, so that readers have had time to see them. The newest segment of a
    writer always stays: its name tells where the sequence goes on. Raises `StoreError` if the store cannot be changed.
    """
    removed = []
    for writer in files.writers(store):
        segments = files.sealed(store / writer)
        for segment in segments[:-1]:
            newer = segments[-1].end - segment.end
            if newer >= keep and time.time() - segment.path.stat().st_mtime >= grace_seconds:
                with files.writing(store):
                    segment.path.unlink(missing_ok=True)
                removed.append(segment.path)
    return removed
