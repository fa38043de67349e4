"""Steps by algebra: what follows, what does not, and that the two gates agree."""

from __future__ import annotations

import os
import random
import time

import pytest
from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step
from fwd_equations.env import ALGEBRA, EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.generate import Generator
from fwd_equations.parse import read_prefix, read_statement
from fwd_equations.questions import Asker
from fwd_equations.restate import Part
from fwd_equations.settings import EquationsConfig
from fwd_equations.terms import Term, binary

from .gates import kernel_accepts


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(EquationsConfig())


def judged(env: EquationsEnv, goal: str, *hypotheses: str) -> bool:
    """Whether both gates let the goal follow from the hypotheses."""
    graph = env.begin(Goal("test", goal, hypotheses))
    answer = env.apply(graph, Step(ALGEBRA))
    assert kernel_accepts(env, graph, answer) is isinstance(answer, Applied)
    return isinstance(answer, Applied)


FOLLOWS = [
    ("(x+y)^2 = x^2 + 2*x*y + y^2", "0 = 0"),
    ("x^5 + x^4 + 1 = (x^2+x+1)*(x^3-x+1)", "z = z"),
    ("(x/y)/(z/t) = (x*t)/(y*z)", "0 = 0"),
    ("1/(1/x) = x", "0 = 0"),
    ("sin(y + x + y) = 0", "sin(x + 2*y) = 0"),
    ("x - z <= y - z + 1", "x <= y"),
    ("x - z < y - z + 1", "x <= y"),
    ("2*x < 2*y", "x < y"),
    ("-y <= -x", "x < y"),
    ("y != x", "x < y"),
    ("x + 1 != y", "x + 1 < y"),
    ("3*x - 3*y = 6", "x = y + 2"),
    ("x <= y + 1", "x = y"),
    ("2 < 3 + x - x", "x = y"),
    ("x^2 = 4", "x = 2"),
    ("x*y < y^2 + 2*y + 1", "x = y + 2"),
    ("x/x = 1", "0 < x"),
    ("(x + 1)/(x + 1) = 1", "0 < x"),
    ("2/(1/x + 1/y) = 2*x*y/(x + y)", "0 < x", "0 < y"),
    ("(x + y)/(x*(1 - y/x)) = (x + y)/(x - y)", "y < x", "x != 0"),
    ("1/(1 - tan(x)^2) = cos(x)^2/y", "tan(x) = sin(x)/cos(x)", "cos(x) != 0", "y = cos(x)^2 - sin(x)^2", "y != 0"),
    ("1/x + 1/y = (x+y)/(x*y)", "x != 0", "0 < y"),
    ("2/(x^2-1) = 1/(x-1) - 1/(x+1)", "x - 1 != 0", "x != -1"),
    ("2/(1/x+1/y) = 2*x*y/(x+y)", "x != 0", "y != 0", "x+y != 0"),
    ("1/x^2 = x^3/x^5", "-x != 0"),
    ("x + 2*z < y + 2*t", "x < y", "z <= t"),
    ("x + z <= y + t + 1", "x <= y", "z <= t"),
    ("x + z != y + t", "x <= y", "z < t"),
    ("x + z < y + t + 1", "x <= y", "z <= t"),
    ("x*z + z <= y*z + t", "x*z <= y*z", "z <= t"),
    ("-1 < x*y", "0 <= (x+y)^2 + 1", "(x+y)^2 < 4*x*y + 1", "x = y"),
    ("y/y = 1", "y = 1"),
    ("y/y = 1", "y = 1", "0 < x"),
    ("1/(x - 2) = 1", "x = 3"),
    ("1/(x - 2) = 1", "x = 3", "0 < y"),
    ("1/(x - y) = 1/2", "z != t", "x = y + 2", "y != z"),
    ("(x + 1/2)/(x + 1/2) = 1", "x + 1/2 < -1", "z < 1"),
    ("y != x", "x + 1 < y"),
    ("y + t != x + z", "x + 1 < y", "z <= t"),
    ("y = 0", "x*y = 0", "x != 0", "z = 1/x"),
]
CONTRADICTORY = [
    ("u < v", "v < u"),
    ("u < v", "v <= u"),
    ("2*u + 1 <= 2*v", "v <= u"),
    ("u < v", "v = u"),
    ("u != v", "v = u"),
    ("u <= v - 1", "v = u"),
    ("u < u",),
    ("1 < 0",),
    ("u = u + 1",),
    ("u*v = 1", "u = 0"),
    ("1/u = 0", "u != 0"),
    ("sqrt(u) < 0", "sqrt(u) = z^2", "0 <= z^2", "z = t"),
    ("u/(v - 1) = 0", "v = 2", "0 < u"),
]
CONSISTENT = [("u <= v", "v <= u"), ("u < v", "v < u + 1"), ("u < 2*v", "v < u"), ("u != v", "v <= u"), ("1/u = 0",)]
FOLLOWS_NOT = [
    ("(x+y)^2 = x^2 + x*y + y^2", "0 = 0"),
    ("x/x = 1", "0 = 0"),
    ("x/x = 1", "0 <= x"),
    ("(x - 1)/(x - 1) = 1", "0 < x"),
    ("(x + y)/(x + y) = 1", "0 <= x", "0 <= y"),
    ("1/x + 1/y = (x+y)/(x*y)", "x != 0"),
    ("sin(x) = 0", "sin(x + y) = 0"),
    ("x <= y", "x <= y + 1"),
    ("x < y", "x <= y"),
    ("x = y", "x <= y"),
    ("x = y", "x != z"),
    ("y < x", "x < y"),
    ("x*z < y*z", "x < y"),
    ("x*z <= y*z", "x <= y"),
    ("x = 2", "x^2 = 4"),
    ("x*y < y^2 + 2*y", "x = y + 2"),
    ("x*z != 0", "z != 0"),
    ("sqrt(x^2) = x", "0 <= x"),
    ("0 < 0*x", "0 < x"),
    ("x + 1 != y", "x < y"),
    ("0 = 1", "x = x"),
    ("1/(x - y) < 1/(z - y)", "z < x", "y < z"),
    ("x + z < y + t", "x <= y", "z <= t"),
    ("x - z <= y - t", "x <= y", "z <= t"),
    ("x + z <= y + t", "x <= y + 1", "z <= t"),
    ("x + z <= y + t", "x != y", "z <= t"),
    ("x + z = y + t", "x <= y", "z <= t"),
    ("x = y", "x <= y", "y <= x"),
]


