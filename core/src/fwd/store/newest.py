"""The newest records of all writers together, without a look at the others.

Records are ordered by rank (`fwd.store.seal`), then by writer, then by number. Going backwards, the segments of each
writer are looked into only as far as somebody wants to read.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from attrs import evolve, frozen

from fwd.store import files, seal
from fwd.store.files import SEALED, Segment
from fwd.store.pages import PageError, entries
from fwd.store.reader import Entry, ProofReader
from fwd.store.record import ProofRecord, RecordError
from fwd.store.seal import Stairs


@frozen(order=True)
class Run:
    """Records `first` to before `end` of one segment, which are of one rank. Compares by how new they are."""

    rank: int
    writer: str
    first: int
    end: int
    segment: Segment

    @property
    def count(self) -> int:
        """How many records they are."""
        return self.end - self.first

    def split(self, count: int) -> tuple[Run, Run]:
        """The newest `count` of more records, and the others."""
        middle = self.end - count
        return evolve(self, first=middle), evolve(self, end=middle)


def newest_first(reader: ProofReader, listed: Mapping[str, list[Segment]], until: Mapping[str, int]) -> Iterator[Run]:
    """What a reader has not read yet of the segments of each writer, before the number in `until`, the newest first.
    What cannot be read is noted in the reader."""
    state = reader.state
    writers = [
        _backwards(reader, name, segments, state.get(name, 0), until.get(name, 0)) for name, segments in listed.items()
    ]
    return heapq.merge(*writers, reverse=True)


def read(reader: ProofReader, runs: Sequence[Run]) -> Iterator[tuple[int, Entry]]:
    """The records of these runs that can be read, each with its rank; every segment is opened once."""
    by_segment: dict[Segment, list[Run]] = {}
    for run in runs:
        by_segment.setdefault(run.segment, []).append(run)
    for segment, parts in by_segment.items():
        ranks = {number: run.rank for run in parts for number in range(run.first, run.end)}
        for entry in reader.read(parts[0].writer, segment, min(ranks), max(ranks) + 1):
            yield ranks[entry.sequence], entry


def last_rank(segments: Sequence[Segment]) -> int:
    """The rank that a writer with these segments goes on from."""
    highest = 0
    for segment in reversed(segments):
        try:
            stairs, told = _look(segment)
        except (OSError, RecordError):
            continue
        highest = max(highest, stairs[-1][1])
        if told:
            break
    return highest


def _backwards(reader: ProofReader, writer: str, segments: Sequence[Segment], start: int, end: int) -> Iterator[Run]:
    """The runs of one writer from `start` to before `end`, the newest first. Those of an earlier version, and what is
    before them, may be out of order: there all are looked at."""
    found: list[Run] = []
    ordered = True
    for segment in reversed(segments):
        if segment.end <= start or segment.first >= end:
            continue
        try:
            stairs, told = _look(segment)
        except FileNotFoundError:
            continue  # retention was faster
        except (OSError, RecordError) as error:
            reader.broken[segment.path] = str(error)
            continue
        ordered = ordered and told
        ends = [number for number, _ in stairs[1:]] + [segment.end]
        for (first, rank), last in zip(reversed(stairs), reversed(ends), strict=True):
            run = Run(rank, writer, max(first, start), min(last, end), segment)
            if run.count > 0 and ordered:
                yield run
            elif run.count > 0:
                found.append(run)
    yield from sorted(found, reverse=True)


def _look(segment: Segment) -> tuple[Stairs, bool]:
    """The ranks of a segment's records, and whether its seal tells them; else all have that of the last one's weights.
    Raises `RecordError` if it is not as it was sealed, and OSError."""
    with files.content(segment.path) as content:
        if isinstance(content, str):
            raise RecordError(files.lost(segment, content))
        try:
            (key, value), *before = islice(entries(content, backwards=True), 2)
        except (PageError, ValueError) as error:
            raise RecordError(files.lost(segment, str(error))) from None
    if key != SEALED:
        raise RecordError(files.lost(segment, "it has no seal"))
    if stairs := seal.unpack(segment, value):
        return stairs, True
    try:
        step = ProofRecord.unpack(before[0][1]).model_step if before else 0
    except RecordError:
        step = 0
    return [(segment.first, max(0, step or 0))], False
