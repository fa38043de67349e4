"""The training loop and its checkpoints: it learns, resumes exactly, and survives what a user's machine does to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from attrs import evolve
from fwd.api import Vocabulary
from fwd.config import RunConfig, resolve
from fwd.errors import CheckpointError, ConfigError, UserError
from fwd.model import checkpoint
from fwd.model.checkpoint import load_checkpoint
from fwd.plugins import PluginSet
from fwd.train import train

TINY = (
    "model.d_model=16",
    "model.n_layers=1",
    "model.n_heads=2",
    "model.n_kv_heads=1",
    "model.d_ff=24",
    "model.dropout=0.1",
    "train.batch_tokens=600",
    "train.microbatch_tokens=300",
    "train.pool=40",
    "train.threads=1",
    "engine.threads=1",
    "train.precision=fp32",
    "train.log_every=5",
    "train.evaluate_every=none",
    "train.checkpoint_every=20",
    "train.warmup_steps=3",
)

RUN = """
import sys
from pathlib import Path
from fwd.config import RunConfig
from fwd.plugins import PluginSet
from fwd.train import train

if __name__ == "__main__":
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    config = RunConfig.loads(Path(sys.argv[1]).read_text(), plugins)
    train(config, plugins, Path(sys.argv[2]), resume=sys.argv[3] == "resume")
