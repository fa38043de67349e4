"""Blocks hold what was written, whatever was shared, rolled back and freed before: to users they are plain lists."""

from __future__ import annotations

import numpy as np
from fwd.model.blocks import BLOCK, Blocks
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

SLOTS, WIDTH, TOTAL = 5, 4, 9
slots = st.integers(0, SLOTS - 1)


class Schedule(RuleBasedStateMachine):
    """A pool of numbers stands for the cache, `truth` for what each slot should read there."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = Blocks(SLOTS, WIDTH, TOTAL)
        self.pool = np.full((TOTAL, BLOCK), -1)
        self.truth: list[list[int]] = [[] for _ in range(SLOTS)]
        self.next = 0

    @rule(slot=slots, keep=st.floats(0, 1), count=st.integers(1, 2 * BLOCK))
    def write(self, slot, keep, count):
        """Roll back to a part of the sequence and append."""
        start = int(keep * len(self.truth[slot]))
        end = min(start + count, WIDTH * BLOCK)
        if end == start:
            return
        ready = self.blocks.writable(*(np.array([x]) for x in (slot, start, end)))[0]
        before = self.blocks.table.copy(), self.blocks.free
        copies = self.blocks.reserve(slot, start, end)
        if copies is None:
            assert not ready
            assert (self.blocks.table == before[0]).all()
            assert self.blocks.free == before[1]
            assert before[1] < -(-end // BLOCK)  # even with all of its blocks for itself
            return
        assert not (ready and copies)
        for source, target in copies:
            self.pool[target] = self.pool[source]
        fresh = list(range(self.next, self.next + end - start))
        self.next += len(fresh)
        for place, number in zip(range(start, end), fresh, strict=True):
            self.pool[self.blocks.table[slot, place // BLOCK], place % BLOCK] = number
        self.truth[slot] = self.truth[slot][:start] + fresh

    @rule(source=slots, other=slots, part=st.floats(0, 1))
    def share(self, source, other, part):
        """Begin like another one."""
        if source != other:
            length = int(part * len(self.truth[source]))
            self.blocks.share(source, other, length)
            self.truth[other] = self.truth[source][:length]

    @rule(slot=slots)
    def release(self, slot):
        """Leave."""
        self.blocks.release(slot)
        self.truth[slot] = []

    @invariant()
    def reads(self):
        """Every slot reads what it wrote."""
        for slot, expected in enumerate(self.truth):
            found = self.pool[self.blocks.table[slot, : self.blocks.held[slot]]].reshape(-1)
            assert found[: len(expected)].tolist() == expected

    @invariant()
    def counted(self):
        """Blocks that are held and blocks that are free are all there are."""
        held = {int(one) for slot in range(SLOTS) for one in self.blocks.table[slot, : self.blocks.held[slot]]}
        assert len(held) + self.blocks.free == TOTAL


TestBlocks = Schedule.TestCase
TestBlocks.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
