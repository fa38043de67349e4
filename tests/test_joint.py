"""Joint training with real processes: what is learned, who comes back, and that nobody stays behind."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from fwd.config import RunConfig
from fwd.plugins import PluginSet
from fwd.store import ProofReader, ends, recover
from fwd.train.sequences import SequenceMaker, maker

ROUNDS = int(os.environ.get("FWD_TEST_KILL_ROUNDS", "3"))

TINY = (
    "train",
    "--env=toy",
    "--online",
    "--set=model.d_model=16",
    "--set=model.n_layers=1",
    "--set=model.n_heads=2",
    "--set=model.n_kv_heads=1",
    "--set=model.d_ff=32",
    "--set=train.batch_tokens=512",
    "--set=train.microbatch_tokens=256",
    "--set=train.pool=32",
    "--set=train.threads=1",
    "--set=train.precision=fp32",
    "--set=train.log_every=1",
    "--set=train.checkpoint_every=5",
    "--set=train.evaluate_every=none",
    "--set=engine.threads=1",
    "--set=engine.slots=16",
    "--set=store.seal_seconds=0.2",
    "--set=generated.start=20",
    "--set=actor.log_seconds=0.5",
)


def lines(path: Path) -> list[dict]:
    """The whole lines of a file of JSON lines, if it is there."""
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    return [json.loads(line) for line in whole.splitlines()]


def ranks(launcher: int) -> dict[int, int]:
    """The living processes of a launch and their own helpers: pid to rank."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = dict(one.split(b"=", 1) for one in (folder / "environ").read_bytes().split(b"\0") if b"=" in one)
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if environ.get(b"FWD_PARENT") == str(launcher).encode() and state != "Z":
            found[int(folder.name)] = int(environ[b"RANK"])
    return found


def rank_process(launcher: int, rank: int) -> int | None:
    """The pid of a rank itself, which the launcher is the parent of; None while there is none."""
    children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
    alive = ranks(launcher)
    return next((int(pid) for pid in children if alive.get(int(pid)) == rank), None)


