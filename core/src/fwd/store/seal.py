"""What the seal of a segment says: which records it holds, and how new each is.

The *rank* of a record is the newest training step among the weights that its writer's records name, up to this one. So
ranks never fall within a writer, though searches that span a checkpoint end out of order, and whoever wants the newest
records reads a writer backwards and may stop. Ranks change seldom: the seal has the place and the rank of each record
with another one than the record before. Seals of earlier versions end before these.
"""

from __future__ import annotations

from itertools import pairwise

from fwd.store.files import KEY, Segment
from fwd.store.record import RecordError

Stairs = list[tuple[int, int]]
"""Sequence number and rank of a segment's first record, and of each that has another rank than the one before."""


def pack(first: int, count: int, stairs: Stairs) -> bytes:
    """The value of a seal."""
    told = [KEY.pack(number - first) + KEY.pack(rank) for number, rank in stairs]
    return KEY.pack(first) + KEY.pack(count) + b"".join(told)


def unpack(segment: Segment, value: bytes) -> Stairs:
    """The ranks in the seal of a segment; nothing if it is of an earlier version. Raises `RecordError` if this is not
    its seal."""
    head = KEY.pack(segment.first) + KEY.pack(segment.count)
    if not value.startswith(head):
        raise RecordError("its name is not the one that it was sealed under")
    told = value[len(head) :]
    if len(told) % (2 * KEY.size):
        raise RecordError("its seal is cut off")
    numbers = [number for (number,) in KEY.iter_unpack(told)]
    stairs = [(segment.first + place, rank) for place, rank in zip(numbers[::2], numbers[1::2], strict=True)]
    rising = all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(stairs))
    if stairs and not (rising and stairs[0][0] == segment.first and stairs[-1][0] < segment.end):
        raise RecordError("its seal has ranks out of order")
    return stairs
