"""A blind prover for tests: takes random steps that `apply` accepts, without codec or grammar."""

from __future__ import annotations

import random

from fwd.api import Applied, ProofGraph, Step
from fwd_equations.env import CALC, NORM, EquationsEnv
from fwd_equations.terms import preorder

ATOMS = ("x", "y", "0", "1", "2", "pi", "neg 1", "/ 1 2", "* 2 x", "sin x", "ln y", "- x y", "^2 x", "/ 1 x")
NUMBERS = ("0", "1", "2", "3", "neg 1", "/ 1 2", "- 1 1", "/ 1 0", "^2 neg 3", "/ neg 4 6")


def random_step(env: EquationsEnv, graph: ProofGraph, rng: random.Random) -> Step:
    """A step that often applies."""
    library, state = env.library, env.state(graph)
    kind = rng.random()
    if not state.terms or kind < 0.15:
        move = rng.choice([move for move in library.derivations if not move.premises])
        return Step(move.label, (), _terms(len(move.open), rng, state, graph))
    if kind < 0.2:
        relation = rng.choice(("=", "!=", "<=", "<"))
        return Step(CALC, (), (f"{relation} {rng.choice(NUMBERS)} {rng.choice(NUMBERS)}",))
    fact = rng.randrange(len(state.terms))
    term = state.terms[fact]
    nodes = list(preorder(term))
    position = rng.randrange(len(nodes))
    if kind < 0.25:
        return Step(NORM, (fact,), (f"@{position}",) if rng.random() < 0.5 else ())
    equalities = [number for number, one in enumerate(state.terms) if one.head == "="]
    if kind < 0.4 and equalities:
        equality = rng.choice(equalities)
        side = state.terms[equality].args[0]
        places = [place for place, node in enumerate(nodes) if node is side]
        return Step("use:fwd", (fact, equality), (f"@{rng.choice(places or [position])}",))
    uses = library.uses(term)
    if kind < 0.6 and uses:
        move, place = rng.choice(uses)
        premises = [rng.randrange(len(state.terms)) for _ in move.premises]
        premises[place] = fact
        return Step(move.label, tuple(premises), _terms(len(move.open), rng, state, graph))
    fitting = library.fitting(nodes[position])
    if not fitting:
        return Step(NORM, (fact,))
    move, _ = rng.choice(fitting)
    return Step(move.label, (fact,), (f"@{position}", *_terms(len(move.open), rng, state, graph)))


def _terms(count: int, rng: random.Random, state, graph: ProofGraph) -> tuple[str, ...]:
    """Terms for open variables: simple ones, and parts of the goal and of facts."""
    statement = rng.choice([graph.goal.statement, *[one.text for one in state.terms[-3:]]]).split(" ")
    parts = [token for token in statement[1:] if token.isalnum() and token[0] in "xyzt0123456789"]
    return tuple(rng.choice((rng.choice(ATOMS), rng.choice(parts or ATOMS))) for _ in range(count))


def wander(env: EquationsEnv, graph: ProofGraph, rng: random.Random, steps: int) -> None:
    """Try so many random steps and keep those that apply."""
    for _ in range(steps):
        answer = env.apply(graph, random_step(env, graph, rng))
        if isinstance(answer, Applied):
            graph.add(answer.fact)
