"""Where the steps of the grammar fit: one small class for each kind of step.

A kind knows which facts may be its premises, at which positions it fits them, and whether the result would be new. The
grammar asks; the generator of theorems asks as well, so that what is learned is what can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from attrs import frozen

from fwd_equations import exact
from fwd_equations.match import Derivation, Fits, Library, Move, Rewrite, Values
from fwd_equations.terms import Term, binary, number, preorder, unary, variables

MEMO = 50_000
"""Most statements whose sites are remembered, before it starts afresh."""
TRIES = 4000
"""Most choices of premises that are tried before a step is taken to be possible; `apply` has the last word."""


@frozen(eq=False)
class Sites:
    """Where moves fit in one statement.

    nodes    the statement's nodes, by position
    fits     for each node the rewrites whose source it is, by label, with values; but for idle ones, and
    anywhere the rewrites that fit all nodes but the root
    labels   labels of all of these
    sums     positions of the largest rational parts that arithmetic makes simpler
    """

    nodes: tuple[Term, ...]
    fits: tuple[Mapping[str, Values], ...]
    anywhere: Mapping[str, Rewrite]
    labels: frozenset[str]
    sums: tuple[int, ...]

    def rewrites(self, label: str) -> Iterator[tuple[int, Values]]:
        """Positions where a rewrite fits, with values."""
        return (
            (place, values) for place in range(len(self.nodes)) if (values := self.values(label, place)) is not None
        )

    def values(self, label: str, place: int) -> Values | None:
        """The values with which a rewrite fits a node, or None."""
        move = self.anywhere.get(label)
        return self.fits[place].get(label) if move is None else move.match(self.nodes[place])

    def places(self, part: Term) -> Iterator[int]:
        """Positions where a part stands."""
        return (position for position, node in enumerate(self.nodes) if node is part)


class Finder:
    """The sites of statements, remembered."""

    def __init__(self, library: Library):
        told = [move for move in library.rewrites if not library.is_idle(move)]
        self._told = Fits(move for move in told if not move.anywhere)
        self.anywhere = {move.label: move for move in told if move.anywhere}
        self._memo: dict[Term, Sites] = {}
        self._fits: dict[Term, Mapping[str, Values]] = {}
        self.openings = {label: Opening(move) for label, move in library.moves.items()}

    def sites(self, statement: Term) -> Sites:
        """Where moves fit in the statement."""
        found = self._memo.get(statement)
        if found is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            found = self._memo[statement] = self._find(statement)
        return found

    def fits(self, node: Term) -> Mapping[str, Values]:
        """The rewrites whose source a node is, by label, with values; but for idle ones and those that fit anywhere."""
        found = self._fits.get(node)
        if found is None:
            if len(self._fits) >= 4 * MEMO:
                self._fits.clear()
            found = self._fits[node] = {move.label: values for move, values in self._told.fitting(node)}
        return found

    def _find(self, statement: Term) -> Sites:
        nodes = tuple(preorder(statement))
        fits = tuple([self.fits(node) for node in nodes])
        return Sites(nodes, fits, self.anywhere, frozenset(self.anywhere).union(*fits), sums(statement))


def sums(statement: Term) -> tuple[int, ...]:
    """Positions of the largest rational parts that are not written in lowest terms."""
    if exact.normal(statement) is statement:
        return ()
    found: list[int] = []
    stack: list[tuple[Term, int]] = [(statement, 0)]
    while stack:
        node, position = stack.pop()
        if not node.args:
            continue
        if exact.value(node) is not None:
            if exact.normal(node) is not node:
                found.append(position)
            continue
        position += 1
        for arg in node.args:
            stack.append((arg, position))
            position += arg.size
    return tuple(sorted(found))


def simple_numbers() -> tuple[Term, ...]:
    """The numbers that a term is compared with most: -9 to 9 and 1/2 to 1/9."""
    digits = [number(one) for one in range(10)]
    parts = [binary("/", digits[1], one) for one in digits[2:]]
    return (*digits, *(unary("neg", one) for one in digits[1:]), *parts)


SIMPLE = simple_numbers()


class Opening:
    """What the open variables of a move may be.

    `bound` are the places of open variables that are chosen from a list. One that is a side of a condition stands for a
    simple number or for a side of a fact, since that is where conditions come from. Where the move states a relation of
    a term to itself (`mirrored`), the term is a side of the goal: a proof that starts in the middle can as well start
    at an end. `counts` says how often each variable occurs in the result, which has `fixed` nodes beside them.
    """

    def __init__(self, move: Move):
        rule = move.rule
        places = {name: place for place, name in enumerate(rule.variables)}
        sides = {places.get(side.head) for condition in rule.conditions for side in condition.args}
        result = result_of(move)
        self.mirrored = isinstance(move, Derivation) and not rule.premises and result.args[0] is result.args[1]
        self.bound = frozenset(place for place in move.open if place in sides or self.mirrored)
        self.counts = dict.fromkeys(range(len(places)), 0)
        self.fixed = 0
        for node in preorder(result):
            if node.head in places:
                self.counts[places[node.head]] += 1
            else:
                self.fixed += 1
        self._conditions = [
            (frozenset(places[name] for name in variables(written)), condition)
            for written, condition in zip(rule.conditions, move.conditions, strict=True)
        ]

    def least(self, values: Values) -> int:
        """Nodes of the result if every variable that is not known yet is a leaf."""
        return self.fixed + sum(
            [times * (1 if (value := values[place]) is None else value.size) for place, times in self.counts.items()]
        )

    def given(self, state: Support, values: Values) -> bool:
        """Whether all conditions are given that speak only of variables whose values are known."""
        return all(
            state.support(condition(values)) is not None  # type: ignore[arg-type]
            for needed, condition in self._conditions
            if all(values[place] is not None for place in needed)
        )

    def candidates(
        self, state: Support, values: Values, place: int, sides: Iterable[Term], room: int
    ) -> Iterator[Term]:
        """What a bound variable may be: at most `room` nodes, its conditions given."""
        for term in chain(SIMPLE, sides):
            if term.size <= room:
                trial = values.copy()
                trial[place] = term
                if self.given(state, trial):
                    yield term


class Support(Protocol):
    """What knows which conditions are given."""

    def support(self, condition: Term) -> int | None:
        """None for a condition that is not given."""
        ...


def result_of(move: Move) -> Term:
    """What a move makes, as it is written in the rule."""
    rule = move.rule
    if isinstance(move, Derivation):
        return rule.right if rule.left is None else binary("=", rule.left, rule.right)
    assert rule.left is not None
    return rule.right if move.source.term is rule.left else rule.left


def derivation_values(move: Derivation, premises: Sequence[Term]) -> Values | None:
    """The values with which these are the first premises of the move, or None."""
    values = move.unknown.copy()
    for pattern, premise in zip(move.premises, premises, strict=False):
        if not pattern.match(premise, values):
            return None
    return values
