"""`fwd prove` and `fwd check` on the toy env: what they write, how they go on, what they refuse to believe."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

UNIFORM = ("prove", "--model", "uniform", "--env", "toy", "--strategy", "sampling")
LONG = (*UNIFORM, "--trials", "2000")
"""A task of minutes, to be interrupted."""


def results(folder: str | Path = "out") -> list[dict]:
    return [json.loads(line) for line in (Path(folder) / "results.jsonl").read_text().splitlines()]


def summary(folder: str | Path = "out") -> dict:
    return json.loads((Path(folder) / "summary.json").read_text())


def without_time(lines: list[dict]) -> list[dict]:
    stripped = [{key: value for key, value in line.items() if key != "seconds"} for line in lines]
    return sorted(stripped, key=lambda line: (line["name"], line["trial"]))


def wait_for_results(child: subprocess.Popen[str], folder: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    path = folder / "results.jsonl"
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline, "no results came"
        time.sleep(0.02)


class TestWhatItWrites:
    @pytest.fixture(autouse=True)
    def proved(self, fwd, surroundings):
        outcome = fwd(*UNIFORM, "--trials", 3, "--limit", 12, "--out", "out", "--set", "strategy.max_steps=20")
        assert outcome.code == 0, outcome.err
        return outcome

    def test_one_result_for_each_goal_and_trial(self):
        lines = results()
        assert {(line["name"], line["trial"]) for line in lines} == {
            (f"toy{goal}", trial) for goal in range(12) for trial in range(3)
        }
        for line in lines:
            assert line["solved"] == (line["stopped"] == "solved")
            assert (line["proof_size"] is not None) == line["solved"]
            assert line["steps"] <= 20
            assert line["human_steps"] >= 2

    def test_the_summary_adds_up(self):
        lines, totals = results(), summary()
        proved = {line["name"] for line in lines if line["solved"]}
        assert next(iter(totals)) == "toy_valid_fwd_proving-prop_proved"
        assert totals["toy_valid_fwd_proving-prop_proved"] == len(proved) / 12
        assert (totals["goals"], totals["proved"], totals["trials"]) == (12, len(proved), 3)
        assert totals["steps"] == sum(line["steps"] for line in lines)
        assert totals["steps_per_second"] > 0 < totals["tokens_per_second"]
        assert totals["settings"]["max_steps"] == 20
        assert totals["env_settings"]["valid"] == 40
        assert (totals["strategy"], totals["model"], totals["seed"]) == ("sampling", "uniform", 0)

    def test_every_proof_holds_when_checked_again(self, fwd):
        outcome = fwd("check", "out")
        solved = sum(line["solved"] for line in results())
        assert outcome.code == 0
        assert outcome.out == f"{solved} proofs checked: all hold\n"

    def test_the_same_seed_gives_the_same_results(self, fwd):
        again = (*UNIFORM, "--trials", 3, "--limit", 12, "--set", "strategy.max_steps=20")
        fwd(*again, "--out", "same")
        fwd(*again, "--out", "other", "--seed", 1)
        assert without_time(results("same")) == without_time(results())
        assert without_time(results("other")) != without_time(results())

    def test_a_folder_with_results_is_left_alone(self, fwd):
        before = Path("out/results.jsonl").read_bytes()
        outcome = fwd(*UNIFORM, "--out", "out")
        assert outcome.code == 2
        assert outcome.errors == ["error: out is not empty: go on with it by --continue, or choose another --out"]
        assert Path("out/results.jsonl").read_bytes() == before

    def test_continue_wants_the_same_task(self, fwd):
        outcome = fwd(*UNIFORM, "--trials", 3, "--limit", 12, "--seed", 7, "--out", "out", "--continue")
        assert outcome.code == 2
        assert outcome.errors == ["error: out cannot be continued: it was made with other values of settings, seed"]


class TestGoalsFile:
    def test_goals_by_statement_and_by_name(self, fwd):
        Path("goals.jsonl").write_text(
            '{"name": "mine", "statement": "a<c", "hypotheses": ["a<b", "b<c"]}\n\n{"name": "toy3"}\n'
        )
        outcome = fwd(*UNIFORM, "--trials", 8, "--goals", "goals.jsonl", "--out", "out")
        assert outcome.code == 0, outcome.err
        assert {line["name"] for line in results()} == {"mine", "toy3"}
        assert any(line["solved"] for line in results() if line["name"] == "mine")
        assert "toy_goals_fwd_proving-prop_proved" in summary()
        assert fwd("check", "out").code == 0

    def test_each_mistake_is_named_with_its_line_before_anything_is_proved(self, fwd):
        lines = [
            '{"name": "good", "statement": "a<c", "hypotheses": ["a<b", "b<c"]}',
            '{"name": "nobody"}',
            '{"name": "x", "statement": "a<b", "hypothesis": []}',
            '{"name": "y", "statement": "a<b", "hypotheses": "a<b"}',
            '{"name": "z", "statement": "so true"}',
            '{"name": "w", "statement": "a<b", "forbidden": ["no-such-rule"]}',
            '{"name": "v", "statement": "a<b", "before": "no-such-rule"}',
            '{"name": "good", "statement": "a<b"}',
            '{"name": ',
            "[]",
        ]
        Path("goals.jsonl").write_text("\n".join(lines))
        outcome = fwd(*UNIFORM, "--goals", "goals.jsonl", "--out", "out")
        assert outcome.code == 2
        assert [line.split(":")[:3] for line in outcome.errors] == [
            ["error", " goals.jsonl", str(number)] for number in range(2, len(lines) + 1)
        ]
        assert not Path("out").exists()


class TestForgery:
    """`fwd check` believes neither the results nor the store."""

    @pytest.fixture(autouse=True)
    def proved(self, fwd, surroundings):
        assert fwd(*UNIFORM, "--trials", 2, "--limit", 6, "--out", "out").code == 0

    def test_a_claim_without_a_proof(self, fwd):
        lines = results()
        lines.append(lines[0] | {"trial": 99, "solved": True, "stopped": "solved"})
        Path("out/results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        outcome = fwd("check", "out")
        assert outcome.code == 1
        assert f"FAIL {lines[0]['name']}: the proof of trial 99 is not in the store" in outcome.out

    def test_proofs_of_another_library(self, fwd):
        """With another seed the same names stand for other goals."""
        config = Path("out/config.toml")
        config.write_text(config.read_text().replace("test = 40\nseed = 0", "test = 40\nseed = 1"))
        outcome = fwd("check", "out")
        assert outcome.code == 1
        assert "FAIL toy" in outcome.out

    def test_a_damaged_store(self, fwd):
        (segment,) = Path("out/proofs/prove").glob("seg-*.mdb")
        content = bytearray(segment.read_bytes())
        content[len(content) // 2] ^= 1
        segment.write_bytes(content)
        outcome = fwd("check", "out")
        assert outcome.code == 1
        assert outcome.errors[0].startswith("warning: out/proofs/prove/seg-")


class TestInterruption:
    def test_ctrl_c_keeps_what_was_done(self, process, finish, fwd):
        child = process(*LONG, "--out", "out")
        wait_for_results(child, Path("out"), 50)
        child.send_signal(signal.SIGINT)
        outcome = finish(child, timeout=10)
        assert outcome.code == 130
        assert outcome.errors[-2:] == [
            "the same command with --continue goes on with out",
            "error: interrupted; what was finished is kept",
        ]
        assert "Traceback" not in outcome.err
        assert not Path("out/summary.json").exists()
        solved = sum(line["solved"] for line in results())
        assert fwd("check", "out").out == f"{solved} proofs checked: all hold\n"

    def test_beside_a_running_command_nothing_is_read_or_written(self, process, finish, fwd):
        child = process(*LONG, "--out", "out")
        wait_for_results(child, Path("out"), 20)
        for more in ((), ("--local-jobs", 2)):
            outcome = fwd(*LONG, "--out", "out", "--continue", *more)
            assert outcome.code == 2
            assert outcome.errors == ["error: another process proves in out already: wait for it, or stop it"]
        child.send_signal(signal.SIGINT)
        assert finish(child).code == 130
        lines = results()
        assert len({(line["name"], line["trial"]) for line in lines}) == len(lines)

    def test_kill_and_continue_gives_what_one_go_gives(self, process, finish, fwd):
        task = (*UNIFORM, "--trials", 16)
        child = process(*task, "--out", "out")
        wait_for_results(child, Path("out"), 40)
        child.kill()
        finish(child)
        with Path("out/results.jsonl").open("a") as file:
            file.write('{"name": "toy0", "tri')  # as if it had died while writing
        done = Path("out/results.jsonl").read_bytes().count(b"\n")
        assert 40 <= done < 640, "it was killed on the way"
        assert fwd("check", "out").code == 0
        assert fwd(*task, "--out", "out", "--continue").code == 0
        assert fwd(*task, "--out", "whole").code == 0
        assert without_time(results()) == without_time(results("whole"))
        assert fwd("check", "out").out == fwd("check", "whole").out

    def test_a_full_disk_is_one_line_and_what_was_done_stays_readable(self, process, finish, fwd):
        """No file may grow beyond a limit, which the system reports as it does a full disk."""
        outcome = finish(process(*LONG, "--out", "out", before=["prlimit", f"--fsize={64 << 10}"]))
        assert outcome.code == 2
        errors = [line for line in outcome.errors if line.startswith("error: ")]
        assert len(errors) == 1
        assert "cannot write" in errors[0]
        assert "Traceback" not in outcome.err
        lines = Path("out/results.jsonl").read_bytes().rpartition(b"\n")[0].splitlines()
        assert len(lines) > 50
        assert all(json.loads(line)["name"].startswith("toy") for line in lines)
        assert fwd("check", "out").code == 0


def test_goals_come_from_stdin(fwd, monkeypatch):
    line = '{"name": "toy1"}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
    outcome = fwd(*UNIFORM, "--goals", "-", "--out", "out")
    assert outcome.code == 0, outcome.err
    assert [one["name"] for one in results()] == ["toy1"]
    assert Path("out/goals.jsonl").read_text() == line
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"what?\n")))
    assert fwd(*UNIFORM, "--goals", "-", "--out", "other").errors == ["error: stdin:1: not JSON: Expecting value"]
