"""Launching on this machine: outcomes, restarts, ranks, and that nothing outlives its launcher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import chores
import pytest
from fwd.launch import LaunchError, Task, TaskState, World, claim
from fwd.launch.local import LocalConfig, LocalLauncher
from fwd.plugins import PluginSet, load
from fwd.processes.lifeline import StopWatch


@pytest.fixture(autouse=True)
def reachable(reach: Callable[[Path], None]) -> None:
    """The processes that are launched find the chores."""
    reach(Path(chores.__file__).parent)


def run(*tasks: Task, **settings) -> list[TaskState]:
    """The states in which tasks end."""
    launcher = LocalLauncher(LocalConfig(**settings))
    states: list[TaskState] = []
    for states in launcher.run(tasks, Path("launch")):
        assert sum(state.status == "running" for state in states) <= launcher.config.jobs
    return states


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.02)


def test_core_registers_its_launchers_through_the_hook():
    plugins = PluginSet.discover()
    assert plugins.launchers.names() == ["local", "slurm"]
    assert plugins.launchers.origin("slurm").startswith("fwd-core ")
    for spec in map(plugins.launchers.get, plugins.launchers.names()):
        assert callable(load(spec.factory)(load(spec.config)()).run)


def test_what_becomes_of_tasks():
    written, refused, failed, died, hopeless = run(
        Task("write", "chores:write", {"path": "out.txt", "text": "done"}),
        Task("refuse", "chores:refuse"),
        Task("fail", "chores:fail"),
        Task("die", "chores:die", {"path": "lives", "times": 2}),
        Task("die-often", "chores:die", {"path": "others", "times": 9}),
        jobs=2,
        restarts=2,
    )
    assert (written.status, Path("out.txt").read_text()) == ("done", "done")
    assert (refused.status, refused.error, refused.traceback) == ("failed", "there is no such thing", "")
    assert (failed.status, failed.error) == ("failed", "ValueError: the sum is wrong")
    assert 'raise ValueError("the sum is wrong")' in failed.traceback
    assert failed.log is not None
    assert failed.traceback.splitlines()[-3:] == failed.log.read_text().splitlines()[-3:]
    assert (died.status, died.restarts) == ("done", 2)
    assert (hopeless.status, hopeless.error) == ("failed", "killed by SIGKILL, and so in 2 restarts")


def test_what_comes_further_is_started_again_without_end_and_what_does_not_is_given_up():
    further, stuck = run(
        Task("further", "chores:die", {"path": "lives", "times": 4}, progress="chores:lives"),
        Task("stuck", "chores:die", {"path": "others", "times": 9}, progress="chores:nowhere"),
        jobs=2,
        restarts=1,
    )
    assert (further.status, further.restarts, further.reached) == ("done", 4, 4.0)
    assert (stuck.status, stuck.restarts) == ("failed", 1)
    assert stuck.error == "killed by SIGKILL, and so in 1 restarts that came no further"


def test_a_stopped_process_is_named_and_ends_with_its_launcher(monkeypatch, capfd):
    monkeypatch.setattr(StopWatch, "EVERY", 0.5)
    Path("home").mkdir()
    task = Task("work", "chores:work", {"folder": str(Path("home").absolute()), "steps": 4000}, ranks=2)
    with closing(LocalLauncher(LocalConfig(stop_seconds=30)).run([task], Path("launch"))) as states:
        next(states)
        while len(list(Path("home").glob("here.*"))) < 2:
            time.sleep(0.02)
        time.sleep(0.5)
        (pid,) = [pid for pid in chores.children(os.getpid()) if "RANK=1" in chores.surroundings(pid)]
        os.kill(pid, signal.SIGSTOP)
        said, started = "", time.monotonic()
        while "is stopped" not in said:
            assert time.monotonic() < started + 30
            next(states)
            said += capfd.readouterr().err
        assert f"work, rank 1 (process {pid}) is stopped" in said
        ending = time.monotonic()
    assert time.monotonic() - ending < 15
    assert sorted(path.name for path in Path("home").glob("*.step")) == ["rank-0.step", "rank-1.step"]


def test_a_function_that_is_not_there_is_named():
    (state,) = run(Task("typo", "chores:wriet"))
    assert (state.status, state.restarts) == ("failed", 0)
    assert "has no 'wriet'" in state.error


def test_ranks_live_and_die_together():
    Path("home").mkdir()
    worked, failed = run(
        Task("work", "chores:work", {"folder": str(Path("home").absolute()), "steps": 3}, ranks=3),
        Task("fail", "chores:fail_on_rank", {"rank": 1}, ranks=2),
        stop_seconds=5,
    )
    assert worked.status == "done"
    assert [Path(f"home/rank-{rank}.step").read_text() for rank in range(3)] == ["3"] * 3
    assert (failed.status, failed.error) == ("failed", "ValueError: this rank gives up")


def test_stopped_early_tasks_save_and_go_on_later():
    Path("home").mkdir()
    task = Task("work", "chores:work", {"folder": str(Path("home").absolute()), "steps": 40}, ranks=2)
    with closing(LocalLauncher().run([task], Path("launch"))) as states:
        next(states)
        wait_for(Path("home/log.jsonl"))
        time.sleep(0.5)
    saved = [int(Path(f"home/rank-{rank}.step").read_text()) for rank in range(2)]
    assert all(step < 40 for step in saved)
    assert run(task)[0].status == "done"
    starts = [line for line in Path("home/log.jsonl").read_text().splitlines() if "start" in line]
    assert len(starts) == 4
    assert len({line.split(",")[1] for line in starts}) == 2, "each start has a name of its own"


def test_nothing_outlives_a_launcher_that_is_killed():
    code = """
        from pathlib import Path
        from fwd.launch import Task
        from fwd.launch.local import LocalLauncher
        for _ in LocalLauncher().run([Task("linger", "chores:linger", {"folder": "."})], Path("launch")):
            pass
    """
    parent = subprocess.Popen([sys.executable, "-c", "\n".join(line[8:] for line in code.splitlines())])
    try:
        wait_for(Path("pids"))
        pids = [int(pid) for pid in Path("pids").read_text().split()]
        assert all(map(chores.alive, pids))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while any(map(chores.alive, pids)):
        assert time.monotonic() < deadline, "an orphan is left"
        time.sleep(0.05)


def test_jobs_share_the_cores():
    launcher = LocalLauncher(LocalConfig(jobs=2))
    cores = os.sched_getaffinity(0)
    shares = [launcher._share(slot) for slot in range(2)]
    assert all(share and set(share) <= cores for share in shares)
    if len(cores) > 1:
        assert not set(shares[0]) & set(shares[1])


def test_a_folder_is_claimed_by_one_launch_at_a_time():
    with claim(Path("launch")), pytest.raises(LaunchError, match="launches in launch already"), claim(Path("launch")):
        pass
    with claim(Path("launch")):
        pass


@pytest.mark.parametrize(
    ("told", "world"),
    [
        ({}, World()),
        (World(3, 8, 1, 2, "x").environ(), World(3, 8, 1, 2, "x")),
        (
            {"RANK": "3", "WORLD_SIZE": "8", "TORCHELASTIC_RUN_ID": "y", "MASTER_PORT": "29500"},
            World(3, 8, 3, 8, "y.0.29500"),
        ),
    ],
    ids=["alone", "launcher", "torchrun"],
)
def test_who_am_i(told, world):
    assert World.detect(told) == world
