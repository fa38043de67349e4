"""Appends records to a proof store.

A writer keeps one open segment, an LMDB environment that nobody else opens. When it is full or old, the segment is
sealed: marked complete, copied compactly to a temporary name, closed off with a digest, brought to the disk, renamed.
A process may be killed between any two of these; the next writer of the same name goes on from there.

The open segment does not wait for the disk: what was appended survives the death of the process, though not of the
machine. Sealed segments survive both.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import lmdb

from fwd.files import lock_file
from fwd.settings import StoreConfig
from fwd.store import files, seal
from fwd.store.files import KEY, LAST, SEALED, StoreError, WriterAliveError
from fwd.store.newest import last_rank
from fwd.store.reader import left_open
from fwd.store.record import ProofRecord, RecordError

log = logging.getLogger(__name__)

_ROOM_TO_SEAL = 1 << 20
_ROOM_FOR_ONE = 1 << 14  # at most what pages take beside a record


class ProofWriter:
    """Appends records under a name of its own. Use as a context manager; not thread-safe, and not across a fork.

    `name` is unique among all writers of the store that are alive; taking the name of a dead one recovers what it
    left and continues its sequence. Raises `StoreError` if the folder cannot be written or the name is taken.
    """

    def __init__(self, store: Path, name: str, config: StoreConfig | None = None) -> None:
        files.check_writer(name)
        self.name = name
        self.config = config or StoreConfig()
        self.folder = Path(store) / name
        self._open = _open_folder(Path(store), name, self.config)
        self._env: lmdb.Environment | None = None
        self._lock: IO[bytes] | None = None
        self._process = os.getpid()
        with files.writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._open.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._open.with_name(self._open.name + ".lock"), name)
            try:
                self._recover()
            except BaseException:
                self._release()
                raise

    def __enter__(self) -> ProofWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def next(self) -> int:
        """The sequence number of the next record."""
        return self._first + self._count

    def append(self, record: ProofRecord) -> int:
        """Append one record and return its sequence number. When this returns, no death of the process loses it."""
        self.extend([record])
        return self.next - 1

    def extend(self, records: Iterable[ProofRecord]) -> None:
        """Append records in one transaction: all of them, or none if this raises. Raises `StoreError` if the disk is
        full, or if the records are larger than a segment may be."""
        if self._env is None or self._process != os.getpid():
            raise RuntimeError("a ProofWriter is used after it was closed, or in a forked process")
        records = list(records)
        values = [record.pack() for record in records]
        steps = [record.model_step for record in records]
        with files.writing(self.folder):
            if self._marked:
                self._seal()  # as an earlier attempt could not
            if not self._commit(values, steps):
                if self._count:
                    self._seal()
                if not self._commit(values, steps):
                    size = sum(map(len, values))
                    raise StoreError(f"{size} bytes of records do not fit in one segment: raise the store's map_size")
        self.tick()

    def tick(self) -> None:
        """Seal the open segment if it is full or old; call it now and then while there is nothing to append."""
        config, age = self.config, time.monotonic() - self._started
        if self._count and (self._count >= config.seal_records or age >= config.seal_seconds):
            self.seal()

    def seal(self) -> None:
        """Make all records visible to readers. Raises `StoreError` if the disk is full; then nothing is lost."""
        with files.writing(self.folder):
            if self._count:
                self._seal()

    def close(self) -> None:
        """Seal what is open and let the name go. May be called twice."""
        if self._env is None:
            return
        try:
            self.seal()
            self._close_env()
            shutil.rmtree(self._open, ignore_errors=True)
        finally:
            self._release()

    def _commit(self, values: list[bytes], steps: list[int | None]) -> bool:
        """Put values into the open segment, all or none; False if it has no room for them."""
        assert self._env is not None
        try:
            with self._env.begin(write=True) as transaction:
                for place, value in enumerate(values):
                    if not transaction.put(KEY.pack(self.next + place), value, append=True):
                        raise StoreError(f"{self._open} has a record out of order: move it away")
        except lmdb.MapFullError:  # raised by `put`, or only by the commit
            return False
        self._climb(steps)
        self._count += len(values)
        return True

    def _climb(self, steps: Iterable[int | None]) -> None:
        """Take in the weights of the next records: what comes after them ranks no lower."""
        for number, step in enumerate(steps, self.next):
            before, self._rank = self._rank, max(self._rank, step or 0)
            if not self._stairs or self._rank > before:
                self._stairs.append((number, self._rank))

    def _seal(self) -> None:
        """Seal the open segment, which has records, and begin a new one. Before the mark nothing has happened; after
        it nothing can be appended, and whoever comes next, here or in `_recover`, must finish the seal."""
        assert self._env is not None
        if not self._marked:
            value = seal.pack(self._first, self._count, self._stairs)
            self._env.set_mapsize(self._env.info()["map_size"] + _ROOM_TO_SEAL + len(value))
            with self._env.begin(write=True) as transaction:
                transaction.put(SEALED, value)
            self._marked = True
        temporary = self.folder / f".part-{files.segment_name(self._first, self._count)}"
        try:
            with temporary.open("wb") as file:
                self._env.copyfd(file.fileno(), compact=True)
            files.append_digest(temporary)
            os.replace(temporary, self.folder / files.segment_name(self._first, self._count))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        files.sync_folder(self.folder)
        self._begin(self.next)

    def _begin(self, first: int, room: int = 0) -> None:
        """An empty open segment whose first record will be `first`, with so much room at least."""
        self._close_env()
        if self._open.exists():
            shutil.rmtree(self._open)
        self._open.mkdir()
        size = max(self.config.map_size, room)
        self._env = lmdb.open(str(self._open), map_size=size, sync=False, max_readers=4)
        self._first, self._count, self._marked = first, 0, False
        self._stairs: seal.Stairs = []
        self._started = time.monotonic()

    def _recover(self) -> None:
        """Go on from what an earlier writer of this name left, at whatever point it died."""
        for part in self.folder.glob(".part-*"):
            part.unlink()
        segments = files.sealed(self.folder)
        following = max((segment.end for segment in segments), default=0)
        if following >= LAST:
            raise StoreError(f"{self.folder} has a segment with numbers that no record has: move it away")
        self._rank = last_rank(segments)
        if not (self._open / "data.mdb").exists():
            return self._begin(following)
        try:
            first, values = left_open(self._open / "data.mdb")
        except (OSError, ValueError) as error:
            return self._set_aside(following, error)
        if not values or first < following:
            return self._begin(following)
        return self._rescue(first, values)

    def _rescue(self, first: int, values: list[bytes]) -> None:
        """Seal records that were left open. They are written anew: LMDB opens no file that it may not have made."""
        left = self._open
        self._open = left.with_name(f"{left.name}.rescue")
        try:
            self._begin(first, _ROOM_TO_SEAL + sum(len(value) + _ROOM_FOR_ONE for value in values))
            if not self._commit(values, [_step(value) for value in values]):
                raise StoreError(f"the records in {left} do not fit in one segment: move it away")
            self._seal()
        finally:
            self._close_env()
            shutil.rmtree(self._open, ignore_errors=True)
            self._open = left
        self._begin(self.next)

    def _set_aside(self, following: int, error: Exception) -> None:
        """Keep an open segment that cannot be read (the machine died, not just the process) for people to see."""
        aside = self._open.with_name(f"{self._open.name}.damaged-{time.time_ns()}")
        os.replace(self._open, aside)
        log.warning("the open segment of %s was damaged (%s) and is kept as %s", self.name, error, aside)
        self._begin(following)

    def _close_env(self) -> None:
        if self._env is not None:
            self._env.close()
            self._env = None

    def _release(self) -> None:
        self._close_env()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def recover(store: Path, config: StoreConfig | None = None) -> list[str]:
    """Seal what dead writers left open in a store, so that readers see it. Returns the names of the writers that are
    alive: readers do not see their latest records yet. Folders that are links are left as they are. Raises `StoreError`
    if the store cannot be written, after it has done what it can."""
    alive: list[str] = []
    refused: list[StoreError] = []
    for name in files.writers(store):
        left = _open_folder(store, name, config or StoreConfig())
        if (left / "data.mdb").exists() and not (left.is_symlink() or (store / name).is_symlink()):
            try:
                ProofWriter(store, name, config).close()
            except WriterAliveError:
                alive.append(name)
            except StoreError as error:
                refused.append(error)
    if refused:
        raise refused[0]
    return alive


def _step(value: bytes) -> int | None:
    """Of which weights a record is."""
    try:
        return ProofRecord.unpack(value).model_step
    except RecordError:
        return None


def _open_folder(store: Path, name: str, config: StoreConfig) -> Path:
    """Where the open segment lies; scratch space is shared by stores, so there the store's path is in the name."""
    if config.scratch is None:
        return store / name / "open"
    where = hashlib.sha256(str(store.absolute()).encode()).hexdigest()[:12]
    return Path(config.scratch) / f"{name}-{where}"


def _lock(path: Path, name: str) -> IO[bytes]:
    """Hold the file's lock as long as the returned file is open."""
    file = lock_file(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise WriterAliveError(
            f"another process writes as {name!r} ({path}): wait for it, or use another name"
        ) from None
    except OSError:
        log.debug("%s: this file system has no locks", path)
    return file
