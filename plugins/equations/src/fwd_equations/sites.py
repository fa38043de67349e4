"""Where the steps of the grammar fit: one small class for each kind of step.

A kind knows which facts may be its premises, at which positions it fits them, and whether the result would be new. The
grammar asks; the generator of theorems asks as well, so that what is learned is what can be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from fwd_equations import exact
from fwd_equations.match import Derivation, Library, Move, Rewrite, Values
from fwd_equations.state import State
from fwd_equations.terms import ARITY, Term, preorder, replace, variables

MEMO = 50_000
"""Most statements whose sites are remembered, before it starts afresh."""
TRIES = 4000
"""Most choices of premises that are tried before a step is taken to be possible; `apply` has the last word."""


@frozen(eq=False)
class Sites:
    """Where moves fit in one statement.

    nodes    the statement's nodes, by position
    fits     for each node the rewrites whose source it is, by label, with values
    labels   labels of all rewrites that fit somewhere
    sums     positions of the largest rational parts that arithmetic makes simpler
    """

    nodes: tuple[Term, ...]
    fits: tuple[Mapping[str, Values], ...]
    labels: frozenset[str]
    sums: tuple[int, ...]

    def rewrites(self, label: str) -> Iterator[tuple[int, Values]]:
        """Positions where a rewrite fits, with values."""
        return ((position, fits[label]) for position, fits in enumerate(self.fits) if label in fits)

    def places(self, part: Term) -> Iterator[int]:
        """Positions where a part stands."""
        return (position for position, node in enumerate(self.nodes) if node is part)


class Finder:
    """The sites of statements, remembered."""

    def __init__(self, library: Library):
        self.library = library
        self._memo: dict[Term, Sites] = {}
        self._fits: dict[Term, Mapping[str, Values]] = {}

    def sites(self, statement: Term) -> Sites:
        """Where moves fit in the statement."""
        found = self._memo.get(statement)
        if found is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            found = self._memo[statement] = self._find(statement)
        return found

    def _find(self, statement: Term) -> Sites:
        nodes = tuple(preorder(statement))
        fits = tuple([self._fits.get(node) or self._fit(node) for node in nodes])
        return Sites(nodes, fits, frozenset().union(*fits), sums(statement))

    def _fit(self, node: Term) -> Mapping[str, Values]:
        if len(self._fits) >= 4 * MEMO:
            self._fits.clear()
        found = self._fits[node] = {move.label: values for move, values in self.library.fitting(node)}
        return found


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


def conditions_known(move: Move, values: Values) -> Iterator[Term]:
    """The move's conditions that speak only of variables whose values are known."""
    names = move.rule.variables
    for written, condition in zip(move.rule.conditions, move.conditions, strict=True):
        if all(values[names.index(name)] is not None for name in variables(written)):
            yield condition(values)  # type: ignore[arg-type]


def rewrite_fits(state: State, move: Rewrite, values: Values, statement: Term, position: int, largest: int) -> bool:
    """Whether a rewrite whose source stands at the position has its conditions and, if nothing is open, makes
    something new of at most `largest` nodes. Conditions on open variables are not looked at."""
    if not all(state.support(condition) is not None for condition in conditions_known(move, values)):
        return False
    return bool(move.open) or is_new(state, replace(statement, position, move.target(values)), largest)  # type: ignore[arg-type]


def is_new(state: State, statement: Term, largest: int) -> bool:
    """Whether the statement is no fact yet, and not too long."""
    return statement.size <= largest and statement not in state.index


def derivation_values(move: Derivation, premises: Sequence[Term]) -> Values | None:
    """The values with which these are the first premises of the move, or None."""
    values = move.unknown.copy()
    for pattern, premise in zip(move.premises, premises, strict=False):
        if not pattern.match(premise, values):
            return None
    return values


def numeric(head: str) -> bool:
    """Whether a head may stand in a statement about numbers."""
    return head in ("+", "-", "*", "/", "neg", "abs", "min", "max") or head[0] == "^" or ARITY.get(head, 0) == 0
