"""What walks and graphs are made with: steps at random that are noted in a draft, and the choice of a goal."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve
from fwd.api import Fact, Goal, Proof, ProofGraph, Step, ancestors

from fwd_equations import exact
from fwd_equations.closing import Closing, follows
from fwd_equations.draft import Draft
from fwd_equations.env import ALGEBRA, NORM, EquationsEnv
from fwd_equations.match import Derivation, Move, Pattern, Rewrite, Values, compiled
from fwd_equations.restate import Restater
from fwd_equations.seeds import HALF, Surroundings
from fwd_equations.sites import MEMO, SIMPLE, Finder, result_of
from fwd_equations.terms import ARITHMETIC, UNARY, Term, at, binary, is_variable, leaf, preorder, replace

IDLE = 0.3
"""The weight of no rewrite at all: where little fits, what fits nearly everywhere should not be taken again and
again."""

ZERO = leaf("0")
BROUGHT = 6
"""How often an equation is looked for."""

Chosen = tuple[Rewrite | None, int, Values]
"""A rewrite at a position; None stands for arithmetic."""


class Drafter:
    """Takes random steps with the rules of one env."""

    def __init__(self, env: EquationsEnv):
        self.env = env
        self.config = env.config
        library = env.library
        self.finder = Finder(library)
        self.restater = Restater(library)
        told = [move for move in library.rewrites if not library.is_idle(move)]
        self.weights = {move.label: _weight(move, move.rule.name in library.algebraic) for move in told}
        self._totals: dict[Term, float] = {}
        self._anywhere = sum(self.weights[label] for label in self.finder.anywhere)
        self.starts = [move for move in told if not move.anywhere]
        derivations = [move for move in library.derivations if move.rule.kind == "assertion"]
        mirrored = {label for label, opening in self.finder.openings.items() if opening.mirrored}
        self.mirrors = [move for move in derivations if move.label in mirrored]
        """Rules that say how a term relates to itself: where walks begin."""
        self.axioms = [move for move in derivations if not move.premises and move.label not in mirrored]
        self.inferences = [move for move in derivations if move.premises]
        self._shares = {move.label: _shares(move) for move in self.inferences}
        self.equations = [
            move for move in library.derivations if move.rule.kind == "equation" and not library.is_idle(move)
        ]
        """Equations that algebra does not know."""
        moves = {move.rule.name: move for move in self.equations}
        self._stated = {move.label: moves[move.rule.name] for move in self.starts if move.rule.name in moves}
        """By the labels of rewrites, where these rules are stated as facts."""
        self._heads = {move.label: {node.head for node in preorder(move.conclusion.term)} for move in self.equations}
        self._builders = {
            pattern: compiled(pattern.term, {name: place for place, name in enumerate(move.rule.variables)})
            for move in (*self.starts, *derivations)
            for pattern in (move.premises if isinstance(move, Derivation) else (move.source,))
        }

    def begin(self, about: Surroundings) -> Draft:
        """An empty draft."""
        return Draft(about.holds, self.config.drawn_nodes)

    def instance(
        self, rng: random.Random, about: Surroundings, draft: Draft, move: Move, patterns: Sequence[Pattern]
    ) -> list[Term]:
        """Some patterns of the move for random values of its variables. Hypotheses for its conditions are adopted if
        they hold."""
        values: Values = [about.small(rng) for _ in move.unknown]
        for place in self._shares.get(move.label, ()):
            values[place] = rng.choice((HALF, HALF, values[place]))
        draft.supports(move, values)
        return [self._builders[pattern](values) for pattern in patterns]  # type: ignore[arg-type]

    def rewrite(self, rng: random.Random, about: Surroundings, draft: Draft, number: int, side: str = "") -> bool:
        """Rewrite a fact somewhere (or on one side) and note what comes out; False if nothing new did."""
        statement = draft.term(number)
        sites = self.finder.sites(statement)
        first, stop = 0, statement.size
        if side:
            middle = 1 + statement.args[0].size
            first, stop = (1, middle) if side == "left" else (middle, stop)
        places = range(first, stop)
        weights = [
            self._total(sites.nodes[place], sites.fits[place]) + self._anywhere * bool(place) for place in places
        ]
        weights += [0.3] * len(sites.sums)
        for place in rng.choices((*places, *(-one for one in sites.sums), None), [*weights, IDLE], k=4):
            if place is None:
                return False
            if place < 0:
                chosen: Chosen = (None, -place, [])
            else:
                labels = (*sites.fits[place], *(sites.anywhere if place else ()))
                (label,) = rng.choices(labels, [self.weights[one] for one in labels])
                chosen = (self.env.library.moves[label], place, sites.values(label, place))  # type: ignore[assignment]
            if first <= chosen[1] < stop and self._take(rng, about, draft, number, chosen):
                return True
        return False

    def _total(self, node: Term, fits: Mapping[str, Values]) -> float:
        """The weight of all rewrites that fit a node, but for those that fit anywhere."""
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
                values[place] = self.argument(rng, about, statement)
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

    def argument(self, rng: random.Random, about: Surroundings, statement: Term) -> Term:
        """A term for an open variable: mostly a part of a statement."""
        if rng.random() < 0.6:
            for _ in range(4):
                part = at(statement, rng.randrange(1, statement.size))
                if part.size <= 7:
                    return part
        return about.small(rng)

    def have(
        self, rng: random.Random, about: Surroundings, draft: Draft, move: Derivation, premises: Sequence[int]
    ) -> bool:
        """Note what the move gives for these premises and terms at random for what they leave open."""
        values = move.unknown.copy()
        for pattern, number in zip(move.premises, premises, strict=True):
            if not pattern.match(draft.term(number), values):
                return False
        numbers = draft.numbers()
        for place in move.open:
            source = draft.term(rng.choice(numbers)) if numbers and rng.random() < 0.7 else None
            values[place] = about.small(rng) if source is None else self.argument(rng, about, source)
        return self.note(draft, move, premises, values)

    def note(self, draft: Draft, move: Derivation, premises: Sequence[int], values: Values) -> bool:
        """Note what the move gives for these values, if its conditions are given and it is new."""
        if not self._given(draft, move, values):
            return False
        arguments = [values[place].text for place in move.open]  # type: ignore[union-attr]
        return draft.add(move.label, premises, arguments, move.target(values))  # type: ignore[arg-type]

    def infer(self, rng: random.Random, about: Surroundings, draft: Draft, move: Derivation) -> bool:
        """Note what the move gives for terms at random, its premises being adopted or, if they are that, true by
        arithmetic."""
        premises = self.instance(rng, about, draft, move, move.premises)
        for premise in premises:
            draft.calculate(premise)
        numbers = [number for premise in premises if (number := draft.adopt(premise)) is not None]
        return len(numbers) == len(premises) and self.have(rng, about, draft, move, numbers)

    def equation(self, rng: random.Random, about: Surroundings, draft: Draft) -> bool:
        """Note an instance of a random equation, adopting hypotheses for its conditions; False if nothing new came of
        it."""
        move = rng.choice(self.equations)
        values: Values = [*about.arguments(rng, len(move.unknown))]
        return self.note(draft, move, (), values)

    def bring(self, rng: random.Random, about: Surroundings, draft: Draft, statement: Term) -> Term | None:
        """State an equation that says something of the right side of a statement, which need not be a fact. Returns
        what the equation makes of the statement; None if no attempt gave one."""
        fitting = self._fitting(statement)
        nodes = [node for node in preorder(statement.args[1]) if node.head in UNARY and node.head != "neg"]
        for _ in range(BROUGHT if nodes else 0):
            if fitting and rng.random() < 0.6:
                (found,) = rng.choices(fitting, [weight for _, _, weight in fitting])
                move, values = found[0], found[1].copy()
                for place in move.open:
                    values[place] = values[place] or self.argument(rng, about, statement)
            else:
                one = rng.choice(nodes)
                moves = [move for move in self.equations if one.head in self._heads[move.label]]
                if not moves:
                    continue
                move = rng.choice(moves)
                values = [*about.parts(rng, one.args[0], rng.choice(nodes).args[0], len(move.unknown))]
            equation = move.target(values)  # type: ignore[arg-type]
            new = self.restater.with_equation(draft.algebra, rng, statement, equation)
            if new is None or new is statement or not self._given(draft, move, values):
                continue
            if equation in draft.index or self.note(draft, move, (), values):
                return new
        return None

    def cancel(self, rng: random.Random, draft: Draft, statement: Term) -> Term | None:
        """The statement with a denominator cancelled on its right side, of which it is known, or assumed, that it is
        not 0; None if there is none."""
        found = self.restater.cancelled(draft.algebra, rng, statement)
        if found is None:
            return None
        below, new = found
        positive, other = binary("<", ZERO, below), binary("!=", below, ZERO)
        for move in self.axioms:
            values = move.unknown.copy()
            if move.conclusion.match(positive, values):
                return new if positive in draft.index or self.note(draft, move, (), values) else None
        wanted = rng.choice((positive, other, other))
        return new if any(draft.adopt(one) is not None for one in (wanted, other)) else None

    def _fitting(self, statement: Term) -> list[tuple[Derivation, Values, float]]:
        """Equations that rewrite a part of the right side as it stands, with values and weights."""
        return [
            (self._stated[label], values, self.weights[label])
            for node in preorder(statement.args[1])
            for label, values in self.finder.fits(node).items()
            if label in self._stated
        ]

    def close(self, draft: Draft, goal: Term) -> int | None:
        """Note, as the last step, that the goal follows by algebra. Returns the number of the new fact; None if it does
        not follow, is known, too long or plain."""
        if trivial(goal):
            return None
        facts = [draft.term(number) for number in draft.numbers()]
        if not follows(self.env.algebra, facts, goal) or not draft.add(ALGEBRA, (), (), goal):
            return None
        return len(draft.facts) - 1

    def finish(self, rng: random.Random, draft: Draft, targets: Iterable[int]) -> Proof | None:
        """A proof of one of the targets, the longer the likelier, with the hypotheses that it needs (and
        now and then all)."""
        worthy = [target for target in targets if target > 0 and not trivial(draft.facts[target])]
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
        goal = evolve(graph.goal, statement=graph.facts[target + known].statement)
        proof = _proof(goal, self._ended(goal, graph.facts[: target + known + 1]), keep=rng.random() < 0.2)
        return proof if proof.steps > 1 and _speaks_of_its_variables(proof) else None

    def _ended(self, goal: Goal, facts: Sequence[Fact]) -> list[Fact]:
        """The facts until algebra gives the goal, and that."""
        texts = self.env.texts
        terms = [texts.read(fact.statement) for fact in facts]
        count, reason = len(facts) - 1, None
        last = facts[-1]
        if last.step is not None and last.step.label == ALGEBRA:
            count, reason = max(last.premises, default=-1), last.premises
        statement = texts.read(goal.statement)
        # Without the last fact that it needs it may need others.
        while count >= len(goal.hypotheses) and follows(self.env.algebra, terms[:count], statement):
            reason = Closing(self.env.algebra, statement).reason(terms[:count])
            count = max(reason or (), default=-1)
        if reason is None:
            return list(facts)
        return [*facts[: max(count + 1, len(goal.hypotheses))], Fact(goal.statement, Step(ALGEBRA), reason)]


def _proof(goal: Goal, facts: Sequence[Fact], keep: bool) -> Proof:
    """The minimal proof of the last fact; `keep` leaves it the hypotheses that it does not need."""
    if keep:
        return Proof.of(ProofGraph(goal, facts))
    proof = Proof(goal, tuple(facts)).subproof(len(facts) - 1)
    return evolve(proof, goal=evolve(proof.goal, name=goal.name))


def _shares(move: Derivation) -> tuple[int, ...]:
    """The places of variables that are at most 1: shares of something, as in what says that a function is convex."""
    bounded = [premise.term.args[0].head for premise in move.premises if premise.term.args[1].head == "1"]
    return tuple(move.rule.variables.index(name) for name in bounded if name in move.rule.variables)


def _weight(move: Rewrite, algebraic: bool) -> float:
    """How often a rewrite is taken where it fits: rarely if it fits nearly everywhere or brings in functions from
    nowhere, often if its source says much."""
    if move.source.head is None or not move.source.term.args:
        return 0.001
    places = set(move.rule.variables)
    said = {node.head for node in preorder(move.source.term)} - places
    brought = {node.head for node in preorder(result_of(move)) if node.args} - places - said
    weight = 0.5 if len(said) == 1 and not brought else 1.0 + 0.5 * len(said)
    if result_of(move).size > move.source.term.size:
        weight /= 2
    weight *= 0.3 if algebraic else 1.0
    return weight * (0.3 if move.open else 1.0) * (0.03 if said <= ARITHMETIC and not brought <= ARITHMETIC else 1.0)


def long(rng: random.Random, most: int) -> int:
    """A length from 1 to `most`; the longer the likelier."""
    return max(rng.randint(1, most), rng.randint(1, most))


def trivial(statement: Term) -> bool:
    """Whether nobody would want a proof of the statement."""
    left, right = statement.args
    return left is right or exact.decide(statement) is not None


def _speaks_of_its_variables(proof: Proof) -> bool:
    """Whether all variables of the proof occur in the goal or its hypotheses."""
    given = set(" ".join((proof.goal.statement, *proof.goal.hypotheses)).split(" "))
    texts = [fact.statement for fact in proof.facts]
    texts += [text for fact in proof.facts if fact.step for text in fact.step.arguments if text[0] != "@"]
    return all(head in given or not is_variable(head) for text in texts for head in text.split(" "))
