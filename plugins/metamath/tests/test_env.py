"""What the env accepts and rejects, on a miniature database and on human proofs of real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step
from fwd.errors import DatabaseError, GoalError
from fwd_metamath.env import MetamathEnv
from fwd_metamath.settings import MetamathConfig


def graph_of(env: MetamathEnv, *hypotheses: str, statement: str = "|- ch", **rest: object) -> ProofGraph:
    return env.begin(Goal("goal", statement, hypotheses, **rest))  # type: ignore[arg-type]


def test_applied(small: MetamathEnv) -> None:
    graph = graph_of(small, "|- ph", "|- ( ph -> ps )")
    assert small.apply(graph, Step("ax-mp", (0, 1))) == Applied(Fact("|- ps", Step("ax-mp", (0, 1)), (0, 1)))
    answer = small.apply(graph, Step("ax-1", (), ("A. x ph", " ps  ")))
    assert isinstance(answer, Applied)
    assert answer.fact.statement == "|- ( A. x ph -> ( ps -> A. x ph ) )"
    assert answer.fact.step == Step("ax-1", (), ("A. x ph", "ps"))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step("nonsense"), "unknown"),
        (Step("wi", (), ("ph", "ps")), "unknown"),
        (Step("unproved", (), ("ph", "ps")), "unknown"),
        (Step("ax-mp", (0,)), "premises"),
        (Step("ax-mp", (0, 1, 1)), "premises"),
        (Step("ax-mp", (0, 9)), "premises"),
        (Step("ax-mp", (-2, -1)), "premises"),
        (Step("ax-mp", (False, True)), "premises"),
        (Step("ax-mp", (1, 0)), "mismatch"),
        (Step("ax-1", (), ("ph",)), "arguments"),
        (Step("ax-mp", (0, 1), ("ph",)), "arguments"),
        (Step("ax-1", (), ("ph", "( ph")), "syntax"),
        (Step("ax-1", (), ("ph", "x")), "syntax"),
        (Step("ax-1", (), ("ph", "ph $. bad $a |- ph")), "syntax"),
        (Step("ax-1", (), ("ph", "( " * 100_000)), "syntax"),
        (Step("ax-gen", (0,), ("ph",)), "syntax"),
        (Step("ax-5", (), ("A. x ph", "x")), "distinct"),
        (Step("ax-two", (), ("ph", "x", "x")), "distinct"),
        (Step("ax-5", (), ("ph", "x")), "distinct"),
        (Step("a1i", (2,), ("ps",)), "duplicate"),
        (Step(["a1i"]), "syntax"),  # type: ignore[arg-type]
        (Step("a1i", 2, ("ps",)), "syntax"),  # type: ignore[arg-type]
        (Step("a1i", (2,), "ps"), "syntax"),  # type: ignore[arg-type]
        (Step("a1i", (2,), (None,)), "syntax"),  # type: ignore[arg-type]
        (Step("a1i", (None,), ("ps",)), "premises"),  # type: ignore[arg-type]
    ],
)
def test_rejected(small: MetamathEnv, step: Step, code: str) -> None:
    graph = graph_of(small, "|- ph", "|- ( ph -> ps )", "|- A. x ch")
    fact = small.apply(graph, Step("a1i", (2,), ("ps",)))
    assert isinstance(fact, Applied)
    graph.add(fact.fact)
    answer = small.apply(graph, step)
    assert isinstance(answer, Rejected)
    assert answer.code == code


def test_distinct_variables(small: MetamathEnv) -> None:
    step = Step("ax-5", (), ("ph", "x"))
    without = graph_of(small, statement="|- ( ph -> A. x ph )")
    granted = graph_of(small, statement="|- ( ph -> A. x ph )", conditions=("x ph",))
    assert isinstance(small.apply(without, step), Rejected)
    assert isinstance(small.apply(granted, step), Applied)
    # y is a dummy in both: distinct from all but itself.
    assert isinstance(small.apply(without, Step("ax-5", (), ("( ph -> A. x ps )", "y"))), Applied)
    assert isinstance(small.apply(without, Step("ax-two", (), ("ph", "x", "y"))), Applied)
    assert isinstance(small.apply(without, Step("ax-5", (), ("A. y ph", "y"))), Rejected)


def test_what_a_goal_may_use(small: MetamathEnv, make_small: Callable[..., MetamathEnv]) -> None:
    identity = Step("id", (), ("ph",))
    assert isinstance(small.apply(graph_of(small, before="later"), identity), Applied)
    for graph in (graph_of(small, before="id"), graph_of(small, forbidden=frozenset({"id"}))):
        answer = small.apply(graph, identity)
        assert isinstance(answer, Rejected)
        assert answer.code == "forbidden"
    early = make_small(until="id")
    assert isinstance(early.apply(graph_of(early), identity), Rejected)
    assert isinstance(early.apply(graph_of(early, before="later"), identity), Rejected)
    falsehood = Step("ax-1", (), ("ph", "F."))
    assert isinstance(small.apply(graph_of(small), falsehood), Applied)
    answer = small.apply(graph_of(small, before="wfal"), falsehood)
    assert isinstance(answer, Rejected)
    assert answer.code == "forbidden"


def test_statements_cannot_grow_without_bound(small: MetamathEnv) -> None:
    graph = graph_of(small, "|- ph")
    answer: Applied | Rejected = Rejected("none")
    for number in range(40):
        answer = small.apply(graph, Step("a1i", (number,), (graph.facts[number].statement[3:],)))
        if isinstance(answer, Rejected):
            break
        graph.add(answer.fact)
    assert isinstance(answer, Rejected)
    assert answer.code == "too-long"


def test_canonical(small: MetamathEnv) -> None:
    goal = Goal("g", "  |-  ph ", ("|- ( ph  -> A. x ps )", "|- ( ph -> A. x ps )"), ("x ps ph", "z y", "ph x"))
    assert small.canonical(goal) == Goal("g", "|- ph", ("|- ( ph -> A. x ps )",), ("ph ps", "ph x", "ps x"))


@pytest.mark.parametrize(
    "goal",
    [
        Goal("g", "ph"),
        Goal("g", "|- x"),
        Goal("g", "|- ( ph -> )"),
        Goal("g", "wff ph"),
        Goal("g", "|- ph $. more $a |- ps"),
        Goal("g", "|- ph", ("ps",)),
        Goal("g", "|- ph", (), ("x",)),
        Goal("g", "|- ph", (), ("x x",)),
        Goal("g", "|- ph", (), ("x nonsense",)),
        Goal("g", "|- ph", forbidden=frozenset({"nonsense"})),
        Goal("g", "|- ph", before="nonsense"),
        Goal("g", "|- F.", before="wfal"),
        Goal("g", "|- " + "A. x " * 50_000 + "ph"),
        Goal("g", "|- " + "( " * 10_000),
    ],
)
def test_goals_that_are_none(small: MetamathEnv, goal: Goal) -> None:
    with pytest.raises(GoalError) as caught:
        small.canonical(goal)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_missing_database() -> None:
    with pytest.raises(DatabaseError):
        MetamathEnv(MetamathConfig(database="/nowhere/nothing.mm"))


def replayed(env: MetamathEnv, proofs: list[Proof]) -> int:
    """Apply every step of the human proofs; the results must be the facts of the verifier's trace."""
    steps = 0
    for proof in proofs:
        graph = env.begin(proof.goal)
        for fact in proof.facts[len(graph.facts) :]:
            assert fact.step is not None
            answer = env.apply(graph, fact.step)
            assert answer == Applied(fact), f"{proof.goal.name}: {fact} is {answer}"
            graph.add(fact)
            steps += 1
        assert graph.solved
        assert env.check(proof.goal, proof).proved
    return steps


def test_human_proofs_of_the_embedded_database(embedded: MetamathEnv, human: Callable[..., list[Proof]]) -> None:
    assert replayed(embedded, human(embedded)) > 500


@pytest.mark.parametrize(
    ("name", "until", "every"),
    [("hol.mm", None, 2), ("ql.mm", None, 10), ("iset.mm", None, 100), ("nf.mm", None, 100), ("set.mm", "wal", 3)],
)
def test_human_proofs_of_real_databases(
    debian: Path, human: Callable[..., list[Proof]], name: str, until: str | None, every: int
) -> None:
    env = MetamathEnv(MetamathConfig(database=str(debian / name), until=until, valid=5, test=5))
    assert replayed(env, human(env, every)) > 100
