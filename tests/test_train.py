"""`fwd train`: stops cleanly, goes on exactly, and what it leaves can prove."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

TINY = (
    "train",
    "--env=toy",
    "--set=model.d_model=16",
    "--set=model.n_layers=1",
    "--set=model.n_heads=2",
    "--set=model.n_kv_heads=1",
    "--set=model.d_ff=32",
    "--set=train.batch_tokens=512",
    "--set=train.microbatch_tokens=512",
    "--set=train.pool=64",
    "--set=train.threads=1",
    "--set=train.precision=fp32",
    "--set=train.log_every=1",
    "--set=train.evaluate_every=none",
)
STEPS = 24
RUN = (*TINY, f"--set=train.steps={STEPS}", "--set=train.checkpoint_every=4")


def weights(run: Path) -> str:
    """Digest of the final weights."""
    return hashlib.sha256((run / f"checkpoints/step-{STEPS:08d}/model.safetensors").read_bytes()).hexdigest()


def steps(run: Path) -> list[int]:
    """The steps that have a line of metrics."""
    path = run / "metrics.jsonl"
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    return [json.loads(line)["step"] for line in whole.splitlines()]


def wait_for_step(child: subprocess.Popen[str], run: Path, step: int) -> None:
    deadline = time.monotonic() + 120
    while max(steps(run), default=0) < step:
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < deadline, f"training does not get on: {steps(run)}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a run that nobody interrupted lies, once a test has made it."""
    return tmp_path_factory.mktemp("whole") / "run"


@pytest.fixture
def run(whole_run, fwd, surroundings) -> Path:
    """A finished run."""
    if not whole_run.exists():
        outcome = fwd(*RUN, "--out", whole_run)
        assert outcome.code == 0, outcome.err
    return whole_run


def test_a_run_leaves_config_metrics_and_checkpoints(run):
    config = (run / "config.toml").read_text()
    assert "d_model = 16" in config
    assert "max_facts = " in config, "defaults are written out as well"
    assert steps(run) == list(range(1, STEPS + 1))
    assert [path.name for path in sorted((run / "checkpoints").iterdir())] == ["step-00000020", "step-00000024"]
    assert any((run / "tensorboard").iterdir())


def test_a_config_file_and_settings_win_over_the_preset(fwd):
    Path("base.toml").write_text("[train]\nsteps = 1\nlr = 0.5\n")
    Path("mine.toml").write_text('extends = "base.toml"\n[train]\nlr = 0.25\n')
    assert fwd(*TINY, "--config", "mine.toml", "--set=train.seed=7", "--out", "run").code == 0
    config = Path("run/config.toml").read_text()
    assert "steps = 1\n" in config
    assert "lr = 0.25\n" in config
    assert "seed = 7\n" in config


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_an_interrupted_run_goes_on_exactly(how, run, process, finish, fwd):
    child = process(*RUN, "--out", "run")
    wait_for_step(child, Path("run"), 9)
    child.send_signal(how)
    outcome = finish(child)
    assert outcome.code == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in outcome.err
    assert max(steps(Path("run"))) < STEPS, "it was interrupted on the way"
    names = [path.name for path in Path("run/checkpoints").iterdir() if path.name.startswith("step-")]
    assert names
    resumed = fwd("train", "--resume", "run")
    assert resumed.code == 0, resumed.err
    assert weights(Path("run")) == weights(run)
    assert steps(Path("run")) == steps(run)


def test_ctrl_c_three_times_loses_no_step(process, finish):
    child = process(*RUN, "--set=train.checkpoint_every=1000", "--set=train.steps=4000", "--out", "run")
    wait_for_step(child, Path("run"), 9)
    for _ in range(3):
        child.send_signal(signal.SIGINT)
        time.sleep(0.02)
    outcome = finish(child)
    assert outcome.code == 130
    assert "Traceback" not in outcome.err
    assert outcome.errors[-2:] == [
        "fwd train --resume run goes on with it",
        "error: interrupted; what was finished is kept",
    ]
    (checkpoint,) = Path("run/checkpoints").iterdir()
    assert int(checkpoint.name.removeprefix("step-")) >= max(steps(Path("run")))


