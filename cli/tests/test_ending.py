"""The last lines of `fwd prove`."""

import pytest
from fwd_cli.ending import tell_proving
from fwd_cli.record import Result, Task, summarize


def result(name: str, trial: int, stopped: str) -> Result:
    return Result(name, trial, stopped == "solved", stopped, 1, 0, {}, 1, 0.1)


def told(capsys, tmp_path, results, outside=True, model="runs/m") -> list[str]:
    task = Task("toy", model, 1, "sampling", {}, "valid", 2, None, 0)
    tell_proving(tmp_path / "my answers", task, summarize(task, {}, results, 1.0), results, outside)
    return capsys.readouterr().out.splitlines()


def test_why_goals_are_not_proved(capsys, tmp_path):
    results = [result("a", 0, "solved"), result("a", 1, "mistakes")]
    results += [result("b", trial, "context-full") for trial in range(2)] + [result("c", 0, "a-reason-of-a-plugin")]
    first, *lines, last = told(capsys, tmp_path, results)
    assert first == "1 of 3 goals proved by sampling with runs/m (toy_valid_fwd_proving-prop_proved 0.3333)"
    assert lines[0] == "2 not proved: b, c"
    assert lines[1].startswith("  2 of their searches ended by context-full: goal and facts no longer fit")
    assert lines[2] == "  1 of their searches ended by a-reason-of-a-plugin"
    assert last.startswith(f"next: fwd check '{tmp_path}/my answers' --external ")


def test_many_goals_are_counted_not_named(capsys, tmp_path):
    lines = told(capsys, tmp_path, [result(f"g{number}", 0, "mistake") for number in range(40)], model="uniform")
    assert lines[1:2] == ["40 not proved"]
    assert lines[-1].startswith("next: fwd train --env toy ")


@pytest.mark.parametrize("outside", [True, False])
def test_an_outside_program_is_named_only_where_there_is_one(outside, capsys, tmp_path):
    *_, last = told(capsys, tmp_path, [result("a", 0, "solved")], outside)
    assert ("--external" in last) == outside
