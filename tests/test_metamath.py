"""The main job on the embedded database: prove, let an outside program judge, and catch a forgery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fwd.store import ProofReader

GOALS = [  # with little of the library, so that even draws find proofs
    {"name": "detach", "statement": "|- ps", "hypotheses": ["|- ph", "|- ( ph -> ps )"], "before": "keep-i"},
    {"name": "assume", "statement": "|- ( ch -> ph )", "hypotheses": ["|- ph"], "before": "mp-d"},
    {"name": "keep-i"},
]
PROVE = ("prove", "--model=uniform", "--env=metamath", "--strategy=sampling", "--goals=goals.jsonl", "--out=out")
TRIALS = ("--trials=24", "--set=strategy.max_steps=6")


def write_goals(path: str = "goals.jsonl", goals: list[dict] = GOALS) -> None:
    Path(path).write_text("".join(json.dumps(goal) + "\n" for goal in goals))


@pytest.mark.oracle
def test_the_metamath_program_accepts_every_proof(fwd):
    write_goals()
    outcome = fwd(*PROVE, *TRIALS)
    assert outcome.code == 0, outcome.err
    lines = [json.loads(line) for line in Path("out/results.jsonl").read_text().splitlines()]
    solved = sum(line["solved"] for line in lines)
    assert {line["name"] for line in lines if line["solved"]} >= {"detach", "assume"}
    outcome = fwd("check", "out", "--external")
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines() == [
        f"{solved} proofs checked: all hold",
        f"{solved} proofs checked by an outside program: all hold",
    ]
    assert "All proofs in the database were verified" in Path("out/external/metamath.log").read_text()


def test_a_proof_of_something_else_is_no_proof(fwd):
    """The folder now says that more was asked than what the stored proofs prove."""
    write_goals()
    assert fwd(*PROVE, *TRIALS).code == 0
    stronger = [goal | {"hypotheses": goal["hypotheses"][:1]} if goal["name"] == "detach" else goal for goal in GOALS]
    write_goals("out/goals.jsonl", stronger)
    outcome = fwd("check", "out")
    assert outcome.code == 1
    assert "FAIL detach: " in outcome.out
    assert "FAIL assume: " not in outcome.out


def test_both_grammars_search_and_say_so(fwd):
    write_goals(goals=GOALS[:2])
    for grammar in ("strong", "plain"):
        out = f"--out={grammar}"
        assert fwd(*PROVE, out, "--trials=4", f"--set=env.grammar={grammar}").code == 0
        assert json.loads(Path(grammar, "summary.json").read_text())["env_settings"]["grammar"] == grammar
        assert fwd("check", grammar).code == 0


def test_no_theorem_proves_itself(fwd):
    """A goal of the dataset forbids itself and everything later."""
    outcome = fwd(
        *("prove", "--model=uniform", "--env=metamath", "--strategy=sampling"),
        *("--split=train", "--limit=20", "--trials=2", "--set=strategy.max_steps=4", "--out=out"),
    )
    assert outcome.code == 0, outcome.err
    assert fwd("check", "out").code == 0
    names = {json.loads(line)["name"] for line in Path("out/results.jsonl").read_text().splitlines()}
    for entry in ProofReader(Path("out/proofs")):
        used = {fact.step.label for fact in entry.record.proof().facts if fact.step}
        assert entry.record.goal.name not in used
        assert entry.record.goal.name in names