def test_it_ends_by_saying_where_the_model_is_and_a_finished_run_says_that_it_is(run, fwd):
    shutil.copytree(run, "mine")
    outcome = fwd("train", "--resume", "mine")
    assert outcome.code == 0
    first, *rest = outcome.out.splitlines()
    assert first == "mine is finished; to go on, raise train.steps in mine/config.toml and resume it again"
    assert rest[0] == f"mine holds the model, at step {STEPS}"
    assert rest[1].startswith("next: fwd prove --model mine --strategy sampling --trials 8 --out mine-valid ")
    config = Path("mine/config.toml")
    config.write_text(config.read_text().replace(f"\nsteps = {STEPS}\n", f"\nsteps = {STEPS + 2}\n"))
    outcome = fwd("train", "--resume", "mine")
    assert outcome.code == 0
    assert outcome.out.startswith(f"mine holds the model, at step {STEPS + 2}\n")


def test_a_run_proves_and_its_proofs_hold(run, fwd):
    assert fwd("prove", "--model", run, "--limit", 8, "--out", "greedy").code == 0
    assert (
        fwd("prove", "--model", run, "--strategy", "sampling", "--trials", 3, "--limit", 8, "--out", "sampling").code
        == 0
    )
    for folder in ("greedy", "sampling"):
        outcome = fwd("check", folder)
        assert outcome.code == 0
        assert "all hold" in outcome.out
    totals = json.loads(Path("sampling/summary.json").read_text())
    assert totals["model_step"] == STEPS
    assert totals["proved"] > 0


def test_a_named_model_is_a_copy(run, fwd):
    shutil.copytree(run, "run")
    assert fwd("models", "add", "mine", "run").code == 0
    shutil.rmtree("run")
    assert fwd("prove", "--model", "mine", "--limit", 1, "--out", "out").code == 0
    assert "d_model = 16" in fwd("models", "show", "mine").out
    assert [row["name"] for row in json.loads(fwd("models", "list", "--json").out)] == ["mine"]
    assert fwd("models", "add", "mine", run).errors == [
        "error: there is a model 'mine' already: remove it first with `fwd models remove mine`"
    ]
    assert fwd("models", "remove", "mine").code == 0
    assert fwd("prove", "--model", "mine", "--out", "other").code == 2


@pytest.mark.parametrize("how", [(), ("--local-jobs=1",)], ids=["alone", "launched"])
def test_a_run_at_work_is_left_alone_and_can_be_stopped(how, process, finish, fwd):
    child = process(*TINY, "--set=train.steps=100000", "--out", "run", *how)
    wait_for_step(child, Path("run"), 3)
    for more in ((), ("--at", 0)):
        outcome = fwd("train", "--resume", "run", *more)
        assert (outcome.code, len(outcome.errors)) == (2, 1), outcome.err
        assert "run is at work already in another process" in outcome.err
    outcome = fwd("train", "--resume", "run", "--local-jobs=1")
    assert outcome.code != 0
    assert "already" in outcome.err
    assert child.poll() is None
    child.send_signal(signal.SIGINT)
    assert finish(child).code == 130
    assert steps(Path("run")) == list(range(1, len(steps(Path("run"))) + 1))


@pytest.mark.parametrize("how", [(), ("--local-jobs=1",)], ids=["alone", "launched"])
def test_a_run_goes_on_from_an_earlier_checkpoint(how, run, process, finish, fwd):
    shutil.copytree(run, "run")
    outcome = finish(process("train", "--resume", "run", "--at", 20, *how))
    assert outcome.code == 0, outcome.err
    (line,) = [line for line in outcome.errors if line.startswith("run goes on from step 20; ")]
    (aside,) = Path("run/checkpoints").glob("aside-*")
    assert line.endswith(f"newer checkpoints are kept as {aside}")
    assert weights(Path("run")) == weights(run)
    assert steps(Path("run")) == steps(run)
    assert "no checkpoint of step 7; there are 20, 24" in fwd("train", "--resume", "run", "--at", 7).err
    assert "give --resume RUN" in fwd(*RUN, "--out", "other", "--at", 3).err


