"""What is handed to a plain HOL Light; `test_hostile.py` has what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Fact, Proof
from fwd_hollight.env import HolLightEnv
from fwd_hollight.external import HolLightExternal

pytestmark = pytest.mark.oracle


def forged(proof: Proof) -> list[Proof]:
    """Things that are no proofs."""
    last = proof.facts[-1]
    assert last.step is not None
    goal = evolve(proof.goal, statement="F")
    return [
        Proof(goal, (*proof.facts[:-1], evolve(last, statement="F", step=evolve(last.step, arguments=("F",))))),
        Proof(proof.goal, (*proof.facts[:-1], evolve(last, step=evolve(last.step, label="ALL_TAC")))),
        Proof(proof.goal, (evolve(last, step=None, premises=()),)),
        Proof(proof.goal, (Fact(5),)),  # type: ignore[arg-type]
    ]


def test_what_our_check_refuses_is_not_exported(
    env: HolLightEnv, known: list[Proof], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fwd_hollight.external._run", lambda *_: pytest.fail("it runs"))
    verdicts = HolLightExternal(env).check(forged(known[0]), tmp_path)
    assert not any(one.proved for one in verdicts)
    assert list(tmp_path.iterdir()) == []
