"""An env over the real HOL Light, and a small corpus that several test files share."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fwd.api import BuildOptions, Proof
from fwd_hollight import build, folders, install
from fwd_hollight.codec import HolLightCodec
from fwd_hollight.env import HolLightEnv
from fwd_hollight.human import HumanProofs
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.zygote import Zygote

RECORDED = Path(__file__).with_name("recorded.txt")
"""Some proofs as the recorder wrote them down."""

SMALL = HolLightConfig(valid=6, test=4, max_facts=24)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of its own for all tests of a run, with a corpus of the recorded proofs; built by whoever comes first."""
    if install.missing():
        pytest.skip(install.missing())
    root = tmp_path_factory.getbasetemp()
    root = (root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root) / "hollight"
    root.mkdir(exist_ok=True)
    before = os.environ.get("FWD_HOME")
    os.environ["FWD_HOME"] = str(root)
    try:
        with (root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _build()
        yield root
    finally:
        if before is None:
            del os.environ["FWD_HOME"]
        else:
            os.environ["FWD_HOME"] = before


def _build() -> None:
    recording = folders.cache() / "recordings" / f"{Zygote().library_name}.txt"
    if not recording.is_file():
        recording.parent.mkdir(parents=True)
        shutil.copy(RECORDED, recording)
    build.build(SMALL, BuildOptions())


@pytest.fixture(scope="session")
def env(home: Path) -> Iterator[HolLightEnv]:
    env = HolLightEnv(SMALL)
    yield env
    env.close()


@pytest.fixture(scope="session")
def human(env: HolLightEnv) -> HumanProofs:
    return HumanProofs(env)


@pytest.fixture(scope="session")
def codec(env: HolLightEnv) -> HolLightCodec:
    return HolLightCodec(env)


@pytest.fixture(scope="session")
def known(human: HumanProofs) -> list[Proof]:
    """A few proofs of two to eight steps; one with a hypothesis that it needs, one with a hypothesis beside."""
    return [proof for proof in human.proofs("train") if 2 <= proof.steps <= 8][:10]


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name, however deep the tests' own folders are."""
    with tempfile.TemporaryDirectory(prefix="fwd") as folder:
        yield Path(folder)