@pytest.mark.parametrize("left", [None, b"", b"\0" * 4096], ids=["lost", "empty", "nulls"])
def test_a_lost_config_comes_from_the_newest_checkpoint(left, run, fwd):
    shutil.copytree(run, "run")
    Path("run/config.toml").unlink()
    if left is not None:
        Path("run/config.toml").write_bytes(left)
    outcome = fwd("train", "--resume", "run")
    assert outcome.code == 0, outcome.err
    assert outcome.errors == [
        "run/config.toml was lost or empty: it is written anew from run/checkpoints/step-00000024"
    ]
    assert Path("run/config.toml").read_bytes() == (run / "config.toml").read_bytes()


def test_what_a_kill_and_a_bad_disk_leave_behind(run, fwd):
    """Half a checkpoint goes, lines that are no metrics are dropped aloud."""
    shutil.copytree(run, "run")
    Path("run/checkpoints/.writing-old-step-00000016").mkdir()
    Path("run/checkpoints/.writing-old-step-00000016/model.json").write_text("{}")
    with Path("run/metrics.jsonl").open("ab") as file:
        file.write(b"\xff\xfe{\n[3]\n")
    assert fwd("train", "--resume", "run").code == 0, "it is finished"
    outcome = fwd("train", "--resume", "run", "--at", 20)
    assert outcome.code == 0, outcome.err
    assert "run/metrics.jsonl: lines that are damaged are dropped (2)" in outcome.errors
    assert steps(Path("run")) == steps(run)
    assert not list(Path("run/checkpoints").glob(".writing-*"))


def test_there_is_one_curve_after_a_kill_before_the_first_checkpoint(process, finish, fwd):
    child = process(*RUN, "--set=train.checkpoint_every=1000", "--out", "run")
    wait_for_step(child, Path("run"), 5)
    child.kill()
    finish(child)
    assert not Path("run/checkpoints").exists()
    assert fwd("train", "--resume", "run").code == 0
    assert len(list(Path("run/tensorboard").iterdir())) == 1


@pytest.mark.parametrize(
    "setting", ["model.d_model=65536 model.n_layers=1024", "train.mix.nope=1"], ids=["too big", "no such dataset"]
)
def test_a_run_that_cannot_begin_leaves_nothing(setting, fwd):
    wrong = [f"--set={one}" for one in setting.split()]
    Path("empty").mkdir()
    for folder in ("new", "empty"):
        outcome = fwd(*RUN, *wrong, "--out", folder)
        assert outcome.code == 2, outcome.err
        assert len(outcome.errors) == 1, outcome.err
        assert not list(Path(".").glob(f"{folder}/*"))
    assert fwd(*RUN, "--set=train.steps=1", "--out", "new").code == 0