@pytest.mark.parametrize("texts", FOLLOWS, ids=lambda texts: texts[0])
def test_what_follows(env: EquationsEnv, texts: tuple[str, ...]):
    assert judged(env, *texts)


@pytest.mark.parametrize("texts", FOLLOWS_NOT, ids=lambda texts: f"{texts[0]} of {texts[1]}")
def test_what_does_not_follow(env: EquationsEnv, texts: tuple[str, ...]):
    assert not judged(env, *texts)


@pytest.mark.parametrize("facts", CONTRADICTORY, ids=", ".join)
@pytest.mark.parametrize("goal", ["x < y", "x = y", "x != x", "1 <= 0"])
def test_anything_follows_from_what_cannot_be(env: EquationsEnv, facts: tuple[str, ...], goal: str):
    assert judged(env, goal, "z < t + 7", *facts)


@pytest.mark.parametrize("facts", CONSISTENT, ids=", ".join)
@pytest.mark.parametrize("goal", ["x < y", "x = y", "x != x", "1 <= 0"])
def test_what_can_be_is_no_contradiction(env: EquationsEnv, facts: tuple[str, ...], goal: str):
    assert not judged(env, goal, "z < t + 7", *facts)


PYTHAGORAS = "sin(x)^2 + cos(x)^2 = 1"
ADD = "sin({0} + {1}) = sin({0})*cos({1}) + cos({0})*sin({1})", "cos({0} + {1}) = cos({0})*cos({1}) - sin({0})*sin({1})"
HALVES = [one.format("(x+y)/2", two) for one in ADD for two in ("((x-y)/2)", "(-(x-y)/2)")]
COSINES = ["cos(x) != 0", "cos(2*x) != 0"]
DOUBLE = [one.format("x", "x") for one in ADD]
TRIPLE = [one.format("(2*x)", "x") for one in ADD]


