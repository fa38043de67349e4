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
        self._fitting: dict[Shape, np.ndarray] = {}
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
        self._places = self._by_place()

    def __len__(self) -> int:
        return len(self._numbers)

    def _number(self, shape: Shape) -> int:
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = len(self._numbers)
            self._by_root.setdefault(shape[0], []).append((shape, number))
        return number

    def _by_place(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each place of a hypothesis, the theorems that have one there, and its shape: both int64 [n]."""
        most = max(map(len, self.of_theorem), default=0)
        found = []
        for place in range(most):
            members = [theorem for theorem, numbers in enumerate(self.of_theorem) if len(numbers) > place]
            found.append((np.array(members), np.array([self.of_theorem[member][place] for member in members])))
        return found

    def fitting(self, term: Term) -> np.ndarray:
        """Numbers of the shapes that the term fits."""
        shape = shape_of(term)
        found = self._fitting.get(shape)
        if found is None:
            candidates = [*self._by_root.get(shape[0], ()), *self._by_root.get(None, ())]
            numbers = {number for wanted, number in candidates if _fits(wanted, shape)}
            found = self._fitting[shape] = np.array(sorted(numbers), dtype=np.int64)
        return found

    def ready(self, present: np.ndarray, usable: np.ndarray) -> np.ndarray:
        """Those usable theorems for which every hypothesis has its shape among the present ones. Bool arrays of shape
        [shapes], [theorems] -> [theorems]."""
        mask = usable.copy()
        for members, numbers in self._places:
            mask[members] &= present[numbers]
        return mask


def _fits(wanted: Sequence[Rule | None], shape: Shape) -> bool:
    if wanted == (None,):
        return True
    return all(rule is None or rule is found for rule, found in zip(wanted, shape, strict=True))
