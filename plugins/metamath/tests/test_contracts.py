"""The env and its codec keep core's contracts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fwd.api import Proof
from fwd.testing import CodecContract, EnvContract, ExternalContract, GatesContract
from fwd_metamath.augment import rename
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.env import MetamathEnv
from fwd_metamath.export import MetamathExternal


class _Shared:
    @pytest.fixture(scope="class")
    @classmethod
    def env(cls, embedded: MetamathEnv) -> MetamathEnv:
        return embedded

    @pytest.fixture(scope="class")
    @classmethod
    def make_env(cls, embedded: MetamathEnv) -> Callable[[], MetamathEnv]:
        return lambda: MetamathEnv(embedded.config)

    @pytest.fixture(scope="class")
    @classmethod
    def proofs(cls, env: MetamathEnv, human: Callable[..., list[Proof]]) -> list[Proof]:
        proofs = [rename(env, proof) for proof in human(env, 10) if proof.steps >= 2]
        assert any(proof.goal.hypotheses for proof in proofs[:12])
        return proofs[:12]


class TestEnv(_Shared, EnvContract):
    pass


class TestCodec(_Shared, CodecContract):
    @pytest.fixture(scope="class")
    @classmethod
    def codec(cls, env: MetamathEnv) -> MetamathCodec:
        return MetamathCodec(env)

    @pytest.fixture(scope="class")
    @classmethod
    def make_codec(cls, env: MetamathEnv) -> Callable[[], MetamathCodec]:
        return lambda: MetamathCodec(env)


class TestPlainCodec(TestCodec):
    tolerated = frozenset({"duplicate", "distinct", "too-long"})

    @pytest.fixture(scope="class")
    @classmethod
    def env(cls, make_small: Callable[..., MetamathEnv]) -> MetamathEnv:
        return make_small(database="embedded", grammar="plain")


class TestGates(_Shared, GatesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def codec(cls, env: MetamathEnv) -> MetamathCodec:
        return MetamathCodec(env)


@pytest.mark.oracle
class TestExternal(_Shared, ExternalContract):
    @pytest.fixture(scope="class")
    @classmethod
    def external(cls, env: MetamathEnv) -> MetamathExternal:
        return MetamathExternal(env)