@pytest.mark.parametrize(
    ("expected", "goal", "hypotheses"),
    [
        (True, "sin(x)^6 + cos(x)^6 = 1 - 3*sin(x)^2*cos(x)^2", [PYTHAGORAS]),
        (False, "sin(x)^6 + cos(x)^6 = 1 - 2*sin(x)^2*cos(x)^2", [PYTHAGORAS]),
        (True, "1 + (cos(x)/sin(x))^2 = 1/sin(x)^2", [PYTHAGORAS, "sin(x) != 0"]),
        (False, "1 + (cos(x)/sin(x))^2 = 1/sin(x)^2", [PYTHAGORAS, "cos(x) != 0"]),
        (True, "y*x^2 < 4*y + 1", ["x = 2"]),
        (True, "x*y = 4", ["y = 2", "x = 2"]),
        (True, "z*x <= z*y", ["z*2 <= z*y", "x = 2"]),
        (False, "x*y = 4", ["y = 2", "x < 2"]),
        (False, "x^2*y = 2*y", ["x = 2"]),
        (True, "x = y", ["x + y = 6", "x - y = 0"]),
        (False, "x = 2", ["x + y = 6", "x*y = 8"]),
        (True, "x^2 + y^2 = 20", ["x + y = 6", "x*y = 8"]),
        (True, "sin(3*x) = 3*sin(x) - 4*sin(x)^3", [PYTHAGORAS, *DOUBLE, *TRIPLE]),
        (False, "sin(3*x) = 3*sin(x) - 3*sin(x)^3", [PYTHAGORAS, *DOUBLE, *TRIPLE]),
        (False, "sin(3*x) = 3*sin(x) - 4*sin(x)^3", [PYTHAGORAS, *DOUBLE]),
        (True, "sin(2*x)/cos(2*x) = 2*(sin(x)/cos(x))/(1 - (sin(x)/cos(x))^2)", [*DOUBLE, *COSINES]),
        (True, "x = z", ["x*y = 1", "y*z = 1"]),
        (True, "x = 1", ["y = y + 1"]),
        (False, "x < 1", ["y = z + 1"]),
        (True, "x < 1", ["y = y + 1"]),
    ],
)
def test_equations_may_be_used_any_number_of_times(env: EquationsEnv, expected: bool, goal: str, hypotheses: list[str]):
    assert judged(env, goal, *hypotheses) is expected


def test_only_the_facts_that_are_needed_are_cited(env: EquationsEnv):
    facts = ("z = t", PYTHAGORAS, "x < y", "sin(x) = t", "y = z", "u != 0")
    answer = env.apply(env.begin(Goal("test", "1 - t^2 = cos(x)^2", facts)), Step(ALGEBRA))
    assert isinstance(answer, Applied)
    assert answer.fact.premises == (1, 3)
    answer = env.apply(env.begin(Goal("test", "(u + u)/u = 2", facts)), Step(ALGEBRA))
    assert isinstance(answer, Applied)
    assert answer.fact.premises == (5,)


def test_a_fact_that_is_not_cited_counts_for_nothing(env: EquationsEnv):
    goal = env.canonical(Goal("test", "x^2 = 4", ("x = 2", "y = 2")))
    facts = tuple(Fact(one) for one in goal.hypotheses)
    for cited, right in (((0,), True), ((0, 1), True), ((1,), False), ((), False)):
        proof = Proof(goal, (*facts, Fact(goal.statement, Step(ALGEBRA), cited)))
        assert env.check(goal, proof).proved is right


@pytest.mark.parametrize(
    "step",
    [
        Step(ALGEBRA, (), ("= x x",)),
        Step(ALGEBRA, (), ("@1",)),
        Step(ALGEBRA, (0,)),
        Step(ALGEBRA, (0, 1)),
        Step(ALGEBRA, (2,)),
    ],
)
def test_malformed_steps_are_refused_by_both_gates(env: EquationsEnv, step: Step):
    graph = env.begin(Goal("test", "x = x", ("y = y", "0 < x")))
    assert not isinstance(env.apply(graph, step), Applied)
    proof = Proof(graph.goal, (*graph.facts, Fact(graph.goal.statement, step, step.premises)))
    assert not env.check(graph.goal, proof).proved


