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
    judged, *lines = outcome.out.splitlines()
    assert judged.startswith("judged with database /")
    assert lines == [
        f"{solved} proofs checked: all hold",
        f"{solved} proofs checked by an outside program: all hold",
    ]
    log = Path("out/external/metamath.log").read_text()
    assert log.count("MM> verify proof fwd") == solved
    assert "?Error" not in log


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
        *("--split=train", "--limit=40", "--trials=8", "--set=strategy.max_steps=4", "--out=out"),
    )
    assert outcome.code == 0, outcome.err
    assert fwd("check", "out").code == 0
    names = {json.loads(line)["name"] for line in Path("out/results.jsonl").read_text().splitlines()}
    for entry in ProofReader(Path("out/proofs")):
        used = {fact.step.label for fact in entry.record.proof().facts if fact.step}
        assert entry.record.goal.name not in used
        assert entry.record.goal.name in names


MINE = """\
$c |- wff ( ) -> F. $. $v p q $. wp $f wff p $. wq $f wff q $.
wi $a wff ( p -> q ) $. wf $a wff F. $.
ax-k $a |- ( p -> ( q -> p ) ) $.
${ mp.1 $e |- p $. mp.2 $e |- ( p -> q ) $. mp $a |- q $. $}
lie $p |- F. $= ? $.
lie2 $p |- F. $= lie $.
mine1 $p |- ( F. -> ( p -> F. ) ) $= ? $.
${ rest.1 $e |- p $. rest $p |- ( q -> p ) $= wp wq wp wi rest.1 wp wq ax-k mp $. $}
"""
BY_HAND = ("prove", "--model=uniform", "--env=metamath", "--strategy=sampling", "--goals=goals.jsonl", "--trials=60")
SMALLEST = ("--set=env.valid=0", "--set=env.test=0", "--set=strategy.max_steps=4")


def test_a_database_in_progress(fwd, monkeypatch):
    """Its open theorems are goals by their names, nothing rests on them unsaid, and it is the same from everywhere."""
    Path("mine.mm").write_text(MINE)
    own = "--set=env.database=./mine.mm"
    write_goals(goals=[{"name": "mine1"}, {"name": "false", "statement": "|- F."}])
    outcome = fwd(*BY_HAND, *SMALLEST, own, "--out=out")
    assert outcome.code == 0, outcome.err
    solved = {json.loads(line)["name"]: json.loads(line)["solved"] for line in _solved("out")}
    assert set(solved) == {"mine1"}
    assert fwd(*BY_HAND, *SMALLEST, own, "--set=env.unproved=allow", "--out=allowed").code == 0
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert fwd("check", "../out", "--axioms").out.count("mine1 rests on ax-k\n") == len(_solved("../out"))
    outcome = fwd("check", "../allowed")
    assert outcome.code == 0, outcome.err
    assert "false relies on unproved: lie\n" in outcome.out
    write_goals(goals=[{"name": "mine2"}, {"name": "ax-k"}])
    outcome = fwd(*BY_HAND, *SMALLEST, "--set=env.database=../mine.mm", "--out=more")
    assert outcome.code == 2
    assert "'mine2' is not in the env's dataset" in outcome.err


def _solved(folder: str) -> list[str]:
    return [line for line in Path(folder, "results.jsonl").read_text().splitlines() if json.loads(line)["solved"]]
