"""An env that several test files share."""

from __future__ import annotations

import pytest
from fwd.api import Proof
from fwd_equations.codec import EquationsCodec
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv
from fwd_equations.settings import EquationsConfig

SMALL = EquationsConfig(
    max_facts=24,
    max_statement=60,
    train=30,
    valid=20,
    test=20,
    drawn_seed=6,
    drawn_nodes=24,
    drawn_steps=5,
    renaming=0.5,
)


@pytest.fixture(scope="session")
def small() -> EquationsEnv:
    return EquationsEnv(SMALL)


@pytest.fixture(scope="session")
def codec(small: EquationsEnv) -> EquationsCodec:
    return EquationsCodec(small)


@pytest.fixture(scope="session")
def theorems(small: EquationsEnv) -> Theorems:
    return Theorems(small)


@pytest.fixture(scope="session")
def known(theorems: Theorems) -> list[Proof]:
    """A dozen generated proofs, some with hypotheses."""
    proofs = list(theorems.proofs("valid"))[:12]
    assert any(proof.goal.hypotheses for proof in proofs)
    return proofs
