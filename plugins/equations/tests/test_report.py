"""The report on the benchmark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fwd.errors import UserError
from fwd_equations.commands import app
from fwd_equations.env import EquationsEnv
from fwd_equations.report import algebra_alone, groups, one_rule, solved_in, table
from fwd_equations.reserved import Item, identities
from typer.testing import CliRunner


def item(statement: str, *hyps: str, category: str = "mine", difficulty: str = "easy") -> Item:
    return Item(statement, hyps, statement, category, difficulty)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (item("ln(x*y) = ln x + ln y", "0 < x", "y != 0"), True),
        (item("ln x + ln y = ln(x*y)", "0 < x", "y != 0"), True),
        (item("ln(x*y) = ln x + ln y", "0 < x"), False),
        (item("1/y < 1/x", "0 < x", "x < y"), True),
        (item("sin(2*x) = 2*sin(x)*cos(x)"), False),
    ],
)
def test_goals_that_one_rule_gives(small: EquationsEnv, one: Item, expected: bool):
    assert one_rule(small, one) is expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (item("(x + y)*(x - y) = x^2 - y^2"), True),
        (item("x/x = 1", "0 < x"), True),
        (item("x/x = 1"), False),
        (item("x - z <= y - z + 1", "x <= y"), True),
        (item("0 <= (x - y)^2"), False),
    ],
)
def test_goals_that_algebra_gives(small: EquationsEnv, one: Item, expected: bool):
    assert algebra_alone(small, one) is expected


def test_rows_of_the_table(small: EquationsEnv):
    items = [item("x + 0 = x"), item("x < x + 2", difficulty="hard"), item("0 <= x^2", category="other")]
    text = table(groups(small, items), {"a": {"x + 0 = x"}, "b": {"x < x + 2", "0 <= x^2"}})
    assert text.splitlines() == [
        "|  | goals | a | b |",
        "| --- | ---: | ---: | ---: |",
        "| all | 3 | 1 | 2 |",
        "| equalities | 1 | 1 | 0 |",
        "| inequalities | 2 | 0 | 2 |",
        "| given by one rule | 2 | 1 | 1 |",
        "| given by algebra | 2 | 1 | 1 |",
        "| easy | 2 | 1 | 1 |",
        "| hard | 1 | 0 | 1 |",
        "| mine | 2 | 1 | 1 |",
        "| other | 1 | 0 | 1 |",
    ]


def test_every_goal_of_the_benchmark_is_in_a_row_of_its_kind(small: EquationsEnv):
    rows = groups(small, identities())
    assert len(rows["equalities"]) + len(rows["inequalities"]) == len(rows["all"]) == 125
    assert sum(len(rows[level]) for level in ("easy", "medium", "hard")) == 125
    assert 0 < len(rows["given by one rule"]) < 30
    assert 10 < len(rows["given by algebra"]) < 30
    assert len(rows["given by neither"]) > 70


def record(folder: Path, split: str, *results: dict) -> Path:
    (folder / "prove.json").write_text(json.dumps({"split": split}))
    (folder / "results.jsonl").write_text("".join(json.dumps(result) + "\n" for result in results))
    return folder


def test_the_report_on_results(tmp_path: Path):
    names = [one.name for one in identities()[:2]]
    results = [{"name": names[0], "solved": True}, {"name": names[0], "solved": False}]
    folder = record(tmp_path, "identities", *results, {"name": names[1], "solved": False})
    result = CliRunner().invoke(app, ["report", str(folder)])
    assert result.exit_code == 0
    assert result.output.splitlines()[2] == "| all | 2 | 1 |"


def test_the_report_on_goals_of_a_file(tmp_path: Path):
    (tmp_path / "goals.jsonl").write_text('{"name": "one", "statement": "x < x + 1"}\n')
    items, solved = solved_in(record(tmp_path, "goals", {"name": "one", "solved": True}))
    assert [one.statement for one in items] == ["x < x + 1"]
    assert solved == {"one"}


def test_folders_without_such_results_are_one_line(tmp_path: Path):
    for prepare in (lambda: tmp_path, lambda: record(tmp_path, "valid"), lambda: record(tmp_path, "goals", {})):
        with pytest.raises(UserError) as caught:
            solved_in(prepare())
        assert len(str(caught.value).splitlines()) == 1
