"""Reads a sealed segment without LMDB, which trusts the pages of a file: one made by a stranger ends the process.

A segment is what `mdb_copy -c` writes: LMDB's data file, version 1, as `lmdb.h` and `mdb.c` of LMDB 0.9 lay it out
(little-endian, 64 bits). Here every number in it is looked at before it is used, and keys must come in order, so that
the worst that a file can do is to be refused.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from struct import Struct, error
from typing import TypeAlias

Content: TypeAlias = bytes | mmap.mmap

_HEADER = Struct("<QHHHH")
"""Of a page: its number, padding, flags, where its free space begins and ends."""
_OVERFLOW = Struct("<QHHI")
"""Of the first of several pages that hold one large value: number, padding, flags, how many they are."""
_META = Struct("<IIQQ")
"""Magic number, version, address, size of the map."""
_TREE = Struct("<IHHQQQQQ")
"""Padding (of the first tree: the size of a page), flags, depth, pages of three kinds, entries, root."""
_TAIL = Struct("<QQ")
"""Last page in use, number of the transaction."""
_NODE = Struct("<HHHH")
"""Low and high half of a size or page number, flags (or its highest part), size of the key."""
_POINTER = Struct("<H")
_NUMBER = Struct("<Q")

_BRANCH, _LEAF, _LARGE = 0x01, 0x02, 0x04
_BIG = 0x01
"""Flag of a node whose value has pages of its own."""
_MAGIC, _VERSION = 0xBEEFC0DE, 1
_DEEPEST = 32


class PageError(ValueError):
    """The file is not laid out as LMDB would."""


def entries(content: Content, backwards: bool = False) -> Iterator[tuple[bytes, bytes]]:
    """All keys and values of a data file, in order of keys or against it. Raises `PageError`."""
    try:
        size, root = _root(content)
        if root is not None:
            yield from _Pages(content, size, -1 if backwards else 1).walk(root, 0)
    except (error, OverflowError) as mistake:  # a number lies beyond the end
        raise PageError(str(mistake)) from None


def _root(content: Content) -> tuple[int, int | None]:
    """The size of a page, and the root of the newest tree; None if it is empty."""
    metas = []
    size = 0
    for number in range(2):
        place = number * size + _HEADER.size
        magic, version, _, _ = _META.unpack_from(content, place)
        if magic != _MAGIC or version != _VERSION:
            raise PageError("it is no data file of LMDB")
        size = _TREE.unpack_from(content, place + _META.size)[0]
        if not 256 <= size <= 1 << 16:
            raise PageError("its pages have no size that a page can have")
        tree = _TREE.unpack_from(content, place + _META.size + _TREE.size)
        _, transaction = _TAIL.unpack_from(content, place + _META.size + 2 * _TREE.size)
        metas.append((transaction, tree[-1]))
    root = max(metas)[1]
    return size, None if root == (1 << 64) - 1 else root


class _Pages:
    """Walks a tree of pages, each of which it may meet once."""

    def __init__(self, content: Content, size: int, direction: int) -> None:
        self.content, self.size, self.direction = content, size, direction
        self._left = len(content) // size

    def walk(self, number: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
        """The keys and values below a page."""
        page, flags, nodes = self._page(number)
        if depth > _DEEPEST:
            raise PageError("its tree is too deep")
        for place in nodes[:: self.direction]:
            low, high, more, length = _NODE.unpack_from(page, place)
            key = page[place + _NODE.size : place + _NODE.size + length]
            if flags & _BRANCH:
                yield from self.walk(low | high << 16 | more << 32, depth + 1)
            else:
                begin = place + _NODE.size + length
                yield key, self._value(page, begin, low | high << 16, more)

    def _page(self, number: int) -> tuple[bytes, int, list[int]]:
        """A page, its flags, and where its nodes begin."""
        self._left -= 1
        page = self.content[number * self.size : (number + 1) * self.size]
        known, _, flags, lower, upper = _HEADER.unpack_from(page)
        if self._left < 0 or known != number or flags & (_BRANCH | _LEAF) not in (_BRANCH, _LEAF):
            raise PageError(f"its page {number} is not what it should be")
        if not _HEADER.size <= lower <= upper <= len(page):
            raise PageError(f"its page {number} has no room for what it says is in it")
        return page, flags, [_POINTER.unpack_from(page, at)[0] for at in range(_HEADER.size, lower - 1, _POINTER.size)]

    def _value(self, page: bytes, begin: int, size: int, flags: int) -> bytes:
        """The value of a leaf's node, wherever it lies."""
        if flags & _BIG:
            (number,) = _NUMBER.unpack_from(page, begin)
            known, _, kind, pages = _OVERFLOW.unpack_from(self.content, number * self.size)
            self._left -= pages
            if self._left < 0 or known != number or not kind & _LARGE or pages * self.size < _OVERFLOW.size + size:
                raise PageError(f"its page {number} is not what it should be")
            begin = number * self.size + _OVERFLOW.size
            value = self.content[begin : begin + size]
        else:
            value = page[begin : begin + size]
        if len(value) != size:
            raise PageError("a value is longer than what is left of the file")
        return value
