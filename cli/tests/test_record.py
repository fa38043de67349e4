import json
import os
import signal

import pytest
from attrs import evolve
from fwd.errors import UserError
from fwd.files import alone
from fwd_cli import record
from fwd_cli.record import Result, ResultWriter, Task

TASK = Task(
    env="chess",
    model="uniform",
    model_step=None,
    strategy="greedy",
    settings={"max_steps": 3},
    split="valid",
    trials=2,
    limit=None,
    seed=0,
)


def result(name: str, trial: int = 0, solved: bool = False) -> Result:
    return Result(
        name=name,
        trial=trial,
        solved=solved,
        stopped="solved" if solved else "mistake",
        steps=2,
        rejected=1,
        rejections={"odd": 1},
        tokens=8,
        seconds=0.5,
        proof_size=1 if solved else None,
    )


def test_results_come_back_as_they_were_written(tmp_path):
    results = [result("a", 0, True), result("a", 1), result("ü")]
    with ResultWriter(tmp_path) as writer:
        for one in results:
            writer.append(one)
            assert record.read_results(tmp_path)[-1] == one, "it is on disk at once"
    assert record.read_results(tmp_path) == results


def test_an_unfinished_line_is_dropped_before_more_is_written(tmp_path):
    with ResultWriter(tmp_path) as writer:
        writer.append(result("a"))
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('{"name": "b", "tri')
    assert record.read_results(tmp_path) == [result("a")]
    with ResultWriter(tmp_path) as writer:
        writer.append(result("c"))
    assert record.read_results(tmp_path) == [result("a"), result("c")]


@pytest.mark.parametrize("line", ["[]", "{}", '{"name": 3}', "what", "[" * 100_000])
def test_a_damaged_line_is_the_users_to_fix(line, tmp_path):
    (tmp_path / "results.jsonl").write_text(line + "\n")
    with pytest.raises(UserError, match="is damaged"):
        record.read_results(tmp_path)


def test_a_record_is_reopened_for_its_own_task_only(tmp_path):
    folder = tmp_path / "out"
    record.create(folder, TASK, "config", b"goals")
    assert record.reopen(folder, TASK, "config", b"goals") == []
    for task, config, goals, what in [
        (evolve(TASK, seed=1), "config", b"goals", "seed"),
        (evolve(TASK, model_step=100), "config", b"goals", "model_step"),
        (evolve(TASK, settings={}), "config", b"goals", "settings"),
        (TASK, "another", b"goals", "config"),
        (TASK, "config", b"others", "goals"),
        (TASK, "config", None, "goals"),
    ]:
        with pytest.raises(UserError, match=f"with other values of {what}$"):
            record.reopen(folder, task, config, goals)


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(UserError, match="not empty: choose another --out"):
        record.create(tmp_path, TASK, "config", None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_record_is_read_by_whoever_holds_it_alone(tmp_path):
    """From before its results are read until the last is written; a folder that is no record is not touched."""
    folder = tmp_path / "out"
    for go_on in (False, True):
        with record.opened(folder, TASK, "config", None, go_on) as before:
            assert before == [result("a")] * go_on
            for how, reason in ((False, "not empty: go on with it"), (True, "another process proves in .* already")):
                with pytest.raises(UserError, match=reason), record.opened(folder, TASK, "config", None, how):
                    pass
            if not go_on:
                record.write_results(folder, [result("a")])
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("precious")
    for how in (False, True):
        with pytest.raises(UserError), record.opened(other, TASK, "config", None, how):
            pass
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]


def test_two_that_begin_at_once_do_not_share_a_folder(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with (
        alone(folder / record.LOCK, UserError("mine")),
        pytest.raises(UserError, match="another process proves"),
        record.opened(folder, TASK, "config", None, False),
    ):
        pass
    with record.opened(folder, TASK, "config", None, True) as before:
        assert before == [], "one that died before it had begun is begun anew"


def test_a_goal_counts_once_however_many_trials_prove_it():
    results = [result("a", 0, True), result("a", 1, True), result("b"), result("b", 1)]
    totals = record.summarize(TASK, {"grammar": "plain"}, results, elapsed=2.0)
    assert totals["chess_valid_fwd_proving-prop_proved"] == 0.5
    assert (totals["goals"], totals["proved"]) == (2, 1)
    assert (totals["steps_per_second"], totals["tokens_per_second"]) == (4.0, 16.0)
    assert totals["stopped"] == {"solved": 2, "mistake": 2}
    assert totals["env_settings"] == {"grammar": "plain"}
    json.dumps(totals)


def test_work_in_parts_has_no_rates():
    totals = record.summarize(TASK, {}, [], elapsed=None)
    assert totals["steps_per_second"] is None
    assert totals["chess_valid_fwd_proving-prop_proved"] == 0.0


def test_ctrl_c_waits_for_a_proof_and_its_result():
    done = []

    def write() -> None:
        with record.uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
