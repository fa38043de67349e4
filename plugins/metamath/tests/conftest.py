"""Envs that several test files share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Proof
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv
from fwd_metamath.settings import MetamathConfig

SMALL = Path(__file__).with_name("small.mm")
DEBIAN = Path("/usr/share/metamath/databases")


def small_env(**settings: object) -> MetamathEnv:
    """An env of the miniature database."""
    return MetamathEnv(MetamathConfig(**{"database": str(SMALL), "max_facts": 16, "dummies": 2, **settings}))


@pytest.fixture(scope="session")
def small() -> MetamathEnv:
    return small_env()


@pytest.fixture(scope="session")
def make_small() -> Callable[..., MetamathEnv]:
    return small_env


@pytest.fixture(scope="session")
def embedded() -> MetamathEnv:
    return MetamathEnv(MetamathConfig(max_facts=64, renaming=1.0))


@pytest.fixture(scope="session")
def embedded_codec(embedded: MetamathEnv) -> MetamathCodec:
    return MetamathCodec(embedded)


@pytest.fixture(scope="session")
def human() -> Callable[..., list[Proof]]:
    """The database's own proof of each theorem (or of every so manieth), as a graph. Such a proof may use a theorem
    that says the same, so its goal forbids only itself."""

    def proofs(env: MetamathEnv, every: int = 1) -> list[Proof]:
        corpus = corpus_of(env)
        theorems = [theorem for theorem in list(env.library)[::every] if not theorem.assertion.axiom]
        found = [corpus.proof(theorem.label) for theorem in theorems]
        return [evolve(one, goal=evolve(one.goal, forbidden=frozenset({one.goal.name}))) for one in found]

    return proofs


@pytest.fixture(scope="session")
def debian() -> Path:
    """Debian's databases; the test is skipped where they are not installed."""
    if not DEBIAN.is_dir():
        pytest.skip("Debian's metamath-databases is not installed")
    return DEBIAN
