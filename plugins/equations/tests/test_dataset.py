"""Generated theorems: what is promised of them, and that they keep away from the benchmark."""

from __future__ import annotations

import random
from collections import Counter

from attrs import evolve
from fwd.api import Goal, Proof, Step
from fwd_equations.dataset import Graphs, Theorems, Walks
from fwd_equations.env import EquationsEnv
from fwd_equations.generate import Generator
from fwd_equations.parse import read_prefix, read_statement
from fwd_equations.reserved import Reserved, identities
from fwd_equations.terms import is_variable

COUNT = 500


def drawn(dataset: Walks | Graphs | Theorems, count: int) -> list[Proof]:
    found = (dataset.draw(random.Random(seed)) for seed in range(count))
    return [proof for proof in found if proof is not None]


def test_generated_proofs_replay(small: EquationsEnv):
    """Each by the kernel; `bench/equations.py` does the same for many more."""
    proofs = drawn(Walks(small), COUNT // 2) + drawn(Graphs(small), COUNT // 2)
    assert len(proofs) > 0.8 * COUNT
    for proof in proofs:
        assert small.check(proof.goal, proof).proved, proof
        assert len(proof.goal.hypotheses) <= 3
        assert proof.facts[-1].statement == proof.goal.statement


def test_most_draws_differ_and_many_are_long(small: EquationsEnv):
    proofs = drawn(Walks(small), 150) + drawn(Graphs(small), 150)
    keys = Counter(small.key(proof.goal) for proof in proofs)
    assert len(keys) > 0.9 * len(proofs)
    steps = [proof.steps for proof in proofs]
    assert min(steps) >= 2
    assert sum(one >= 4 for one in steps) > 0.4 * len(steps)
    labels = {
        fact.step.label.split(":")[1] for proof in proofs for fact in proof.facts if fact.step if ":" in fact.step.label
    }
    assert len(labels) > 90


def test_proofs_begin_and_end_in_every_way(small: EquationsEnv):
    """With a term or an equation; with a rule, or with algebra from one fact or more."""
    proofs = drawn(Walks(small), 200) + drawn(Graphs(small), 100)
    begun: Counter[str] = Counter()
    for proof in proofs:
        step = proof.facts[len(proof.goal.hypotheses)].step
        assert step is not None
        move = small.library.moves.get(step.label)
        begun["term"] += step.label == "have:refl"
        begun["equation"] += step.label.startswith("have:") and move is not None and move.rule.kind == "equation"
    assert begun["term"] > 50
    assert begun["equation"] > 15
    last = [proof.facts[-1] for proof in proofs]
    ended = Counter(len(fact.premises) if fact.step and fact.step.label == "algebra" else 0 for fact in last)
    assert min(ended[0], ended[1]) > 40
    assert sum(ended[count] for count in ended if count > 1) > 25


def test_hypotheses_hold_at_a_point(small: EquationsEnv):
    """Contradictory hypotheses would prove anything; and none is about nothing."""
    for proof in drawn(Graphs(small), 200):
        for text in proof.goal.hypotheses:
            hypothesis = read_prefix(text)
            assert hypothesis.args[0] is not hypothesis.args[1]
            assert any(is_variable(head) for head in text.split(" "))


def test_goals_speak_of_all_variables_of_their_proofs(theorems: Theorems):
    for proof in theorems.proofs("valid"):
        given = set(" ".join((proof.goal.statement, *proof.goal.hypotheses)).split(" "))
        used = {head for fact in proof.facts for head in fact.statement.split(" ") if is_variable(head)}
        assert used <= given


def test_splits_depend_on_the_seed(small: EquationsEnv, theorems: Theorems):
    other = Theorems(EquationsEnv(evolve(small.config, split_seed=1)))
    assert [goal.statement for goal in other.goals("valid")] != [goal.statement for goal in theorems.goals("valid")]
    assert len(other.goals("valid")) == len(theorems.goals("valid")) == 20
    assert len(theorems.goals("train")) == 30


def test_the_benchmark_is_a_split_and_held_out(small: EquationsEnv, theorems: Theorems):
    goals = theorems.goals("identities")
    assert len(goals) == 125
    assert not theorems.proofs("identities")
    held_out = theorems.held_out()
    for goal in goals:
        assert small.canonical(goal) == goal
        assert small.key(goal) in held_out
    items = identities()
    assert sum(item.equality for item in items) > 90
    assert {item.difficulty for item in items} == {"easy", "medium", "hard"}


def test_reserved_up_to_renaming_and_order():
    reserved = Reserved()
    same = (
        "(x+y)^2 = x^2 + 2*x*y + y^2",
        "b*2*a + a^2 + b^2 = (b + a)^2",
        "ln(t*u) = ln(u) + ln(t)",
        "ln(u) + ln(t) = ln(t*u)",
        "cos(-t) = cos(t)",
    )
    other = ("(x+y)^2 = x^2 + 2*x*x + y^2", "ln(t*u) = ln(u) - ln(t)", "cos(-(t*u)) = cos(t*u)", "x = y")
    assert [read_statement(text) in reserved for text in same] == [True] * 5
    assert not any(read_statement(text) in reserved for text in other)


def test_draws_prove_nothing_that_is_reserved(small: EquationsEnv, theorems: Theorems):
    reserved = theorems.source.reserved
    for proof in drawn(theorems, 200):
        assert not any(fact.step and read_prefix(fact.statement) in reserved for fact in proof.facts)


def test_a_walk_into_the_benchmark_is_dropped(small: EquationsEnv, theorems: Theorems):
    """`cos(-x) = cos(x)` is one rewrite away from `cos(-x) = cos(-x)`."""
    goal = Goal("walk", "= cos neg a cos a")
    graph = small.begin(goal)
    for step in (Step("have:refl", (), ("cos neg a",)), Step("rw:cos_neg:fwd", (0,), ("@4",))):
        graph.add(small.apply(graph, step).fact)
    proof = Proof.of(graph)
    assert small.check(goal, proof).proved
    assert theorems.source.clean(proof) is None


def test_every_rule_can_be_met(small: EquationsEnv):
    made = Generator(small).drafter
    rules = {move.rule.name for move in (*made.starts, *made.mirrors, *made.axioms, *made.inferences, *made.equations)}
    known = {rule.name for rule in small.library.rules if rule.kind == "equation"} & small.library.algebraic
    assert rules == {rule.name for rule in small.library.rules} - known
    assert len(rules) > 100
