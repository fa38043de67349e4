"""`fwd generate`: an actor alone, who stores what it finds and never searches the same twice."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path

import pytest
from fwd.loading import load_player
from fwd.plugins import PluginSet
from fwd.store import ProofReader, files, recover
from fwd.testing.toy import ToyConfig, ToyEnv, ToyHuman

TINY = (
    "--set=model.d_model=16",
    "--set=model.n_layers=1",
    "--set=model.n_heads=2",
    "--set=model.n_kv_heads=1",
    "--set=model.d_ff=32",
    "--set=train.steps=4",
    "--set=train.checkpoint_every=2",
    "--set=train.threads=1",
    "--set=train.evaluate_every=none",
)
UNIFORM = ("generate", "--model=uniform", "--env=toy", "--store=store", "--set=engine.slots=8")


def records(store: str = "store") -> list:
    return [entry.record for entry in ProofReader(Path(store))]


def keys(store: str = "store") -> list:
    return [(one.seed, one.trial, one.goal.name) for one in records(store)]


def test_whole_graphs_of_train_goals_are_stored_solved_or_not(fwd):
    assert fwd(*UNIFORM, "--limit", 60, "--seed", 3).code == 0
    names = {goal.name for goal in ToyHuman(ToyEnv(ToyConfig(max_facts=12))).goals("train")}
    found = records()
    assert len(found) == 60
    assert {one.goal.name for one in found} <= names
    assert {one.solved for one in found} == {True, False}
    assert {(one.strategy, one.model, one.model_step) for one in found} == {("sampling", "uniform", None)}
    assert fwd("store", "verify", "store").code == 0
    assert fwd("check", "store").code == 0
    state = json.loads(Path("store/actor-0/state.json").read_text())
    assert sum(state["visits"].values()) >= state["searches"] == 60
    line = json.loads(Path("store/actor-0/metrics.jsonl").read_text().splitlines()[-1])
    assert {"graphs_per_second", "solved_share", "model_step", "checkpoints_behind"} <= line.keys()


def test_a_second_start_goes_on_with_other_searches(fwd):
    assert fwd(*UNIFORM, "--limit", 30).code == 0
    first = keys()
    assert fwd(*UNIFORM, "--limit", 60).code == 0
    assert keys()[:30] == first
    assert len(set(keys())) == len(keys()) == 60
    assert fwd(*UNIFORM, "--limit", 60).code == 0
    assert len(keys()) == 60, "the limit counts what was searched before"


def test_the_limit_is_kept_when_a_kill_came_before_the_count(fwd):
    assert fwd(*UNIFORM, "--limit", 30).code == 0
    path = Path("store/actor-0/state.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"searches": 20, "written": 20}))
    assert fwd(*UNIFORM, "--limit", 45).code == 0
    assert len(records()) == 45


def test_the_limit_counts_searches_and_not_the_graphs_that_they_stored(fwd):
    forks = ("--set=actor.strategy=best-first", "--set=actor.settings.expansions=8")
    assert fwd(*UNIFORM, *forks, "--limit", 10).code == 0
    assert len(records()) > len(set(keys())) == 10
    assert fwd(*UNIFORM, *forks, "--limit", 15).code == 0
    assert len(set(keys())) == 15


def test_killed_it_loses_nothing_and_repeats_nothing(process, finish, fwd):
    metrics = Path("store/actor-0/metrics.jsonl")
    for _ in range(2):
        before = metrics.read_text() if metrics.exists() else ""
        child = process(*UNIFORM, "--set=actor.log_seconds=0.1", "--set=store.seal_records=5")
        deadline = time.monotonic() + 200
        while len(metrics.read_text() if metrics.exists() else "") < len(before) + 500:
            assert child.poll() is None, child.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        child.communicate()
    child = process(*UNIFORM)
    time.sleep(1)
    child.send_signal(signal.SIGTERM)
    outcome = finish(child)
    assert "Traceback" not in outcome.err
    assert len(set(keys())) == len(keys()) > 20


def test_killed_it_makes_exactly_so_many_searches(process, fwd):
    child = process(*UNIFORM, "--set=store.seal_records=5", "--limit", 100000)
    wait = time.monotonic() + 100
    while len(list(Path("store/actor-0").glob("seg-*"))) < 3:
        assert time.monotonic() < wait
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert json.loads(Path("store/actor-0/state.json").read_text())["searches"] == 0
    assert recover(Path("store")) == []
    before = len(records())
    assert before >= 15
    assert fwd(*UNIFORM, "--limit", before + 10).code == 0
    assert len(records()) == before + 10


def test_found_theorems_are_goals_as_well(fwd):
    assert fwd(*UNIFORM, "--limit", 60).code == 0
    generated = ("--set=actor.goals=generated", "--set=actor.choice.visit_power=2.0")
    assert fwd(*UNIFORM, *generated, "--limit", 120, "--name", "actor-1").code == 0
    again = [entry.record.goal for entry in ProofReader(Path("store")) if entry.writer == "actor-1"]
    assert len(again) == 120
    assert all(goal.name.startswith(("actor-0/", "actor-1/")) for goal in again)
    player = load_player(PluginSet.discover(), "uniform", env="toy")
    held_out = ToyHuman(player.env).held_out()
    assert not [goal for goal in again if player.env.key(goal) in held_out]
    player.env.close()


@pytest.mark.parametrize("choice", [("human",), ("mixed", "--set=actor.choice.human=1"), ("generated",)])
def test_who_chooses_human_goals_reads_nothing_of_the_store(fwd, monkeypatch, choice):
    assert fwd(*UNIFORM, "--limit", 30).code == 0
    opened: list[Path] = []
    real = files.content
    monkeypatch.setattr(files, "content", lambda path: (opened.append(path), real(path))[1])
    goals, *more = choice
    settings = (f"--set=actor.goals={goals}", *more, "--set=actor.log_seconds=0", "--name=actor-1")
    outcome = fwd(*UNIFORM, *settings, "--limit", 30)
    assert outcome.code == 0, outcome.err
    assert bool(opened) == (goals == "generated")


def test_a_run_is_waited_for_and_followed(fwd, process, finish):
    assert fwd("train", "--env=toy", *TINY, "--out=done").code == 0
    Path("run/checkpoints").mkdir(parents=True)
    child = process("generate", "--model=run", "--store=store", "--set=actor.log_seconds=0.1", "--set=engine.threads=1")
    assert "waiting for the first checkpoint in run" in child.stderr.readline()
    metrics = Path("store/actor-0/metrics.jsonl")
    for step in (2, 4):
        shutil.copytree(f"done/checkpoints/step-0000000{step}", "run/checkpoints/.copy")
        Path("run/checkpoints/.copy").rename(f"run/checkpoints/step-0000000{step}")
        deadline = time.monotonic() + 200
        while not (metrics.exists() and f'"model_step": {step},' in metrics.read_text()):
            assert child.poll() is None, child.communicate()[1]
            assert time.monotonic() < deadline, "the checkpoint is not taken over"
            time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    outcome = finish(child)
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
    assert {one.model_step for one in records()} >= {2}
    behind = [json.loads(line)["checkpoints_behind"] for line in metrics.read_text().splitlines()]
    assert set(behind) == {0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model=none",), "no model 'none'"),
        (("--model=uniform",), "uniform has no weights"),
        (("--model=uniform", "--env=toy", "--name=a/b"), "cannot name a writer"),
        (("--model=uniform", "--env=toy", "--limit=0"), "--limit"),
        (("--model=uniform", "--env=toy", "--set=actor.goals=humane"), "did you mean 'human'?"),
        (("--model=uniform", "--env=toy", "--set=store.seal_records=0"), "seal_records"),
        (("--model=uniform", "--env=toy", "--store=file/store"), "cannot write proofs"),
    ],
)
def test_mistakes_are_one_line(fwd, arguments, message):
    Path("file").write_text("")
    outcome = fwd("generate", "--store=store", *arguments)
    assert outcome.code == 2
    assert len(outcome.errors) == 1, outcome.err
    assert message in outcome.err


def test_a_store_is_of_one_env(fwd):
    assert fwd(*UNIFORM, "--limit", 3).code == 0
    text = Path("store/config.toml").read_text()
    Path("store/config.toml").write_text(text.replace('env = "toy"', 'env = "chess"'))
    assert "holds proofs of the env 'chess'" in fwd(*UNIFORM, "--limit", 6).err
