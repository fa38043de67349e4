"""Nothing false is ever proved: neither by blind search, nor past the kernel."""

from __future__ import annotations

import random

import pytest
from fwd.api import Fact, Goal, Proof, Step
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.mutants import absurd, mutants
from fwd_equations.parse import read_prefix
from fwd_equations.reserved import identities
from fwd_equations.settings import EquationsConfig

from .walker import wander


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(EquationsConfig(max_statement=40))


@pytest.mark.parametrize("goal", absurd()[:8], ids=lambda goal: goal.statement)
def test_absurd_goals_are_never_reached(env: EquationsEnv, goal: Goal) -> None:
    for seed in range(3):
        graph = env.begin(goal)
        wander(env, graph, random.Random(seed), 1000)
        assert len(graph.facts) > 100
        assert not graph.solved


def test_mutants_are_never_reached(env: EquationsEnv) -> None:
    rng = random.Random(3)
    for mutant in mutants([item.goal for item in identities()], 200, rng):
        graph = env.begin(mutant)
        wander(env, graph, rng, 60)
        assert not graph.solved, mutant


@pytest.mark.parametrize("hypotheses", [(), ("0 < x",), ("x != 0", "0 <= y"), ("z = x + y",), ("x < y",)])
def test_what_is_derived_is_true_at_many_points(env: EquationsEnv, hypotheses: tuple[str, ...]) -> None:
    rng = random.Random(7)
    graph = env.begin(Goal("g", "x = y", hypotheses))
    wander(env, graph, rng, 500)
    assumed = [read_prefix(text) for text in graph.goal.hypotheses]
    judged = 0
    for fact in graph.facts[len(assumed) :]:
        report = falsify(assumed, read_prefix(fact.statement), rng, 8)
        assert report.counterexample is None, (fact, report)
        judged += report.points >= 8
    assert judged > 40


FORGERIES = [
    ("= x y", Step("have:refl", (), ("x",))),
    ("= 0 1", Step("calc", (), ("= 0 1",))),
    ("= 0 1", Step("norm", (0,))),
    ("!= x x", Step("calc", (), ("!= x x",))),
    ("= x y", Step("norm", (0,), ("@1",))),
    ("= / x x 1", Step("have:div_self", (), ("x",))),
    ("= / 0 0 1", Step("have:div_self", (), ("0",))),
    ("= / - x x - x x 1", Step("have:div_self", (), ("- x x",))),
    ("< x x", Step("have:lt_add_one", (), ("x",))),
    ("= 1 x", Step("rw:div_self:bwd", (0,), ("@1",))),
    ("= 1 2", Step("use:fwd", (0, 0), ("@2",))),
    ("= x y", Step("rw:add_zero:bwd", (0,), ("@0",))),
    ("= + 1 0 1", Step("rw:add_zero:fwd", (0,), ("@1",))),
    ("= x = y", Step("have:refl", (), ("= y",))),
    ("= x + y", Step("have:refl", (), ("x +",))),
    ("= 1 1 ", Step("norm", (0,))),
    ("= ^0 0 0", Step("calc", (), ("= ^0 0 0",))),
    ("= 1", Step("norm", (0,))),
    ("= 1 1 1", Step("norm", (0,))),
]


@pytest.mark.parametrize(("statement", "step"), FORGERIES)
def test_forgeries_do_not_pass_the_kernel(env: EquationsEnv, statement: str, step: Step) -> None:
    goal = Goal("forged", "1 = 1")
    start = Fact("= 1 1", Step("have:refl", (), ("1",)))
    assert env.check(goal, Proof(goal, (start,))).proved
    forged = Fact(statement, step, step.premises)
    verdict = env.check(goal, Proof(goal, (start, forged)))
    assert not verdict.proved
    assert verdict.reason
