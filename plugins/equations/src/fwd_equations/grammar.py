"""The grammar of the next step: which labels, facts, positions and symbols may come next.

A label may come if it fits some facts, with side conditions that facts or arithmetic give and a result that is new; so
must each pointer and position leave a way to complete the step. Terms for open variables are any terms over the
variables of the goal, up to `env.max_argument` nodes (`fwd_equations.sites.Opening` says which are chosen from a list);
with the last symbol the env itself judges the whole step. Steps of the grammar are therefore never rejected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen
from fwd.api import ProofGraph

from fwd_equations import exact
from fwd_equations.env import ALGEBRA, CALC, NORM, USES, EquationsEnv
from fwd_equations.layout import NORM_AT, Layout, ids
from fwd_equations.match import Derivation, Move, Rewrite, Values
from fwd_equations.sites import TRIES, Finder, derivation_values
from fwd_equations.state import State
from fwd_equations.terms import Term, at, is_variable, preorder, replace
from fwd_equations.writer import Chooser, Symbols, true_comparisons

NOTE = "equations.grammar"
_NONE = np.zeros(0, dtype=np.int64)
_PREMISES = {USES[0]: 2, USES[1]: 2, NORM: 1, NORM_AT: 1, CALC: 0, ALGEBRA: 0}


class Grammar:
    """What all cursors of one codec share."""

    def __init__(self, env: EquationsEnv, layout: Layout):
        self.env = env
        self.layout = layout
        self.finder = Finder(env.library)
        self.symbols = Symbols(layout)
        self.comparisons = Chooser.of(layout, true_comparisons())
        moves: dict[str, Move] = env.library.moves
        self.moves = {label: moves[label] for label in layout.labels if label in moves}
        self.axioms = tuple(move for move in self.moves.values() if isinstance(move, Derivation) and not move.premises)

    def situation(self, graph: ProofGraph) -> Situation:
        """What is known of the graph, up to date."""
        state = self.env.state(graph)
        situation = graph.notes.get(NOTE)
        if situation is None:
            situation = graph.notes[NOTE] = Situation(self, state)
        situation.update()
        return situation


@frozen(eq=False)
class Spot:
    """Where a move's result goes: in place of the node at a position of a statement of which `rest` nodes stay, or
    nowhere, being a fact of its own."""

    statement: Term | None = None
    position: int = 0
    rest: int = 0

    @classmethod
    def at(cls, statement: Term, position: int) -> Spot:
        """The place of a node."""
        return cls(statement, position, statement.size - at(statement, position).size)

    def made(self, part: Term) -> Term:
        """The fact that comes of a result."""
        return part if self.statement is None else replace(self.statement, self.position, part)


NOWHERE = Spot()


def ends(goal: Term) -> tuple[Term, ...]:
    """The terms of which a proof may say how they relate to themselves: the sides of the goal."""
    return tuple(dict.fromkeys(goal.args))


class Situation:
    """What the grammar knows of one graph: which facts each label could use, and which labels were found wanting."""

    def __init__(self, grammar: Grammar, state: State):
        self.grammar = grammar
        self.state = state
        self.names: dict[int, None] = {}
        """Tokens of the variables that steps may spell out."""
        self._seen = 0
        self._sites: dict[str, list[int]] = {}
        self._premises: dict[tuple[str, int], list[int]] = {}
        self._equalities: list[int] = []
        self.sides: dict[Term, None] = {}
        """Left and right sides of all facts."""
        self._dead: dict[str, int] = {}
        """Labels that no choice among the first so many facts makes possible, ever."""
        self._labels: np.ndarray | None = None
        goal = grammar.env.texts.read(state.goal.statement)
        self.goal = goal
        self.ends = ends(goal)
        """What `refl` may speak of."""
        self.largest = self._largest(goal)
        """Most nodes of a result."""
        self._learn_names(goal)

    def _largest(self, goal: Term) -> int:
        config = self.grammar.env.config
        if config.growth is None:
            return config.max_statement
        given = [self.grammar.env.texts.read(text).size for text in self.state.goal.hypotheses]
        needed = max(goal.size, *(1 + 2 * side.size for side in goal.args), *given)
        return min(config.max_statement, needed + config.growth)

    def update(self) -> None:
        """Take in new facts."""
        terms = self.state.terms[: self.grammar.layout.max_facts]
        if self._seen < len(terms):
            self._labels = None
        for number in range(self._seen, len(terms)):
            self._take_in(number, terms[number])
        self._seen = len(terms)

    def _take_in(self, number: int, term: Term) -> None:
        sites = self.grammar.finder.sites(term)
        for label in sites.labels:
            self._sites.setdefault(label, []).append(number)
        if sites.sums:
            self._sites.setdefault(NORM, []).append(number)
            self._sites.setdefault(NORM_AT, []).append(number)
        for move, place in self.grammar.env.library.uses(term):
            self._premises.setdefault((move.label, place), []).append(number)
        if term.head == "=":
            self._equalities.append(number)
        self.sides.update(dict.fromkeys(term.args))
        self._learn_names(term)

    def _learn_names(self, term: Term) -> None:
        symbols = self.grammar.layout.symbols
        for node in preorder(term):
            if not node.args and is_variable(node.head) and node.head in symbols:
                self.names.setdefault(symbols[node.head])

    def labels(self) -> np.ndarray:
        """Ids of the labels that may come next. They fit facts; whether with a new result only `refuse` tells. Where
        algebra ends the proof nothing else may come."""
        if self._labels is None and self._ended_by_algebra():
            self._labels = ids([self.grammar.layout.labels[ALGEBRA]])
        if self._labels is None:
            grammar = self.grammar
            fitting = [CALC, *self._sites, *(move.label for move in grammar.axioms)]
            fitting += USES if self._equalities else ()
            fitting += [label for label, place in self._premises if place == 0]
            found = {label for label in fitting if self._possible(label)}
            tokens = grammar.layout.labels
            self._labels = ids([tokens[label] for label in found if label in tokens])
        return self._labels

    def _ended_by_algebra(self) -> bool:
        return self._is_new(self.goal) and self.state.closes(self.grammar.env.texts) is not None

    def _possible(self, label: str) -> bool:
        move = self.grammar.moves.get(label)
        if move is None:
            return label in _PREMISES
        if not self.state.permits(move):
            return False
        return isinstance(move, Rewrite) or all((label, place) in self._premises for place in range(len(move.premises)))

    def refuse(self, token: int) -> None:
        """The label cannot be applied to the present facts."""
        labels = self.labels()
        self._labels = labels[labels != token]

    # Premises and positions

    def count(self, label: str) -> int:
        """Premises that a step with this label names."""
        move = self.grammar.moves.get(label)
        if move is None:
            return _PREMISES[label]
        return 1 if isinstance(move, Rewrite) else len(move.premises)

    def candidates(self, label: str, place: int) -> Sequence[int]:
        """Facts that could be the premise with this number, the others not looked at."""
        if label in USES:
            return self._equalities if place else range(self._seen)
        if label in self._sites:
            return self._sites[label]
        return self._premises.get((label, place), ())

    def leads_on(self, label: str, premises: tuple[int, ...]) -> bool:
        """Whether the step can be completed with these first premises. Gives up on looking after `TRIES` tries and
        says yes.

        What did not lead on once never will, unless it was for want of a condition: of a label that is known to be dead
        for the first so many facts, only steps with a later fact are looked at.
        """
        wanted, dead = self.count(label), self._dead.get(label, 0)
        stack = [premises]
        tries = 0
        while stack:
            chosen = stack.pop()
            tries += 1
            if tries > TRIES:
                return True
            if len(chosen) == wanted:
                if self.fits(label, chosen):
                    return True
            elif self._agree(label, chosen):
                candidates = self.candidates(label, len(chosen))
                if len(chosen) == wanted - 1 and all(number < dead for number in chosen):
                    candidates = candidates[bisect_left(candidates, dead) :]
                stack.extend((*chosen, number) for number in candidates)
        move = self.grammar.moves.get(label)
        if not premises and (move is None or not move.conditions):
            self._dead[label] = self._seen
        return False

    def _agree(self, label: str, premises: Sequence[int]) -> bool:
        """Whether the premises so far do not contradict each other."""
        move = self.grammar.moves.get(label)
        if not premises or not isinstance(move, Derivation):
            return True
        return derivation_values(move, [self.state.terms[number] for number in premises]) is not None

    def fits(self, label: str, premises: Sequence[int]) -> bool:
        """Whether a step with these premises has its conditions and a new result, for some position and as far as can
        be told before open terms are chosen."""
        move = self.grammar.moves.get(label)
        terms = [self.state.terms[number] for number in premises]
        if isinstance(move, Derivation):
            values = derivation_values(move, terms)
            return values is not None and self._possible_with(move, values, NOWHERE)
        if label in (CALC, ALGEBRA):
            return True
        if label == NORM:
            return self._is_new(exact.normal(terms[0]))
        return any(True for _ in self.positions(label, premises))

    def _possible_with(self, move: Move, values: Values, spot: Spot) -> bool:
        """Whether the conditions that can be told already are given, and the open variables can be something."""
        opening = self.grammar.finder.openings[move.label]
        if spot.rest + opening.least(values) > self.largest or not opening.given(self.state, values):
            return False
        if not move.open:
            return self._is_new(spot.made(move.target(values)))  # type: ignore[arg-type]
        return all(any(True for _ in self.terms(move, values, place, spot)) for place in opening.bound)

    def terms(self, move: Move, values: Values, place: int, spot: Spot) -> Iterator[Term]:
        """What a bound open variable may be; where it is the last that is not known, so that the result is new."""
        opening, room = self.grammar.finder.openings[move.label], self.room(move, values, place, spot)
        found = self.ends if opening.mirrored else opening.candidates(self.state, values, place, self.sides, room)
        last = all(values[other] is not None for other in move.open if other != place)
        for term in found:
            trial = [*values[:place], term, *values[place + 1 :]]
            if not last or self._is_new(spot.made(move.target(trial))):  # type: ignore[arg-type]
                yield term

    def room(self, move: Move, values: Values, place: int, spot: Spot) -> int:
        """Most nodes that an open variable may stand for."""
        opening = self.grammar.finder.openings[move.label]
        spare = self.largest - spot.rest - opening.least(values)
        return min(self.grammar.env.config.max_argument, 1 + spare // max(opening.counts[place], 1))

    def _is_new(self, statement: Term) -> bool:
        return statement.size <= self.largest and statement not in self.state.index

    def positions(self, label: str, premises: Sequence[int]) -> Iterator[int]:
        """Where a step with these premises fits."""
        terms = [self.state.terms[number] for number in premises]
        statement = terms[0]
        sites = self.grammar.finder.sites(statement)
        move = self.grammar.moves.get(label)
        if isinstance(move, Rewrite):
            for position, values in sites.rewrites(label):
                if self._possible_with(move, values, Spot.at(statement, position)):
                    yield position
            return
        if label in USES:
            old, new = terms[1].args if label == USES[0] else terms[1].args[::-1]
            made = ((position, new) for position in sites.places(old))
        else:
            made = ((position, exact.normal(sites.nodes[position])) for position in sites.sums)
        for position, part in made:
            if self._is_new(replace(statement, position, part)):
                yield position
