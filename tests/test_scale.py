"""`fwd prove` in shards on this machine: the same results as in one go, through deaths, failures and interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import chores
import pytest
from sites import install, on_goal_finished

UNIFORM = ("prove", "--model", "uniform", "--env", "toy", "--strategy", "sampling")
LONG = (*UNIFORM, "--trials", "20")


def results(folder: str | Path = "out") -> list[dict]:
    return [json.loads(line) for line in (Path(folder) / "results.jsonl").read_text().splitlines()]


def without_time(folder: str) -> list[dict]:
    lines = [{key: value for key, value in line.items() if key != "seconds"} for line in results(folder)]
    return sorted(lines, key=lambda line: (line["name"], line["trial"]))


def children(pid: int) -> dict[str, int]:
    """The processes of a launcher by the shard that each works on."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        log = Path(f"/proc/{child}/fd/1").resolve()
        found[log.parent.name] = int(child)
    return found


def wait_for(condition: Callable[[], object], child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


def lines_in(path: str) -> int:
    return Path(path).read_bytes().count(b"\n") if Path(path).exists() else 0


@pytest.fixture
def cursed(tmp_path: Path, reach) -> Path:
    """A plugin is installed that raises when the goal toy5 is finished, until its module is emptied."""
    install(tmp_path / "cursed", "cursed", "fwd_cursed")
    module = tmp_path / "cursed" / "fwd_cursed.py"
    module.write_text(on_goal_finished('assert search.goal.name != "toy5", "five is too much"'))
    reach(module.parent)
    return module


@pytest.mark.parametrize(("jobs", "limit"), [(2, 40), (5, 3)])
def test_the_same_results_whatever_the_number_of_shards(jobs, limit, fwd):
    """Also where there are more shards than goals, and more than cores."""
    task = (*UNIFORM, "--trials", 2, "--limit", limit)
    assert fwd(*task, "--out", "whole").code == 0
    outcome = fwd(*task, "--out", "out", "--local-jobs", jobs)
    assert outcome.code == 0, outcome.err
    assert without_time("out") == without_time("whole")
    whole, merged = (json.loads(Path(folder, "summary.json").read_text()) for folder in ("whole", "out"))
    assert {key: merged[key] for key in whole if "second" not in key and key != "stopped"} == {
        key: whole[key] for key in whole if "second" not in key and key != "stopped"
    }
    assert merged["steps_per_second"] > 0
    assert fwd("check", "out").out == fwd("check", "whole").out
    for shard in range(jobs):
        assert {"results.jsonl", "summary.json", "proofs"} <= set(os.listdir(f"out/shard-{shard}"))
        claims = json.loads(Path(f"out/shard-{shard}/summary.json").read_text())["proved"]
        assert fwd("check", f"out/shard-{shard}").code == (0 if claims else 2)
    again = fwd(*task, "--out", "out", "--local-jobs", jobs + 1, "--continue")
    assert again.code == 0
    assert not Path(f"out/shard-{jobs}").exists(), "there was nothing left to do"


def test_a_shard_that_is_killed_goes_on(slow_site, reach, process, finish, fwd):
    reach(slow_site)
    child = process(*LONG, "--out", "out", "--local-jobs", 2)
    wait_for(lambda: lines_in("out/shard-1/results.jsonl") > 20, child)
    os.kill(children(child.pid)["shard-1"], signal.SIGKILL)
    outcome = finish(child, timeout=200)
    assert outcome.code == 0, outcome.err
    assert "2 done, 1 restarted" in outcome.errors[-1]
    assert fwd(*LONG, "--out", "whole").code == 0
    assert without_time("out") == without_time("whole")
    assert fwd("check", "out").out == fwd("check", "whole").out


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_parent_ends_and_another_goes_on(how, slow_site, reach, process, finish, fwd):
    reach(slow_site)
    child = process(*LONG, "--out", "out", "--local-jobs", 2)
    wait_for(lambda: min(lines_in(f"out/shard-{shard}/results.jsonl") for shard in range(2)) > 20, child)
    shards = children(child.pid)
    child.send_signal(how)
    outcome = finish(child)
    deadline = time.monotonic() + 10
    while any(map(chores.alive, shards.values())):
        assert time.monotonic() < deadline, "an orphan is left"
        time.sleep(0.05)
    if how == signal.SIGINT:
        assert outcome.code == 130
        assert outcome.errors[-1] == "error: interrupted; what was finished is kept"
        assert len(results()) > 40, "it is merged"
        assert fwd("check", "out").code == 0
    before = {shard: lines_in(f"out/shard-{shard}/results.jsonl") for shard in range(2)}
    again = fwd(*LONG, "--out", "out", "--local-jobs", 3, "--continue")
    assert again.code == 0, again.err
    assert fwd(*LONG, "--out", "whole").code == 0
    assert without_time("out") == without_time("whole")
    assert fwd("check", "out").out == fwd("check", "whole").out
    searches = sum(lines_in(f"out/shard-{shard}/results.jsonl") for shard in range(3))
    assert searches == 800, f"nothing was searched twice: {before}"


def test_a_shard_that_raises_is_reported(cursed, process, finish, fwd):
    task = (*UNIFORM, "--limit", 12, "--out", "out", "--local-jobs", 4)
    outcome = finish(process(*task))
    assert outcome.code == 1
    assert 'assert search.goal.name != "toy5"' in outcome.err
    assert outcome.errors[-2].startswith("error: shard-1 failed: AssertionError: five is too much (")
    assert outcome.errors[-1].startswith("1 of 4 failed; when the cause is removed, --continue goes on with out")
    assert {line["name"] for line in results()} >= {f"toy{number}" for number in range(12) if number % 4 != 1}
    assert not Path("out/summary.json").exists()
    cursed.write_text("")
    assert finish(process(*task, "--continue")).code == 0
    assert {line["name"] for line in results()} == {f"toy{number}" for number in range(12)}


def test_what_the_user_did_wrong_is_said_before_anything_runs(fwd):
    for more, said in [
        (["--slurm", "--n-jobs", 2, "--local-jobs", 2], "--slurm and --local-jobs exclude each other"),
        (["--n-jobs", 2], "--n-jobs says how to submit work"),
        (["--slurm"], "give --n-jobs N"),
        (["--set", "launch.jobs=2"], "launch.* are settings of a launcher"),
        (["--local-jobs", 2, "--set", "launch.restart=2"], "did you mean launch.restarts?"),
        (["--launcher", "slrum", "--n-jobs", 2], "did you mean 'slurm'?"),
        (["--local-jobs", 2, "--goals", "none.jsonl"], "none.jsonl: cannot read the goals"),
    ]:
        outcome = fwd(*UNIFORM, "--out", "out", *more)
        assert outcome.code == 2
        assert len(outcome.errors) == 1, outcome.err
        assert said in outcome.errors[0]
    assert not Path("out").exists()


def test_without_slurm_on_the_machine(fwd, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    outcome = fwd(*UNIFORM, "--out", "out", "--slurm", "--n-jobs", 2)
    assert outcome.code == 2
    assert "there is no Slurm here (no sbatch)" in outcome.errors[0]
