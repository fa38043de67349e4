"""A plain HOL Light accepts what holds, and refuses what does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Goal, Proof, Verdict
from fwd_hollight.env import HolLightEnv
from fwd_hollight.external import HolLightExternal
from fwd_hollight.human import HumanProofs

pytestmark = pytest.mark.oracle


class Credulous:
    """An env whose own check says yes to everything, so that only the outside world is left to say no."""

    def __init__(self, env: HolLightEnv) -> None:
        self._env = env

    def __getattr__(self, name: str) -> object:
        return getattr(self._env, name)

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(True)


def forgeries(proof: Proof) -> Sequence[Proof]:
    """Things that are no proofs."""
    last = proof.facts[-1]
    assert last.step is not None
    false = evolve(last, statement="F", step=evolve(last.step, arguments=("F", *last.step.arguments[1:])))
    return [
        Proof(evolve(proof.goal, statement="F"), (*proof.facts[:-1], false)),
        Proof(proof.goal, (*proof.facts[:-1], evolve(last, step=evolve(last.step, label="ALL_TAC")))),
        Proof(evolve(proof.goal, hypotheses=()), (evolve(last, step=None, premises=()),)),
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_plain_hol_light_is_the_judge(env: HolLightEnv, human: HumanProofs, tmp_path: Path) -> None:
    """Real proofs, one of them with the goal said by its mark, and forgeries, all in one script."""
    proofs = list(human.proofs("train"))
    false = forgeries(next(proof for proof in proofs if proof.steps > 1))
    verdicts = HolLightExternal(Credulous(env)).check([*proofs, *false], tmp_path)  # type: ignore[arg-type]
    refused = [proof.goal.name for proof, one in zip(proofs, verdicts, strict=False) if not one.proved]
    assert refused == []
    assert not any(one.proved for one in verdicts[len(proofs) :])
    assert (tmp_path / "proofs.ml").is_file()
    assert "accepted" in (tmp_path / "hol-light.log").read_text(encoding="utf-8")


def test_what_our_check_refuses_is_not_exported(
    env: HolLightEnv, known: list[Proof], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fwd_hollight.external._run", lambda script, folder: script)
    verdicts = HolLightExternal(env).check(forgeries(known[0]), tmp_path)
    assert not any(one.proved for one in verdicts)