"""


@pytest.fixture(scope="module")
def plugins() -> PluginSet:
    return PluginSet.of("fwd.testing.toy_plugin")


def configured(plugins: PluginSet, *more: str) -> RunConfig:
    return resolve(plugins, env="toy", assignments=[*TINY, "train.steps=40", *more])


def weights(run: Path, plugins: PluginSet) -> dict[str, torch.Tensor]:
    return load_checkpoint(run, plugins).model.state_dict()


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def started(config: RunConfig, folder: Path, resume: bool = False) -> subprocess.Popen:
    script, settings = folder / "run.py", folder / "config.toml"
    script.write_text(RUN)
    settings.write_text(config.dumps())
    words = [sys.executable, str(script), str(settings), str(folder / "run"), "resume" if resume else "new"]
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)


def wait_for(condition, process: subprocess.Popen, seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def straight(plugins, tmp_path_factory) -> Path:
    """A run of 40 steps without interruption."""
    out = tmp_path_factory.mktemp("straight") / "run"
    train(configured(plugins), plugins, out)
    return out


def test_a_run_leaves_config_metrics_board_and_checkpoints(straight, plugins):
    assert RunConfig.loads((straight / "config.toml").read_text(), plugins) == configured(plugins)
    lines = [json.loads(line) for line in (straight / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(5, 41, 5))
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert {"label_accuracy", "step_accuracy", "tokens_per_second", "lr", "minutes"} <= lines[-1].keys()
    assert list((straight / "tensorboard").iterdir())
    assert sorted(p.name for p in (straight / "checkpoints").iterdir()) == ["step-00000020", "step-00000040"]
    assert load_checkpoint(straight, plugins).step == 40
    assert load_checkpoint(straight / "checkpoints" / "step-00000020", plugins).step == 20


def test_a_stopped_and_resumed_run_equals_one_that_was_not(straight, plugins, tmp_path):
    process = started(configured(plugins), tmp_path)
    saved = tmp_path / "run" / "checkpoints" / "step-00000020"
    wait_for(saved.exists, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    train(configured(plugins), plugins, tmp_path / "run", resume=True)
    assert same(weights(tmp_path / "run", plugins), weights(straight, plugins))
    steps = [json.loads(line)["step"] for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert steps == list(range(5, 41, 5))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_with_a_checkpoint_to_resume_from(straight, plugins, tmp_path, number):
    config = configured(plugins, "train.checkpoint_every=1000")
    slow = evolve(config, train=evolve(config.train, steps=100_000))
    process = started(slow, tmp_path)
    log = tmp_path / "run" / "metrics.jsonl"
    wait_for(lambda: log.exists() and log.stat().st_size, process)
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=120)
    assert "KeyboardInterrupt" in errors.splitlines()[-1]
    found = load_checkpoint(tmp_path / "run", plugins)
    assert found.step >= 5


def test_killed_at_any_moment_there_is_no_half_checkpoint(plugins, tmp_path):
    config = configured(plugins, "train.checkpoint_every=1", "train.steps=100000")
    folder = tmp_path / "run" / "checkpoints"
    for turn, pause in enumerate((0.004, 0.021, 0.037)):
        process = started(config, tmp_path, resume=turn > 0)
        before = checkpoint.newest(tmp_path / "run").name if turn else ""
        wait_for(
            lambda seen=before: folder.exists() and max((p.name for p in folder.glob("step-*")), default="") > seen,
            process,
        )
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = load_checkpoint(tmp_path / "run", plugins)
        about = checkpoint.inspect(found.path)
        assert checkpoint.read_tensors(found.path, about, "optimizer.safetensors")
        assert checkpoint.read_trainer(found.path, about)["seconds"] > 0


def test_the_data_worker_dies_with_the_trainer(plugins, tmp_path):
    process = started(configured(plugins, "train.steps=100000"), tmp_path)
    wait_for((tmp_path / "run" / "metrics.jsonl").exists, process)
    wait_for(lambda: (tmp_path / "run" / "metrics.jsonl").stat().st_size, process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{child}/stat").exists() and _alive(child) for child in children):
        assert time.monotonic() < deadline, "the worker outlives the trainer"
        time.sleep(0.05)


def _alive(child: str) -> bool:
    try:
        return Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_evaluation_logs_the_number_to_watch(plugins, tmp_path):
    config = configured(plugins, "train.steps=4", "train.evaluate_every=2", "train.evaluate_limit=6")
    train(config, plugins, tmp_path / "run")
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    proved = [line for line in lines if "toy_valid_fwd_proving-prop_proved" in line]
    assert [line["step"] for line in proved] == [2, 4]
    assert all(line["evaluation_goals"] == 6 for line in proved)


def test_minutes_end_a_run_as_well(plugins, tmp_path):
    config = configured(plugins)
    config = evolve(config, train=evolve(config.train, steps=None, minutes=0.05))
    train(config, plugins, tmp_path / "run")
    last = json.loads((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()[-1])
    assert last["minutes"] >= 0.05


# What goes wrong


def test_lengths_of_a_run_must_be_set_once(plugins, tmp_path):
    config = configured(plugins)
    with pytest.raises(ConfigError, match="exactly one"):
        train(evolve(config, train=evolve(config.train, minutes=1.0)), plugins, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("wrong", ["model.n_heads=3", "train.mix.nobody=1.0"])
def test_a_run_that_could_not_begin_leaves_its_name_free(plugins, tmp_path, wrong):
    with pytest.raises(UserError):
        train(configured(plugins, wrong), plugins, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_with_something_in_it_is_refused(straight, plugins):
    with pytest.raises(UserError, match="--resume"):
        train(configured(plugins), plugins, straight)


def test_resuming_nothing_is_refused(plugins, tmp_path):
    with pytest.raises(UserError, match="no such run"):
        train(configured(plugins), plugins, tmp_path / "none", resume=True)


def test_an_unwritable_folder_is_one_line(plugins, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write"):
        train(configured(plugins), plugins, tmp_path / "file" / "run")


def test_a_full_disk_is_one_line_and_leaves_what_was_there(straight, plugins, monkeypatch):
    loaded = load_checkpoint(straight, plugins)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        checkpoint.save(straight, 60, loaded.config, loaded.codec.vocabulary, loaded.model, {}, {}, 1)
    assert load_checkpoint(straight, plugins).step == 40
    assert sorted(p.name for p in (straight / "checkpoints").iterdir()) == ["step-00000020", "step-00000040"]


@pytest.fixture
def copied(straight, plugins, tmp_path) -> Path:
    """A checkpoint to spoil."""
    loaded = load_checkpoint(straight, plugins)
    return checkpoint.save(tmp_path, 7, loaded.config, loaded.codec.vocabulary, loaded.model, {}, {}, 1)


@pytest.mark.parametrize("name", ["model.safetensors", "model.json", "optimizer.safetensors", "trainer.json"])
@pytest.mark.parametrize("harm", ["missing", "short", "empty"])
def test_a_damaged_checkpoint_is_one_line(copied, plugins, name, harm):
    file = copied / name
    data = file.read_bytes()
    file.unlink()
    if harm != "missing":
        file.write_bytes(data[: len(data) // 2] if harm == "short" else b"")
    with pytest.raises(CheckpointError) as raised:
        load_checkpoint(copied, plugins)
    assert "\n" not in str(raised.value)
    with pytest.raises(CheckpointError):
        load_checkpoint(copied.parent.parent, plugins)


def test_a_flipped_byte_is_found(copied, plugins):
    data = bytearray((copied / "model.safetensors").read_bytes())
    data[-5] ^= 1
    (copied / "model.safetensors").write_bytes(data)
    with pytest.raises(CheckpointError, match="corrupt"):
        load_checkpoint(copied, plugins)


@pytest.mark.parametrize(
    "about", [b"[]", b"{}", b'{"format": 1}', b'{"format": 1, "files": 3}', b'{"format": 2}', b"\xff\x00"]
)
def test_nonsense_for_a_model_is_one_line(copied, plugins, about):
    (copied / "model.json").write_bytes(about)
    with pytest.raises(CheckpointError):
        load_checkpoint(copied, plugins)


def test_another_vocabulary_is_told_apart(copied, plugins):
    tokens = load_checkpoint(copied, plugins).codec.vocabulary.tokens
    about = checkpoint.inspect(copied)
    with pytest.raises(CheckpointError, match=r"1 of its tokens are unknown here \('goal'\).*1 tokens here are new"):
        checkpoint.match_vocabulary(copied, about, Vocabulary(("target", *tokens[1:])))
    with pytest.raises(CheckpointError, match="another order"):
        checkpoint.match_vocabulary(copied, about, Vocabulary(tokens[::-1]))
    checkpoint.match_vocabulary(copied, about, Vocabulary(tokens))


def test_a_run_falls_back_to_the_newest_complete_checkpoint(copied, straight, plugins):
    loaded = load_checkpoint(straight, plugins)
    run = copied.parent.parent
    later = checkpoint.save(run, 9, loaded.config, loaded.codec.vocabulary, loaded.model, {}, {}, 5)
    (later / "model.safetensors").write_bytes(b"half")
    (run / "checkpoints" / ".writing-step-00000011").mkdir()
    assert load_checkpoint(run, plugins).step == 7


def test_no_checkpoint_at_all_is_one_line(plugins, tmp_path):
    with pytest.raises(CheckpointError, match="no such folder"):
        load_checkpoint(tmp_path / "nowhere", plugins)
    with pytest.raises(CheckpointError, match="no checkpoint in it"):
        load_checkpoint(tmp_path, plugins)


def test_a_script_without_a_main_guard_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        """
from pathlib import Path
from fwd.config import resolve
from fwd.plugins import PluginSet
from fwd.train import train

plugins = PluginSet.of("fwd.testing.toy_plugin")
tiny = ["train.steps=1", "train.threads=1", "train.evaluate_every=none", "model.n_layers=1"]
train(resolve(plugins, "toy", assignments=tiny), plugins, Path("run"))
"""
    )
    ended = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith('call it under `if __name__ == "__main__":`')
    assert ended.stderr.count("Traceback") == 1
