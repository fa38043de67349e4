"""Rules compiled for matching, and an index from terms to the rules that fit.

A rule becomes *moves*, each with the label that steps name it by:

    rw:NAME:fwd, rw:NAME:bwd    `Rewrite`: an equation or equivalence, from left to right or back
    have:NAME                   `Derivation`: an assertion, or an equation stated as a fact

The values of a rule's variables are a list with one entry per variable, None where it is not known yet.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from fwd_equations.closing import known_to_algebra
from fwd_equations.rulefile import Rule
from fwd_equations.terms import (
    RELATIONS,
    Term,
    binary,
    over_first,
    over_second,
    postorder,
    unary,
    variables,
)

Values = list[Term | None]
Build = Callable[[Sequence[Term]], Term]

MEMO = 200_000
"""Most terms that an index remembers answers for, before it starts afresh."""


class Pattern:
    """A term whose variables stand for any term; a variable that occurs twice must stand for the same."""

    __slots__ = ("_program", "head", "heads", "term")

    def __init__(self, term: Term, places: dict[str, int]):
        """`places` has the number of every variable."""
        self.term = term
        self.head = None if term.head in places else term.head
        self.heads = tuple(None if arg.head in places else arg.head for arg in term.args)
        program: list[tuple[str | None, int | Term]] = []
        nodes = [term]
        for node in nodes:  # grows as it goes: breadth first, as in `match`
            if node.head in places:
                program.append((None, places[node.head]))
            elif any(name in places for name in variables(node)):
                program.append((node.head, -1))
                nodes.extend(node.args)
            else:
                program.append((None, node))
        self._program = tuple(program)

    def match(self, term: Term, values: Values) -> bool:
        """Whether the term fits with the values that are known; fills in the others (some, if it does not fit)."""
        nodes = [term]
        for (head, data), node in zip(self._program, nodes, strict=False):
            if head is not None:
                if node.head != head:
                    return False
                nodes.append(node.one)
                if node.two is not None:
                    nodes.append(node.two)
            elif type(data) is int:
                known = values[data]
                if known is None:
                    values[data] = node
                elif known is not node:
                    return False
            elif node is not data:
                return False
        return True


class Rewrite:
    """One direction of an equation or equivalence. `open` are the places of variables that matching leaves open."""

    def __init__(self, rule: Rule, index: int, forward: bool):
        assert rule.left is not None
        self.rule = rule
        self.index = index
        self.label = f"rw:{rule.name}:{'fwd' if forward else 'bwd'}"
        self.statements = rule.kind == "equivalence"
        places = {name: place for place, name in enumerate(rule.variables)}
        source, target = (rule.left, rule.right) if forward else (rule.right, rule.left)
        self.source = Pattern(source, places)
        self.target = compiled(target, places)
        self.conditions = tuple(compiled(condition, places) for condition in rule.conditions)
        self.unknown: Values = [None] * len(places)
        known = set(variables(source))
        self.open = tuple(place for name, place in places.items() if name not in known)
        self.closed = not self.open
        self.anywhere = self.source.head is None
        """Whether the source is a variable, which every term is."""

    def match(self, term: Term) -> Values | None:
        """The values with which the term is the source, or None."""
        if (term.head in RELATIONS) is not self.statements:
            return None
        values = self.unknown.copy()
        return values if self.source.match(term, values) else None


class Derivation:
    """An assertion: from facts to a fact. `open` are the places of variables that no premise determines."""

    def __init__(self, rule: Rule, index: int):
        self.rule = rule
        self.index = index
        self.label = f"have:{rule.name}"
        places = {name: place for place, name in enumerate(rule.variables)}
        self.premises = tuple(Pattern(premise, places) for premise in rule.premises)
        conclusion = rule.right if rule.left is None else binary("=", rule.left, rule.right)
        self.target = compiled(conclusion, places)
        self.conclusion = Pattern(conclusion, places)
        self.conditions = tuple(compiled(condition, places) for condition in rule.conditions)
        self.unknown: Values = [None] * len(places)
        known = {name for premise in rule.premises for name in variables(premise)}
        self.open = tuple(place for name, place in places.items() if name not in known)


Move = Rewrite | Derivation
Found = tuple[Rewrite, Values]
T = TypeVar("T")


class Rewrites:
    """Rewrites of one term: where, by which move, and the new term, in three lists of one length (far cheaper than a
    list of triples, since there are many)."""

    __slots__ = ("moves", "positions", "terms")

    def __init__(self, positions: list[int], moves: list[Rewrite], terms: list[Term]):
        self.positions = positions
        self.moves = moves
        self.terms = terms


def compiled(term: Term, places: dict[str, int]) -> Build:
    """A function from values to the term with its variables replaced. Recurses on the term, which is a rule's."""
    place = places.get(term.head)
    if place is not None:
        return lambda values: values[place]
    if not any(name in places for name in variables(term)):
        return lambda values: term
    head = term.head
    parts = [compiled(arg, places) for arg in term.args]
    if len(parts) == 1:
        part = parts[0]
        return lambda values: unary(head, part(values))
    one, two = parts
    return lambda values: binary(head, one(values), two(values))


