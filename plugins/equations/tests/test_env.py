"""What steps do, and that the kernel and `apply` agree."""

from __future__ import annotations

import random

import pytest
from attrs import evolve
from fwd.api import Applied, Goal, Proof, ProofGraph, Rejected, Step
from fwd.errors import GoalError
from fwd_equations.env import EquationsEnv
from fwd_equations.settings import EquationsConfig

from .walker import random_step, wander


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(EquationsConfig(max_statement=60))


def grown(env: EquationsEnv, goal: Goal, *steps: Step) -> ProofGraph:
    graph = env.begin(goal)
    for step in steps:
        answer = env.apply(graph, step)
        assert isinstance(answer, Applied), (step, answer)
        graph.add(answer.fact)
    return graph


def test_a_proof_with_a_side_condition(env: EquationsEnv) -> None:
    graph = grown(
        env,
        Goal("g", "exp(ln x) = x", ("x > 0",)),
        Step("have:refl", (), ("x",)),
        Step("rw:exp_ln:bwd", (1,), ("@1",)),
    )
    assert graph.facts[-1].premises == (1, 0)
    assert graph.solved
    proof = Proof.of(graph)
    assert env.check(graph.goal, proof).proved
    uncited = evolve(proof.facts[-1], premises=(1,))
    verdict = env.check(graph.goal, Proof(graph.goal, (*proof.facts[:-1], uncited)))
    assert not verdict.proved
    assert "< 0 x" in verdict.reason


def test_every_kind_of_step(env: EquationsEnv) -> None:
    graph = grown(
        env,
        Goal("g", "0 = (x/x + 1)*(y - 2)", ("x != 0", "y = 2")),
        Step("have:refl", (), ("+ / x x 1",)),
        Step("rw:div_self:fwd", (2,), ("@2",)),
        Step("norm", (3,), ("@1",)),
        Step("have:mul_zero", (), ("+ / x x 1",)),
        Step("calc", (), ("= - 2 2 0",)),
        Step("use:bwd", (5, 6), ("@7",)),
        Step("use:bwd", (7, 1), ("@8",)),
        Step("rw:eq_symm:fwd", (8,), ("@0",)),
    )
    assert graph.solved
    assert env.check(graph.goal, Proof.of(graph)).proved
    assert [fact.statement for fact in graph.facts[2:6]] == [
        "= + / x x 1 + / x x 1",
        "= + 1 1 + / x x 1",
        "= 2 + / x x 1",
        "= * + / x x 1 0 0",
    ]


def test_conditions_may_be_decided_or_implied(env: EquationsEnv) -> None:
    graph = grown(env, Goal("g", "1 = 1", ("y < x", "a = b")), Step("have:refl", (), ("1",)))
    assert isinstance(env.apply(graph, Step("rw:div_self:bwd", (2,), ("@1", "2"))), Applied)
    assert isinstance(env.apply(graph, Step("rw:div_self:bwd", (2,), ("@1", "- 2 2"))), Rejected)
    difference = grown(env, Goal("g", "x = x", ("y < x",)), Step("have:max_of_le", (), ("y", "x")))
    assert difference.facts[-1].premises == (0,)
    refused = env.apply(graph, Step("have:max_of_le", (), ("x", "y")))
    assert isinstance(refused, Rejected)
    assert refused.code == "condition"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step("have:nothing"), "unknown"),
        (Step("have:refl", (), ()), "arguments"),
        (Step("have:refl", (0,), ("x",)), "premises"),
        (Step("have:refl", (), ("x y",)), "syntax"),
        (Step("have:refl", (), ("< x y",)), "syntax"),
        (Step("have:refl", (), ("x+y",)), "syntax"),
        (Step("have:refl", (), ("9" * 10_000,)), "syntax"),
        (Step("have:refl", (), ("neg " * 10_000 + "x",)), "syntax"),
        (Step("have:lt_trans", (0, 0)), "mismatch"),
        (Step("have:lt_trans", (0, 7)), "premises"),
        (Step("rw:add_comm:fwd", (0,), ("@2",)), "mismatch"),
        (Step("rw:add_comm:fwd", (0,), ("@99",)), "position"),
        (Step("rw:add_comm:fwd", (0,), ("@-1",)), "position"),
        (Step("rw:add_comm:fwd", (0,), ("@01",)), "position"),
        (Step("rw:add_zero:bwd", (0,), ("@0",)), "mismatch"),
        (Step("rw:exp_ln:bwd", (0,), ("@2",)), "duplicate"),
        (Step("rw:div_self:bwd", (0,), ("@1", "y")), "mismatch"),
        (Step("use:fwd", (0, 0), ("@1",)), "mismatch"),
        (Step("norm", (0,)), "duplicate"),
        (Step("norm", (0,), ("@0", "@0")), "arguments"),
        (Step("calc", (), ("= 0 1",)), "false"),
        (Step("calc", (), ("!= / 1 0 0",)), "false"),
        (Step("calc", (), ("= x x",)), "false"),
        (Step("calc", (), ("= ^99 ^99 9 ^99 ^99 9",)), "false"),
        (Step("calc", (), ("1",)), "syntax"),
    ],
)
def test_rejections(env: EquationsEnv, step: Step, code: str) -> None:
    graph = env.begin(Goal("g", "0 < y", ("0 < x",)))
    if code == "duplicate" and step.label == "rw:exp_ln:bwd":
        graph.add(env.apply(graph, step).fact)  # type: ignore[union-attr]
    answer = env.apply(graph, step)
    assert isinstance(answer, Rejected), answer
    assert answer.code == code


