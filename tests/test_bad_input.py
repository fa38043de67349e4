"""Mistakes of users: one line each on stderr, exit code 2, no traceback, quickly, and nothing half-done left behind."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

# Runs a command and prints its processor seconds and peak memory in KiB. A process counts what its parent held when
# it was started as its own, and a test runner may hold a lot, so the parent is this small one.
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(code)
"""
MEASURED = (sys.executable, "-c", MEASURE)

TOY = ("prove", "--model", "uniform", "--env", "toy", "--out", "out")
METAMATH = ("prove", "--model", "uniform", "--env", "metamath", "--out", "out")

MISTAKES = {
    "unknown command": (["trian"], ["Did you mean 'train'?"]),
    "unknown option": ([*TOY, "--sedd", "1"], ["--seed"]),
    "missing option": (["prove", "--env", "toy", "--out", "out"], ["--model"]),
    "unknown env": (["data", "stats", "--env", "tox"], ["unknown env 'tox'; did you mean 'toy'?"]),
    "unknown env to train": (["train", "--env", "metamat", "--out", "out"], ["did you mean 'metamath'?"]),
    "unknown preset": (["data", "stats", "--env", "toy", "--preset", "debg"], ["did you mean 'debug'?"]),
    "unknown strategy": ([*TOY, "--strategy", "gredy"], ["did you mean 'greedy'?"]),
    "unknown split": ([*TOY, "--split", "vaild"], ["unknown split 'vaild'"]),
    "unknown section": ([*TOY, "--set", "trian.lr=1"], ["did you mean train?"]),
    "unknown key": ([*TOY, "--set", "env.max_fact=1"], ["did you mean env.max_facts?"]),
    "unknown key of the strategy": ([*TOY, "--set", "strategy.max_step=1"], ["did you mean strategy.max_steps?"]),
    "wrong type": ([*TOY, "--set", "engine.slots=many"], ["engine.slots: expected an integer"]),
    "text for truth": (
        [*TOY, "--set", 'model.label_features="false"'],
        ["model.label_features: expected true"],
    ),
    "no value": ([*TOY, "--set", "engine.slots"], ["section.key=value"]),
    "not TOML": ([*TOY, "--set", "engine.slots=[1"], ["not valid TOML"]),
    "two mistakes": (
        [*TOY, "--set", "engine.slots=x", "--set", "env.y=1"],
        ["env.y: unknown setting", "engine.slots: expected an integer"],
    ),
    "no trials": ([*TOY, "--trials", "0"], ["--trials"]),
    "trials in words": ([*TOY, "--trials", "some"], ["--trials"]),
    "uniform without an env": (
        ["prove", "--model", "uniform", "--out", "out"],
        ["uniform has no weights"],
    ),
    "missing model": (["prove", "--model", "runs/none", "--out", "out"], ["no model 'runs/none'"]),
    "missing goals": ([*TOY, "--goals", "none.jsonl"], ["none.jsonl: cannot read the goals: No such file"]),
    "goals and split": ([*TOY, "--goals", "none.jsonl", "--split", "test"], ["--goals and --split exclude each other"]),
    "missing config": (["train", "--env", "toy", "--config", "none.toml", "--out", "out"], ["none.toml: cannot read"]),
    "missing results": (["check", "none"], ["none: no such folder; give an output of fwd prove, or a proof store"]),
    "unknown env to check": (["plugins", "check", "nobody"], ["unknown env 'nobody'"]),
    "unsafe name": (["models", "add", "../up", "run"], ["no model 'run'"]),
    "unknown name": (["models", "remove", "nobody"], ["no model 'nobody'"]),
    "unknown label": ([*METAMATH, "--set", "env.until=no-such-label"], ["no-such-label"]),
    "missing database": ([*METAMATH, "--set", "env.database=/none/x.mm"], ["/none/x.mm"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_line_for_each_mistake(name, fwd):
    arguments, expected = MISTAKES[name]
    outcome = fwd(*arguments)
    assert outcome.code == 2
    assert len(outcome.errors) == len(expected), outcome.err
    for line, part in zip(outcome.errors, expected, strict=True):
        assert line.startswith("error: ")
        assert part in line
    assert not Path("out").exists()


def test_no_traceback_from_the_program_itself(process, finish):
    outcome = finish(process(*TOY, "--strategy", "gredy"))
    assert outcome.code == 2
    assert outcome.err.startswith("error: unknown strategy 'gredy'; did you mean 'greedy'?")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("out", ["/sys/fwd-out", "file/out", "file"], ids=["read-only", "below a file", "a file"])
def test_where_nothing_can_be_written(out, fwd):
    Path("file").write_text("precious")
    outcome = fwd(*TOY[:-1], out)
    assert outcome.code == 2
    assert len(outcome.errors) == 1, outcome.err
    assert out in outcome.errors[0]
    assert Path("file").read_text() == "precious"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe\x00", "not a text file in UTF-8"),
        (b"[train]\nlr = = 1\n", "not valid TOML"),
        (b"extends = 'c.toml'\n", "circle"),
        (b"[train]\nlr = 'fast'\n", "train.lr: expected a number"),
        (b"x" * (2 << 20), "larger than 1 MiB"),
    ],
    ids=["binary", "not TOML", "cyclic", "wrong type", "huge"],
)
def test_bad_config_files(content, expected, fwd):
    Path("c.toml").write_bytes(content)
    outcome = fwd("train", "--env", "toy", "--config", "c.toml", "--out", "out")
    assert outcome.code == 2
    assert len(outcome.errors) == 1, outcome.err
    assert expected in outcome.errors[0]


def test_goals_with_unknown_labels_of_a_database(fwd):
    Path("goals.jsonl").write_text(
        '{"name": "good", "statement": "|- ( ph -> ph )"}\n'
        '{"name": "a", "statement": "|- ( ph -> ph )", "forbidden": ["no-such-theorem"]}\n'
        '{"name": "b", "statement": "|- ( ph -> ph )", "before": "no-such-theorem"}\n'
        '{"name": "c", "statement": "|- ( ph ->"}\n'
        '{"name": "d", "statement": "|- ( ph foo ps )"}\n'
        '{"name": "no-such-theorem"}\n'
    )
    outcome = fwd(*METAMATH, "--goals", "goals.jsonl")
    assert outcome.code == 2
    assert [line.split(":")[2] for line in outcome.errors] == ["2", "3", "4", "5", "6"], outcome.err
    assert not Path("out").exists()


class TestBadDatabase:
    def refuse(self, fwd, path: str) -> str:
        outcome = fwd("data", "stats", "--env", "metamath", "--set", f"env.database={Path(path).absolute()}")
        assert outcome.code == 2
        assert len(outcome.errors) == 1, outcome.err
        return outcome.errors[0]

    def test_truncated(self, fwd):
        Path("x.mm").write_text("$c |- wff ( ) -> $.\n$v ph $.\nwph $f wff ph $.\nax $a |- ( ph -> ph")
        assert "x.mm:4" in self.refuse(fwd, "x.mm")

    def test_binary(self, fwd):
        Path("x.mm").write_bytes(random.Random(0).randbytes(10_000))
        assert "x.mm:1" in self.refuse(fwd, "x.mm")

    def test_cyclic_include(self, fwd):
        Path("x.mm").write_text("$[ y.mm $]\n")
        Path("y.mm").write_text("$[ x.mm $]\n")
        assert "nothing is asserted" in self.refuse(fwd, "x.mm"), "a file is read once, as its specification says"

    def test_a_folder(self, fwd):
        Path("x.mm").mkdir()
        assert "x.mm" in self.refuse(fwd, "x.mm")

    def test_empty(self, fwd):
        Path("x.mm").write_text("")
        self.refuse(fwd, "x.mm")

    @pytest.mark.parametrize("kind", ["bytes", "words", "one token", "open comment"])
    def test_200_megabytes_of_garbage_are_refused_quickly(self, kind, process):
        size = 200 << 20
        chunk = {
            "bytes": random.Random(0).randbytes(1 << 20),
            "words": b"wff ( ph -> ps )\n" * (1 << 16),
            "one token": b"x" * (1 << 20),
            "open comment": b"$( so be it \n" + b"lorem ipsum \n" * (1 << 16),
        }[kind]
        with Path("x.mm").open("wb") as file:
            while file.tell() < size:
                file.write(chunk)
        seconds = []
        while not seconds or (min(seconds) >= 2.0 and len(seconds) < 3):  # a busy machine gets another chance
            database = f"env.database={Path('x.mm').absolute()}"
            child = process("data", "stats", "--env", "metamath", "--set", database, before=MEASURED)
            told, errors = child.communicate()
            assert child.returncode == 2
            assert len(errors.splitlines()) == 1, errors
            used, kibibytes = told.split()
            seconds.append(float(used))
            assert int(kibibytes) < 1 << 20
        assert min(seconds) < 2.0
