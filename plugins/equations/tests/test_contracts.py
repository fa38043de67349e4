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
    def env(self, small: EquationsEnv) -> EquationsEnv:
        return small

    @pytest.fixture(scope="class")
    def make_env(self, small: EquationsEnv) -> Callable[[], EquationsEnv]:
        return lambda: EquationsEnv(small.config)

    @pytest.fixture(scope="class")
    def proofs(self, known: list[Proof]) -> list[Proof]:
        return known


class TestEnv(_Shared, EnvContract):
    pass


class TestCodec(_Shared, CodecContract):
    @pytest.fixture(scope="class")
    def make_codec(self, env: EquationsEnv) -> Callable[[], EquationsCodec]:
        return lambda: EquationsCodec(env)


class TestTheorems(_Shared, DatasetContract):
    kind: type[Theorems] | type[Walks] | type[Graphs] = Theorems
    draws = 40

    @pytest.fixture(scope="class")
    def dataset(self, env: EquationsEnv) -> Dataset:
        return self.kind(env)

    @pytest.fixture(scope="class")
    def make_dataset(self, make_env: Callable[[], EquationsEnv]) -> Callable[[], Dataset]:
        return lambda: self.kind(make_env())


class TestWalks(TestTheorems):
    kind = Walks


class TestGraphs(TestTheorems):
    kind = Graphs
