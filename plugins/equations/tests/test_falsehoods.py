"""What is false is not proved by searches over the grammar, and nothing that is generated is false."""

from __future__ import annotations

import random

import pytest
from fwd.prover import Prover
from fwd.search.base import Strategy
from fwd.search.beam import Beam, BeamConfig
from fwd.search.best_first import BestFirst, BestFirstConfig
from fwd.search.linear import Greedy, GreedyConfig, Sampling, SamplingConfig
from fwd.uniform import UniformPolicy
from fwd_equations.codec import EquationsCodec
from fwd_equations.dataset import Graphs, Theorems, Walks
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.mutants import absurd, mutants
from fwd_equations.parse import read_prefix
from fwd_equations.reserved import identities

STRATEGIES: tuple[Strategy, ...] = (
    Greedy(GreedyConfig(max_steps=20, max_tokens=100_000)),
    Sampling(SamplingConfig(max_steps=20, max_mistakes=50, max_tokens=100_000)),
    Beam(BeamConfig(width=3, max_depth=4, max_tokens=100_000)),
    BestFirst(BestFirstConfig(expansions=10, max_tokens=100_000)),
)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
def test_what_is_false_is_never_proved(small: EquationsEnv, codec: EquationsCodec, strategy: Strategy):
    """Even draws from all possible steps; `bench/equations_falsehoods.py` has more of everything, and a model."""
    goals = [*absurd(), *mutants([item.goal for item in identities()], 8, random.Random(5))]
    prover = Prover(UniformPolicy(codec), small, strategy, seed=1)
    for search in prover.prove(goals):
        assert not search.solved, search.proof
        assert search.stopped != "check-failed", f"apply and check do not agree on {search.goal.name}"


def test_everything_that_is_derived_is_true(small: EquationsEnv, codec: EquationsCodec, theorems: Theorems):
    """The facts of searches, solved or not, at points that keep the hypotheses."""
    rng = random.Random(2)
    looked = 0
    prover = Prover(UniformPolicy(codec), small, STRATEGIES[1], seed=1)
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
