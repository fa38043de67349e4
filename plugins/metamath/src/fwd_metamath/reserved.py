"""Theorems that no split may contain: they are kept for judging models from outside.

Two lists of labels travel with the package, one for set.mm and one for iset.mm. What counts is the statement: the
keys of all these theorems are in a third file (`tools/reserve.py` writes it), so that a database that states one of
them under another label leaves it out as well, and one that uses the label for something else does not.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

DATA = resources.files("fwd_metamath") / "data"
LISTS = {"set.mm": "reserved-set.txt", "iset.mm": "reserved-iset.txt"}
KEYS = "reserved-keys.txt"


@cache
def reserved_keys() -> frozenset[str]:
    """The keys (`Env.key`) of all reserved theorems."""
    return frozenset((DATA / KEYS).read_text(encoding="ascii").split())