class TestBadCheckpoint:
    """One line and exit code 2, nothing proved."""

    @pytest.fixture(autouse=True)
    def copy(self, run):
        shutil.copytree(run, "run")

    def refuse(self, fwd, *arguments: str) -> str:
        outcome = fwd("prove", "--out", "out", *arguments)
        assert outcome.code == 2
        assert len(outcome.errors) == 1, outcome.err
        assert not Path("out").exists()
        return outcome.errors[0]

    def test_truncated_weights(self, fwd):
        path = Path("run/checkpoints/step-00000024/model.safetensors")
        path.write_bytes(path.read_bytes()[:-100])
        assert "bytes instead of" in self.refuse(fwd, "--model", str(path.parent))

    def test_changed_weights(self, fwd):
        path = Path("run/checkpoints/step-00000024/model.safetensors")
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        assert "corrupt" in self.refuse(fwd, "--model", str(path.parent))

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"\xff\xfe", b"[" * 100_000], ids=["empty", "hollow", "binary", "deep"]
    )
    def test_damaged_description(self, content, fwd):
        path = Path("run/checkpoints/step-00000024/model.json")
        path.write_bytes(content)
        assert "step-00000024" in self.refuse(fwd, "--model", str(path.parent))

    def test_another_vocabulary(self, fwd):
        line = self.refuse(fwd, "--model", "run", "--set", "env.max_facts=30")
        assert "vocabulary" in line or "tokens" in line

    def test_missing(self, fwd):
        assert "no model 'rum'" in self.refuse(fwd, "--model", "rum")
        Path("empty").mkdir()
        assert "no checkpoint" in self.refuse(fwd, "--model", "empty")

    def test_settings_that_belong_to_the_checkpoint(self, fwd):
        assert "model" in self.refuse(fwd, "--model", "run", "--set", "model.d_model=32")
        assert "preset" in self.refuse(fwd, "--model", "run", "--preset", "debug")
        assert "toy" in self.refuse(fwd, "--model", "run", "--env", "metamath")


class TestBadRun:
    def refuse(self, fwd, *arguments: str) -> str:
        outcome = fwd("train", *arguments)
        assert outcome.code == 2
        assert len(outcome.errors) == 1, outcome.err
        return outcome.errors[0]

    def test_a_run_is_never_overwritten(self, run, fwd):
        assert "--resume" in self.refuse(fwd, "--env", "toy", "--out", str(run))

    def test_only_a_run_can_be_resumed(self, fwd):
        assert "is no run" in self.refuse(fwd, "--resume", "nothing")

    def test_a_resumed_run_keeps_its_settings(self, run, fwd):
        assert "--resume" in self.refuse(fwd, "--resume", str(run), "--set", "train.lr=1")

    def test_what_to_train_must_be_said(self, fwd):
        assert "--env and --out" in self.refuse(fwd, "--env", "toy")

    def test_a_damaged_config(self, run, fwd):
        shutil.copytree(run, "run")
        Path("run/config.toml").write_bytes(b"\xff\x00")
        line = self.refuse(fwd, "--resume", "run")
        assert "UTF-8" in line
        assert "mend it, or remove it" in line

    @pytest.mark.parametrize("out", ["/sys/fwd-run", "file/run"], ids=["read-only", "below a file"])
    def test_where_nothing_can_be_written(self, out, fwd):
        Path("file").write_text("")
        assert "cannot write" in self.refuse(fwd, *RUN[1:], "--out", out)


def makers(child: subprocess.Popen[str]) -> list[int]:
    """The processes that make training sequences for a run."""
    children = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


