"""`fwd train` in other processes on this machine: sweeps, interruptions, mistakes."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

SWEEP = """
[train]
steps = 60
log_every = 5
checkpoint_every = 5
evaluate_every = 60
evaluate_limit = 5

[model]
d_model = 32
n_layers = 1

[sweep.train]
lr = [1e-3, 1e-4]
"""
RUNS = {"lr=0.001": 0.001, "lr=0.0001": 0.0001}


@pytest.fixture(autouse=True)
def sweep(surroundings: None) -> None:
    Path("sweep.toml").write_text(SWEEP)


def test_a_sweep_goes_on_after_its_parent_was_killed(process, finish, fwd):
    child = process("train", "--env", "toy", "--sweep", "sweep.toml", "--out", "out", "--local-jobs", 2)
    deadline = time.monotonic() + 200
    while not list(Path("out").glob("*/checkpoints/step-*/model.json")):
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    finish(child)
    assert not Path("out/sweep.json").exists()
    outcome = finish(process("train", "--resume", "out", "--local-jobs", 2), timeout=200)
    assert outcome.code == 0, outcome.err
    rows = {row["run"]: row for row in json.loads(Path("out/sweep.json").read_text())}
    assert set(rows) == set(RUNS)
    for name, rate in RUNS.items():
        assert (rows[name]["state"], rows[name]["step"]) == ("done", 60)
        assert rows[name]["toy_valid_fwd_proving-prop_proved"] is not None
        assert name in outcome.out
        assert f"lr = {rate}" in Path(f"out/{name}/config.toml").read_text()
    assert finish(process("train", "--resume", "out/lr=0.001")).code == 0, "it is a run like any other"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--sweep", "none.toml", "--out", "out"], ["none.toml: cannot read"]),
        (["--sweep", "sweep.toml", "--out", "out", "--set", "train.stepps=1"], ["did you mean train.steps?"]),
        (["--sweep", "sweep.toml"], ["give --env and --out"]),
        (["--sweep", "sweep.toml", "--config", "c.toml", "--out", "out"], ["--sweep is a config itself"]),
        (["--out", "out", "--time", "3"], ["--time says how to submit work"]),
        (["--out", "out", "--set", "launch.gpus=3"], ["launch.* are settings of a launcher"]),
        (["--out", "out", "--slurm", "--set", "launch.gpu=3"], ["did you mean launch.gpus?"]),
        (["--out", "out", "--slurm", "--time", "1"], ["gets nothing done: give it more time (--time 3)"]),
    ],
)
def test_mistakes_are_lines(more, said, fwd):
    outcome = fwd("train", "--env", "toy", *more)
    assert outcome.code == 2
    assert len(outcome.errors) == len(said), outcome.err
    for line, part in zip(outcome.errors, said, strict=True):
        assert part in line
    assert not Path("out").exists()


def test_nothing_is_written_over(fwd):
    Path("out").mkdir()
    Path("out/thesis.tex").write_text("precious")
    for more in (["--sweep", "sweep.toml"], ["--local-jobs", 1]):
        outcome = fwd("train", "--env", "toy", "--out", "out", *more)
        assert outcome.code == 2
        assert "out is not empty" in outcome.errors[0]
    assert os.listdir("out") == ["thesis.tex"]
