"""What a sealed segment looks like on disk: its name, and the digest that guards it.

A segment is an LMDB file followed by a trailer with the digest of all bytes before it, which LMDB ignores. The digest
tells of accidents; a file that a stranger made has a right one, so `fwd.store.pages` trusts nothing in it.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from struct import Struct

import lmdb
from attrs import frozen

from fwd.errors import UserError
from fwd.files import regular

KEY = Struct(">Q")
"""A record's key is its sequence number, so records lie in the order in which they were written."""
LAST = 1 << 62
"""Sequence numbers are below, so that their keys come before the seal."""
SEALED = b"\xff"
"""Key of the seal, behind all records: the segment is complete."""

_NAME = re.compile(r"seg-(\d{12,19})-(\d{1,19})\.mdb", re.ASCII)
"""Numbers that fit in a key."""
_WRITER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MAGIC = b"fwdseg01"
_DIGEST_BYTES = 32
TRAILER = len(_MAGIC) + KEY.size + _DIGEST_BYTES
"""Bytes that `append_digest` appends."""
_CHUNK = 1 << 20


class StoreError(UserError):
    """A proof store cannot be written or read; the message names the file and says what to do."""


class WriterAliveError(StoreError):
    """Another process writes under this name."""


@frozen(order=True)
class Segment:
    """A sealed segment: records `first` to `first + count - 1` of one writer."""

    first: int
    count: int
    path: Path

    @property
    def end(self) -> int:
        """The sequence number after its last record."""
        return self.first + self.count


def segment_name(first: int, count: int) -> str:
    """The file name of a sealed segment."""
    return f"seg-{first:012d}-{count}.mdb"


def sealed(folder: Path, since: int = 0) -> list[Segment]:
    """The sealed segments of one writer, in order: those with records from number `since` on, and in any case the last
    one. None if the folder is gone."""
    with _explained(folder):
        names = os.listdir(folder) if folder.is_dir() else []
    found = [(int(match[1]), int(match[2]), match[0]) for name in names if (match := _NAME.fullmatch(name))]
    last = max(found, default=None)
    wanted = sorted(one for one in found if one[0] + one[1] > since or one is last)
    return [Segment(first, count, folder / name) for first, count, name in wanted]


def listing(store: Path, since: Mapping[str, int] | None = None) -> dict[str, list[Segment]]:
    """The sealed segments of each writer that has some, as `sealed` gives them. Raises `StoreError` if the store's
    folder cannot be read."""
    listed = {name: sealed(store / name, (since or {}).get(name, 0)) for name in writers(store)}
    return {name: segments for name, segments in listed.items() if segments}


def ends(listed: Mapping[str, list[Segment]]) -> dict[str, int]:
    """By writer, the number after its last record."""
    return {name: segments[-1].end for name, segments in listed.items()}


def lost(segment: Segment, reason: str) -> str:
    """Why a segment cannot be read, and what that takes away."""
    return f"{reason}; its {segment.count} records from number {segment.first} are lost"


def writers(store: Path) -> list[str]:
    """Names of all writers of a store, in order. A store that nobody wrote to yet has none. Raises `StoreError` if it
    is not a folder or cannot be read."""
    with _explained(store):
        if not store.exists():
            return []
        return sorted(name for name in os.listdir(store) if _WRITER.fullmatch(name) and os.path.isdir(store / name))


def check_writer(name: str) -> None:
    """Raises `StoreError` for a writer's name that could not be a folder's everywhere."""
    if not _WRITER.fullmatch(name):
        raise StoreError(f"{name!r} cannot name a writer: use letters, digits, dots, dashes and underscores")


def append_digest(path: Path) -> None:
    """Close off a file with the digest of its content, and bring it to the disk."""
    digest, size = hashlib.blake2b(digest_size=_DIGEST_BYTES), 0
    with path.open("r+b") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        file.write(_MAGIC + KEY.pack(size) + digest.digest())
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def content(path: Path) -> Iterator[mmap.mmap | str]:
    """What a sealed file holds, its digest looked at; or in words, why it is not as it was sealed. Raises
    FileNotFoundError if it is gone."""
    with regular(path) as file:
        size = os.fstat(file.fileno()).st_size - TRAILER
        if size <= 0:
            yield "it is truncated"
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            with memoryview(whole) as view, view[:size] as guarded:
                digest = hashlib.blake2b(guarded, digest_size=_DIGEST_BYTES).digest()
            trailer = whole[size:]
            if trailer == _MAGIC + KEY.pack(size) + digest:
                yield whole
            else:
                yield "its content has changed" if trailer.startswith(_MAGIC) else "it is truncated"


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries, such as a rename, to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the file system or LMDB refuses into a `StoreError`."""
    try:
        yield
    except (OSError, lmdb.Error) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"cannot write proofs to {folder}: {cause}; what was sealed before stays readable") from error


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"cannot read the proof store {folder}: {error.strerror or error}") from error
