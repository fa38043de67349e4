from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import attrs
import pytest
from attrs import field, frozen
from fwd.errors import ConfigError
from fwd.settings import EngineConfig, ModelConfig, TrainConfig, setting
from fwd.structure import attempt, describe, structure, unstructure


@frozen
class Inner:
    depth: int = setting(3, "how deep")
    share: float = setting(0.5, "how much")


def _positive(_, __, value):
    if value <= 0:
        raise ValueError("size must be positive")


@frozen
class Outer:
    name: str = setting("a", "a name")
    flag: bool = setting(False, "a flag")
    size: int = field(default=1, validator=_positive, metadata={"help": "a size"})
    kind: Literal["one", "two"] = setting("one", "a choice")
    limit: int | None = setting(7, "a limit that may be unset")
    path: Path | None = setting(None, "a path")
    shares: Mapping[str, float] = setting({"x": 1.0}, "a table")
    labels: tuple[str, ...] = setting((), "a list")
    pair: tuple[int, str] = setting((1, "b"), "two things")
    either: int | str = setting(0, "an integer or a word")
    inner: Inner = setting(Inner(), "nested")


@frozen
class Needs:
    must: int


def mistakes(data, cls=Outer, where="top"):
    with pytest.raises(ConfigError) as caught:
        structure(cls, data, where)
    return str(caught.value).splitlines()


def test_good_values_of_every_kind():
    data = {
        "name": "b",
        "flag": True,
        "size": 2,
        "kind": "two",
        "limit": "none",
        "path": "x/y",
        "shares": {"u": 1, "v": 0.5},
        "labels": ["p", "q"],
        "pair": [2, "c"],
        "either": "word",
        "inner": {"share": 1},
    }
    built = structure(Outer, data)
    assert built == Outer(
        "b", True, 2, "two", None, Path("x/y"), {"u": 1.0, "v": 0.5}, ("p", "q"), (2, "c"), "word", Inner(3, 1.0)
    )
    assert type(built.shares["u"]) is float
    assert type(built.inner.share) is float


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("name", 3, "top.name: expected text, got 3"),
        ("name", True, "top.name: expected text, got true"),
        ("flag", "false", "top.flag: expected true or false, got the text 'false'"),
        ("flag", 0, "top.flag: expected true or false, got 0"),
        ("size", True, "top.size: expected an integer, got true"),
        ("size", 1.0, "top.size: expected an integer, got 1.0"),
        ("size", "1", "top.size: expected an integer, got the text '1'"),
        ("size", 0, "top: size must be positive"),
        ("kind", "three", "top.kind: expected one of one, two, got the text 'three'"),
        ("limit", "some", "top.limit: expected an integer, got the text 'some'"),
        ("path", 3, "top.path: expected text, got 3"),
        ("shares", 3, "top.shares: expected a table, got 3"),
        ("shares", {"u": "x"}, "top.shares.u: expected a number, got the text 'x'"),
        ("shares", {"u": float("nan")}, "top.shares.u: expected a number, got nan"),
        ("labels", "pq", "top.labels: expected a list, got the text 'pq'"),
        ("labels", ["p", 2], "top.labels.1: expected text, got 2"),
        ("either", 1.5, "top.either: expected an integer or text, got 1.5"),
        ("inner", [1], "top.inner: expected a table, got a list"),
        ("inner", {"depth": "deep"}, "top.inner.depth: expected an integer, got the text 'deep'"),
        ("inner", {"dept": 1}, "top.inner.dept: unknown setting; did you mean top.inner.depth?"),
        ("inner", {"zzz": 1}, "top.inner.zzz: unknown setting; known here: depth, share"),
        ("nam", 1, "top.nam: unknown setting; did you mean top.name?"),
        ("inner", {"share": 10**400}, None),
        ("pair", [1], None),
    ],
)
def test_one_mistake_is_one_line_with_its_path(key, value, line):
    lines = mistakes({key: value})
    assert len(lines) == 1
    assert lines[0].startswith("top.") or lines[0].startswith("top: ")
    assert line is None or lines == [line]


def test_all_mistakes_are_told_at_once():
    lines = mistakes({"nam": 1, "flag": 1, "inner": {"depth": "x", "shar": 1}, "labels": [1, 2]})
    assert [line.partition(":")[0] for line in sorted(lines)] == [
        "top.flag",
        "top.inner.depth",
        "top.inner.shar",
        "top.labels.0",
        "top.labels.1",
        "top.nam",
    ]


def test_what_must_be_set():
    assert mistakes({}, Needs, "") == ["must: must be set"]


@pytest.mark.parametrize(
    "value",
    [
        Outer(),
        Outer(limit=None, path=Path("p"), labels=("a",), shares={}, inner=Inner(1, 2.0)),
        ModelConfig(dropout=0),
        TrainConfig(evaluate_every=None, minutes=2.5, mix={"a": 0.25}),
        EngineConfig(threads=3),
    ],
)
def test_round_trip(value):
    assert structure(type(value), unstructure(value)) == value


def test_describe_lists_every_setting_by_path():
    rows = {row.key: row for row in describe(Outer)}
    assert rows["inner.depth"].help == "how deep"
    assert rows["limit"].type == "an integer or none"
    assert rows["kind"].type == "one of one, two"
    assert rows["shares"].default == "{x = 1.0}"
    assert rows["path"].default == "none"
    assert rows["labels"].type == "a list of text"


def test_core_settings_all_have_help():
    for cls in (ModelConfig, TrainConfig, EngineConfig):
        assert all(row.help for row in describe(cls)), cls


def test_every_number_among_the_settings_has_ends():
    """So that a slip of the finger is one line, and neither a crash later nor a run that never ends."""
    for section in (ModelConfig, TrainConfig, EngineConfig):
        for one in attrs.fields(attrs.resolve_types(section)):
            if one.type in (int, float, int | None, float | None) and one.name != "seed":
                _, mistakes = attempt(section, {one.name: -1 if one.type in (int, int | None) else -1.0}, "here")
                assert [line.split(":")[0] for line in mistakes] == [f"here.{one.name}"], one.name
