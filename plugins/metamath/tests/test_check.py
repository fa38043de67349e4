"""The second gate: proofs that only pretend."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from attrs import evolve
from fwd.api import Fact, Goal, Proof, Step
from fwd_metamath.env import MetamathEnv

IDENTITY = "|- ( ph -> ph )"
GOAL = Goal("id", IDENTITY, forbidden=frozenset({"id"}), before="id")
PROOF = (
    Fact("|- ( ph -> ( ph -> ph ) )", Step("ax-1", (), ("ph", "ph"))),
    Fact("|- ( ph -> ( ( ph -> ph ) -> ph ) )", Step("ax-1", (), ("ph", "( ph -> ph )"))),
    Fact(
        "|- ( ( ph -> ( ( ph -> ph ) -> ph ) ) -> ( ( ph -> ( ph -> ph ) ) -> ( ph -> ph ) ) )",
        Step("ax-2", (), ("ph", "( ph -> ph )", "ph")),
    ),
    Fact("|- ( ( ph -> ( ph -> ph ) ) -> ( ph -> ph ) )", Step("ax-mp", (1, 2)), (1, 2)),
    Fact(IDENTITY, Step("ax-mp", (0, 3)), (0, 3)),
)
SPREAD = Goal("g", "|- ( ph -> A. x ph )")
DUMMY = Goal("g", "|- ( ph -> A. y ps )", ("|- ( ph -> ps )",))


def fact(statement: str, label: str, premises: tuple[int, ...] = (), *arguments: str) -> Fact:
    return Fact(statement, Step(label, premises, arguments), premises)


def test_a_good_proof(small: MetamathEnv) -> None:
    assert small.check(GOAL, Proof(GOAL, PROOF)).proved
    assert small.check(GOAL, Proof(Goal("another", "|- ch"), PROOF)).proved, "the proof's own goal does not count"


ATTACKS = {
    "itself": (GOAL, [fact(IDENTITY, "id", (), "ph")]),
    "a later theorem": (evolve(GOAL, before="ax-2"), list(PROOF)),
    "a forbidden theorem": (evolve(GOAL, forbidden=frozenset({"ax-2"})), list(PROOF)),
    "an unproved theorem": (Goal("g", "|- ( ph -> ps )"), [fact("|- ( ph -> ps )", "unproved", (), "ph", "ps")]),
    "a syntax axiom": (Goal("g", IDENTITY), [fact(IDENTITY, "wi", (), "ph", "ph")]),
    "an unknown label": (GOAL, [fact(IDENTITY, "nothing")]),
    "the label of a variable": (GOAL, [fact(IDENTITY, "wph")]),
    "a hypothesis that the goal does not have": (GOAL, [Fact(IDENTITY)]),
    "a false hypothesis in between": (GOAL, [Fact("|- ph"), *PROOF]),
    "no facts": (GOAL, []),
    "not the goal": (GOAL, list(PROOF[:-1])),
    "another statement than the step proves": (GOAL, [evolve(PROOF[0], statement=IDENTITY)]),
    "odd spacing": (GOAL, [*PROOF[:-1], evolve(PROOF[-1], statement="|-  ( ph -> ph )")]),
    "the wrong typecode": (GOAL, [*PROOF[:-1], evolve(PROOF[-1], statement="wff ( ph -> ph )")]),
    "stray keywords": (GOAL, [fact(IDENTITY + " $. x $a |- ph", "ax-1", (), "ph", "ph $. x $a |- ph")]),
    "circular premises": (GOAL, [fact(IDENTITY, "ax-mp", (0, 1)), fact(IDENTITY, "ax-mp", (1, 0))]),
    "a premise of its own": (GOAL, [fact("|- ph", "a1i", (0,), "ph"), *PROOF[:1]]),
    "negative premises": (GOAL, [*PROOF[:-1], fact(IDENTITY, "ax-mp", (-4, -1))]),
    "premises that are no numbers": (GOAL, [Fact(IDENTITY, Step("ax-mp", ("0", None)))]),  # type: ignore[arg-type]
    "arguments that are no text": (GOAL, [Fact(IDENTITY, Step("ax-1", (), (None, 1)))]),  # type: ignore[arg-type]
    "too many arguments": (GOAL, [fact(PROOF[0].statement, "ax-1", (), "ph", "ph", "ph"), *PROOF[1:]]),
    "an argument of the wrong type": (SPREAD, [fact("|- ( x -> A. x x )", "ax-5", (), "x", "x")]),
    "an endless argument": (GOAL, [fact(IDENTITY, "ax-1", (), "ph", "( " * 100_000)]),
    "a missing condition": (SPREAD, [fact(SPREAD.statement, "ax-5", (), "ph", "x")]),
    "a captured variable": (
        Goal("g", "|- ( A. x ph -> A. x A. x ph )"),
        [fact("|- ( A. x ph -> A. x A. x ph )", "ax-5", (), "A. x ph", "x")],
    ),
    "two names for one variable": (
        Goal("g", "|- A. x A. x ph"),
        [fact("|- A. x A. x ph", "ax-two", (), "ph", "x", "x")],
    ),
    "a dummy that equals another": (
        Goal("g", "|- ph", ("|- ( A. y A. y ch -> ph )",)),
        [
            Fact("|- ( A. y A. y ch -> ph )"),
            fact("|- A. y A. y ch", "ax-two", (), "ch", "y", "y"),
            fact("|- ph", "ax-mp", (1, 0)),
        ],
    ),
    "a variable of a hypothesis taken for a dummy": (
        Goal("g", "|- ch", ("|- ( ( ph -> A. y ph ) -> ch )",)),
        [
            Fact("|- ( ( ph -> A. y ph ) -> ch )"),
            fact("|- ( ph -> A. y ph )", "ax-5", (), "ph", "y"),
            fact("|- ch", "ax-mp", (1, 0)),
        ],
    ),
    "syntax that is declared later": (
        Goal("g", "|- ph", ("|- ph",), before="wfal"),
        [Fact("|- ph"), fact("|- ( F. -> ph )", "a1i", (0,), "F.")],
    ),
    "a step that is none": (GOAL, [Fact(IDENTITY, "ax-1")]),  # type: ignore[arg-type]
    "facts that are none": (GOAL, [None]),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(small: MetamathEnv, name: str) -> None:
    goal, facts = ATTACKS[name]
    verdict = small.check(goal, Proof(goal, tuple(facts)))  # type: ignore[arg-type]
    assert not verdict.proved
    assert verdict.reason
    assert "\n" not in verdict.reason


def test_a_bad_goal_is_not_proved(small: MetamathEnv) -> None:
    bad = Goal("g", "|- (", ())
    assert not small.check(bad, Proof(bad, (Fact("|- ("),))).proved


def test_the_database_ends_where_the_config_says(make_small: Callable[..., MetamathEnv]) -> None:
    goal = Goal("g", IDENTITY)
    for until, proved in (("ax-2", False), ("a1i", True)):
        assert make_small(until=until).check(goal, Proof(goal, PROOF)).proved == proved


def test_conditions_and_dummies(small: MetamathEnv) -> None:
    granted = evolve(SPREAD, conditions=("ph x",))
    assert small.check(granted, Proof(granted, (fact(SPREAD.statement, "ax-5", (), "ph", "x"),))).proved
    goal = Goal("g", "|- ph", ("|- ( ( ch -> A. z ch ) -> ph )",), ("ch z",))
    facts = (
        Fact(goal.hypotheses[0]),
        fact("|- ( ch -> A. y ch )", "ax-5", (), "ch", "y"),
        fact("|- ( ch -> A. z ch )", "ax-5", (), "ch", "z"),
        fact("|- ph", "ax-mp", (2, 0)),
    )
    assert small.check(goal, Proof(goal, facts)).proved
    bare = evolve(goal, conditions=())
    assert not small.check(bare, Proof(bare, facts)).proved


def test_a_goal_among_its_hypotheses(small: MetamathEnv) -> None:
    goal = Goal("g", "|- ph", ("|- ps", "|- ph"))
    assert small.check(goal, Proof(goal, tuple(map(Fact, goal.hypotheses)))).proved


def test_no_mutation_of_a_human_proof_passes_unless_it_still_proves_the_goal(
    embedded: MetamathEnv, human: Callable[..., list[Proof]]
) -> None:
    rng = random.Random(0)
    labels = [theorem.label for theorem in embedded.library]
    proofs = human(embedded)
    refused = 0
    for proof in proofs:
        facts = list(proof.facts)
        place = rng.randrange(len(facts))
        old = facts[place]
        if old.step is None:
            facts[place] = Fact(rng.choice(proofs).goal.statement)
        elif rng.random() < 0.5:
            facts[place] = evolve(old, step=evolve(old.step, label=rng.choice(labels)))
        else:
            facts[place] = evolve(old, statement=rng.choice(proofs).goal.statement)
        changed = facts[place] != old
        verdict = embedded.check(proof.goal, Proof(proof.goal, tuple(facts)))
        refused += not verdict.proved
        if verdict.proved and changed:
            again = embedded.begin(proof.goal)
            for item in facts[len(again.facts) :]:
                assert item.step is not None
                answer = embedded.apply(again, item.step)
                again.add(getattr(answer, "fact", item))
                assert getattr(answer, "code", "duplicate") == "duplicate"
    assert refused > len(proofs) // 2
