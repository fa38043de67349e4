import pytest
from fwd.api import Goal
from fwd.errors import GoalError, UserError
from fwd_cli.goals import MAX_MISTAKES, GoalsFile, read_goals


class Letters:
    """As much of an env as a goals file meets: a statement is one letter."""

    def canonical(self, goal: Goal) -> Goal:
        if len(goal.statement) != 1:
            raise GoalError(f"{goal.name}: {goal.statement!r} is not one letter")
        return goal


def read(tmp_path, text: str, known=None) -> list[Goal]:
    path = tmp_path / "goals.jsonl"
    path.write_text(text)
    return read_goals(path, Letters(), (known or {}).get)


def test_all_fields_are_read(tmp_path):
    line = (
        '{"name": "n", "statement": "s", "hypotheses": ["h"], "conditions": ["x y"], "forbidden": ["t"], "before": "b"}'
    )
    assert read(tmp_path, line) == [Goal("n", "s", ("h",), ("x y",), frozenset({"t"}), "b")]


def test_benchmarks_name_hypotheses_in_short(tmp_path):
    line = '{"name": "n", "hyps": ["h"], "statement": "s", "category": "c", "difficulty": "easy"}'
    assert read(tmp_path, line) == [Goal("n", "s", ("h",))]


def test_the_order_of_the_file_is_kept(tmp_path):
    text = "\n".join(f'{{"name": "{name}", "statement": "s"}}' for name in "cab")
    assert [goal.name for goal in read(tmp_path, text)] == ["c", "a", "b"]


def test_separators_of_unicode_do_not_split_lines(tmp_path):
    assert read(tmp_path, '{"name": "a", "statement": "s", "category": "x\u2028y"}') == [Goal("a", "s")]


@pytest.mark.parametrize("name", ["", " ", "a\\nb", "\\ud800", "\\u001b[31m", "a\\u202eb", "a\u2028b"])
def test_names_are_visible_text_on_one_line(name, tmp_path):
    with pytest.raises(UserError, match="name: must be visible text on one line") as caught:
        read(tmp_path, f'{{"name": "{name}", "statement": "s"}}')
    assert len(str(caught.value).splitlines()) == 1


def test_the_dataset_is_asked_only_for_names(tmp_path):
    def never(name):
        raise AssertionError("opened the dataset for nothing")

    path = tmp_path / "goals.jsonl"
    path.write_text('{"name": "n", "statement": "s"}')
    assert len(read_goals(path, Letters(), never)) == 1
    assert read(tmp_path, '{"name": "n"}', {"n": Goal("n", "z")}) == [Goal("n", "z")]


def test_a_name_alone_takes_no_other_fields(tmp_path):
    with pytest.raises(UserError, match="nothing but a name"):
        read(tmp_path, '{"name": "n", "forbidden": ["t"]}', {"n": Goal("n", "z")})


def test_many_mistakes_are_counted_not_listed(tmp_path):
    with pytest.raises(UserError) as caught:
        read(tmp_path, "[]\n" * 100)
    lines = str(caught.value).splitlines()
    assert len(lines) == MAX_MISTAKES + 1
    assert lines[-1].endswith(f"and {100 - MAX_MISTAKES} more mistakes")


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_file_without_goals(text, tmp_path):
    with pytest.raises(UserError, match="no goals in this file"):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"name": NaN}', "null", '"text"', "1" * 10_000])
def test_odd_json_is_one_line(text, tmp_path):
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(f"{tmp_path}/goals.jsonl:1: ")
    assert len(str(caught.value)) < 400


def test_pipes_are_read_once(tmp_path):
    import os
    import threading

    path = tmp_path / "pipe"
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(b'{"name": "n", "statement": "s"}\n',), daemon=True).start()
    file = GoalsFile.read(path)
    assert read_goals(file, Letters(), {}.get) == [Goal("n", "s")]
    assert read_goals(file, Letters(), {}.get) == [Goal("n", "s")]


def test_a_folder_is_no_goals_file(tmp_path):
    with pytest.raises(UserError, match="a folder, not a file"):
        GoalsFile.read(tmp_path)
