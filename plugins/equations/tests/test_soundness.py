"""Nothing false is ever proved: neither by blind search, nor past the kernel."""

from __future__ import annotations

import random

import pytest
from fwd.api import Fact, Goal, Proof, Step
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.parse import read_prefix, read_statement
from fwd_equations.settings import EquationsConfig
from fwd_equations.terms import Term, binary, leaf, preorder, replace, unary

from .walker import wander


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(EquationsConfig(max_statement=40))


TRUE = [
    "(x+y)^2 = x^2 + 2*x*y + y^2",
    "x^2 - y^2 = (x-y)*(x+y)",
    "exp(x+y) = exp(x)*exp(y)",
    "sin(2*x) = 2*sin(x)*cos(x)",
    "cos(x)^2 = (1+cos(2*x))/2",
    "cosh(x)^2 - sinh(x)^2 = 1",
    "abs(x*y) = abs(x)*abs(y)",
    "sqrt(x^2) = abs(x)",
    "ln(x^2) = 2*ln(abs(x))",
    "tan(atan(x)) = x",
    "max(x, y) = -min(-x, -y)",
    "x + 1 <= exp(x)",
    "2*x*y <= x^2 + y^2",
]


@pytest.mark.parametrize("statement", ["x = y", "0 = 1", "sin(x) != sin(x)", "x < x", "x = x + 1", "1/x != 1/x"])
def test_absurd_goals_are_never_reached(env: EquationsEnv, statement: str) -> None:
    for seed in range(4):
        graph = env.begin(Goal("absurd", statement))
        wander(env, graph, random.Random(seed), 1000)
        assert len(graph.facts) > 100
        assert not graph.solved


def mutants(rng: random.Random, count: int) -> list[Term]:
    """False statements that differ from true ones in a single node."""
    sources = [read_statement(text) for text in TRUE]
    found: dict[Term, None] = {}
    while len(found) < count:
        term = rng.choice(sources)
        position = rng.randrange(1, term.size)
        node = list(preorder(term))[position]
        if not node.args:
            new = leaf(rng.choice(["x", "y", "0", "1", "2", "3"]))
        elif len(node.args) == 1:
            new = rng.choice([node.args[0], unary("neg", node), unary("sqrt", node.args[0]), unary("^3", node.args[0])])
        else:
            new = binary(rng.choice(["+", "-", "*", "/", "max"]), *node.args)
        mutant = replace(term, position, new)
        if falsify((), mutant, rng, 100).counterexample is not None:
            found[mutant] = None
    return list(found)


def test_mutants_are_never_reached(env: EquationsEnv) -> None:
    rng = random.Random(3)
    for mutant in mutants(rng, 200):
        graph = env.begin(Goal("mutant", mutant.text))
        wander(env, graph, rng, 60)
        assert not graph.solved, mutant.text


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