class TestMisfortune:
    """Losses that are no number, damaged checkpoints, processes that die or stand still, a second trainer."""

    def test_a_loss_that_is_no_number_ends_the_run(self, fwd):
        """And what was saved before is what is left."""
        assert fwd(*TINY, "--set=train.steps=6", "--set=train.checkpoint_every=2", "--out", "run").code == 0
        config = Path("run/config.toml")
        raised = re.sub(r"^lr = .*", "lr = 1e30", config.read_text(), flags=re.MULTILINE)
        config.write_text(raised.replace("steps = 6\n", "steps = 90\n", 1))
        outcome = fwd("train", "--resume", "run")
        assert outcome.code == 1
        (line,) = [line for line in outcome.errors if line.startswith("error: ")]
        assert "are not numbers; the newest checkpoint is of step" in line
        assert "train.lr" in line
        assert max(steps(Path("run"))) < 30
        for line in Path("run/metrics.jsonl").read_text().splitlines():
            json.loads(line, parse_constant=pytest.fail)
        saved = sorted(path.name for path in Path("run/checkpoints").glob("step-*"))
        assert saved[0] <= "step-00000008", "at most one step was taken at this rate before it showed"

    @pytest.mark.parametrize("damage", ["flipped", "cut off", "gone"])
    def test_a_damaged_checkpoint_is_passed_over_aloud(self, damage, run, fwd):
        shutil.copytree(run, "run")
        name = "model.safetensors" if damage == "flipped" else "optimizer.safetensors"
        file = Path("run/checkpoints", f"step-{STEPS:08d}", name)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content if damage == "flipped" else content[:100])
        if damage == "gone":
            file.unlink()
        outcome = fwd("train", "--resume", "run")
        assert outcome.code == 0
        assert f"step-{STEPS:08d}/{name}" in outcome.err
        assert "step-00000020 is used instead" in outcome.err
        assert weights(Path("run")) == weights(run)

    def test_a_model_whose_newest_weights_are_damaged_is_the_one_before(self, run, fwd):
        shutil.copytree(run, "run")
        Path("run/checkpoints", f"step-{STEPS:08d}", "model.safetensors").write_bytes(b"junk")
        outcome = fwd("prove", "--model", "run", "--limit", 1, "--out", "out")
        assert outcome.code == 0
        assert "step-00000020 is used instead" in outcome.err
        assert json.loads(Path("out/summary.json").read_text())["model_step"] == 20

    def test_a_maker_of_sequences_that_is_killed_comes_back(self, run, process, finish):
        """As when memory runs out; the weights are those of a run that nobody disturbed."""
        child = process(*RUN, "--set=train.pool=16", "--out", "run")
        wait_for_step(child, Path("run"), 3)
        (maker,) = makers(child)
        os.kill(maker, signal.SIGKILL)
        outcome = finish(child)
        assert outcome.code == 0
        assert "the process that makes training sequences was killed by SIGKILL and is started again" in outcome.err
        assert steps(Path("run")) == list(range(1, STEPS + 1))

    def test_a_maker_of_sequences_that_stands_still_is_named(self, process, finish):
        child = process(*TINY, "--set=train.steps=100000", "--set=train.pool=16", "--out", "run")
        wait_for_step(child, Path("run"), 3)
        (maker,) = makers(child)
        os.kill(maker, signal.SIGSTOP)
        said = ""
        deadline = time.monotonic() + 60
        while "is stopped" not in said:
            assert time.monotonic() < deadline
            line = child.stderr.readline()
            assert line, "it ended"
            said += line
        assert f"(process {maker}) is stopped, and others wait for it: kill -CONT {maker}" in said
        child.send_signal(signal.SIGINT)
        assert finish(child, 30).code == 130

    def test_a_run_is_trained_by_one_process_at_a_time(self, process, finish, fwd):
        child = process(*TINY, "--set=train.steps=100000", "--out", "run")
        wait_for_step(child, Path("run"), 3)
        outcome = fwd("train", "--resume", "run")
        assert (outcome.code, outcome.out) == (2, "")
        assert "error: run is at work already in another process: wait for it, or stop it\n" in outcome.err
        child.send_signal(signal.SIGINT)
        assert finish(child).code == 130
        done = steps(Path("run"))
        assert done == list(range(1, len(done) + 1))

    def test_what_a_kill_left_half_done_is_tidied_up(self, run, fwd):
        """Metrics with bytes that are no text, checkpoints half removed; curves that begin again begin once."""
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        shutil.copytree(run, "run")
        shutil.rmtree("run/checkpoints")
        Path("run/checkpoints/.writing-old-step-00000004").mkdir(parents=True)
        Path("run/metrics.jsonl").write_bytes(b"\xff\xfe\n" + Path("run/metrics.jsonl").read_bytes() + b'{"\xff')
        outcome = fwd("train", "--resume", "run")
        assert outcome.code == 0, outcome.err
        assert not list(Path("run/checkpoints").glob(".writing-*"))
        assert steps(Path("run")) == list(range(1, STEPS + 1))
        board = EventAccumulator("run/tensorboard").Reload()
        assert [event.step for event in board.Scalars("loss")] == list(range(1, STEPS + 1))
