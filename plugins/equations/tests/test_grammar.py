"""The grammar: what may come next, and that it never leads nowhere."""

from __future__ import annotations

import random

import pytest
from attrs import evolve
from fwd.api import Applied, Fact, Goal, ProofGraph, Step
from fwd.errors import CodecError
from fwd_equations.codec import EquationsCodec, renamed
from fwd_equations.cursor import StepCursor
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv


def graph_of(env: EquationsEnv, *hypotheses: str, goal: str = "x = y") -> ProofGraph:
    return env.begin(Goal("test", goal, hypotheses))


def words(codec: EquationsCodec, cursor: StepCursor) -> set[str]:
    return {codec.vocabulary.tokens[token] for token in cursor.allowed().tolist()}


def push(codec: EquationsCodec, cursor: StepCursor, *tokens: str) -> list[bool]:
    return [cursor.push(codec.vocabulary.ids[token]) for token in tokens]


def test_only_rules_that_fit_a_fact(small: EquationsEnv, codec: EquationsCodec):
    allowed = words(codec, codec.cursor(graph_of(small, "0 < exp(x)")))
    assert "L:rw:exp_neg:fwd" not in allowed
    assert "L:rw:ln_mul:fwd" not in allowed
    assert {"L:have:sqrt_pos", "L:have:le_of_lt", "L:rw:ln_exp:bwd", "L:have:refl"} <= allowed


def test_equations_that_algebra_knows_have_no_tokens(codec: EquationsCodec):
    assert {"L:rw:neg_neg:bwd", "L:have:mul_comm", "L:rw:div_self:fwd"}.isdisjoint(codec.vocabulary.ids)
    assert {"L:rw:le_neg:bwd", "L:rw:sq_sqrt:fwd", "L:have:sq_sqrt"} <= codec.vocabulary.ids.keys()


def test_a_premise_that_is_missing_rules_a_derivation_out(small: EquationsEnv, codec: EquationsCodec):
    assert "L:have:lt_trans" in words(codec, codec.cursor(graph_of(small, "x < y", "z < x")))
    cursor = codec.cursor(graph_of(small, "x < y", "z < a"))
    assert push(codec, cursor, "L:have:lt_trans") == [False]
    assert "L:have:lt_trans" not in words(codec, cursor)


def test_pointers_keep_to_what_was_chosen(small: EquationsEnv, codec: EquationsCodec):
    cursor = codec.cursor(graph_of(small, "x < y", "y < z", "a < b"))
    assert push(codec, cursor, "L:have:lt_trans", "<2>", "<0>", "<2>", "<1>") == [True, False, True, False, True]
    assert cursor.complete
    assert cursor.step() == Step("have:lt_trans", (0, 1))


def test_positions_are_those_where_the_rule_fits(small: EquationsEnv, codec: EquationsCodec):
    cursor = codec.cursor(graph_of(small, "ln(exp(x)) = cos(ln(exp(y)))"))
    assert push(codec, cursor, "L:rw:ln_exp:fwd", "<0>") == [True, True]
    assert words(codec, cursor) == {"@1", "@5"}


def test_a_side_condition_must_be_given(small: EquationsEnv, codec: EquationsCodec):
    label = "L:rw:sq_sqrt:fwd"
    assert push(codec, codec.cursor(graph_of(small, "sqrt(x)^2 = y")), label) == [False]
    assert push(codec, codec.cursor(graph_of(small, "sqrt(x)^2 = y", "0 < x")), label) == [True]
    assert push(codec, codec.cursor(graph_of(small, "sqrt(2)^2 = y")), label) == [True]


def test_a_bound_variable_is_a_number_or_what_a_fact_speaks_of(small: EquationsEnv, codec: EquationsCodec):
    cursor = codec.cursor(graph_of(small, "x = y", "0 < y", "z < 0"))
    assert push(codec, cursor, "L:rw:mul_cancel:bwd", "<0>", "@0") == [True, True, True]
    assert {"y", "z", "1", "7", "neg", "/"} <= words(codec, cursor)
    assert words(codec, cursor).isdisjoint({"x", "0", "sin", "+"})


def test_no_step_has_a_known_result(small: EquationsEnv, codec: EquationsCodec):
    graph = graph_of(small, "x < y", "x <= y")
    cursor = codec.cursor(graph)
    assert push(codec, cursor, "L:have:le_of_lt") == [False]
    cursor = codec.cursor(graph_of(small, "x = x", goal="x = 1"))
    assert push(codec, cursor, "L:have:refl", "x", "1") == [True, False, True]
    assert cursor.step() == Step("have:refl", (), ("1",))


def test_a_term_that_is_compared_with_itself_is_a_side_of_the_goal(small: EquationsEnv, codec: EquationsCodec):
    cursor = codec.cursor(graph_of(small, goal="sin(x) < sin(y)"))
    assert push(codec, cursor, "L:have:refl") == [True]
    assert words(codec, cursor) == {"sin"}
    assert push(codec, cursor, "sin") == [True]
    assert words(codec, cursor) == {"x", "y"}
    assert push(codec, cursor, "x") == [True]
    assert push(codec, codec.cursor(graph_of(small, "x = x", "x - x = x - x", goal="x = x")), "L:have:refl") == [False]


def test_algebra_is_offered_where_the_goal_follows(small: EquationsEnv, codec: EquationsCodec):
    graph = graph_of(small, "x < y", "x + 1 < y + 1", goal="2*x < 2*y")
    cursor = codec.cursor(graph)
    assert push(codec, cursor, "L:algebra") == [True]
    assert cursor.complete
    assert cursor.step() == Step("algebra")
    assert codec.encode_step(cursor.step()) == [codec.vocabulary.ids["L:algebra"]]
    graph.add(small.apply(graph, cursor.step()).fact)
    assert graph.solved
    assert "L:algebra" not in words(codec, codec.cursor(graph))
    assert "L:algebra" not in words(codec, codec.cursor(graph_of(small, "x <= y", goal="2*x < 2*y")))


