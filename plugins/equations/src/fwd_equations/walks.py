"""Random walks: a statement that is rewritten again and again on one side. The goal is where the walk ends, or says the
same but for algebra.

A walk begins with a term that equals itself (or is no larger), with an instance of an equation, or with two terms that
were walked to from one term: the proof then goes both ways back. Or it is not gone at all: the equations that it would
use are stated as facts, and algebra does the rest.
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
from fwd_equations.seeds import TRANSCENDENTAL, Surroundings
from fwd_equations.terms import Term, binary, unary

KINDS = {"mirror": 0.5, "equation": 0.2, "return": 0.3}
"""How often walks that are gone begin in which way."""


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
        about = Surroundings.draw(rng, self._config.drawn_names, TRANSCENDENTAL)
        draft = self._drafter.begin(about)
        if rng.random() < self._config.drawn_stated:
            return self._unfold(rng, about, draft)
        (kind,) = rng.choices(tuple(KINDS), tuple(KINDS.values()))
        if kind == "return":
            return self._return(rng, about, draft)
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
        term = self._start(rng, about, draft)
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
        statement = draft.facts[-1]
        if equations and rng.random() < 0.3:
            statement = self._drafter.bring(rng, about, draft, statement) or statement
        return self._drafter.close(draft, self._drafter.restater.restated(rng, statement, part))

    def _unfold(self, rng: random.Random, about: Surroundings, draft: Draft) -> Proof | None:
        """A term, or one side of an equation, of which further equations are used up: all are stated, and algebra does
        the rest."""
        if rng.random() < 0.25 and self._drafter.equation(rng, about, draft):
            statement = draft.facts[-1]
        else:
            start = about.spoken(rng) if rng.random() < 0.7 else self._start(rng, about, draft)
            statement = binary("=", start, start)
        wanted = rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 6)[: self._config.drawn_steps])
        for _ in range(wanted + 1):
            if len(draft.facts) >= wanted:
                break
            statement = self._drafter.bring(rng, about, draft, statement) or statement
            if rng.random() < 0.5:
                statement = self._drafter.cancel(rng, draft, statement) or statement
        if len(draft.facts) < 1 + (rng.random() < 0.6):
            return None
        if rng.random() < 0.4:
            statement = self._drafter.restater.restated(rng, statement, Part.right)
        if rng.random() < 0.25:
            statement = self._drafter.restater.balanced(rng, statement)
        closed = self._drafter.close(draft, statement)
        return None if closed is None else self._drafter.finish(rng, draft, [closed])

    def _return(self, rng: random.Random, about: Surroundings, draft: Draft) -> Proof | None:
        """Two ways from one term to others, which are equal therefore: the proof goes back."""
        start = self._start(rng, about, draft)
        left = self._way(rng, about, draft, start, long(rng, max(1, self._config.drawn_steps - 2)))
        other = self._drafter.restater.restated(rng, binary("=", start, start), Part.right).args[1]
        right = self._way(rng, about, draft, other, rng.choice((0, 0, 1, 2)))
        for way in (left, right):
            self._go_back(draft, way)
        closed = self._drafter.close(draft, binary("=", left.terms[-1], right.terms[-1]))
        return self._drafter.finish(rng, draft, [len(draft.facts) - 1 if closed is None else closed])

    def _go_back(self, draft: Draft, way: Way) -> None:
        """Note the end of a way, as equal to itself, and then to what came before it."""
        end, mirror = way.terms[-1], self._drafter.mirrors[0]
        if way.back:
            draft.add(mirror.label, (), (end.text,), mirror.target([end]))
        for (label, place), term in zip(reversed(way.back), reversed(way.terms[:-1]), strict=True):
            position = f"@{1 + end.size + place}"
            draft.add(label, (len(draft.facts) - 1,), (position,), binary("=", end, term))

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