def test_results_that_are_too_long_are_rejected(env: EquationsEnv) -> None:
    big = " ".join(["+ x"] * 40 + ["x"])
    answer = env.apply(env.begin(Goal("g", "x = x")), Step("have:refl", (), (big,)))
    assert isinstance(answer, Rejected)
    assert answer.code == "too-long"


@pytest.mark.parametrize(
    "goal",
    [
        Goal("g", "x + = y"),
        Goal("g", "x"),
        Goal("g", "x = y", ("y",)),
        Goal("g", "x = y", conditions=("x y",)),
        Goal("g", "x = y", forbidden=frozenset({"nothing"})),
        Goal("g", "x = y", before="nothing"),
        Goal("g", "sin(" * 10_000 + "x" + ")" * 10_000 + " = 1"),
        Goal("g", "9" * 10_000 + " = 1"),
    ],
)
def test_bad_goals(env: EquationsEnv, goal: Goal) -> None:
    with pytest.raises(GoalError) as caught:
        env.canonical(goal)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert not env.check(goal, Proof(goal, ())).proved


def test_forbidden_rules_are_out_for_apply_and_check(env: EquationsEnv) -> None:
    step = Step("have:refl", (), ("x",))
    proof = Proof.of(grown(env, Goal("g", "x = x"), step))
    for goal in (Goal("g", "x = x", forbidden=frozenset({"refl"})), Goal("g", "x = x", before="refl")):
        answer = env.apply(env.begin(goal), step)
        assert isinstance(answer, Rejected)
        assert answer.code == "forbidden"
        assert not env.check(goal, proof).proved
    assert env.check(Goal("g", "x = x", before="eq_symm"), proof).proved


def test_keys(env: EquationsEnv) -> None:
    def key(statement: str, *hypotheses: str) -> str:
        return env.key(env.canonical(Goal("any", statement, hypotheses)))

    assert key("x + y = y + x") == key("a + b = b + a") != key("x + y = x + y")
    assert key("x = 0", "a < x", "b < a", "c < d") == key("y = 0", "x < b", "u < v", "v < y")
    assert key("x = 0", "a < b", "b < c", "c < a") != key("x = 0", "a < b", "b < c", "a < c")
    alike = [f"v{number} != 0" for number in range(30)]
    assert key("0 = 0", *alike) == key("0 = 0", *reversed(alike)) != key("0 = 0", *alike[1:])
    assert key("x = pi") != key("x = y")


HYPOTHESES = [(), ("0 < x",), ("x != 0", "0 <= y"), ("x < y",), ("z = x + y",), ("-1 <= x", "x <= 1", "y = exp(x)")]


@pytest.mark.parametrize("hypotheses", HYPOTHESES)
def test_the_kernel_accepts_what_apply_derives(env: EquationsEnv, hypotheses: tuple[str, ...]) -> None:
    rng = random.Random(str(hypotheses))
    graph = env.begin(Goal("g", "x = y", hypotheses))
    wander(env, graph, rng, 600)
    assert len(graph.facts) > 60
    for index in range(len(graph.facts)):
        part = Proof(graph.goal, tuple(graph.facts)).subproof(index)
        verdict = env.check(part.goal, part)
        assert verdict.proved, (part, verdict.reason)


def test_the_kernel_refuses_what_apply_rejects(env: EquationsEnv) -> None:
    """Steps that do not apply, claimed to give a statement that is near, cite everything and are refused."""
    rng = random.Random(5)
    graph = env.begin(Goal("g", "x = y", ("0 < x", "x < y")))
    wander(env, graph, rng, 150)
    everything = tuple(range(len(graph.facts)))
    refused = 0
    for _ in range(1500):
        step = random_step(env, graph, rng)
        answer = env.apply(graph, step)
        if isinstance(answer, Applied):
            claim = rng.choice(graph.facts).statement
            claims = [f"{claim.split(' ')[0]} x y", " ".join([*answer.fact.statement.split(" ")[:-1], "t"])]
        elif answer.code in ("duplicate", "too-long"):
            continue
        else:
            claims = ["= x y", "< x x"]
        for claim in claims:
            if graph.find(claim) is not None or (isinstance(answer, Applied) and claim == answer.fact.statement):
                continue
            fact = evolve(graph.facts[0], statement=claim, step=step, premises=(*step.premises, *everything))
            goal = evolve(graph.goal, statement=claim)
            verdict = env.check(goal, Proof(goal, (*graph.facts, fact)))
            assert not verdict.proved, (step, claim)
            refused += 1
    assert refused > 1000
