"""Random compositions of assertions by unification: open proof trees, as general as they can be.

A composition starts from one assertion. Then, again and again, either one of its open hypotheses is proved by another
assertion whose conclusion unifies with it, or its conclusion becomes a hypothesis of another assertion.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from attrs import define, field

from fwd_metamath.library import Theorem
from fwd_metamath.terms import Rule, Term
from fwd_metamath.unification import Bindings, Place

TRIES = 10
"""Assertions tried for one addition before it is given up."""
SINGLE = 0.1
"""Share of compositions that are to be a single theorem."""
MORE_STEPS = 0.7
"""Chance, after two and more steps, that there is to be another."""
UPWARD = 0.3
"""Chance that a step is added above the conclusion and not below a hypothesis."""
IDENTIFY = 0.15
"""Chance for an open hypothesis to be made equal to another."""

Item = TypeVar("Item")


class Weighted(Generic[Item]):
    """Items to draw by weight."""

    def __init__(self, pairs: Sequence[tuple[Item, int]]) -> None:
        self._items = [item for item, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))

    def draw(self, rng: random.Random) -> Item:
        """One item."""
        return self._items[bisect(self._sums, rng.random() * self._sums[-1])]


@define(eq=False)
class Node:
    """A statement and the theorem that it follows from (None: an open hypothesis).

    `level` is 0 at the composition's start, larger below it and smaller above.
    """

    statement: Place
    level: int
    theorem: Theorem | None = None
    premises: list[Node] = field(factory=list)

    @property
    def instance(self) -> int:
        """The instance of the theorem's variables."""
        return self.statement[1]


class Index:
    """Theorems to draw by weight, all of them or only those whose shape may fit a statement."""

    def __init__(self, weights: Mapping[Theorem, int]) -> None:
        self.all = Weighted(list(weights.items()))
        self._proving = _by_root([(theorem.conclusion.term, theorem, weight) for theorem, weight in weights.items()])
        self._using = _by_root(
            [
                (item.term, (theorem, i), weight)
                for theorem, weight in weights.items()
                for i, item in enumerate(theorem.essentials)
            ]
        )

    def proving(self, root: Rule | None) -> Weighted[Theorem] | None:
        """Theorems whose conclusion may be a statement with this outermost rule (None: any statement)."""
        return self.all if root is None else self._proving.get(root, self._proving.get(None))

    def using(self, root: Rule | None) -> Weighted[tuple[Theorem, int]] | None:
        """Theorems with a hypothesis that may be a statement with this outermost rule, and that hypothesis' place."""
        return self._using.get(root, self._using.get(None))


def _by_root(entries: Sequence[tuple[Term, Item, int]]) -> dict[Rule | None, Weighted[Item]]:
    """Items by the outermost rule of their term. Terms that are a variable fit everywhere and are under None too."""
    buckets: dict[Rule | None, list[tuple[Item, int]]] = {}
    for term, item, weight in entries:
        buckets.setdefault(term.rule, []).append((item, weight))
    everywhere = buckets.get(None, [])
    return {
        root: Weighted(bucket if root is None else bucket + everywhere) for root, bucket in buckets.items() if bucket
    }


class Composition:
    """A proof tree that grows: the node of its conclusion, its open hypotheses, and what variables stand for."""

    def __init__(self, index: Index, depth: int, rng: random.Random) -> None:
        self.index = index
        self.depth = depth
        self.rng = rng
        self.bindings = Bindings()
        self.open: list[Node] = []
        self.deepest = 0
        theorem = index.all.draw(rng)
        self.root = Node((theorem.conclusion.term, self.bindings.instance()), 0)
        self.attach(self.root, theorem)

    def attach(self, node: Node, theorem: Theorem) -> None:
        """Let `node`, whose statement is the conclusion of a fresh instance, follow from the theorem."""
        node.theorem = theorem
        self.deepest = max(self.deepest, node.level)
        node.premises = [Node((item.term, node.instance), node.level + 1) for item in theorem.essentials]
        self.open += node.premises

    def grow(self, steps: int, hypotheses: int) -> bool:
        """Add up to `steps` theorems, then close or identify open hypotheses until there are at most `hypotheses`.
        False if that did not succeed."""
        rng = self.rng
        wanted = 1 if rng.random() < SINGLE else 2
        while wanted < steps and rng.random() < MORE_STEPS:
            wanted += 1
        for _ in range(min(wanted, steps) - 1):
            if rng.random() < UPWARD or not self.open:
                self.extend_up()
            else:
                self.extend_down(rng.randrange(len(self.open)))
        for position in range(len(self.open) - 1, 0, -1):
            if len(self.open) > hypotheses or rng.random() < IDENTIFY:
                self.identify(position)
        return len(self.open) <= hypotheses

    def extend_up(self) -> None:
        """Make the conclusion a hypothesis of another theorem."""
        level = self.root.level - 1
        if self.deepest - level > self.depth:
            return
        candidates = self.index.using(self.bindings.resolve(*self.root.statement)[0].rule)
        for _ in range(TRIES if candidates else 0):
            theorem, place = candidates.draw(self.rng)
            instance = self.bindings.instance()
            if self.bindings.unify((theorem.essentials[place].term, instance), self.root.statement):
                below = self.root
                self.root = Node((theorem.conclusion.term, instance), level)
                self.attach(self.root, theorem)
                self.open.remove(self.root.premises[place])
                self.root.premises[place] = below
                return
            self.bindings.forget_last()

    def extend_down(self, position: int) -> None:
        """Prove an open hypothesis by another theorem."""
        node = self.open[position]
        if node.level - self.root.level > self.depth:
            return
        candidates = self.index.proving(self.bindings.resolve(*node.statement)[0].rule)
        for _ in range(TRIES if candidates else 0):
            theorem = candidates.draw(self.rng)
            instance = self.bindings.instance()
            if self.bindings.unify((theorem.conclusion.term, instance), node.statement):
                del self.open[position]
                node.statement = (theorem.conclusion.term, instance)
                self.attach(node, theorem)
                return
            self.bindings.forget_last()

    def identify(self, position: int) -> None:
        """Make an open hypothesis equal to an earlier one, if they unify; they remain two nodes, one of them open."""
        if self.bindings.unify(self.open[position].statement, self.open[self.rng.randrange(position)].statement):
            del self.open[position]

    def nodes(self) -> Iterator[Node]:
        """All nodes, premises before what follows from them, from left to right."""
        stack = [(self.root, False)]
        while stack:
            node, ready = stack.pop()
            if ready or not node.premises:
                yield node
            else:
                stack.append((node, True))
                stack += [(premise, False) for premise in reversed(node.premises)]
