"""The assertions that steps may use, compiled on first use."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cached_property

import numpy as np
from fwd.errors import DatabaseError

from fwd_metamath.database import PROVABLE, Assertion, Database
from fwd_metamath.syntax import Syntax, shown
from fwd_metamath.terms import Pattern, Term


class Theorem:
    """A usable assertion. Its variables are numbered by their place among the mandatory `$f`: their *places*.

    `number` is its place in the library, `index` the one in the database; `typecodes` are those of its variables;
    `free` are the places of variables that no hypothesis mentions, so that a step must spell them out; `distinct` are
    pairs of places that must not share variables.
    """

    def __init__(self, assertion: Assertion, number: int, syntax: Syntax):
        self.assertion = assertion
        self.label = assertion.label
        self.number = number
        self.index = assertion.index
        self._syntax = syntax

    @cached_property
    def typecodes(self) -> tuple[str, ...]:
        """Typecodes of the variables, by place."""
        return tuple(item.typecode for item in self.assertion.floats)

    @cached_property
    def unknown(self) -> list[Term | None]:
        """No value for any variable: what matching starts from. Copy before use."""
        return [None] * len(self.assertion.floats)

    @cached_property
    def conclusion(self) -> Pattern:
        """What it proves."""
        return self._pattern(self.assertion.statement)

    @cached_property
    def essentials(self) -> tuple[Pattern, ...]:
        """What it needs, in the order of its `$e`."""
        return tuple(self._pattern(item.statement) for item in self.assertion.essentials)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """Places that the hypotheses do not determine, in order."""
        determined = frozenset[int]().union(*(pattern.places for pattern in self.essentials))
        return tuple(place for place in range(len(self.typecodes)) if place not in determined)

    @cached_property
    def named(self) -> tuple[int, ...]:
        """The free places whose typecode has no syntax axioms: only a variable can stand there."""
        return tuple(place for place in self.free if self.typecodes[place] not in self._syntax.roots)

    @cached_property
    def distinct(self) -> tuple[tuple[int, int], ...]:
        """Pairs of places whose values must be apart."""
        places = {item.variable: place for place, item in enumerate(self.assertion.floats)}
        return tuple(sorted((places[x], places[y]) for x, y in self.assertion.distinct))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The hypotheses in the order in which a search should match them: first those that earlier ones determine,
        then the most specific."""
        left = set(range(len(self.essentials)))
        known: set[int] = set()
        order = []
        while left:

            def usefulness(number: int) -> tuple[bool, int, int]:
                pattern = self.essentials[number]
                return pattern.places <= known, pattern.size, len(pattern.places & known)  # noqa: B023

            best = max(sorted(left), key=usefulness)
            left.remove(best)
            known |= self.essentials[best].places
            order.append(best)
        return tuple(order)

    def _pattern(self, statement: str) -> Pattern:
        term = self._syntax.read(statement.split()[1:], self._syntax.top)
        if term is None:
            raise DatabaseError(f"{self.assertion.place}: {shown(statement)} cannot be parsed by the syntax axioms")
        return self._syntax.pattern(term, self.assertion)


class Library:
    """All usable assertions in order of declaration: those that prove something, before `limit` (an index), and not
    among those that are `refused`."""

    def __init__(self, database: Database, syntax: Syntax, limit: int, refused: Container[str] = ()):
        self.theorems: list[Theorem] = []
        for assertion in database.assertions.values():
            if assertion.index >= limit:
                break
            if assertion.typecode == PROVABLE and assertion.label not in refused:
                self.theorems.append(Theorem(assertion, len(self.theorems), syntax))
        self.by_label = {theorem.label: theorem for theorem in self.theorems}
        self.indices = np.array([theorem.index for theorem in self.theorems], dtype=np.int64)

    def get(self, label: str) -> Theorem | None:
        """The theorem with this label, if it may be used at all."""
        return self.by_label.get(label)

    def usable(self, limit: int, forbidden: frozenset[str]) -> np.ndarray:
        """Which theorems a proof may use: bool, shape [theorems]."""
        mask = self.indices < limit
        for label in forbidden:
            theorem = self.by_label.get(label)
            if theorem is not None:
                mask[theorem.number] = False
        return mask

    def __iter__(self) -> Iterator[Theorem]:
        return iter(self.theorems)

    def __len__(self) -> int:
        return len(self.theorems)
