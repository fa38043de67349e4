"""The env, its codec and its dataset keep core's contracts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from fwd.api import Dataset, Proof
from fwd.testing import CodecContract, DatasetContract, EnvContract
from fwd_hollight.codec import HolLightCodec
from fwd_hollight.env import HolLightEnv
from fwd_hollight.human import HumanProofs

pytestmark = pytest.mark.oracle


class _Shared:
    @pytest.fixture(scope="class")
    @classmethod
    def make_env(cls, env: HolLightEnv) -> Callable[[], HolLightEnv]:
        return lambda: HolLightEnv(env.config)

    @pytest.fixture(scope="class")
    @classmethod
    def proofs(cls, env: HolLightEnv, known: list[Proof]) -> list[Proof]:
        given = [one for one in map(with_hypothesis, known) if env.check(one.goal, one).proved]
        assert len(given) >= 2
        return [*known[:4], *given[:3]]


def with_hypothesis(proof: Proof) -> Proof:
    """The same proof with its first fact as a hypothesis; no proof where it was used for other values of variables."""
    hypothesis = evolve(proof.facts[0], step=None, premises=())
    goal = evolve(proof.goal, name=f"{proof.goal.name} given", hypotheses=(hypothesis.statement,))
    return Proof(goal, (hypothesis, *proof.facts[1:]))


class TestEnv(_Shared, EnvContract):
    pass


class TestCodec(_Shared, CodecContract):
    tolerated = HolLightCodec.tolerated

    @pytest.fixture(scope="class")
    @classmethod
    def make_codec(cls, env: HolLightEnv) -> Callable[[], HolLightCodec]:
        return lambda: HolLightCodec(env)


class TestHuman(_Shared, DatasetContract):
    draws = 20
    looks = 8

    @pytest.fixture(scope="class")
    @classmethod
    def dataset(cls, human: HumanProofs) -> Dataset:
        return human

    @pytest.fixture(scope="class")
    @classmethod
    def make_dataset(cls, make_env: Callable[[], HolLightEnv]) -> Callable[[], Dataset]:
        return lambda: HumanProofs(make_env())
