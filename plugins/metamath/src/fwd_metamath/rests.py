"""What a theorem rests on: the assertions that its proof uses, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from fwd_metamath.compressed import applied
from fwd_metamath.database import PROVABLE, Database


class Rests:
    """What rests on what in one database, by the proofs as they are written; found out on demand and remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._directly: dict[str, tuple[str, ...]] = {}
        self.resting = lru_cache(64)(self._resting)

    def directly(self, label: str) -> tuple[str, ...]:
        """The assertions that the proof of an assertion applies; none for an axiom."""
        found = self._directly.get(label)
        if found is None:
            assertions = self._database.assertions
            found = self._directly[label] = tuple(applied(assertions[label], assertions))
        return found

    def on(self, labels: Iterable[str]) -> list[str]:
        """Everything that these assertions rest on, themselves included, in order of declaration."""
        assertions = self._database.assertions
        found = {label for label in labels if label in assertions}
        stack = list(found)
        while stack:
            fresh = [label for label in self.directly(stack.pop()) if label not in found]
            found.update(fresh)
            stack.extend(fresh)
        return sorted(found, key=lambda label: assertions[label].index)

    def axioms(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The `$a |- ` statements among what these assertions rest on, in order of declaration."""
        assertions = self._database.assertions
        found = [assertions[label] for label in self.on(labels)]
        return tuple([item.label for item in found if item.axiom and item.typecode == PROVABLE])

    def _resting(self, roots: frozenset[str]) -> frozenset[str]:
        """The roots and all assertions that rest on one of them."""
        found = set(roots)
        if roots:
            for label in self._database.assertions:
                if not found.isdisjoint(self.directly(label)):
                    found.add(label)
        return frozenset(found)
