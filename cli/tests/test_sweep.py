from pathlib import Path

import pytest
from fwd.errors import ConfigError
from fwd_cli import runs
from fwd_cli.sweep import combinations


def sweep(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sweep.toml"
    path.write_text(text)
    return path


def test_a_run_for_each_combination(tmp_path):
    (tmp_path / "base.toml").write_text("[train]\nlr = 1.0\nsteps = 7\n")
    found = combinations(
        sweep(tmp_path, "extends = 'base.toml'\n[sweep.train]\nlr = [1e-3, 3e-4]\n[sweep.model]\ndropout = [0, 0.1]\n")
    )
    assert [one.name for one in found] == [
        "lr=0.001,dropout=0",
        "lr=0.001,dropout=0.1",
        "lr=0.0003,dropout=0",
        "lr=0.0003,dropout=0.1",
    ]
    assert found[1].tables == {"train": {"lr": 0.001, "steps": 7}, "model": {"dropout": 0.1}}


def test_names_say_only_what_is_needed_and_are_names_of_files(tmp_path):
    found = combinations(
        sweep(tmp_path, '[sweep]\n"train.seed" = [0]\n"env.seed" = [1]\n"env.database" = ["/data/set.mm", "x y"]\n')
    )
    assert [one.name for one in found] == [
        "train.seed=0,env.seed=1,database=data-set.mm",
        "train.seed=0,env.seed=1,database=x-y",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[train]\nlr = 1.0\n", "sweep: expected lists of values"),
        ("[sweep]\n", "sweep: expected lists of values"),
        ("[sweep]\nlr = [1.0]\n", "sweep.lr: expected lists"),
        ("[sweep.train]\nlr = 1.0\n", "sweep.train.lr: expected lists"),
        ("[sweep.train]\nlr = []\n", "sweep.train.lr: expected lists"),
        ("sweep = 3\n", "sweep: expected lists"),
        ("[sweep.env]\ndatabase = ['a/b', 'a-b']\n", "two combinations are both called database=a-b"),
    ],
)
def test_what_is_wrong_with_a_sweep(text, said, tmp_path):
    with pytest.raises(ConfigError, match=said):
        combinations(sweep(tmp_path, text))


def test_the_newest_value_of_a_metric(tmp_path):
    assert runs.last(tmp_path, "loss") is None
    (tmp_path / "metrics.jsonl").write_text(
        '{"step": 1, "loss": 3.0}\n{"step": 2, "loss": 2.0}\n{"step": 2, "x": 1}\n{"st'
    )
    assert runs.last(tmp_path, "loss") == 2.0
    assert runs.last(tmp_path, "proved") is None
