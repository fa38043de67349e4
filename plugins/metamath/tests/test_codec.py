"""Tokens for goals, steps and facts, and proofs made over for training."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from fwd.api import Fact, Goal, Proof, Step
from fwd.errors import CodecError
from fwd_metamath.augment import needed_conditions, rename
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.env import MetamathEnv


@pytest.fixture(scope="module")
def codec(small: MetamathEnv) -> MetamathCodec:
    return MetamathCodec(small)


def spelled(codec: MetamathCodec, ids: list[int]) -> str:
    return " ".join(codec.vocabulary.tokens[token] for token in ids)


def test_transcript(codec: MetamathCodec) -> None:
    goal = Goal("g", "|- ( ph -> A. x ps )", ("|- ( ph -> ps )", "|- ch"), ("ph x", "ps z", "ps x"))
    text = "<goal> ( ph -> A. x ps ) <0> ( ph -> ps ) <1> ch <distinct> ph x ps x"
    assert spelled(codec, codec.encode_goal(goal)) == text
    assert spelled(codec, codec.encode_goal(Goal("g", "|- ph"))) == "<goal> ph"
    assert spelled(codec, codec.encode_step(Step("a1i", (3,), ("A. x ph",)))) == "L:a1i <3> A. x ph"
    assert spelled(codec, codec.encode_fact(7, Fact("|- ph"))) == "<7> ph"
    assert codec.vocabulary.tokens[codec.step_token] == "<step>"


@pytest.mark.parametrize(
    "encode",
    [
        lambda codec: codec.encode_goal(Goal("g", "|- nonsense")),
        lambda codec: codec.encode_fact(16, Fact("|- ph")),
        lambda codec: codec.encode_step(Step("nonsense")),
        lambda codec: codec.encode_step(Step("a1i", (16,), ("ph",))),
        lambda codec: codec.encode_step(Step("a1i", (0,))),
        lambda codec: codec.encode_step(Step("a1i", (0,), ("( ph",))),
        lambda codec: codec.encode_step(Step("a1i", (0,), ("ph ph",))),
        lambda codec: codec.encode_step(Step("a1i", (0,), ("nonsense",))),
    ],
)
def test_what_does_not_fit(codec: MetamathCodec, encode: Callable[[MetamathCodec], list[int]]) -> None:
    with pytest.raises(CodecError):
        encode(codec)


def test_vocabulary(codec: MetamathCodec, make_small: Callable[..., MetamathEnv]) -> None:
    tokens = codec.vocabulary.tokens
    assert len(set(tokens)) == len(tokens)
    assert tokens[5] == "<0>"
    assert tokens[-1] == "L:later"
    assert "L:unproved" not in tokens
    assert MetamathCodec(make_small()).vocabulary.fingerprint == codec.vocabulary.fingerprint
    early = MetamathCodec(make_small(until="id")).vocabulary.tokens
    assert "L:id" not in early
    assert "F." not in early


def test_symbols_that_look_like_special_tokens(tmp_path: Path, make_small: Callable[..., MetamathEnv]) -> None:
    path = tmp_path / "odd.mm"
    path.write_text(
        "$c |- wff <goal> L:ax <0> $. $v a $. wa $f wff a $. w1 $a wff <goal> a $. w2 $a wff L:ax $. w3 $a wff <0> $."
        " ax $a |- <goal> a $. th $p |- <goal> L:ax $= ( w2 ax ) AB $."
    )
    env = make_small(database=str(path))
    codec = MetamathCodec(env)
    assert len(codec.vocabulary.ids) == len(codec.vocabulary.tokens)
    assert spelled(codec, codec.encode_goal(Goal("g", "|- <goal> <0>"))) == "<goal> $<goal> $<0>"
    assert codec.encode_step(Step("ax", (), ("L:ax",)))[0] != codec.layout.symbols["L:ax"]


def test_descriptions(codec: MetamathCodec) -> None:
    texts = {codec.vocabulary.tokens[token]: spelled(codec, list(ids)) for token, ids in codec.descriptions().items()}
    assert texts["L:ax-mp"] == "ph <hyp> ( ph -> ps ) <hyp> ps"
    assert texts["L:ax-two"] == "A. x A. y ph"
    assert texts["L:ax-2"] == "( ( ph -> ( ps -> ch ) ) -> ( ( ph -> ps ) -> ( ph -> ch ) ) )"


DUMMY = Proof(
    Goal("g", "|- ( ch -> ( ps -> ch ) )", ("|- ( A. z A. w ph -> ch )",), ("w z",)),
    (
        Fact("|- ( A. z A. w ph -> ch )"),
        Fact("|- A. z A. w ph", Step("ax-two", (), ("ph", "z", "w"))),
        Fact("|- A. x A. y ph", Step("ax-two", (), ("ph", "x", "y"))),
        Fact("|- ch", Step("ax-mp", (1, 0)), (1, 0)),
        Fact("|- ( ch -> ( ps -> ch ) )", Step("ax-1", (), ("ch", "ps"))),
    ),
)


def test_renaming_keeps_proofs(small: MetamathEnv) -> None:
    seen = set()
    for seed in range(20):
        proof = rename(small, DUMMY, random.Random(seed))
        assert small.check(proof.goal, proof).proved
        assert small.canonical(proof.goal) == proof.goal
        assert small.key(proof.goal) == small.key(DUMMY.goal)
        seen.add(proof.goal)
    assert len(seen) > 5
    assert rename(small, DUMMY, random.Random(7)) == rename(small, DUMMY, random.Random(7))


def test_dummies_get_the_names_that_the_grammar_offers(small: MetamathEnv) -> None:
    goal = Goal("g", "|- A. x ph")
    step = Step("ax-two", (), ("ps", "w", "z"))
    proof = Proof(goal, (Fact("|- A. w A. z ps", step),))
    assert rename(small, proof).facts[0].step == Step("ax-two", (), ("ps", "y", "z"))


def test_a_dummy_that_becomes_a_variable_of_a_subgoal(small: MetamathEnv, codec: MetamathCodec) -> None:
    part = DUMMY.subproof(2)
    assert not small.check(part.goal, part).proved, "that x and y are distinct was clear only in the whole proof"
    assert needed_conditions(small, part) == ("x y",)
    whole = codec.augment(part, random.Random(0))
    assert whole.goal.conditions == ("x y",)
    assert small.check(whole.goal, whole).proved
