"""Launching on a real Slurm, which a fixture brings up on this machine: arrays, deaths, requeues, preemption."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import chores
import cluster
import pytest
from attrs import evolve
from fwd.launch import LaunchError, Task, TaskState
from fwd.launch.slurm import SlurmConfig, SlurmLauncher

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(cluster.missing()), reason=f"not installed: {', '.join(cluster.missing())} (make slurm)"),
]


@pytest.fixture(scope="session")
def slurm() -> Iterator[dict[str, str]]:
    with cluster.cluster() as environment:
        yield environment


@pytest.fixture(autouse=True)
def reachable(slurm: dict[str, str], reach: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """This process finds the cluster, and jobs find the chores."""
    for name, value in slurm.items():
        monkeypatch.setenv(name, value)
    reach(Path(chores.__file__).parent)


def launch(
    *tasks: Task, watch: Callable[[list[TaskState]], object] = lambda states: None, **settings
) -> list[TaskState]:
    """The states in which tasks end; `watch` sees them on the way."""
    states: list[TaskState] = []
    for states in SlurmLauncher(SlurmConfig(poll_seconds=0.3, **settings)).run(tasks, Path("launch")):
        watch(states)
    return states


def job_of(task: str) -> str:
    return json.loads(Path("launch", task, "job.json").read_text())["job"]


def events(what: str) -> list[list]:
    """The starts, stops or ends that `chores.work` noted: launch, rank, size, step."""
    path = Path("home/log.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line[1:] for line in lines if line[0] == what]


def work(steps: int, ranks: int = 1) -> Task:
    Path("home").mkdir()
    return Task("work", "chores:work", {"folder": str(Path("home").absolute()), "steps": steps}, ranks)


def wait_for(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Once:
    """Does something once, when all of so many ranks have started."""

    def __init__(self, starts: int, deed: Callable[[], object]) -> None:
        self.starts, self.deed, self.done = starts, deed, False

    def __call__(self, states: list[TaskState]) -> None:
        if not self.done and len(events("start")) >= self.starts:
            time.sleep(0.5)
            self.done = True
            self.deed()


def test_an_array_with_deaths_and_failures():
    tasks = [Task(f"write-{k}", "chores:write", {"path": f"out-{k}.txt", "text": str(k)}) for k in range(5)]
    tasks += [
        Task("die", "chores:die", {"path": "lives", "times": 1}),
        Task("refuse", "chores:refuse"),
        Task("fail", "chores:fail"),
    ]
    *written, died, refused, failed = launch(*tasks)
    assert [state.status for state in written] == ["done"] * 5
    assert [Path(f"out-{k}.txt").read_text() for k in range(5)] == list("01234")
    assert (died.status, died.restarts) == ("done", 1)
    assert (refused.status, refused.error, refused.traceback) == ("failed", "there is no such thing", "")
    assert (failed.status, failed.error) == ("failed", "ValueError: the sum is wrong")
    assert 'raise ValueError("the sum is wrong")' in failed.traceback
    assert failed.log is not None
    assert "the sum is wrong" in failed.log.read_text()
    assert len({job_of(task.name).partition("_")[0] for task in tasks if task.name != "die"}) == 1, "one array"


def test_a_job_of_four_ranks_makes_way_and_goes_on():
    task = work(steps=60, ranks=4)
    tell = Once(4, lambda: subprocess.run(["scancel", "--signal=USR2", job_of("work")], check=True))
    (state,) = launch(task, watch=tell, nodes=2)
    assert (state.status, state.restarts, state.requeues) == ("done", 0, 1), state
    stopped = {rank: step for _, rank, _, step in events("stop")}
    assert len(stopped) == 4, "all ranks saved"
    starts = events("start")
    assert len(starts) == 8
    assert len({launch for launch, *_ in starts}) == 2
    assert {(rank, step) for _, rank, _, step in starts[4:]} == set(stopped.items())
    assert sorted(step for *_, step in events("end")) == [60] * 4


def test_a_preempted_job_goes_on():
    """Slurm ends and requeues it without a signal that it could act on in time."""
    urgent = ["sbatch", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null", "--wrap=sleep 1"]
    tell = Once(1, lambda: subprocess.run(urgent, check=True, capture_output=True))
    (state,) = launch(work(steps=200), watch=tell, partition="main")
    assert (state.status, state.restarts) == ("done", 0), state
    assert len(events("start")) == 2
    assert len(events("end")) == 1


def test_jobs_outlive_a_launcher_and_are_taken_up_again():
    task = work(steps=60)
    forgotten = SlurmLauncher(SlurmConfig(poll_seconds=0.3))
    with closing(forgotten.run([task], Path("launch"))) as states:
        next(states)
        first = job_of("work")
        again = SlurmLauncher(SlurmConfig(poll_seconds=0.3)).run([task], Path("launch"))
        assert next(again)[0].status == "waiting"
        assert job_of("work") == first
        with pytest.raises(LaunchError, match=f"job {first} of an earlier launch still runs"):
            next(SlurmLauncher().run([Task("work", "chores:fail")], Path("launch")))
    assert (
        first not in subprocess.run(["squeue", "-h", "-t", "R,PD", "-o", "%A"], capture_output=True, text=True).stdout
    )


def test_what_slurm_refuses_is_told_in_a_line():
    with pytest.raises(LaunchError, match=r"Slurm refuses the job: .*partition"):
        launch(Task("write", "chores:write"), partition="nowhere")
    with pytest.raises(LaunchError, match="3 ranks cannot be spread evenly over 2 nodes"):
        launch(Task("write", "chores:write", ranks=3), nodes=2)


def test_settings_that_contradict_each_other_are_refused_before_anything_is_submitted(fwd):
    outcome = fwd("train", "--env", "toy", "--out", "run", "--slurm", "--time", 1)
    assert (outcome.code, len(outcome.errors)) == (2, 1), outcome.err
    assert "a job of 1 min that is told to stop 90 s before its end gets nothing done" in outcome.err
    assert "--time 3" in outcome.err
    assert not Path("run").exists()
    SlurmLauncher(SlurmConfig(minutes=3))
    for more, said in {
        ("--time", 60, "--set", "launch.minutes=1"): "launch.minutes is given twice, as 60 and as 1",
        (
            "--set",
            "launch.more.time=0:30:00",
        ): "launch.more.time: this is a setting of its own, launch.minutes (--time)",
        ("--trainers", 3, "--set", "launch.nodes=2"): "3 ranks cannot be spread evenly over 2 nodes",
        ("--partition", "nowhere"): "Slurm refuses the job",
    }.items():
        outcome = fwd("train", "--env", "toy", "--preset", "debug", "--out", "run", "--slurm", *more)
        (line,) = [line for line in outcome.errors if line.startswith("error: ")]  # sbatch speaks for itself as well
        assert (outcome.code, said in line) == (2, True), outcome.err
        assert not Path("run").exists()


def test_a_job_that_makes_way_without_coming_further_is_given_up():
    task = evolve(work(steps=4000), progress="chores:nowhere")

    def tell(states: list[TaskState]) -> None:
        if len(events("start")) > len(events("stop")) and states[0].status == "running":
            time.sleep(0.5)
            subprocess.run(["scancel", "--signal=USR2", job_of("work")], check=True)
            wait_for(lambda: len(events("start")) == len(events("stop")))

    (state,) = launch(task, watch=tell, restarts=1)
    assert (state.status, state.requeues, state.reached) == ("failed", 1, 7.0), state
    assert state.error.startswith("told to make way 2 times in a row before it came any further: give it more time")


def test_never_more_tasks_at_a_time_than_asked_for():
    """A job that was cancelled is submitted anew, as an array of its own, only when there is room."""
    for k in range(4):
        Path(f"home-{k}").mkdir()
    tasks = [
        Task(f"work-{k}", "chores:work", {"folder": str(Path(f"home-{k}").absolute()), "steps": 120}) for k in range(4)
    ]
    most = deaths = 0

    def look(states: list[TaskState]) -> None:
        nonlocal most, deaths
        listed = ["squeue", "--noheader", "--array", "--states=R", "--format=%i"]
        most = max(most, len(subprocess.run(listed, capture_output=True, text=True).stdout.split()))
        if not deaths and Path("home-0/log.jsonl").exists():
            deaths = 1
            subprocess.run(["scancel", job_of("work-0")], check=True)

    states = launch(*tasks, watch=look, jobs=2)
    assert [state.status for state in states] == ["done"] * 4
    assert [state.restarts for state in states] == [1, 0, 0, 0]
    assert most == 2


PROVE = ("prove", "--model", "uniform", "--env", "toy", "--strategy", "sampling")
CLUSTER = ("--slurm", "--n-jobs", 8, "--partition", "main", "--time", 30, "--set", "launch.poll_seconds=0.5")


def shard_lines(shard: int) -> list[str]:
    path = Path(f"out/shard-{shard}/results.jsonl")
    return path.read_text().splitlines() if path.exists() else []


def shard_job(shard: int) -> str:
    return json.loads(Path(f"out/launch/shard-{shard}/job.json").read_text())["job"]


def searches(folder: str) -> list[dict]:
    lines = map(json.loads, Path(folder, "results.jsonl").read_text().splitlines())
    return sorted(({**line, "seconds": 0} for line in lines), key=lambda line: (line["name"], line["trial"]))


def test_proving_in_eight_shards_of_which_one_is_killed_and_one_makes_way(slow_site, reach, process, finish, fwd):
    reach(slow_site)
    task = (*PROVE, "--trials", 40)  # so many that no shard ends before its victim is found
    child = process(*task, *CLUSTER, "--out", "out")
    waiting = {
        2: lambda job: os.kill(chores.rank_of(job), signal.SIGKILL),
        5: lambda job: subprocess.run(["scancel", "--signal=USR1", job], check=True),
    }
    deadline = time.monotonic() + 120
    while waiting:
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline
        for shard in [shard for shard in waiting if len(shard_lines(shard)) > 10]:
            waiting.pop(shard)(shard_job(shard))
        time.sleep(0.05)
    outcome = finish(child, timeout=200)
    assert outcome.code == 0, outcome.err
    assert outcome.errors[-1].endswith("8 done, 1 restarted"), "the one that made way kept its job"
    assert "goes back into the queue" in Path(f"out/launch/slurm/{shard_job(5)}_0_log.out").read_text()
    assert fwd(*task, "--out", "whole").code == 0
    assert searches("out") == searches("whole")
    assert fwd("check", "out").out == fwd("check", "whole").out


def test_the_parent_dies_and_another_takes_its_jobs_up(slow_site, reach, process, finish, fwd):
    reach(slow_site)
    task = (*PROVE, "--trials", 20, *CLUSTER, "--n-jobs", 2, "--out", "out")
    child = process(*task)
    deadline = time.monotonic() + 120
    while len(shard_lines(0)) < 5:
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.kill()
    finish(child)
    jobs = [shard_job(shard) for shard in range(2)]
    assert fwd(*task, "--continue").code == 0
    assert [shard_job(shard) for shard in range(2)] == jobs
    assert len(searches("out")) == 800 == len(shard_lines(0)) + len(shard_lines(1))


SMALL = ("train.log_every=1", "train.evaluate_every=none", "model.d_model=32", "model.n_layers=1", "train.pool=256")


def training(process, *more: object, steps: int) -> subprocess.Popen[str]:
    """A run as jobs of the cluster."""
    sets = [word for one in (*SMALL, f"train.steps={steps}", "launch.poll_seconds=0.5") for word in ("--set", one)]
    return process("train", "--env", "toy", "--out", "run", "--slurm", "--time", 5, *more, *sets)


def make_way(child: subprocess.Popen[str], ready: Callable[[], object]) -> str:
    """Tell the job of a run, once it is `ready`, to make way, as `launch.signal_seconds` before its time limit."""
    deadline = time.monotonic() + 150
    while not ready():
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    job = json.loads(Path("run/launch/train/job.json").read_text())["job"]
    subprocess.run(["scancel", "--signal=USR2", job], check=True)
    return job


def trained_steps() -> list[int]:
    path = Path("run/metrics.jsonl")
    return [json.loads(line)["step"] for line in path.read_text().splitlines()] if path.exists() else []


def test_training_makes_way_and_goes_on(process, finish):
    child = training(process, "--set", "train.checkpoint_every=1000", steps=60)
    job = make_way(child, trained_steps)
    outcome = finish(child, timeout=200)
    assert outcome.code == 0, outcome.err
    assert outcome.errors[-1] == "training: 1 of 1, 1 done, step 60"
    assert "goes back into the queue" in Path(f"run/launch/slurm/{job}_0_log.out").read_text()
    assert re.search(r"^train: requeued, at step [1-9]", outcome.err, re.MULTILINE), outcome.err
    assert trained_steps() == list(range(1, 61))


def test_joint_training_of_three_trainers_and_an_actor_makes_way_and_goes_on(process, finish, fwd):
    crew = ("--online", "--trainers", 3, "--actors", 1, "--set", "train.checkpoint_every=10")
    quick = ("--set", "store.seal_seconds=0.5", "--set", "generated.refresh_every=5")
    child = training(process, *crew, *quick, steps=80)
    job = make_way(child, lambda: max(trained_steps(), default=0) > 20)
    outcome = finish(child, timeout=250)
    assert outcome.code == 0, outcome.err
    assert outcome.errors[-1] == "training: 1 of 1, 1 done, step 80", "one job did it all"
    assert outcome.err.count("restarted") == 0
    log = Path(f"run/launch/slurm/{job}_0_log.out").read_text()
    assert log.count("goes back into the queue") == 1
    assert trained_steps()[-1] == 80
    state = json.loads(next(Path("run/store").glob("actor-0/state.json")).read_text())
    assert state["starts"] == 2, "the actor came back as well"
    stats = json.loads(fwd("store", "stats", "run/store", "--json").out)
    assert stats["records"] > 0
    assert fwd("store", "verify", "run/store").code == 0
