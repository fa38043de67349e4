"""Training sequences: what is learned, in what order, and what never is."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from attrs import evolve
from fwd.api import Proof, ProofGraph
from fwd.config import resolve
from fwd.errors import ConfigError, UserError
from fwd.plugins import PluginSet
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman
from fwd.train.sequences import SequenceMaker, encode, maker, shuffled


@pytest.fixture(scope="module")
def plugins() -> PluginSet:
    return PluginSet.of("fwd.testing.toy_plugin")


@pytest.fixture(scope="module")
def env() -> ToyEnv:
    return ToyEnv(ToyConfig())


@pytest.fixture(scope="module")
def codec(env) -> ToyCodec:
    return ToyCodec(env)


@pytest.fixture(scope="module")
def human(env) -> ToyHuman:
    return ToyHuman(env)


class Held:
    """A dataset that hands out just what must not be learned, and other things on the way to it."""

    def __init__(self, human: ToyHuman) -> None:
        self.human = human

    def draw(self, rng: random.Random) -> Proof:
        return rng.choice(self.human.proofs("valid"))

    def held_out(self) -> frozenset[str]:
        return self.human.held_out()


def made(env, codec, datasets, **changes) -> SequenceMaker:
    settings = {"subgoal_prob": 0.0, "fact_loss": 0.0, "max_tokens": 256, **changes}
    return SequenceMaker(env, codec, datasets, dict.fromkeys(datasets, 1.0), **settings)


def test_pools_depend_on_seed_and_number_only(plugins):
    config = resolve(plugins, env="toy")
    one, other = maker(config, plugins), maker(config, plugins)
    first, second = one.pool(0, 40, 5), one.pool(1, 40, 5)
    assert np.array_equal(other.pool(1, 40, 5).tokens, second.tokens)  # without pool 0 before it
    assert not np.array_equal(first.tokens, second.tokens)
    assert not np.array_equal(one.pool(0, 40, 6).tokens, first.tokens)
    assert first.counts["sequences"] == len(first.lengths) == 40
    assert first.lengths.sum() == len(first.tokens) == len(first.weights)


def test_no_sequence_has_a_held_out_goal_whatever_its_source(env, codec, human):
    datasets = {"human": human, "held": Held(human)}
    goals = []

    class Spy(ToyCodec):
        def augment(self, proof, rng):
            goals.append(proof.goal)
            return super().augment(proof, rng)

    source = made(env, Spy(env), datasets, subgoal_prob=0.5)
    for number in range(3):
        source.pool(number, 150, 0)
    held_out = human.held_out()
    assert goals
    assert not [goal for goal in goals if env.key(goal) in held_out]
    assert source.counts["dropped_held_out"] > 100


def test_a_mixture_of_held_out_proofs_only_is_an_error(env, codec, human, monkeypatch):
    monkeypatch.setattr("fwd.train.sequences.MOST_REFUSALS", 50)
    with pytest.raises(UserError, match="dropped_held_out': 50"):
        made(env, codec, {"held": Held(human)}).draw(random.Random(0))


def test_too_long_ones_are_dropped_and_counted(env, codec, human):
    source = made(env, codec, {"human": human}, max_tokens=40)
    assert source.pool(0, 50, 0).lengths.max() <= 40
    assert source.counts["dropped_too_long"] > 0


def test_subgoals_are_smaller_proofs_that_check(env, codec, human):
    source = made(env, codec, {"human": human})
    proof = max(human.proofs("train"), key=lambda one: one.steps)
    parts = [source._part(proof, index) for index, fact in enumerate(proof.facts) if fact.step]
    assert {part.steps for part in parts} >= {1, proof.steps}
    for part in parts:
        assert env.check(part.goal, part).proved
        assert part.facts[-1].statement == part.goal.statement


def test_orders_are_random_respect_premises_and_still_prove(env, human):
    proof = max(human.proofs("train"), key=lambda one: one.steps)
    rng = random.Random(1)
    seen = Counter()
    for _ in range(200):
        other = shuffled(proof, rng)
        assert env.check(proof.goal, other).proved
        assert other.facts[: len(proof.goal.hypotheses)] == proof.facts[: len(proof.goal.hypotheses)]
        assert Counter(f.statement for f in other.facts) == Counter(f.statement for f in proof.facts)
        seen[other.facts] += 1
    assert len(seen) > 1


def test_a_sequence_is_the_transcript_with_losses_on_steps(env, codec, human):
    proof = human.proofs("train")[0]
    sequence = encode(codec, proof, 0.0)
    tokens, weights = list(codec.encode_goal(proof.goal)), []
    weights = [0.0] * len(tokens)
    graph = ProofGraph(proof.goal)
    for index, fact in enumerate(proof.facts):
        graph.add(fact)
        if fact.step:
            step, told = codec.encode_step(fact.step), codec.encode_fact(index, fact)
            tokens += [codec.step_token, *step, *told]
            weights += [0.0] + [1.0] * len(step) + [0.0] * len(told)
    last = len(codec.encode_fact(len(proof.facts) - 1, proof.facts[-1]))
    assert sequence.tokens.tolist() == tokens[:-last]
    assert sequence.weights.tolist() == weights[:-last]
    whole = encode(codec, proof, 0.5)
    assert whole.tokens.tolist() == tokens
    assert set(whole.weights[1:].tolist()) == {0.0, 0.5, 1.0}
    assert (whole.weights == 0.0).sum() == 1 + proof.steps


@pytest.mark.parametrize(
    ("mix", "message"),
    [({"humans": 1.0}, "no such dataset"), ({"human": -1.0}, "negative"), ({"human": 0.0}, "above 0")],
)
def test_a_wrong_mixture_is_one_line(plugins, mix, message):
    config = resolve(plugins, env="toy")
    with pytest.raises(ConfigError, match=message):
        maker(evolve(config, train=evolve(config.train, mix=mix)), plugins)
