"""Takes over what a writer of one store sealed as the work of a writer of another, so that shards become one store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fwd.store import files


def adopt(store: Path, name: str, folder: Path) -> None:
    """Let the sealed segments in `folder`, which another store's writer filled, be those of the writer `name` of
    `store`: as links where the file system has them, else as copies. What was adopted before stays. Raises
    `StoreError` if the store cannot be written."""
    files.check_writer(name)
    home = Path(store) / name
    segments = files.sealed(folder)
    if not segments:
        return
    with files.writing(home):
        home.mkdir(parents=True, exist_ok=True)
        for segment in segments:
            part = home / f".part-{segment.path.name}"
            part.unlink(missing_ok=True)
            _bring(segment.path, part)
            os.replace(part, home / segment.path.name)
        files.sync_folder(home)


def _bring(source: Path, target: Path) -> None:
    """A second name for a file that never changes, or else a copy of it on the disk."""
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
