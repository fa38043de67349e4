"""End to end: no training goal, of whatever source, has the key of a valid, test or reserved theorem."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from fwd.api import Dataset, Goal, Proof
from fwd.train.sequences import SequenceMaker
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.env import MetamathEnv
from fwd_metamath.human import HumanProofs
from fwd_metamath.presets import PRESETS
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.synthetic import SyntheticProofs

DRAWS = 1500


class Leaky:
    """A dataset that hands out the proofs of valid and test, under other names of variables."""

    def __init__(self, env: MetamathEnv, human: HumanProofs) -> None:
        self.env = env
        self.leaks = [*human.proofs("valid"), *human.proofs("test")]

    def held_out(self) -> frozenset[str]:
        return frozenset()

    def draw(self, rng: random.Random) -> Proof | None:
        return rng.choice(self.leaks)


class Listening(MetamathCodec):
    """Notes the goals that get past the filter."""

    def __init__(self, env: MetamathEnv) -> None:
        super().__init__(env)
        self.heard: list[Goal] = []

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        self.heard.append(proof.goal)
        changed = super().augment(proof, rng)
        self.heard.append(changed.goal)
        return changed


@pytest.fixture(scope="module")
def env() -> MetamathEnv:
    return MetamathEnv(MetamathConfig(**PRESETS["debug"]["env"], renaming=0.5))


@pytest.fixture
def human(env: MetamathEnv) -> HumanProofs:
    return HumanProofs(env)


def learned(
    env: MetamathEnv, datasets: Mapping[str, Dataset], mix: Mapping[str, float], subgoals: float
) -> tuple[list[str], int]:
    """The keys of the goals that sequences are made of, and how many draws the filter dropped."""
    codec = Listening(env)
    maker = SequenceMaker(env, codec, datasets, mix, subgoal_prob=subgoals, fact_loss=0.0, max_tokens=2048)
    rng = random.Random(0)
    for _ in range(DRAWS):
        maker.draw(rng)
    return [env.key(env.canonical(goal)) for goal in codec.heard], maker.counts["dropped_held_out"]


@pytest.mark.parametrize("source", ["human", "synthetic"])
@pytest.mark.parametrize("subgoals", [0.0, 0.8])
def test_no_source_teaches_what_is_held_out(env, human, source: str, subgoals: float) -> None:
    datasets = {"human": human, "synthetic": SyntheticProofs(env)}
    keys, dropped = learned(env, datasets, {source: 1.0}, subgoals)
    assert len(keys) >= 2 * DRAWS
    assert not human.held_out() & set(keys)
    if subgoals:
        assert dropped > 0, "sub-goals do repeat held-out theorems; if none was dropped the filter is not there"


def test_a_planted_leak_is_caught(env, human) -> None:
    datasets = {"human": human, "leaky": Leaky(env, human)}
    keys, dropped = learned(env, datasets, {"human": 0.5, "leaky": 0.5}, 0.0)
    assert not human.held_out() & set(keys)
    assert dropped > DRAWS / 2


def test_without_the_filter_the_leak_would_show(env, human) -> None:
    """The tests above can fail: with nothing held out, held-out goals do come through."""
    keys, dropped = learned(env, {"leaky": Leaky(env, human)}, {"leaky": 1.0}, 0.0)
    assert dropped == 0
    assert set(keys) <= human.held_out()
