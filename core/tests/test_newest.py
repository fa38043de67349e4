"""The window of the newest graphs: the same however and whenever it was read, and no more is read than it holds."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Fact, Goal, Step
from fwd.settings import GeneratedConfig, StoreConfig
from fwd.store import ProofReader, ProofRecord, ProofWriter, adopt, ends, files, prune, seal
from fwd.store.files import KEY, sealed
from fwd.store.newest import last_rank, newest_first
from fwd.testing.toy import ToyConfig, ToyEnv
from fwd.train.generated import GeneratedProofs

NEVER = StoreConfig(seal_records=10**9, seal_seconds=1e9)
ROUNDS = 25


@pytest.fixture(scope="module")
def env() -> ToyEnv:
    return ToyEnv(ToyConfig())


def record(number: int, model_step: int | None, fingerprint: str = "f") -> ProofRecord:
    """A graph with two theorems of its own; nobody looks whether they hold."""
    first = Fact(f"a<b{number}", Step("one", (), (str(number),)))
    second = Fact("a<c", Step("two", (0,), ()), (0,))
    third = Fact("a<d", Step("three", (1, 0), ()), (1, 0))
    goal = Goal(f"g{number}", "a<d")
    return ProofRecord(goal, (first, second, third), True, "x", "toy", fingerprint, "s", "run", model_step)


def window(env: ToyEnv, store: Path, size: int, *positions: dict[str, int] | None) -> GeneratedProofs:
    """A window that was at these positions, one after the other."""
    dataset = GeneratedProofs(env, store, GeneratedConfig(window=size))
    for position in positions:
        dataset.refresh(position)
    return dataset


def held(dataset: GeneratedProofs) -> tuple:
    """All that it holds, in order, and what it draws."""
    draws = [dataset.draw(random.Random(seed)) for seed in range(20)] if dataset.theorems else []
    places = [dataset.theorem(place) for place in range(0, dataset.theorems, 2)]
    return dataset.position, dataset.stats()["graphs"], places, draws


def old_seal(first: int, count: int, stairs: seal.Stairs) -> bytes:
    """As the first version wrote it."""
    return KEY.pack(first) + KEY.pack(count)


class Actors:
    """A few writers whose searches span checkpoints, who seal and end and begin again at odd moments."""

    def __init__(self, env: ToyEnv, store: Path, rng: random.Random) -> None:
        self.env, self.store, self.rng = env, store, rng
        self.step = 0
        self.written = 0

    def work(self) -> None:
        """One stay of some writers."""
        rng = self.rng
        names = rng.sample("abcd", rng.randint(1, 4))
        with ExitStack() as stack:
            writers = [
                stack.enter_context(ProofWriter(self.store, name, evolve(NEVER, seal_records=rng.randint(1, 9))))
                for name in names
            ]
            for _ in range(rng.randint(1, 25)):
                self.step += 5 * (rng.random() < 0.2)
                rng.choice(writers).extend(self._record() for _ in range(rng.randint(1, 3)))

    def _record(self) -> ProofRecord:
        self.written += 1
        step = max(0, self.step - self.rng.choice([0, 0, 0, 0, 5, 20]))
        return record(self.written, step or None, self.env.fingerprint)


@pytest.mark.parametrize("old", ["none", "before", "some"])
def test_a_window_is_a_function_of_its_position(env, tmp_path, monkeypatch, old):
    for seed in range(ROUNDS):
        rng = random.Random(f"{old}/{seed}")
        store = tmp_path / str(seed)
        actors, size = Actors(env, store, rng), rng.choice([1, 7, 20, 60])
        live, seen = window(env, store, size), []
        for number in range(5):
            with monkeypatch.context() as patch:
                if (old == "before" and number < 2) or (old == "some" and rng.random() < 0.5):
                    patch.setattr("fwd.store.seal.pack", old_seal)
                actors.work()
            if rng.random() < 0.7:
                live.refresh()
                seen.append((live.position, held(live)))
        live.refresh()
        seen.append((live.position, held(live)))
        assert live.stats()["graphs"] == min(size, actors.written)
        for number, (position, told) in enumerate(seen):
            assert held(window(env, store, size, position)) == told, (seed, number)
            earlier = rng.choice(seen[: number + 1])[0]
            assert held(window(env, store, size, earlier, position)) == told, (seed, number)
            assert held(window(env, store, size, None, position)) == told, (seed, number)
            cut = {name: rng.randint(0, end) for name, end in position.items()}
            assert held(window(env, store, size, cut, position)) == told, (seed, number)
        if old == "none":  # else the newest by number may not be those by rank
            prune(store, keep=size, grace_seconds=0)
            assert held(window(env, store, size, None)) == seen[-1][1], seed


def test_the_newest_weights_come_last(env, tmp_path):
    steps = {"a": [0, 0, 20, 10, 20, 30], "b": [10, 10, 10, 10, 30, 10]}
    for name, of in steps.items():
        with ProofWriter(tmp_path, name, StoreConfig(seal_records=4)) as writer:
            for number, step in enumerate(of):
                writer.append(record(number, step))
    reader = ProofReader(tmp_path)
    runs = newest_first(reader, files.listing(tmp_path), ends(tmp_path))
    assert [(run.rank, run.writer, run.first, run.end) for run in runs] == [
        (30, "b", 4, 6),
        (30, "a", 5, 6),
        (20, "a", 4, 5),
        (20, "a", 2, 4),
        (10, "b", 0, 4),
        (0, "a", 0, 2),
    ]


@pytest.fixture
def unpacked(monkeypatch) -> list[bytes]:
    """Records that were unpacked since."""
    seen: list[bytes] = []
    real = ProofRecord.unpack
    monkeypatch.setattr(ProofRecord, "unpack", classmethod(lambda _, data: (seen.append(data), real(data))[1]))
    return seen


def crowd(env: ToyEnv, store: Path, folder: Path, writers: int) -> None:
    """So many writers of 500 records each."""
    with ProofWriter(folder, "one", StoreConfig(seal_records=64)) as writer:
        for number in range(500):
            writer.append(record(number, number // 50 * 10 - 10 * (number % 9 == 0 and number > 50), env.fingerprint))
    for number in range(writers):
        adopt(store, f"w{number}", folder / "one")


def test_a_cold_window_reads_what_it_holds_and_no_more(env, tmp_path, unpacked, monkeypatch):
    crowd(env, tmp_path / "store", tmp_path / "shard", 200)
    opened: list[Path] = []
    listed: list[Path] = []
    real_content, real_sealed = files.content, files.sealed
    monkeypatch.setattr(files, "content", lambda path: (opened.append(path), real_content(path))[1])
    monkeypatch.setattr(files, "sealed", lambda folder, *rest: (listed.append(folder), real_sealed(folder, *rest))[1])
    dataset = window(env, tmp_path / "store", 1000, None)
    assert dataset.stats()["graphs"] == 1000
    assert dataset.stats()["stored"] == 100_000
    assert len(unpacked) == 1000
    assert len(opened) < 300, "the newest segment of each writer, and what the window is of"
    assert len(listed) == 200
    dataset.refresh()
    assert len(unpacked) == 1000
    with ProofWriter(tmp_path / "store", "w7") as writer:
        writer.append(record(1, 1000, env.fingerprint))
    unpacked.clear()
    opened.clear()
    dataset.refresh()
    assert len(unpacked) == 1
    assert len(set(opened)) == 1
    assert dataset.stats()["model_step"] == 1000


def test_a_refresh_that_was_put_off_is_made_when_something_is_drawn(env, tmp_path, unpacked):
    with ProofWriter(tmp_path, "a") as writer:
        writer.extend(record(number, 0, env.fingerprint) for number in range(20))
    dataset = window(env, tmp_path, 10)
    dataset.refresh_later()
    assert not unpacked
    assert dataset.theorems == 20
    assert len(unpacked) == 10
    dataset = window(env, tmp_path, 10)
    dataset.refresh_later()
    assert dataset.pick(random.Random(0), 1.0, 0.5)


def test_what_cannot_be_read_makes_room_for_older_graphs(env, tmp_path):
    with ProofWriter(tmp_path, "a", StoreConfig(seal_records=10)) as writer:
        for number in range(40):
            writer.append(record(number, number, env.fingerprint))
    last = sealed(tmp_path / "a")[-1].path
    whole = last.read_bytes()
    last.write_bytes(whole[:-1])
    assert window(env, tmp_path, 15, None).stats()["graphs"] == 15
    last.write_bytes(whole)
    newest = sealed(tmp_path / "a")[-2].path
    (tmp_path / "a" / "seg-000000000040-9999999999999999999.mdb").write_bytes(newest.read_bytes())
    (tmp_path / "a" / f"seg-{'9' * 30}-1.mdb").write_bytes(newest.read_bytes())
    assert window(env, tmp_path, 15, None).stats()["graphs"] == 15


@pytest.mark.parametrize(
    "value",
    [
        KEY.pack(0) + KEY.pack(3) + KEY.pack(0),
        KEY.pack(0) + KEY.pack(3) + KEY.pack(1) + KEY.pack(7),
        KEY.pack(0) + KEY.pack(3) + KEY.pack(0) + KEY.pack(7) + KEY.pack(1) + KEY.pack(6),
        KEY.pack(0) + KEY.pack(3) + KEY.pack(0) + KEY.pack(7) + KEY.pack(3) + KEY.pack(8),
        KEY.pack(1) + KEY.pack(3),
        b"",
    ],
)
def test_a_seal_that_makes_no_sense_is_named_and_passed_over(env, tmp_path, monkeypatch, value):
    with monkeypatch.context() as patch:
        patch.setattr("fwd.store.seal.pack", lambda first, count, stairs: value)
        with ProofWriter(tmp_path, "a") as writer:
            writer.extend(record(number, 1) for number in range(3))
    reader = ProofReader(tmp_path)
    assert list(reader) == []
    assert len(reader.complaints) == 1
    assert window(env, tmp_path, 5, None).stats()["graphs"] == 0
    with ProofWriter(tmp_path, "a") as writer:
        assert writer.append(record(3, 1)) == 3


def test_old_segments_are_read_and_end_where_their_last_weights_were(env, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fwd.store.seal.pack", old_seal)
        with ProofWriter(tmp_path, "a", StoreConfig(seal_records=5)) as writer:
            writer.extend(record(number, number, env.fingerprint) for number in range(5))
            writer.extend(record(number, 3, env.fingerprint) for number in range(5, 10))
    assert [entry.sequence for entry in ProofReader(tmp_path)] == list(range(10))
    assert last_rank(sealed(tmp_path / "a")) == 4
    with ProofWriter(tmp_path, "a") as writer:
        writer.append(record(10, 2, env.fingerprint))
    assert last_rank(sealed(tmp_path / "a")[-1:]) == 4
    names = {proof.goal.name.partition("#")[0] for proof in window(env, tmp_path, 6, None).proofs("train")}
    assert names == {f"a/{number}" for number in (10, 0, 1, 2, 3, 4)}


def die_with(store: Path, steps: list[int], before: str = "") -> None:
    """A writer that is killed with these records in its open segment."""
    source = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from fwd.store import ProofWriter, files
from test_newest import NEVER, record
writer = ProofWriter(Path(sys.argv[1]), "a", NEVER)
writer.extend(record(number, step) for number, step in enumerate({steps}))
{before}
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", source, str(store)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("before", ["", "files.append_digest = lambda _: os.kill(os.getpid(), 9); writer.seal()"])
def test_a_writer_that_was_killed_goes_on_with_its_rank(tmp_path, before):
    """In the middle of a segment, and between mark and seal."""
    with ProofWriter(tmp_path, "a") as writer:
        writer.append(record(0, 20))
    die_with(tmp_path, [10, 30, 20], before)
    with ProofWriter(tmp_path, "a") as writer:
        writer.append(record(9, 10))
    runs = newest_first(ProofReader(tmp_path), files.listing(tmp_path), ends(tmp_path))
    ranks = {number: run.rank for run in runs for number in range(run.first, run.end)}
    assert ranks == {0: 20, 1: 20, 2: 30, 3: 30, 4: 30}


def test_what_was_drawn_is_remembered_while_it_is_in_the_window(env, tmp_path):
    dataset = window(env, tmp_path, 5)
    for number in range(20):
        with ProofWriter(tmp_path, "a") as writer:
            writer.append(record(number, number, env.fingerprint))
        dataset.refresh()
        drawn = [(dataset.draw(random.Random(seed)), dataset.fresh) for seed in range(30)]
        fresh = [proof.goal.name.partition("#")[0] for proof, new in drawn if new]
        assert f"a/{number}" in fresh
        assert len(fresh) <= 4
        assert len(dataset._drawn) == dataset.theorems <= 10
