"""False goals that look like true ones: what a sound env must never prove, however long it is searched."""

from __future__ import annotations

import random
from collections.abc import Sequence

from fwd.api import Goal

from fwd_equations.falsify import falsify
from fwd_equations.parse import read_prefix
from fwd_equations.terms import BINARY, POWERS, UNARY, Term, at, leaf, make, replace

ABSURD = (
    *("= x y", "= 0 1", "!= x x", "!= sin x sin x", "!= / 1 x / 1 x", "< x x", "< 1 0", "= x + x 1", "<= x - x 1"),
    *("= / 1 0 1", "= / x x 1", "= ^2 sqrt x x", "= exp ln x x", "= ln exp x ln x", "= sqrt ^2 x x", "< abs x ^2 x"),
)
"""Statements that are false as such, the first of them everywhere or nearly so, the last at some points."""
POINTS = 20
"""Points at which a mutant is evaluated."""


def absurd() -> list[Goal]:
    """Goals without hypotheses that are false."""
    return [Goal(f"absurd {number}", text) for number, text in enumerate(ABSURD, 1)]


def mutants(goals: Sequence[Goal], count: int, rng: random.Random) -> list[Goal]:
    """So many different false goals: canonical goals with one head of the statement changed, where a point that keeps
    the hypotheses shows that what came out is false."""
    found: dict[tuple[str, tuple[str, ...]], Goal] = {}
    while len(found) < count:
        goal = rng.choice(goals)
        mutant = _mutant(read_prefix(goal.statement), rng)
        hypotheses = [read_prefix(text) for text in goal.hypotheses]
        if falsify(hypotheses, mutant, rng, POINTS).counterexample is not None:
            name = f"mutant {len(found) + 1} of {goal.name}"
            found.setdefault((mutant.text, goal.hypotheses), Goal(name, mutant.text, goal.hypotheses))
    return list(found.values())


def _mutant(statement: Term, rng: random.Random) -> Term:
    """The statement with one head below its root changed."""
    position = rng.randrange(1, statement.size)
    node = at(statement, position)
    if not node.args:
        return replace(statement, position, leaf(rng.choice(("0", "1", "2", "3", "x", "y"))))
    head = rng.choice(BINARY if len(node.args) == 2 else (*UNARY, *POWERS[1:5]))
    return replace(statement, position, make(head, node.args))
