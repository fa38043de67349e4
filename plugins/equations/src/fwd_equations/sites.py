"""Where the steps of the grammar fit: one small class for each kind of step.

A kind knows which facts may be its premises, at which positions it fits them, and whether the result would be new. The
grammar asks; the generator of theorems asks as well, so that what is learned is what can be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

    rewrites   by label: position and values of each place where its source stands
    parts      positions of each different term in the statement
    sums       positions of the largest rational parts that arithmetic makes simpler
    """

    rewrites: dict[str, list[tuple[int, Values]]]
    parts: dict[Term, list[int]]
    sums: tuple[int, ...]


class Finder:
    """The sites of statements, remembered."""

    def __init__(self, library: Library):
        self.library = library
        self._memo: dict[Term, Sites] = {}

    def sites(self, statement: Term) -> Sites:
        """Where moves fit in the statement."""
        found = self._memo.get(statement)
        if found is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            found = self._memo[statement] = self._find(statement)
        return found

    def _find(self, statement: Term) -> Sites:
        rewrites: dict[str, list[tuple[int, Values]]] = {}
        parts: dict[Term, list[int]] = {}
        for position, node in enumerate(preorder(statement)):
            parts.setdefault(node, []).append(position)
            for move, values in self.library.fitting(node):
                rewrites.setdefault(move.label, []).append((position, values))
        return Sites(rewrites, parts, sums(statement))


def sums(statement: Term) -> tuple[int, ...]:
    """Positions of the largest rational parts that are not written in lowest terms."""
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
