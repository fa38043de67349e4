"""Files of what can be computed again: bytes behind a magic line and a checksum, replaced in one go.

A file that is missing, damaged or of another kind reads as nothing, one that cannot be written costs only the time of
computing again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgpack

_DIGEST = 16


def read(file: Path, magic: bytes) -> memoryview | None:
    """What was written with this magic line, or nothing."""
    try:
        content = memoryview(file.read_bytes())
    except OSError:
        return None
    start = len(magic) + _DIGEST
    data = content[start:]
    return data if content[:start] == magic + _checksum(data) else None


def write(file: Path, magic: bytes, data: bytes) -> None:
    """Write under a temporary name, then rename."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(magic + _checksum(data) + data)
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError:
        return


def once(file: Path, magic: bytes, make: Callable[[], Any]) -> Any:
    """Plain data that takes long to make: from the file if it has them, made and written otherwise. One process makes
    them while others wait; where files cannot be locked, each makes them for itself."""
    data = read(file, magic)
    if data is None:
        with _alone(file):
            data = read(file, magic)
            if data is None:
                made = make()
                write(file, magic, msgpack.packb(made))
                return made
    return msgpack.unpackb(data)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.with_suffix(".lock").open("w")
    except OSError:
        yield
        return
    with lock:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _checksum(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()
