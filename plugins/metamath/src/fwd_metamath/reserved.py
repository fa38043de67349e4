"""Theorems that no split may contain: they are kept for judging models from outside.

Two lists travel with the package, one written for set.mm and one for iset.mm. The two databases share many names, so
both lists count for every database, and names that a database does not have count for nothing.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

LISTS = ("reserved-set.txt", "reserved-iset.txt")


@cache
def reserved_labels() -> frozenset[str]:
    """The labels of all reserved theorems."""
    folder = resources.files("fwd_metamath") / "data"
    return frozenset(label for name in LISTS for label in (folder / name).read_text(encoding="ascii").split())
