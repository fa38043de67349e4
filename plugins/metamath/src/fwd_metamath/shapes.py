"""Which theorems could apply at all: a quick necessary condition on the roots of hypotheses and facts.

The shape of a hypothesis is its root rule and the root rules of its children, with a blank for each variable. A
theorem is ready if for each of its hypotheses some fact fits the shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fwd_metamath.library import Library
from fwd_metamath.terms import Rule, Term

Shape = tuple[Rule | None, ...]
"""The root rule, then those of the children; a lone variable is `(None,)`."""


def shape_of(term: Term) -> Shape:
    """The shape of a term: two levels of it."""
    return (term.rule, *(child.rule for child in term.children))


class Shapes:
    """The shapes of all hypotheses of a library, numbered."""

    def __init__(self, library: Library):
        self._numbers: dict[Shape, int] = {}
        self._by_root: dict[Rule | None, list[tuple[Shape, int]]] = {}
        self._fitting: dict[Shape, list[int]] = {}
        self.of_theorem: list[tuple[int, ...]] = []
        """For each theorem, the shapes of its hypotheses."""
        users: list[list[int]] = []
        for theorem in library:
            numbers = tuple(self._number(shape_of(pattern.term)) for pattern in theorem.essentials)
            self.of_theorem.append(numbers)
            for number in set(numbers):
                users.extend([] for _ in range(number + 1 - len(users)))
                users[number].append(theorem.number)
        self.users = [np.array(numbers, dtype=np.int64) for numbers in users]
        """For each shape, the theorems that have a hypothesis of it."""
        self.wanted = np.array([len(set(numbers)) for numbers in self.of_theorem], dtype=np.int16)
        """For each theorem, how many different shapes its hypotheses have."""

    def __len__(self) -> int:
        return len(self._numbers)

    def _number(self, shape: Shape) -> int:
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = len(self._numbers)
            self._by_root.setdefault(shape[0], []).append((shape, number))
        return number

    def fitting(self, term: Term) -> list[int]:
        """Numbers of the shapes that the term fits."""
        shape = shape_of(term)
        found = self._fitting.get(shape)
        if found is None:
            candidates = [*self._by_root.get(shape[0], ()), *self._by_root.get(None, ())]
            numbers = {number for wanted, number in candidates if _fits(wanted, shape)}
            found = self._fitting[shape] = sorted(numbers)
        return found


def _fits(wanted: Sequence[Rule | None], shape: Shape) -> bool:
    if wanted == (None,):
        return True
    return all(rule is None or rule is found for rule, found in zip(wanted, shape, strict=True))
