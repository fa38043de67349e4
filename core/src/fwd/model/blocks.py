"""Which block of memory holds which part of which sequence.

A sequence is cut into blocks of `BLOCK` tokens, and each block of it lies anywhere in one pool ("Efficient Memory
Management for Large Language Model Serving with PagedAttention", Kwon et al. 2023). Sequences that begin alike share
the blocks of their beginning until one of them writes there: then it gets a copy.

Plain bookkeeping: what lies in the blocks is for others to know.
"""

from __future__ import annotations

import numpy as np

BLOCK = 16
"""Tokens of a block; the compiled kernel knows it too."""


class Blocks:
    """The blocks of `slots` sequences of at most `width` blocks, in a pool of `total`.

    table  int32 [slots, width]: the first `held[slot]` entries are the slot's blocks
    held   int64 [slots]
    """

    def __init__(self, slots: int, width: int, total: int) -> None:
        self.table = np.zeros((slots, width), dtype=np.int32)
        self.held = np.zeros(slots, dtype=np.int64)
        self._users = np.zeros(total, dtype=np.int32)
        self._free = list(range(total))[::-1]

    @property
    def free(self) -> int:
        """Blocks that nobody uses."""
        return len(self._free)

    def writable(self, slots: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Where slots may be written at places `starts` to `ends` - 1 without more ado; all of shape [n]. May say no
        where a look by `reserve` finds nothing to do."""
        first = starts // BLOCK
        alone = self._users[self.table[slots, first]] == 1
        return alone & (-(-ends // BLOCK) <= self.held[slots]) & (first == (ends - 1) // BLOCK)

    def reserve(self, slot: int, start: int, end: int) -> list[tuple[int, int]] | None:
        """Let a slot have the blocks for its places up to `end`, and those from `start` on for itself alone.

        Returns pairs (from, to) of blocks whose content is to be copied at once; None, and nothing changes, if there
        are not enough free blocks.
        """
        row, held, needed = self.table[slot], int(self.held[slot]), -(-end // BLOCK)
        first = start // BLOCK
        shared = [place for place in range(first, min(held, needed)) if self._users[row[place]] > 1]
        if len(shared) + max(0, needed - held) > len(self._free):
            return None
        copies = []
        for place in shared:
            old = int(row[place])
            self._users[old] -= 1
            row[place] = self._take()
            if place == first and start % BLOCK:
                copies.append((old, int(row[place])))
        for place in range(held, needed):
            row[place] = self._take()
        self.held[slot] = max(held, needed)
        return copies

    def share(self, source: int, target: int, length: int) -> None:
        """Let slot `target` have the blocks of the first `length` places of `source`, and no others."""
        self.release(target)
        count = -(-length // BLOCK)
        blocks = self.table[source, :count]
        self._users[blocks] += 1
        self.table[target, :count] = blocks
        self.held[target] = count

    def release(self, slot: int) -> None:
        """Take all blocks from a slot."""
        blocks = self.table[slot, : self.held[slot]]
        self._users[blocks] -= 1
        # The next sequence takes them in the same order: neighbours in memory are faster to read.
        self._free.extend(blocks[self._users[blocks] == 0][::-1].tolist())
        self.held[slot] = 0

    def _take(self) -> int:
        block = self._free.pop()
        self._users[block] = 1
        return block