def wait_for(condition: Callable[[], object], what: str, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


def last_step(run: Path) -> int:
    return max((line["step"] for line in lines(run / "metrics.jsonl")), default=0)


def newest(run: Path) -> tuple[int, dict]:
    """Step and trainer's state of the newest checkpoint; it may vanish while it is read."""
    while True:
        folder = max((run / "checkpoints").glob("step-*"))
        try:
            return int(folder.name[5:]), json.loads((folder / "trainer.json").read_bytes())
        except OSError:
            continue


def assert_no_search_twice(store: Path) -> int:
    """All graphs of a store differ in who searched what with which seed. Returns how many there are."""
    assert recover(store) == []
    seen = set()
    for entry in ProofReader(store):
        one = entry.record
        key = (entry.writer, one.seed, one.trial, one.goal.name)
        assert key not in seen
        seen.add(key)
    return len(seen)


def test_a_joint_run_learns_from_what_its_actors_prove(fwd, process, finish):
    child = process(*TINY, "--trainers=2", "--actors=1", "--set=train.steps=30", "--set=actor.goals=mixed", "--out=run")
    outcome = finish(child, 300)
    assert outcome.code == 0, outcome.err
    assert "Traceback" not in outcome.err
    run = Path("run")
    assert [line["step"] for line in lines(run / "metrics.jsonl")] == list(range(1, 31))
    last = lines(run / "metrics.jsonl")[-1]
    assert last["graphs_stored"] > 0
    assert last["graphs_per_second"] > 0
    assert last["window_theorems"] >= 20
    assert 0 < last["window_solved"] < 1
    assert 0 <= last["window_steps_behind"] <= 30
    assert 0.2 < last["generated"] / last["sequences"] < 0.8
    assert 0 < last["new_share"] <= 1
    assert all(line["checkpoints_behind"] == 0 for line in lines(run / "store/actor-0/metrics.jsonl"))
    wait_for(lambda: not ranks(child.pid), "the end of all processes", 60)
    assert assert_no_search_twice(run / "store") > 20
    steps = {entry.record.model_step for entry in ProofReader(run / "store")}
    assert len(steps) > 1, "newer weights were taken over"
    assert fwd("store", "verify", "run").code == 0
    assert json.loads(fwd("store", "stats", "run", "--json").out)["solved"] > 0
    resumed = fwd("train", "--resume", "run")
    assert resumed.code == 0, resumed.err


def test_a_trainer_need_not_wait_for_its_actors(process, finish):
    settings = ("--set=generated.start=1000000", "--set=generated.wait=false", "--set=train.steps=12")
    outcome = finish(process(*TINY, *settings, "--out=run"), 300)
    assert outcome.code == 0, outcome.err
    last = lines(Path("run/metrics.jsonl"))[-1]
    assert last["step"] == 12
    assert last["generated_share"] == 0


def test_killed_at_any_moment_a_run_goes_on_and_leaves_no_process(process, finish):
    """The actor, the trainer and the launcher in turn; FWD_TEST_KILL_ROUNDS says how often."""
    rng = random.Random(os.environ.get("FWD_TEST_SEED", "0"))
    run, arguments = Path("run"), (*TINY, "--set=train.steps=1000000", "--out=run")
    step, position, sameness = 0, {}, Sameness(run)
    for victim in itertools.islice(itertools.cycle(["actor", "trainer", "launcher"]), ROUNDS):
        child = process(*arguments)
        wait_for(lambda child=child, step=step: child.poll() is not None or last_step(run) > step + 6, "training")
        assert child.poll() is None, child.communicate()[1]
        time.sleep(rng.uniform(0, 1.5))
        sameness.note()
        _kill(victim, child)
        outcome = finish(child, 240)
        assert "Traceback" not in outcome.err
        assert outcome.code == (-signal.SIGKILL if victim == "launcher" else 130)
        if victim == "trainer":
            assert "trainer 0 was killed by SIGKILL: all processes start again, from step " in outcome.err
        elif victim == "actor":
            assert "actor 0 was killed by SIGKILL and is started again" in outcome.err
        wait_for(lambda child=child: not ranks(child.pid), "the end of all processes", 90)
        now, state = newest(run)
        assert now >= step
        here = state["position"] or position
        assert all(here.get(writer, 0) >= number for writer, number in position.items())
        assert all(number <= ends(run / "store")[writer] for writer, number in here.items())
        sameness.check(state)
        step, position, arguments = now, here, ("train", "--resume", "run")
    assert position
    assert sameness.pools > 0
    assert assert_no_search_twice(run / "store") > 20
    steps = [line["step"] for line in lines(run / "metrics.jsonl")]
    assert steps == sorted(set(steps))


class Sameness:
    """Watches whether a run draws what its checkpoints say: from a window that it has had since the run began, and from
    one that is made anew."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.pools = 0
        self._live: SequenceMaker | None = None
        self._before: list[dict] = []
        self._pool: int | None = None

    def note(self) -> None:
        """What there is just before a kill."""
        self._before = lines(self.run / "metrics.jsonl")
        _, state = newest(self.run)
        self._pool = state["pool"] if state["position"] else None

    def check(self, state: dict) -> None:
        """Steps of the pool that a checkpoint was in the middle of are made again as they were; and the same is drawn
        at a checkpoint's position by whoever comes there."""
        after = {line["step"]: line for line in lines(self.run / "metrics.jsonl")}
        for line in self._before:
            if line["pools"] == self._pool and line["step"] in after:
                assert after[line["step"]]["loss"] == line["loss"]
        if not state["position"]:
            return
        cold, self._live = self._maker(), self._live or self._maker()
        pools = []
        for made in (cold, self._live):
            made.generated.refresh(state["position"])
            pools.append(made.pool(state["pool"], 32, 0))
        assert pools[0].tokens.tobytes() == pools[1].tokens.tobytes()
        assert pools[0].lengths.tobytes() == pools[1].lengths.tobytes()
        self.pools += 1

    def _maker(self) -> SequenceMaker:
        plugins = PluginSet.discover()
        config = RunConfig.loads((self.run / "config.toml").read_text(), plugins)
        config = evolve(config, generated=evolve(config.generated, window=100))
        return maker(config, plugins, self.run / "store")


def _kill(victim: str, child) -> None:
    """Kill -9 one process of a run. Where it comes back, wait for that, then end the run as with Ctrl-C."""
    if victim == "launcher":
        child.kill()
        return
    rank = {"trainer": 0, "actor": 1}[victim]
    pid = rank_process(child.pid, rank)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: rank_process(child.pid, rank) not in (None, pid), f"the {victim} to come back", 60)
    child.send_signal(signal.SIGINT)


def test_a_run_that_is_at_work_is_left_alone(process, fwd):
    child = process(*TINY, "--set=train.steps=1000000", "--out=run")
    wait_for(lambda: ranks(child.pid), "the first process")
    outcome = fwd("train", "--resume", "run")
    assert outcome.code == 2
    assert "is at work already" in outcome.err
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=200)
    assert child.returncode == 130
    assert "Traceback" not in errors
    wait_for(lambda: not ranks(child.pid), "the end of all processes", 60)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("actor.strategy=samplin", "did you mean 'sampling'?"),
        ("actor.settings.temperatur=1", "did you mean actor.settings.temperature?"),
        ("actor.goals=humans", "did you mean 'human'?"),
        ("actor.choice.x=1", "actor.choice.x: unknown setting"),
        ("train.generated_prob=2", "train.generated_prob: must be <= 1.0"),
    ],
)
def test_mistakes_are_told_before_anything_starts(fwd, setting, message):
    outcome = fwd(*TINY, f"--set={setting}", "--out=run")
    assert outcome.code == 2
    assert len(outcome.errors) == 1, outcome.err
    assert message in outcome.err
    assert not Path("run").exists()


def test_actors_are_for_joint_training(fwd):
    assert "--online" in fwd("train", "--env=toy", "--actors=2", "--out=run").err


def test_a_process_of_the_wrong_size_is_told_so(fwd, monkeypatch):
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "5")
    outcome = fwd(*TINY, "--trainers=2", "--actors=1", "--out=run")
    assert outcome.code == 2
    assert "are 3 processes, but 5 were started" in outcome.err
    monkeypatch.setenv("RANK", "x")
    assert "must be numbers" in fwd(*TINY, "--out=run").err
