"""Envs that several test files share."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from itertools import takewhile
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


ERASED = "Metamath has been reset to the starting state."
VERIFIED = "All proofs in the database were verified"


@pytest.fixture(scope="session")
def program() -> Callable[[Path, Sequence[str]], list[str]]:
    """What the `metamath` program says of some files in a folder: right, wrong or incomplete.

    One process judges all, and forgets each before the next; if it stumbles, the rest gets a process of its own.
    """

    def verdicts(folder: Path, names: Sequence[str]) -> list[str]:
        found: list[str] = []
        while len(found) < len(names):
            left = names[len(found) :]
            commands = [line for name in left for line in (f'read "{name}"', "verify proof *", "erase")]
            try:
                output = _said(folder, ["set scroll continuous", *commands, "exit"])
            except subprocess.TimeoutExpired as error:
                output = (error.stdout or b"").decode("ascii", "replace")
            blocks = output.split(ERASED)[:-1]
            pairs = zip(left, blocks, strict=False)
            clean = list(takewhile(lambda pair: f'"{pair[0]}"' in pair[1], pairs))
            found += [_verdict(block) for _, block in clean]
            if len(clean) < len(left):
                found.append("wrong")  # it did not survive the file
        return found

    return verdicts


def _said(folder: Path, commands: Sequence[str]) -> str:
    done = subprocess.run(
        ["metamath"],
        input="\n".join(commands).encode() + b"\n",
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.stdout.decode("ascii", "replace")


def _verdict(block: str) -> str:
    """The line that all proofs were verified is not enough: it is printed after errors in statements, and after
    violations of distinct-variable conditions, as well."""
    if re.search(r"^\?(?!Warning)", block, re.MULTILINE) or "?Error" in block:
        return "wrong"
    if "were not proved:" in re.sub(r"\s+", " ", block):
        return "incomplete"
    return "right" if VERIFIED in block else "wrong"
