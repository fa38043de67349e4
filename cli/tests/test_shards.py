from collections import Counter
from pathlib import Path

import pytest
from fwd.errors import UserError
from fwd.launch import TaskState
from fwd_cli import launching, shards
from fwd_cli.launching import Launching
from typer import Exit


@pytest.mark.parametrize("goals", [1, 3, 10])
@pytest.mark.parametrize("trials", [1, 2, 128])
@pytest.mark.parametrize("count", [1, 2, 7, 32])
def test_every_search_falls_to_exactly_one_shard(goals, trials, count):
    names = [f"g{number}" for number in range(goals)]
    shares = [list(shards.share(names, trials, shard, count)) for shard in range(count)]
    assert Counter(search for share in shares for search in share) == Counter(
        (name, trial) for name in names for trial in range(trials)
    )
    sizes = [len(share) for share in shares if share]
    if count <= goals:
        owners = {name: {shard for shard, share in enumerate(shares) if name in dict(share)} for name in names}
        assert all(len(owner) == 1 for owner in owners.values()), "the trials of a goal stay together"
        assert max(sizes) - min(sizes) <= trials
    assert len(sizes) == min(count, len(sizes) if count > goals * trials else count)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slurm": True, "local_jobs": 2}, "--slurm and --local-jobs exclude each other"),
        ({"partition": "gpu"}, "--partition says how to submit work: add --slurm"),
        ({"local_jobs": 2, "minutes": 10}, "--time says how to submit work"),
    ],
)
def test_options_that_do_not_fit_together(given, said):
    with pytest.raises(UserError, match=said):
        Launching(**given).name  # noqa: B018


def test_who_runs_the_work():
    assert Launching().name is None
    assert Launching(slurm=True, partition="gpu").name == "slurm"
    assert Launching(local_jobs=2).name == "local"
    assert Launching(other="ray", n_jobs=2).name == "ray"


def test_failures_are_reported_with_each_traceback_once(capsys):
    launching.report([TaskState("a", "done")], "try again")
    trace = "Traceback: it broke\n"
    states = [
        TaskState("a", "failed", error="ValueError: x", traceback=trace, log=Path("a.txt")),
        TaskState("b", "failed", error="ValueError: x", traceback=trace, log=Path("b.txt")),
        TaskState("c", "done"),
    ]
    with pytest.raises(Exit):
        launching.report(states, "try again")
    assert capsys.readouterr().err.splitlines() == [
        "Traceback: it broke",
        "error: a failed: ValueError: x (a.txt)",
        "error: b failed: ValueError: x (b.txt)",
        "2 of 3 failed; when the cause is removed, try again",
    ]


def test_the_state_of_many_tasks_in_a_few_words():
    states = [TaskState("a", "done"), TaskState("b", "running", restarts=2), TaskState("c", "done")]
    assert launching.describe(states) == "1 running, 2 done, 2 restarted"
