"""Reads a proof store while it grows. A reader needs no lock and leaves no trace, so a read-only folder will do."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from fwd.files import regular
from fwd.store import files, seal
from fwd.store.files import KEY, LAST, SEALED, Segment
from fwd.store.pages import PageError, entries
from fwd.store.record import ProofRecord, RecordError


@frozen
class Entry:
    """A record with its place in the store."""

    writer: str
    sequence: int
    record: ProofRecord
    packed: bytes = field(repr=False)
    """The record as it lies there."""


class ProofReader:
    """Yields every record of a store once, writer by writer, each writer's in the order in which it wrote them.

    `state` is where an earlier reader stopped: by writer, the next sequence number; plain data for a checkpoint.
    Records that retention removed are passed over. `broken` names the segments that cannot be read, and `refused`
    single records by writer and number, and why; the rest is read without them. Whoever reads tells the `complaints`.
    """

    def __init__(self, store: Path, state: Mapping[str, int] | None = None) -> None:
        self.store = Path(store)
        self.broken: dict[Path, str] = {}
        self.refused: dict[tuple[str, int], str] = {}
        self._next = dict(state or {})

    @property
    def state(self) -> dict[str, int]:
        """Where this reader is: after the last record that it yielded."""
        return dict(self._next)

    def __iter__(self) -> Iterator[Entry]:
        return self.poll()

    def poll(self, until: Mapping[str, int] | None = None) -> Iterator[Entry]:
        """The records that are new since the last poll; ends at the newest sealed segment, or of each writer before
        the sequence number in `until`, another reader's state. A store that nobody wrote to yet has none. Raises
        `StoreError` if the store's folder cannot be read."""
        for writer, segments in files.listing(self.store, self._next).items():
            for segment in segments:
                start = max(segment.first, self._next.get(writer, 0))
                end = segment.end if until is None else min(segment.end, until.get(writer, 0))
                if end <= start or segment.path in self.broken:
                    continue
                for entry in self.read(writer, segment, start, end):
                    self._next[writer] = entry.sequence + 1
                    yield entry
                if segment.path not in self.broken:
                    self._next[writer] = end  # its last records may be refused

    def read(self, writer: str, segment: Segment, start: int, end: int) -> Iterator[Entry]:
        """The records of a segment from `start` to before `end`. What cannot be read is noted."""
        try:
            values = _values(segment, start, end)
        except FileNotFoundError:
            return  # retention was faster
        except (OSError, RecordError) as error:
            self.broken[segment.path] = str(error)
            return
        for sequence, value in enumerate(values, start):
            try:
                record = ProofRecord.unpack(value)
            except RecordError as error:
                self.refused[writer, sequence] = str(error)
                continue
            yield Entry(writer, sequence, record, value)

    @property
    def complaints(self) -> list[str]:
        """A line for each segment and each record that could not be read."""
        segments = [f"{path} is passed over: {reason}" for path, reason in self.broken.items()]
        return segments + [f"record {at} of {name} is passed over: {why}" for (name, at), why in self.refused.items()]


def ends(store: Path) -> dict[str, int]:
    """By writer, the number after its last sealed record: the state of a reader that has read everything. Raises
    `StoreError` if the store's folder cannot be read."""
    return files.ends(files.listing(store))


def _values(segment: Segment, start: int, end: int) -> list[bytes]:
    """The records of a segment from `start` to before `end`, still packed. Raises `RecordError` if it is not as it was
    sealed."""
    if segment.end > LAST:
        raise RecordError(files.lost(segment, "its name has numbers that no record has"))
    with files.content(segment.path) as content:
        if isinstance(content, str):
            raise RecordError(files.lost(segment, content))
        values = []
        number, last = segment.first, segment.end
        try:
            for key, value in entries(content):
                if key != (SEALED if number == last else KEY.pack(number)):
                    raise RecordError(files.lost(segment, "it does not hold the records that its name says"))
                if number == last:
                    seal.unpack(segment, value)
                if start <= number < end:
                    values.append(value)
                number += 1
        except PageError as error:
            raise RecordError(files.lost(segment, str(error))) from None
        if number != last + 1:
            raise RecordError(files.lost(segment, "it does not hold as many records as its name says"))
        return values


def left_open(path: Path) -> tuple[int, list[bytes]]:
    """What a writer that is gone left open: the number of the first record, and all records, still packed. Raises
    OSError, or ValueError for what no writer leaves."""
    with regular(path) as file:
        if not os.fstat(file.fileno()).st_size:
            return 0, []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = list(entries(content))
    if found and found[-1][0] == SEALED:
        found.pop()  # it died inside a seal
    first = int.from_bytes(found[0][0]) if found else 0
    if first + len(found) > LAST or any(key != KEY.pack(number) for number, (key, _) in enumerate(found, first)):
        raise ValueError("its records are not numbered one after another")
    return first, [value for _, value in found]


@frozen
class StoreStats:
    """What a store holds; what cannot be read is in `complaints`, a line each, and in `bytes` only."""

    writers: int = 0
    segments: int = 0
    records: int = 0
    solved: int = 0
    facts: int = 0
    """Facts that are not hypotheses: theorems derived."""
    bytes: int = 0
    complaints: tuple[str, ...] = ()


def stats(store: Path) -> StoreStats:
    """Read a whole store and count. Raises `StoreError` if its folder cannot be read."""
    reader = ProofReader(store)
    records = solved = facts = 0
    for entry in reader:
        records += 1
        solved += entry.record.solved
        facts += sum(fact.step is not None for fact in entry.record.facts)
    names = files.writers(reader.store)
    paths = [segment.path for name in names for segment in files.sealed(reader.store / name)]
    return StoreStats(
        writers=len(names),
        segments=len(paths) - len(reader.broken),
        records=records,
        solved=solved,
        facts=facts,
        bytes=sum(path.stat().st_size for path in paths),
        complaints=tuple(reader.complaints),
    )