@pytest.mark.parametrize("claim", ["= x", "= 1 1 ", "+ 1 1", "= = 1 1 1", "= 1 \u00b2", "", "= x x x"])
def test_the_kernel_refuses_claims_that_are_no_statements(env: EquationsEnv, claim: str):
    goal = env.canonical(Goal("test", "y = y", ("y = y",)))
    proof = Proof(goal, (Fact("= y y"), Fact(claim, Step(ALGEBRA), (0,))))
    assert not env.check(goal, proof).proved


@pytest.mark.parametrize("goal", ["= ^99 ^99 ^99 + x y 0", f"= {'* + a b ' * 40}c 0", f"= {'/ 1 + x ' * 40}y 0"])
def test_what_takes_long_is_refused_soon(env: EquationsEnv, goal: str):
    graph = env.begin(Goal("test", goal, ("x = y",)))
    step = Step(ALGEBRA)
    start = time.process_time()
    assert not isinstance(env.apply(graph, step), Applied)
    assert not env.check(graph.goal, Proof(graph.goal, (*graph.facts, Fact(goal, step, (0,))))).proved
    assert time.process_time() - start < 20


def restatements(env: EquationsEnv, count: int) -> list[tuple[ProofGraph, Term, bool]]:
    """Facts of generated graphs, restated, a part of them wrongly; and whether that is right."""
    drafter = Generator(env).drafter
    found = []
    for seed in range(count):
        rng = random.Random(seed)
        proof = Generator(env).graph(rng)
        if proof is None:
            continue
        graph = ProofGraph(proof.goal, list(proof.facts))
        statement = read_prefix(proof.facts[-1].statement)
        restated = drafter.restater.restated(rng, statement, Part.whole)
        if seed % 2:
            restated = binary(restated.head, restated.args[0], binary("-", restated.args[1], read_prefix("1")))
        found.append((graph, restated, not seed % 2))
    return found


QUESTIONS = int(os.environ.get("FWD_TEST_QUESTIONS", "500"))


def test_both_gates_agree_with_irrelevant_facts_about(env: EquationsEnv):
    """`bench/equations_gates.py` asks more."""
    asker = Asker(random.Random(1))
    followed, judged, rng = 0, 0, random.Random(2)
    for number in range(QUESTIONS):
        goal = asker.question(f"question {number}")
        graph = env.begin(goal)
        answer = env.apply(graph, Step(ALGEBRA))
        if isinstance(answer, Rejected) and answer.code == "duplicate":
            continue
        assert kernel_accepts(env, graph, answer) is isinstance(answer, Applied), (goal, answer)
        if isinstance(answer, Applied):
            followed += 1
            report = falsify([read_prefix(text) for text in goal.hypotheses], read_prefix(goal.statement), rng, 1)
            assert report.counterexample is None, (goal, report)
            judged += report.points > 0
    assert QUESTIONS / 3 < followed < QUESTIONS * 5 / 6
    assert judged > QUESTIONS / 20


def test_both_gates_agree_and_nothing_false_follows(env: EquationsEnv):
    rng = random.Random(1)
    followed = judged = 0
    for graph, statement, right in restatements(env, 300):
        goal = Goal("restated", statement.text, graph.goal.hypotheses)
        restated = ProofGraph(goal, graph.facts)
        answer = env.apply(restated, Step(ALGEBRA))
        applied = isinstance(answer, Applied)
        known = not applied and answer.code in ("duplicate", "too-long")
        assert applied or known or not right, (graph.facts[-1].statement, statement.text)
        if known:
            continue
        assert kernel_accepts(env, restated, answer) is applied
        if applied:
            followed += 1
            report = falsify([read_statement(text) for text in goal.hypotheses], statement, rng, 5)
            assert report.counterexample is None, (goal, report)
            judged += report.points > 0
    assert followed > 70
    assert judged > 50
