"""Random graphs: up to three hypotheses, and facts that are derived from facts. The goal is one of them, the likelier
the longer its proof, or says the same but for algebra."""

from __future__ import annotations

import random

from fwd.api import Proof

from fwd_equations.draft import Draft
from fwd_equations.drafting import Drafter, long
from fwd_equations.match import Derivation, Pattern, Values
from fwd_equations.restate import Part
from fwd_equations.seeds import HALF, Surroundings, hypotheses
from fwd_equations.terms import LESS, Term, binary, leaf, replace

MARGINS = (leaf("1"), leaf("2"), HALF)
"""What may be added to the larger side of an inequality."""

SIZES = (1, 1, 2, 3, 3, 5, 7)
"""How large the terms may be that an axiom is stated of."""


class Grapher:
    """Makes theorems whose proofs use several facts."""

    def __init__(self, drafter: Drafter):
        self._drafter = drafter
        self._env = drafter.env

    def graph(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof uses several facts, or None if this attempt gave none."""
        about = Surroundings.draw(rng, self._env.config.drawn_names)
        draft = self._drafter.begin(about)
        for hypothesis in hypotheses(rng, about, rng.choice((0, 1, 1, 2, 2, 3))):
            draft.adopt(hypothesis) if draft.holds(hypothesis) else self._define(draft, hypothesis)
        for _ in range(rng.choice((1, 1, 2))):
            self._introduce(rng, about, draft)
        wanted = long(rng, self._env.config.drawn_steps) + 2
        for _ in range(3 * wanted):
            if len(draft.facts) >= wanted:
                break
            self._derive(rng, about, draft)
        targets = range(len(draft.facts))
        if targets and rng.random() < self._env.config.drawn_algebra:
            closed = self._close(rng, about, draft, max(rng.choice(targets), rng.choice(targets)))
            targets = targets if closed is None else [closed]
        return self._drafter.finish(rng, draft, targets)

    def _close(self, rng: random.Random, about: Surroundings, draft: Draft, number: int) -> int | None:
        """Note what says the same as a fact but for algebra, and perhaps some equations."""
        statement = draft.term(number)
        if statement.head in LESS and rng.random() < 0.3:
            statement = self._added(rng, draft, statement)
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
            statement = self._drafter.bring(rng, about, draft, statement) or statement
        if rng.random() < (0.4 if statement.head in LESS else 0.15):
            statement = self._drafter.restater.balanced(rng, statement)
        goal = self._drafter.restater.restated(rng, statement, Part.whole)
        if goal.head in LESS and rng.random() < 0.15:
            goal = binary(goal.head, goal.args[0], binary("+", goal.args[1], rng.choice(MARGINS)))
        return self._drafter.close(draft, goal)

    @staticmethod
    def _added(rng: random.Random, draft: Draft, statement: Term) -> Term:
        """The inequality and another one, side by side."""
        others = [
            one for number in draft.numbers() if (one := draft.term(number)).head in LESS and one is not statement
        ]
        if not others:
            return statement
        other = rng.choice(others)
        head = "<" if "<" in (statement.head, other.head) else "<="
        return binary(head, *(binary("+", *sides) for sides in zip(statement.args, other.args, strict=True)))

    @staticmethod
    def _define(draft: Draft, definition: Term) -> None:
        """Adopt the hypothesis that says what a variable equals that no other hypothesis speaks of."""
        draft.hypotheses.append(definition)
        draft.index[definition] = -len(draft.hypotheses)

    def _introduce(self, rng: random.Random, about: Surroundings, draft: Draft) -> None:
        """An axiom's instance as a fact, or the premises of a random rule as hypotheses."""
        if rng.random() < 0.5:
            if rng.random() < 0.25:
                self._drafter.equation(rng, about, draft)
            else:
                move = rng.choice(self._drafter.axioms)
                values: Values = [self._subject(rng, about) for _ in move.unknown]
                self._drafter.note(draft, move, (), values)
            return
        self._drafter.infer(rng, about, draft, rng.choice(self._drafter.inferences))

    @staticmethod
    def _subject(rng: random.Random, about: Surroundings) -> Term:
        """What an axiom is stated of."""
        kind = rng.random()
        if kind < 0.2:
            return about.spoken(rng)
        if kind < 0.4:
            return binary("-", about.term(rng, rng.choice((1, 2, 3))), about.term(rng, rng.choice((1, 2, 3))))
        return about.term(rng, rng.choice(SIZES))

    def _derive(self, rng: random.Random, about: Surroundings, draft: Draft) -> None:
        """One more fact, if this attempt gives one. Late facts are used more than early ones."""
        numbers = draft.numbers()
        if not numbers:
            self._introduce(rng, about, draft)
            return
        number = numbers[max(rng.randrange(len(numbers)), rng.randrange(len(numbers)))]
        kind = rng.random()
        if kind < 0.45:
            uses = self._env.library.uses(draft.term(number))
            if uses:
                move, place = rng.choice(uses)
                self._infer(rng, about, draft, move, place, number)
        elif kind < 0.85:
            self._drafter.rewrite(rng, about, draft, number)
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
        self._drafter.have(rng, about, draft, move, numbers)

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

    def _use(self, rng: random.Random, draft: Draft, number: int) -> None:
        """Rewrite a fact with an equality among the facts."""
        equalities = [one for one in draft.numbers() if draft.term(one).head == "="]
        if not equalities:
            return
        equality = rng.choice(equalities)
        direction = rng.choice(("fwd", "bwd"))
        old, new = draft.term(equality).args[:: 1 if direction == "fwd" else -1]
        statement = draft.term(number)
        places = tuple(self._drafter.finder.sites(statement).places(old))
        if places:
            position = rng.choice(places)
            result = replace(statement, position, new)
            draft.add(f"use:{direction}", (number, equality), (f"@{position}",), result)
