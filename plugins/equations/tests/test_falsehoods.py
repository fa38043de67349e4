"""What is false is not proved by searches over the grammar, and nothing that is generated is false."""

from __future__ import annotations

import random

import pytest
from fwd.api import Goal
from fwd.prover import Prover
from fwd.search.linear import Sampling, SamplingConfig
from fwd.uniform import UniformPolicy
from fwd_equations.codec import EquationsCodec
from fwd_equations.dataset import Graphs, Theorems, Walks
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.parse import read_prefix
from fwd_equations.terms import BINARY, POWERS, UNARY, at, leaf, make, replace

FALSE = ("x = y", "0 = 1", "x != x", "x < x", "1/0 = 1", "sqrt(x)^2 = x", "ln(exp(x)) = ln(x)", "x <= x - 1")


def mutants(theorems: Theorems, count: int) -> list[Goal]:
    """Goals of the benchmark with one head changed, which a point shows to be false."""
    rng = random.Random(5)
    goals = theorems.goals("identities")
    found: list[Goal] = []
    while len(found) < count:
        goal = rng.choice(goals)
        statement = read_prefix(goal.statement)
        position = rng.randrange(1, statement.size)
        node = at(statement, position)
        heads = BINARY if len(node.args) == 2 else (*UNARY, *POWERS[1:5]) if node.args else ("0", "1", "2", "3", "x")
        new = rng.choice(heads)
        changed = replace(statement, position, make(new, node.args) if node.args else leaf(new))
        hypotheses = [read_prefix(text) for text in goal.hypotheses]
        if falsify(hypotheses, changed, rng, 20).counterexample is not None:
            found.append(Goal(f"mutant {len(found)} of {goal.name}", changed.text, goal.hypotheses))
    return found


@pytest.fixture(scope="module")
def prover(small: EquationsEnv, codec: EquationsCodec) -> Prover:
    """Draws evenly from all possible steps, and goes on as long as it may."""
    strategy = Sampling(SamplingConfig(max_steps=20, max_mistakes=50, max_tokens=100_000))
    return Prover(UniformPolicy(codec), small, strategy, seed=1)


def test_what_is_false_is_never_proved(prover: Prover):
    goals = [Goal(text, text) for text in FALSE]
    for search in prover.prove(goals, trials=3):
        assert not search.solved, search.proof
        assert search.stopped != "check-failed", f"apply and check do not agree on {search.goal.name}"


def test_mutants_of_identities_are_never_proved(prover: Prover, theorems: Theorems):
    for search in prover.prove(mutants(theorems, 12)):
        assert not search.solved, search.proof
        assert search.stopped != "check-failed"


def test_everything_that_random_steps_derive_is_true(small: EquationsEnv, prover: Prover, theorems: Theorems):
    """The facts of searches, solved or not, at points that keep the hypotheses."""
    rng = random.Random(2)
    looked = 0
    for search in prover.prove(theorems.goals("valid")[:6]):
        hypotheses = [read_prefix(text) for text in search.goal.hypotheses]
        for fact in search.graph.facts[::4]:
            report = falsify(hypotheses, read_prefix(fact.statement), rng, 5)
            assert report.counterexample is None, f"{fact} is false at {report.counterexample}"
            looked += 1
    assert looked > 20


def test_generated_theorems_are_not_falsified(small: EquationsEnv):
    rng = random.Random(4)
    judged = 0
    for dataset in (Walks(small), Graphs(small)):
        for seed in range(40):
            proof = dataset.draw(random.Random(seed))
            if proof is None:
                continue
            hypotheses = [read_prefix(text) for text in proof.goal.hypotheses]
            report = falsify(hypotheses, read_prefix(proof.goal.statement), rng, 5)
            assert report.counterexample is None, f"{proof.goal} is false at {report.counterexample}"
            judged += report.points > 0
    assert judged > 60
