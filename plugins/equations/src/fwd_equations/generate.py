"""Theorems without end: random walks and random graphs, each with its proof.

A *walk* states that a term equals itself (or is no larger) and rewrites one side again and again. A *graph* has up to
three hypotheses and derives facts from facts; its goal is one of them, the likelier the longer its proof. Both begin
with instances of random rules, so that every rule is met. All hypotheses hold at one point that is chosen first, so
they never contradict each other, and the env judges every step. What comes out depends on the random numbers alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve
from fwd.api import Proof, ProofGraph, ancestors

from fwd_equations import exact
from fwd_equations.draft import Draft
from fwd_equations.env import NORM, EquationsEnv
from fwd_equations.match import Derivation, Move, Pattern, Rewrite, Values, compiled
from fwd_equations.seeds import Surroundings, hypotheses
from fwd_equations.sites import MEMO, SIMPLE, Finder, result_of
from fwd_equations.terms import POWERS, Term, at, binary, is_variable, preorder, replace, unary

Chosen = tuple[Rewrite | None, int, Values]
"""A rewrite at a position; None stands for arithmetic."""


class Generator:
    """Random theorems of one env."""

    def __init__(self, env: EquationsEnv):
        self.env = env
        self.config = env.config
        self.finder = Finder(env.library)
        self.weights = {move.label: _weight(move) for move in env.library.rewrites}
        self._totals: dict[Term, float] = {}
        self.starts = [move for move in env.library.rewrites if move.source.head is not None]
        self.equations = [move for move in self.starts if not move.statements]
        derivations = [move for move in env.library.derivations if move.rule.kind == "assertion"]
        mirrored = {label for label, opening in self.finder.openings.items() if opening.mirrored}
        self.mirrors = [move for move in derivations if move.label in mirrored]
        """Rules that say how a term relates to itself: where walks begin."""
        self.axioms = [move for move in derivations if not move.premises and move.label not in mirrored]
        self.inferences = [move for move in derivations if move.premises]
        self._builders = {
            pattern: compiled(pattern.term, {name: place for place, name in enumerate(move.rule.variables)})
            for move in (*self.starts, *derivations)
            for pattern in (move.premises if isinstance(move, Derivation) else (move.source,))
        }

    # Walks

    def walk(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof is a chain of rewrites, or None if this attempt gave none."""
        about = Surroundings.draw(rng, self.config.drawn_names)
        draft = Draft(about.holds, self.config.drawn_nodes)
        term = self._start(rng, about, draft)
        if 2 * term.size + 1 > self.config.drawn_nodes:
            return None
        mirror = self.mirrors[0] if rng.random() < 0.9 else rng.choice(self.mirrors)
        draft.add(mirror.label, (), (term.text,), mirror.target([term]))
        side = rng.choice(("right", "right", "left"))
        wanted = _long(rng, self.config.drawn_steps - 1)
        failures = 0
        while len(draft.facts) <= wanted and failures < 4:
            failures += not self._rewrite(rng, about, draft, len(draft.facts) - 1, side)
        return self._finish(rng, draft, [len(draft.facts) - 1])

    def _start(self, rng: random.Random, about: Surroundings, draft: Draft) -> Term:
        """A random term, mostly with an instance of a rule in it."""
        if rng.random() < 0.25:
            return about.term(rng, self.config.drawn_seed)
        move = rng.choice(self.equations)
        term = self._instance(rng, about, draft, move, [move.source])[0]
        if rng.random() < 0.4 and term.size + 2 <= self.config.drawn_seed:
            (head,) = rng.choices(about.heads, about.weights)
            other = about.small(rng)
            if head not in ("+", "-", "*", "/", "min", "max"):
                return unary(head, term)
            return binary(head, *((term, other) if rng.random() < 0.5 else (other, term)))
        return term

    def _instance(
        self, rng: random.Random, about: Surroundings, draft: Draft, move: Move, patterns: Sequence[Pattern]
    ) -> list[Term]:
        """Some patterns of the move for random values of its variables. Hypotheses for its conditions are adopted if
        they hold."""
        values: Values = [about.small(rng) for _ in move.unknown]
        draft.supports(move, values)
        return [self._builders[pattern](values) for pattern in patterns]  # type: ignore[arg-type]

    def _rewrite(self, rng: random.Random, about: Surroundings, draft: Draft, number: int, side: str = "") -> bool:
        """Rewrite a fact somewhere (or on one side) and note what comes out; False if nothing new did."""
        statement = draft.term(number)
        sites = self.finder.sites(statement)
        first, stop = 0, statement.size
        if side:
            middle = 1 + statement.args[0].size
            first, stop = (1, middle) if side == "left" else (middle, stop)
        places = range(first, stop)
        weights = [self._total(sites.nodes[place], sites.fits[place]) for place in places]
        weights += [4.0] * len(sites.sums)
        for place in rng.choices((*places, *(-one for one in sites.sums)), weights, k=4) if any(weights) else ():
            if place < 0:
                chosen: Chosen = (None, -place, [])
            else:
                fits = sites.fits[place]
                (label,) = rng.choices(tuple(fits), [self.weights[one] for one in fits])
                chosen = (self.env.library.moves[label], place, fits[label])  # type: ignore[assignment]
            if first <= chosen[1] < stop and self._take(rng, about, draft, number, chosen):
                return True
        return False

    def _total(self, node: Term, fits: Mapping[str, Values]) -> float:
        """The weight of all rewrites that fit a node."""
        found = self._totals.get(node)
        if found is None:
            if len(self._totals) >= MEMO:
                self._totals.clear()
            found = self._totals[node] = sum([self.weights[label] for label in fits])
        return found

    def _take(self, rng: random.Random, about: Surroundings, draft: Draft, number: int, chosen: Chosen) -> bool:
        """Note the rewrite, if its conditions are given and its result is new."""
        move, position, values = chosen
        statement = draft.term(number)
        if move is None:
            result = replace(statement, position, exact.normal(at(statement, position)))
            return draft.add(NORM, (number,), (f"@{position}",), result)
        arguments = []
        if move.open:
            values = values.copy()
            for place in move.open:
                values[place] = self._argument(rng, about, statement)
                arguments.append(values[place].text)  # type: ignore[union-attr]
        if not self._given(draft, move, values):
            return False
        result = replace(statement, position, move.target(values))  # type: ignore[arg-type]
        return draft.add(move.label, (number,), (f"@{position}", *arguments), result)

    def _given(self, draft: Draft, move: Move, values: Values) -> bool:
        """Whether the move's conditions are given, by facts that name what the grammar must find in facts."""
        if not draft.supports(move, values):
            return False
        bound = self.finder.openings[move.label].bound
        return all(values[place] in SIMPLE or draft.is_side(values[place]) for place in bound)  # type: ignore[arg-type]

    def _argument(self, rng: random.Random, about: Surroundings, statement: Term) -> Term:
        """A term for an open variable: mostly a part of a statement."""
        if rng.random() < 0.6:
            for _ in range(4):
                part = at(statement, rng.randrange(1, statement.size))
                if part.size <= 7:
                    return part
        return about.small(rng)

    # Graphs

    def graph(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof uses several facts, or None if this attempt gave none."""
        about = Surroundings.draw(rng, self.config.drawn_names)
        draft = Draft(about.holds, self.config.drawn_nodes)
        for hypothesis in hypotheses(rng, about, rng.choice((0, 1, 1, 2, 2, 3))):
            draft.adopt(hypothesis) if draft.holds(hypothesis) else self._define(draft, hypothesis)
        for _ in range(rng.choice((1, 1, 2))):
            self._introduce(rng, about, draft)
        wanted = _long(rng, self.config.drawn_steps) + 2
        for _ in range(3 * wanted):
            if len(draft.facts) >= wanted:
                break
            self._derive(rng, about, draft)
        return self._finish(rng, draft, range(len(draft.facts)))

    @staticmethod
    def _define(draft: Draft, definition: Term) -> None:
        """Adopt the hypothesis that says what a variable equals that no other hypothesis speaks of."""
        draft.hypotheses.append(definition)
        draft.index[definition] = -len(draft.hypotheses)

    def _introduce(self, rng: random.Random, about: Surroundings, draft: Draft) -> None:
        """An axiom's instance as a fact, or the premises of a random rule as hypotheses."""
        if rng.random() < 0.4:
            move = rng.choice(self.axioms)
            self._have(rng, about, draft, move, ())
            return
        move = rng.choice(self.inferences)
        premises = self._instance(rng, about, draft, move, move.premises)
        for premise in premises:
            draft.calculate(premise)
        numbers = [draft.adopt(premise) for premise in premises]
        if None not in numbers:
            self._have(rng, about, draft, move, numbers)  # type: ignore[arg-type]

    def _derive(self, rng: random.Random, about: Surroundings, draft: Draft) -> None:
        """One more fact, if this attempt gives one. Late facts are used more than early ones."""
        numbers = draft.numbers()
        if not numbers:
            self._introduce(rng, about, draft)
            return
        number = numbers[max(rng.randrange(len(numbers)), rng.randrange(len(numbers)))]
        kind = rng.random()
        if kind < 0.45:
            uses = self.env.library.uses(draft.term(number))
            if uses:
                move, place = rng.choice(uses)
                self._infer(rng, about, draft, move, place, number)
        elif kind < 0.85:
            self._rewrite(rng, about, draft, number)
        elif kind < 0.92:
            self._use(rng, draft, number)
        else:
            self._introduce(rng, about, draft)

    def _infer(
        self, rng: random.Random, about: Surroundings, draft: Draft, move: Derivation, place: int, number: int
    ) -> None:
        """Apply the move with the fact as the premise that has this place, and others that fit."""
        values = move.unknown.copy()
        if not move.premises[place].match(draft.term(number), values):
            return
        numbers: list[int] = []
        for other, pattern in enumerate(move.premises):
            found = number if other == place else self._partner(rng, draft, pattern, values)
            if found is None:
                return
            numbers.append(found)
        self._have(rng, about, draft, move, numbers)

    @staticmethod
    def _partner(rng: random.Random, draft: Draft, pattern: Pattern, values: Values) -> int | None:
        """A fact that is the pattern with the values so far, which are completed."""
        numbers = draft.numbers()
        rng.shuffle(numbers)
        for number in numbers:
            more = values.copy()
            if pattern.match(draft.term(number), more):
                values[:] = more
                return number
        return None

    def _have(
        self, rng: random.Random, about: Surroundings, draft: Draft, move: Derivation, premises: Sequence[int]
    ) -> bool:
        """Note what the move gives for these premises and terms at random for what they leave open."""
        values = move.unknown.copy()
        for pattern, number in zip(move.premises, premises, strict=True):
            if not pattern.match(draft.term(number), values):
                return False
        arguments = []
        numbers = draft.numbers()
        for place in move.open:
            source = draft.term(rng.choice(numbers)) if numbers and rng.random() < 0.7 else None
            values[place] = about.small(rng) if source is None else self._argument(rng, about, source)
            arguments.append(values[place].text)  # type: ignore[union-attr]
        if not self._given(draft, move, values):
            return False
        return draft.add(move.label, premises, arguments, move.target(values))  # type: ignore[arg-type]

    def _use(self, rng: random.Random, draft: Draft, number: int) -> None:
        """Rewrite a fact with an equality among the facts."""
        equalities = [one for one in draft.numbers() if draft.term(one).head == "="]
        if not equalities:
            return
        equality = rng.choice(equalities)
        direction = rng.choice(("fwd", "bwd"))
        old, new = draft.term(equality).args[:: 1 if direction == "fwd" else -1]
        statement = draft.term(number)
        places = tuple(self.finder.sites(statement).places(old))
        if places:
            position = rng.choice(places)
            result = replace(statement, position, new)
            draft.add(f"use:{direction}", (number, equality), (f"@{position}",), result)

    # Goals

    def _finish(self, rng: random.Random, draft: Draft, targets: Iterable[int]) -> Proof | None:
        """A proof of one of the targets, the longer the likelier, with the hypotheses that it needs (and
        now and then all)."""
        worthy = [target for target in targets if target > 0 and not _trivial(draft.facts[target])]
        graph = draft.replay(self.env) if worthy else None
        if graph is None:
            return None
        known = len(draft.hypotheses)
        sizes = {
            target: len([one for one in ancestors(graph.facts, target + known) if one >= known]) for target in worthy
        }
        worthy = [target for target in worthy if sizes[target] >= 2]
        if not worthy:
            return None
        (target,) = rng.choices(worthy, [sizes[target] ** 2 for target in worthy])
        proof = _proof(graph, target + known, keep=rng.random() < 0.2)
        return proof if _speaks_of_its_variables(proof) else None


def _proof(graph: ProofGraph, target: int, keep: bool) -> Proof:
    """The minimal proof of a fact; `keep` leaves it the hypotheses that it does not need."""
    goal = evolve(graph.goal, statement=graph.facts[target].statement)
    if keep:
        return Proof.of(ProofGraph(goal, graph.facts))
    proof = Proof(goal, tuple(graph.facts)).subproof(target)
    return evolve(proof, goal=evolve(proof.goal, name=graph.goal.name))


_PLAIN = frozenset(("+", "-", "*", "/", "neg", *POWERS))


def _weight(move: Rewrite) -> float:
    """How often a rewrite is taken where it fits: rarely if it fits nearly everywhere or brings in functions from
    nowhere, often if its source says much."""
    if move.source.head is None or not move.source.term.args:
        return 0.01
    places = set(move.rule.variables)
    said = {node.head for node in preorder(move.source.term)} - places
    brought = {node.head for node in preorder(result_of(move)) if node.args} - places - said
    weight = 0.5 if len(said) == 1 and not brought else 1.0 + 0.5 * len(said)
    if result_of(move).size > move.source.term.size:
        weight /= 2
    return weight * (0.3 if move.open else 1.0) * (0.1 if said <= _PLAIN and not brought <= _PLAIN else 1.0)


def _long(rng: random.Random, most: int) -> int:
    """A length from 1 to `most`; the longer the likelier."""
    return max(rng.randint(1, most), rng.randint(1, most))


def _trivial(statement: Term) -> bool:
    """Whether nobody would want a proof of the statement."""
    left, right = statement.args
    return left is right or exact.decide(statement) is not None


def _speaks_of_its_variables(proof: Proof) -> bool:
    """Whether all variables of the proof occur in the goal or its hypotheses."""
    given = set(" ".join((proof.goal.statement, *proof.goal.hypotheses)).split(" "))
    texts = [fact.statement for fact in proof.facts]
    texts += [text for fact in proof.facts if fact.step for text in fact.step.arguments if text[0] != "@"]
    return all(head in given or not is_variable(head) for text in texts for head in text.split(" "))