class Index(Generic[T]):
    """Things with patterns, found by the heads at a term's root and just below."""

    def __init__(self, entries: Iterable[tuple[Pattern, T]]):
        self._entries = tuple(entries)
        self._heads = {head for pattern, _ in self._entries for head in (pattern.head, *pattern.heads)}
        self._shapes: dict[tuple[str | None, ...], tuple[T, ...]] = {}

    def candidates(self, term: Term) -> tuple[T, ...]:
        """Those whose pattern agrees with these heads of the term, and may match therefore."""
        shape = tuple([node.head if node.head in self._heads else None for node in (term, *term.args)])
        found = self._shapes.get(shape)
        if found is None:
            found = self._shapes[shape] = tuple(thing for pattern, thing in self._entries if _agree(pattern, term))
        return found


class Fits:
    """Which of some rewrites fit a term, remembered."""

    def __init__(self, rewrites: Iterable[Rewrite]):
        moves = tuple(rewrites)
        self._indexes = {
            statements: Index((move.source, move) for move in moves if move.statements is statements)
            for statements in (True, False)
        }
        self._found: dict[Term, tuple[Found, ...]] = {}

    def fitting(self, term: Term) -> tuple[Found, ...]:
        """The rewrites whose source is the whole term, with values. Their conditions are not looked at."""
        found = self._found.get(term)
        if found is None:
            moves = self._indexes[term.head in RELATIONS].candidates(term)
            found = tuple([(move, values) for move in moves if (values := move.match(term)) is not None])
            if len(self._found) >= MEMO:
                self._found.clear()
            self._found[term] = found
        return found


class Library:
    """The moves of some rules, by label, and which of them fit a term."""

    def __init__(self, rules: Iterable[Rule]):
        self.rules = tuple(rules)
        self.index = {rule.name: index for index, rule in enumerate(self.rules)}
        self.algebraic = frozenset(rule.name for rule in self.rules if known_to_algebra(rule))
        """Names of rules that say nothing beyond algebra."""
        self.rewrites: list[Rewrite] = []
        self.derivations: list[Derivation] = []
        for index, rule in enumerate(self.rules):
            if rule.kind != "assertion":
                self.rewrites += (Rewrite(rule, index, True), Rewrite(rule, index, False))
            if rule.kind != "equivalence":
                self.derivations.append(Derivation(rule, index))
        self.moves: dict[str, Move] = {move.label: move for move in (*self.rewrites, *self.derivations)}
        self._fits = Fits(self.rewrites)
        self._premises = Index(
            (premise, (move, number)) for move in self.derivations for number, premise in enumerate(move.premises)
        )
        self._rewritten: dict[Term, Rewrites] = {}
        self._uses: dict[Term, tuple[tuple[Derivation, int], ...]] = {}

    def is_idle(self, move: Move) -> bool:
        """Whether the move is of an equation that algebra knows: then hardly a proof needs it."""
        return move.rule.kind == "equation" and move.rule.name in self.algebraic

    def fitting(self, term: Term) -> tuple[Found, ...]:
        """See `Fits.fitting`, of all rewrites."""
        return self._fits.fitting(term)

    def rewritten(self, term: Term) -> Rewrites:
        """What all rewrites without conditions and open variables make of the term, anywhere in it. Remembers the
        answer for each part."""
        memo = self._rewritten
        found = memo.get(term)
        if found is not None:
            return found
        if len(memo) >= MEMO // 10:
            memo.clear()
        with _collector_paused():
            for node in postorder(term, memo):
                memo[node] = self._one_level(node)
        return memo[term]

    def _one_level(self, node: Term) -> Rewrites:
        """`rewritten`, for a node whose arguments are done."""
        here = [found for found in self.fitting(node) if found[0].closed and not found[0].conditions]
        positions = [0] * len(here)
        moves = [move for move, _ in here]
        terms = [move.target(values) for move, values in here]  # type: ignore[arg-type]
        head, one, two = node.head, node.one, node.two
        if one is not None:
            below = self._rewritten[one]
            positions += [position + 1 for position in below.positions]
            moves += below.moves
            if two is None:
                terms += [unary(head, new) for new in below.terms]
            else:
                terms += over_first(head, below.terms, two)
                below, skip = self._rewritten[two], one.size + 1
                positions += [position + skip for position in below.positions]
                moves += below.moves
                terms += over_second(head, one, below.terms)
        return Rewrites(positions, moves, terms)

    def uses(self, statement: Term) -> tuple[tuple[Derivation, int], ...]:
        """The derivations that can take the statement as a premise, each with the number of that premise."""
        found = self._uses.get(statement)
        if found is None:
            found = tuple(
                (move, number)
                for move, number in self._premises.candidates(statement)
                if move.premises[number].match(statement, move.unknown.copy())
            )
            if len(self._uses) >= MEMO:
                self._uses.clear()
            self._uses[statement] = found
        return found


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Terms are never in cycles, and there are many: Python's collector of cycles would walk over them in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _agree(pattern: Pattern, term: Term) -> bool:
    """Whether the pattern may match a term with this head and these heads of arguments."""
    if pattern.head is None:
        return True
    if pattern.head != term.head:
        return False
    return all(head is None or head == arg.head for head, arg in zip(pattern.heads, term.args, strict=True))
