"""Inequalities out of instances of axioms: one or two are stated, equations use up what they speak of, and algebra does
the rest."""

from __future__ import annotations

import random
from collections.abc import Sequence

from fwd.api import Proof

from fwd_equations.algebra import Algebra
from fwd_equations.closing import follows
from fwd_equations.draft import Draft
from fwd_equations.drafting import ZERO, Drafter
from fwd_equations.match import Derivation, Values
from fwd_equations.seeds import HALF, Surroundings
from fwd_equations.terms import ARITHMETIC, LESS, Term, binary, leaf, number, preorder, unary

PLAIN = 4.0
"""How much oftener than others those axioms are stated that speak of arithmetic alone: there are few."""
FACTS = (1, 2, 3, 3, 3, 3)
"""How many facts algebra must have at least: a theorem of few comes most easily."""


class Bounder:
    """Makes theorems that say how large something is."""

    def __init__(self, drafter: Drafter):
        self._drafter = drafter
        self._config = drafter.config
        algebra = Algebra()
        self._axioms = [
            move
            for move in drafter.axioms
            if move.rule.variables and _is_less(move) and not follows(algebra, (), move.conclusion.term)
        ]
        self._weights = [PLAIN if _is_plain(move) else 1.0 for move in self._axioms]
        self._inferences = [move for move in drafter.inferences if _is_less(move)]

    def bound(self, rng: random.Random) -> Proof | None:
        """A theorem, or None if this attempt gave none."""
        about = Surroundings.draw(rng, self._config.drawn_names)
        draft = self._drafter.begin(about)
        for _ in range(rng.choice((1, 1, 1, 2, 2))):
            self._state(rng, about, draft)
        if rng.random() < 0.3:
            self._combine(rng, about, draft)
        stated = [one for one in draft.facts if one.head in LESS and not follows(draft.algebra, (), one)]
        if not stated:
            return None
        parts = stated[-1:] if rng.random() < 0.5 else [*draft.hypotheses, *stated][-2:]
        statement, least = _total(rng, parts), rng.choice(FACTS)
        for _ in range(rng.choice((0, 1, 2, 2, 3, 4))):
            statement = self._drafter.bring(rng, about, draft, statement) or statement
        if len(draft.facts) < least and len(parts) == 1 and self._state(rng, about, draft):
            statement = _total(rng, [statement, draft.facts[-1]])
        if len(draft.facts) < least:
            return None
        closed = self._drafter.close(draft, self._drafter.restater.balanced(rng, statement))
        return None if closed is None else self._drafter.finish(rng, draft, [closed])

    def _state(self, rng: random.Random, about: Surroundings, draft: Draft) -> bool:
        """An instance of an axiom, or now and then of a rule whose premises are adopted; False if nothing new came of
        it."""
        if rng.random() < 0.15:
            return self._drafter.infer(rng, about, draft, rng.choice(self._inferences))
        (move,) = rng.choices(self._axioms, self._weights)
        return self._drafter.note(draft, move, (), self._values(rng, about, len(move.unknown)))

    def _values(self, rng: random.Random, about: Surroundings, count: int) -> Values:
        if count == 2 and rng.random() < 0.4:
            return [*about.arguments(rng, count)]
        return [self._subject(rng, about) for _ in range(count)]

    def _subject(self, rng: random.Random, about: Surroundings) -> Term:
        """What an axiom is stated of."""
        one, two = _simple(rng, about), _simple(rng, about)
        if one is two or rng.random() < 0.3:
            return one
        return binary(rng.choice("---+"), one, two)

    def _combine(self, rng: random.Random, about: Surroundings, draft: Draft) -> None:
        """What a rule of arithmetic makes of a fact and another one, or of a hypothesis."""
        library = self._drafter.env.library
        least = rng.choice((ZERO, ZERO, leaf("1"), unary("neg", leaf("1")), about.variable(rng)))
        draft.adopt(binary(rng.choice(LESS), least, about.variable(rng)))
        numbers = draft.numbers()
        uses = [
            (move, one)
            for one in numbers
            for move, place in library.uses(draft.term(one))
            if place == 0 and len(move.premises) == 2 and _is_less(move) and _is_plain(move)
        ]
        for move, first in rng.sample(uses, min(len(uses), 6)):
            for second in rng.sample(numbers, len(numbers)):
                if first != second and self._drafter.have(rng, about, draft, move, (first, second)):
                    return


def _is_less(move: Derivation) -> bool:
    return move.conclusion.head in LESS and not move.conditions


def _is_plain(move: Derivation) -> bool:
    sides = move.conclusion.term.args
    return all(node.head in ARITHMETIC for side in sides for node in preorder(side) if node.args)


def _simple(rng: random.Random, about: Surroundings) -> Term:
    """A variable, a number, or a little more."""
    functions = [head for head in about.heads if head not in ARITHMETIC and head not in ("min", "max")]
    one, two = about.variable(rng), about.variable(rng)
    kind = rng.random()
    if functions and kind < 0.4:
        return unary(rng.choice(functions), rng.choice((one, one, one, binary("/", one, number(2)), unary("neg", one))))
    if kind < 0.65:
        return one
    if kind < 0.8:
        return binary("*", one, two)
    if kind < 0.9:
        return rng.choice((HALF, leaf("1"), leaf("1"), leaf("2"), leaf("3")))
    return binary("*", number(rng.choice((2, 2, 3))), one)


def _total(rng: random.Random, found: Sequence[Term]) -> Term:
    """That 0 is no more than what the right sides exceed the left ones by, in all, some perhaps twice."""
    head = "<" if any(one.head == "<" for one in found) else "<="
    gaps = [one.args[1] if one.args[0] is ZERO else binary("-", one.args[1], one.args[0]) for one in found]
    if len(gaps) > 1 and rng.random() < 0.2:
        gaps[0] = binary("*", number(2), gaps[0])
    total = gaps[0]
    for gap in gaps[1:]:
        total = binary("+", total, gap)
    return binary(head, ZERO, total)
