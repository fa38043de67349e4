"""The env, its codec and its datasets keep core's contracts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fwd.api import Dataset, Proof
from fwd.testing import CodecContract, DatasetContract, EnvContract
from fwd_equations.codec import EquationsCodec
from fwd_equations.dataset import Graphs, Theorems, Walks
from fwd_equations.env import EquationsEnv


class _Shared:
    @pytest.fixture(scope="class")
    @classmethod
    def env(cls, small: EquationsEnv) -> EquationsEnv:
        return small

    @pytest.fixture(scope="class")
    @classmethod
    def make_env(cls, small: EquationsEnv) -> Callable[[], EquationsEnv]:
        return lambda: EquationsEnv(small.config)

    @pytest.fixture(scope="class")
    @classmethod
    def proofs(cls, known: list[Proof]) -> list[Proof]:
        return known


class TestEnv(_Shared, EnvContract):
    pass


class TestCodec(_Shared, CodecContract):
    @pytest.fixture(scope="class")
    @classmethod
    def make_codec(cls, env: EquationsEnv) -> Callable[[], EquationsCodec]:
        return lambda: EquationsCodec(env)


class TestTheorems(_Shared, DatasetContract):
    kind: type[Theorems] | type[Walks] | type[Graphs] = Theorems
    draws = 40

    @pytest.fixture(scope="class")
    @classmethod
    def dataset(cls, env: EquationsEnv) -> Dataset:
        return cls.kind(env)

    @pytest.fixture(scope="class")
    @classmethod
    def make_dataset(cls, make_env: Callable[[], EquationsEnv]) -> Callable[[], Dataset]:
        return lambda: cls.kind(make_env())


class TestWalks(TestTheorems):
    kind = Walks


class TestGraphs(TestTheorems):
    kind = Graphs