def test_algebra_is_offered_once_the_facts_together_are_enough(small: EquationsEnv, codec: EquationsCodec):
    graph = graph_of(small, "y < 2*x", goal="y < 6")
    assert "L:algebra" not in words(codec, codec.cursor(graph))
    graph = graph_of(small, "y < 2*x", "x = z + 1", "z = 2", goal="y < 6")
    assert "L:algebra" in words(codec, codec.cursor(graph))
    assert "L:algebra" not in words(codec, codec.cursor(graph_of(small, "x = 3", "y = 2", goal="z/z = 1")))


def test_a_denominator_that_is_known_not_to_be_0_makes_algebra_possible(small: EquationsEnv, codec: EquationsCodec):
    graph = graph_of(small, "y = y", goal="exp(x)/exp(x) = 1")
    assert "L:algebra" not in words(codec, codec.cursor(graph))
    graph.add(small.apply(graph, Step("have:exp_pos", (), ("x",))).fact)
    assert "L:algebra" in words(codec, codec.cursor(graph))


def test_terms_keep_to_the_variables_of_the_goal(small: EquationsEnv, codec: EquationsCodec):
    cursor = codec.cursor(graph_of(small, goal="x = y"))
    assert push(codec, cursor, "L:have:exp_pos") == [True]
    assert {"x", "y"} <= words(codec, cursor)
    assert words(codec, cursor).isdisjoint({"z", "a", "="})


def test_long_numbers_and_powers_are_spelled(small: EquationsEnv, codec: EquationsCodec):
    step = Step("have:exp_pos", (), ("+ ^12 x 250",))
    tokens = [codec.vocabulary.tokens[token] for token in codec.encode_step(step)]
    assert tokens == ["L:have:exp_pos", "+", "<power>", "1", "2", "<end>", "x", "<number>", "2", "5", "0", "<end>"]
    cursor = codec.cursor(graph_of(small))
    assert all(push(codec, cursor, *tokens))
    assert cursor.step() == step


def test_terms_leave_room_for_the_result(small: EquationsEnv, codec: EquationsCodec):
    """`A < A + 1` of at most 60 nodes: a term has at most 28."""
    cursor = codec.cursor(graph_of(small))
    assert push(codec, cursor, "L:have:lt_add_one") == [True]
    pushed = 0
    while push(codec, cursor, "sin") == [True]:
        pushed += 1
    assert pushed == 27
    assert push(codec, cursor, "x") == [True]
    assert cursor.complete


def test_growth_bounds_what_is_proposed(small: EquationsEnv):
    """`sin(x) = sin(x)`, the longest statement that is needed, has 5 nodes; `A < A + 1` has room for 2 more then."""
    codec = EquationsCodec(EquationsEnv(evolve(small.config, growth=2)))
    cursor = codec.cursor(graph_of(codec.env, goal="sin(x) < 0"))
    assert push(codec, cursor, "L:have:lt_add_one", "sin", "sin", "x") == [True, True, False, True]
    assert cursor.complete
    assert codec.vocabulary.fingerprint == EquationsCodec(small).vocabulary.fingerprint
    known = codec.cursor(graph_of(codec.env, "x = max(sin(x), y)", goal="x = y"))
    assert push(codec, known, "L:rw:max_comm:fwd", "<0>") == [True, True]


def test_forbidden_rules_are_not_offered(small: EquationsEnv, codec: EquationsCodec):
    goal = Goal("test", "x = y", ("0 < x",), forbidden=frozenset({"sqrt_pos"}))
    allowed = words(codec, codec.cursor(small.begin(goal)))
    assert "L:have:sqrt_pos" not in allowed
    assert "L:have:sqrt_lt" not in allowed
    before = small.begin(Goal("test", "x = y", ("0 < x",), before="sqrt_pos"))
    assert "L:have:exp_pos" not in words(codec, codec.cursor(before))


def test_what_has_no_token_is_a_codec_error(codec: EquationsCodec):
    for text in ("= theta x", "= x12 x"):
        with pytest.raises(CodecError, match="single letters"):
            codec.encode_fact(0, Fact(text))
    with pytest.raises(CodecError, match="max_facts"):
        codec.encode_fact(24, Fact("= x x"))


def test_random_steps_never_end_nowhere_and_never_fail(small: EquationsEnv, codec: EquationsCodec, theorems: Theorems):
    rng = random.Random(3)
    taken = 0
    for goal in [*theorems.goals("valid")[:6], *theorems.goals("identities")[::25]]:
        graph = small.begin(goal)
        for _ in range(8):
            cursor = codec.cursor(graph)
            while not cursor.complete:
                allowed = cursor.allowed().tolist()
                assert allowed, f"{goal.name}: a dead end"
                cursor.push(rng.choice(allowed))
            answer = small.apply(graph, cursor.step())
            assert isinstance(answer, Applied), f"{cursor.step()}: {answer}"
            graph.add(answer.fact)
            taken += 1
    assert taken > 50


def test_renaming_keeps_a_proof(small: EquationsEnv, theorems: Theorems):
    for number, proof in enumerate(theorems.proofs("valid")):
        other = renamed(proof, random.Random(number))
        assert small.check(other.goal, other).proved
        assert small.key(other.goal) == small.key(proof.goal)
