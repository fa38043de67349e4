"""Random walks: a statement that is rewritten again and again on one side. The goal is where the walk ends, or says the
same but for algebra.

A walk begins with a term that equals itself (or is no larger), with an instance of an equation, or with the difference
of two terms that were walked to from one term: the proof then goes both ways back.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from attrs import frozen
from fwd.api import Proof

from fwd_equations.draft import Draft
from fwd_equations.drafting import Drafter, long
from fwd_equations.env import NORM
from fwd_equations.restate import Part
from fwd_equations.seeds import Surroundings
from fwd_equations.terms import Term, binary, unary

KINDS = {"mirror": 0.5, "equation": 0.2, "return": 0.3}
"""How often walks begin in which way."""


@frozen(eq=False)
class Way:
    """Terms that were walked through, and the labels and positions of the rewrites that lead back from each to the one
    before it."""

    terms: tuple[Term, ...]
    back: tuple[tuple[str, int], ...]


class Walker:
    """Makes theorems whose proofs are chains of rewrites."""

    def __init__(self, drafter: Drafter):
        self._drafter = drafter
        self._config = drafter.config
        self._equations = [move for move in drafter.starts if not move.statements]

    def walk(self, rng: random.Random) -> Proof | None:
        """A theorem, or None if this attempt gave none."""
        about = Surroundings.draw(rng, self._config.drawn_names)
        (kind,) = rng.choices(tuple(KINDS), tuple(KINDS.values()))
        if kind == "return" and (proof := self._return(rng, about, self._drafter.begin(about))) is not None:
            return proof
        draft = self._drafter.begin(about)
        side = rng.choice(("right", "right", "left"))
        begin = self._drafter.equation if kind == "equation" else self._mirror
        if not begin(rng, about, draft):
            return None
        wanted = 0 if rng.random() < 0.12 else long(rng, self._config.drawn_steps - 1)
        failures = 0
        while len(draft.facts) <= wanted and failures < 4:
            failures += not self._drafter.rewrite(rng, about, draft, len(draft.facts) - 1, side)
        target = len(draft.facts) - 1
        if rng.random() < self._config.drawn_algebra or not wanted:
            part = Part.whole if kind == "equation" else Part.right if side == "right" else Part.left
            closed = self._close(rng, about, draft, part, equations=side == "right")
            target = target if closed is None else closed
        return self._drafter.finish(rng, draft, [target])

    def _mirror(self, rng: random.Random, about: Surroundings, draft: Draft) -> bool:
        """Begin with a term that is related to itself."""
        return self._related(rng, draft, self._start(rng, about, draft))

    def _related(self, rng: random.Random, draft: Draft, term: Term) -> bool:
        mirrors = self._drafter.mirrors
        mirror = mirrors[0] if rng.random() < 0.9 else rng.choice(mirrors)
        fits = 2 * term.size + 1 <= self._config.drawn_nodes
        return fits and draft.add(mirror.label, (), (term.text,), mirror.target([term]))

    def _start(self, rng: random.Random, about: Surroundings, draft: Draft) -> Term:
        """A random term, mostly with an instance of a rule in it."""
        if rng.random() < 0.25:
            return about.term(rng, self._config.drawn_seed)
        move = rng.choice(self._equations)
        term = self._drafter.instance(rng, about, draft, move, [move.source])[0]
        if rng.random() < 0.4 and term.size + 2 <= self._config.drawn_seed:
            (head,) = rng.choices(about.heads, about.weights)
            other = about.small(rng)
            if head not in ("+", "-", "*", "/", "min", "max"):
                return unary(head, term)
            return binary(head, *((term, other) if rng.random() < 0.5 else (other, term)))
        return term

    def _close(
        self, rng: random.Random, about: Surroundings, draft: Draft, part: Callable[[Term], Part], equations: bool
    ) -> int | None:
        """Note what says the same as the last fact but for algebra, and perhaps an equation."""
        number = len(draft.facts) - 1
        statement, equation = draft.facts[number], None
        if equations and rng.random() < 0.3 and (brought := self._drafter.bring(rng, about, draft, number)):
            statement, equation = brought
        return self._drafter.close(draft, self._drafter.restater.restated(rng, statement, part), equation)

    def _return(self, rng: random.Random, about: Surroundings, draft: Draft) -> Proof | None:
        """Two ways from one term to others, which are equal therefore: the proof goes back."""
        start = self._start(rng, about, draft)
        left = self._way(rng, about, draft, start, long(rng, max(1, self._config.drawn_steps - 2)))
        other = self._drafter.restater.restated(rng, binary("=", start, start), Part.right).args[1]
        right = self._way(rng, about, draft, other, rng.choice((0, 0, 1, 2)))
        goal = binary("=", left.terms[-1], right.terms[-1])
        first = binary("-", *goal.args) if right.back else goal.args[0]
        mirror = self._drafter.mirrors[0]
        if 2 * first.size + 1 > self._config.drawn_nodes or not (left.back or right.back):
            return None
        draft.add(mirror.label, (), (first.text,), mirror.target([first]))
        offset = 1 + first.size + bool(right.back)
        after = right.terms[-1]
        for (label, place), term in zip(reversed(left.back), reversed(left.terms[:-1]), strict=True):
            self._go(draft, first, label, offset + place, binary("-", term, after) if right.back else term)
        offset += start.size
        for (label, place), term in zip(reversed(right.back), reversed(right.terms[:-1]), strict=True):
            self._go(draft, first, label, offset + place, binary("-", start, term))
        closed = self._drafter.close(draft, goal)
        return None if closed is None else self._drafter.finish(rng, draft, [closed])

    @staticmethod
    def _go(draft: Draft, first: Term, label: str, place: int, term: Term) -> None:
        draft.add(label, (len(draft.facts) - 1,), (f"@{place}",), binary("=", first, term))

    def _way(self, rng: random.Random, about: Surroundings, draft: Draft, start: Term, steps: int) -> Way:
        """Rewrites from a term, as many as can be undone. Hypotheses are adopted in the draft."""
        trial = self._drafter.begin(about)
        trial.hypotheses, trial.index = draft.hypotheses, draft.index.copy()
        mirror = self._drafter.mirrors[0]
        back: list[tuple[str, int]] = []
        if not trial.add(mirror.label, (), (start.text,), mirror.target([start])):
            return Way((start,), ())
        for _ in range(steps):
            if not self._drafter.rewrite(rng, about, trial, len(trial.facts) - 1, "right"):
                break
            label, _, arguments = trial.steps[-1]
            reverse = _reversed(label)
            if reverse is None or self._drafter.env.library.moves[reverse].open:
                trial.facts.pop()
                break
            back.append((reverse, int(arguments[0][1:]) - 1 - start.size))
        for number, hypothesis in enumerate(draft.hypotheses, 1):
            draft.index[hypothesis] = -number
        return Way(tuple(fact.args[1] for fact in trial.facts), tuple(back))


def _reversed(label: str) -> str | None:
    """The label of the rewrite in the other direction."""
    if label == NORM:
        return None
    name, _, direction = label.rpartition(":")
    return f"{name}:{'bwd' if direction == 'fwd' else 'fwd'}"
