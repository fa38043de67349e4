"""Reads a proof store while it grows. A reader needs no lock and leaves no trace, so a read-only folder will do."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from fwd.files import regular
from fwd.store import files
from fwd.store.files import KEY, LAST, SEALED, Segment
from fwd.store.pages import PageError, entries
from fwd.store.record import ProofRecord, RecordError


@frozen
class Entry:
    """A record with its place in the store."""

    writer: str
    sequence: int
    record: ProofRecord


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
        for writer in files.writers(self.store):
            for segment in files.sealed(self.store / writer):
                start = max(segment.first, self._next.get(writer, 0))
                end = segment.end if until is None else min(segment.end, until.get(writer, 0))
                if end <= start or segment.path in self.broken:
                    continue
                try:
                    values = _values(segment, start, end)
                except FileNotFoundError:
                    continue  # retention was faster
                except (OSError, RecordError) as error:
                    self.broken[segment.path] = str(error)
                    continue
                for sequence, value in enumerate(values, start):
                    self._next[writer] = sequence + 1
                    try:
                        record = ProofRecord.unpack(value)
                    except RecordError as error:
                        self.refused[writer, sequence] = str(error)
                        continue
                    yield Entry(writer, sequence, record)

    @property
    def complaints(self) -> list[str]:
        """A line for each segment and each record that could not be read."""
        segments = [f"{path} is passed over: {reason}" for path, reason in self.broken.items()]
        return segments + [f"record {at} of {name} is passed over: {why}" for (name, at), why in self.refused.items()]


def ends(store: Path) -> dict[str, int]:
    """By writer, the number after its last sealed record: the state of a reader that has read everything. Raises
    `StoreError` if the store's folder cannot be read."""
    last = {writer: files.sealed(store / writer)[-1:] for writer in files.writers(store)}
    return {writer: segments[0].end for writer, segments in last.items() if segments}


def _values(segment: Segment, start: int, end: int) -> list[bytes]:
    """The records of a segment from `start` to before `end`, still packed. Raises `RecordError` if it is not as it was
    sealed."""
    lost = f"its {segment.count} records from number {segment.first} are lost"
    if segment.end > LAST:
        raise RecordError(f"its name has numbers that no record has; {lost}")
    with files.content(segment.path) as content:
        if isinstance(content, str):
            raise RecordError(f"{content}; {lost}")
        values = []
        number, last = segment.first, segment.end
        try:
            for key, value in entries(content):
                if key != (SEALED if number == last else KEY.pack(number)):
                    raise RecordError(f"it does not hold the records that its name says; {lost}")
                if number == last and value != KEY.pack(segment.first) + KEY.pack(segment.count):
                    raise RecordError("its name is not the one that it was sealed under")
                if start <= number < end:
                    values.append(value)
                number += 1
        except PageError as error:
            raise RecordError(f"{error}; {lost}") from None
        if number != last + 1:
            raise RecordError(f"it does not hold as many records as its name says; {lost}")
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
