"""The proof store: what is appended comes back, once, whatever dies and whatever breaks."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Fact, Goal, ProofGraph, Step
from fwd.search.base import ProofSearch
from fwd.store import ProofReader, ProofRecord, ProofWriter, StoreConfig, StoreError, prune, recover, stats
from fwd.store.files import TRAILER, append_digest, sealed
from fwd.store.record import RecordError

NEVER = StoreConfig(seal_records=10**9, seal_seconds=1e9)
ROUNDS = int(os.environ.get("FWD_TEST_KILL_ROUNDS", "5"))


def record(number: int, size: int = 3) -> ProofRecord:
    """A record that its number can be read from; a solved one has a fact too many for its proof."""
    goal = Goal(f"goal-{number}", f"s{size}", ("h",), ("x y",), frozenset({"later", "self"}), "later")
    facts = [Fact("h")]
    facts += [Fact(f"s{i}", Step("mp", (0, i - 1), ("a", "é")), (i - 1, 0, i - 1)) for i in range(1, size + 1)]
    facts.append(Fact(f"aside {random.Random(number).random()}", Step("ax"), ()))
    return ProofRecord(goal, tuple(facts), True, "solved", "toy", "f1", "greedy", "run", 1200, 7, number)


def numbers(store: Path) -> list[int]:
    return [entry.record.trial for entry in ProofReader(store)]


def test_a_record_survives_packing():
    one = record(5)
    assert ProofRecord.unpack(one.pack()) == one
    rare = evolve(one, goal=Goal("bare", "s"), facts=(), solved=False, model_step=None)
    assert ProofRecord.unpack(rare.pack()) == rare
    assert one.graph().facts == list(one.facts)
    assert [fact.statement for fact in one.proof().facts] == ["h", "s1", "s2", "s3"]
    with pytest.raises(ValueError, match="not solved"):
        evolve(one, facts=one.facts[:2]).proof()


def test_a_record_is_made_of_a_search():
    graph = ProofGraph(Goal("g", "s1", ("h",)), record(1).facts)
    search = ProofSearch(Goal("g", " s1", ("h",)), 2, 9, graph, stopped="mistake")
    one = ProofRecord.of(search, env="toy", fingerprint="f1", strategy="greedy", model="uniform")
    assert (one.goal, one.facts, one.solved, one.stopped) == (graph.goal, tuple(graph.facts), False, "mistake")
    assert (one.seed, one.trial, one.model_step) == (9, 2, None)


def test_damaged_records_are_refused():
    packed = record(1, size=20).pack()
    rng = random.Random(0)
    for _ in range(200):
        place = rng.randrange(len(packed))
        damaged = packed[:place] + bytes([packed[place] ^ (1 << rng.randrange(8))]) + packed[place + 1 :]
        try:
            assert ProofRecord.unpack(damaged) == record(1, size=20)  # a bit of the header that means nothing
        except RecordError:
            continue
    for junk in (b"", b"junk", packed[:-1], packed[: len(packed) // 2]):
        with pytest.raises(RecordError):
            ProofRecord.unpack(junk)


def test_records_of_a_later_version_are_named(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fwd.store.record.VERSION", 2)
        packed = record(1).pack()
    with pytest.raises(RecordError, match=r"version 2.*upgrade"):
        ProofRecord.unpack(packed)


def test_segments_are_cut_by_count_and_read_while_the_store_grows(tmp_path):
    reader = ProofReader(tmp_path / "store")
    assert list(reader) == []
    with ProofWriter(tmp_path / "store", "a", StoreConfig(seal_records=4)) as writer:
        for number in range(10):
            assert writer.append(record(number)) == number
        assert [entry.record.trial for entry in reader.poll()] == list(range(8))
        assert list(reader.poll()) == []
        writer.extend(record(number) for number in range(10, 13))
    assert [(e.writer, e.sequence, e.record) for e in reader] == [("a", n, record(n)) for n in range(8, 13)]
    assert [path.name for path in sorted((tmp_path / "store" / "a").glob("*.mdb"))] == [
        "seg-000000000000-4.mdb",
        "seg-000000000004-4.mdb",
        "seg-000000000008-5.mdb",
    ]


def test_a_reader_goes_on_from_its_state_in_the_middle_of_a_segment(tmp_path):
    with ProofWriter(tmp_path, "a", NEVER) as a, ProofWriter(tmp_path, "b", NEVER) as b:
        a.extend(map(record, range(6)))
        b.extend(map(record, range(100, 103)))
    reader = ProofReader(tmp_path)
    poll = reader.poll()
    first = [next(poll).record.trial for _ in range(4)]
    state = json.loads(json.dumps(reader.state))
    rest = [entry.record.trial for entry in ProofReader(tmp_path, state)]
    assert first + rest == [*range(6), 100, 101, 102]


def test_two_readers_of_one_store_in_one_process(tmp_path):
    with ProofWriter(tmp_path, "a", StoreConfig(seal_records=2)) as writer:
        writer.extend(map(record, range(2)))
        writer.extend(map(record, range(2, 4)))
    pairs = zip(ProofReader(tmp_path), ProofReader(tmp_path), strict=True)
    assert [(x.record.trial, y.record.trial) for x, y in pairs] == [(n, n) for n in range(4)]


def test_old_segments_are_sealed_while_nothing_comes(tmp_path):
    with ProofWriter(tmp_path, "a", StoreConfig(seal_seconds=0.05)) as writer:
        writer.append(record(0))
        assert numbers(tmp_path) == []
        time.sleep(0.06)
        writer.tick()
        assert numbers(tmp_path) == [0]


def test_a_writer_of_the_same_name_continues_the_sequence(tmp_path):
    for start in (0, 3):
        with ProofWriter(tmp_path, "a") as writer:
            assert writer.next == start
            writer.extend(map(record, range(start, start + 3)))
    assert numbers(tmp_path) == list(range(6))
    with ProofWriter(tmp_path, "a") as writer, pytest.raises(StoreError, match="another process writes as 'a'"):
        ProofWriter(tmp_path, "a")
    writer.close()
    with pytest.raises(RuntimeError):
        writer.append(record(9))


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a b"])
def test_a_writer_needs_a_plain_name(tmp_path, name):
    with pytest.raises(StoreError, match="cannot name a writer"):
        ProofWriter(tmp_path, name)


def test_full_segments_are_sealed(tmp_path):
    """A megabyte of map holds some 35 of these records; the writer cuts as often as it must."""
    config = StoreConfig(seal_records=10**9, seal_seconds=1e9, map_size=1 << 20)
    with ProofWriter(tmp_path, "a", config) as writer:
        for number in range(90):
            writer.append(big_record(number))
        assert len(sealed(tmp_path / "a")) >= 2
        with pytest.raises(StoreError, match="raise the store's map_size"):
            writer.extend(map(big_record, range(90, 140)))
        writer.append(big_record(90))
    assert numbers(tmp_path) == list(range(91))


def big_record(number: int) -> ProofRecord:
    return evolve(record(number), model=random.Random(number).randbytes(25_000).hex())


def test_segments_larger_than_lmdb_expects(tmp_path):
    with ProofWriter(tmp_path, "a", NEVER) as writer:
        writer.extend(map(big_record, range(600)))
    (segment,) = sealed(tmp_path / "a")
    assert segment.path.stat().st_size > 12 << 20
    assert numbers(tmp_path) == list(range(600))


def three_segments(store: Path) -> list[Path]:
    with ProofWriter(store, "a", StoreConfig(seal_records=10)) as writer:
        for start in (0, 10, 20):
            writer.extend(map(record, range(start, start + 10)))
    return [segment.path for segment in sealed(store / "a")]


def test_flipped_bytes_are_named_and_passed_over(tmp_path):
    _, middle, _ = three_segments(tmp_path)
    whole = middle.read_bytes()
    rng = random.Random(3)
    for place in [0, 16, 4096, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(40))]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        middle.write_bytes(damaged)
        reader = ProofReader(tmp_path)
        assert [entry.record.trial for entry in reader] == [*range(10), *range(20, 30)], place
        assert list(reader.broken) == [middle]
    assert reader.complaints[0].startswith(f"{middle} is passed over: ")
    middle.write_bytes(whole)
    assert numbers(tmp_path) == list(range(30))


def test_pages_made_by_a_stranger_are_read_or_refused(tmp_path):
    """Damaged on purpose: the digest is right. LMDB itself would end the process for one in thirteen of these."""
    with ProofWriter(tmp_path, "a", NEVER) as writer:
        writer.extend(record(number, 40) for number in range(100))
    (segment,) = sealed(tmp_path / "a")
    whole = segment.path.read_bytes()[:-TRAILER]
    rng = random.Random(7)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(rng.choice([1, 4, 30])):
            page = rng.randrange(len(whole) // 4096) * 4096
            damaged[page + rng.randrange(rng.choice([64, 4096]))] = rng.randrange(256)
        segment.path.write_bytes(damaged)
        append_digest(segment.path)
        reader = ProofReader(tmp_path)
        found = sum(1 for _ in reader)
        refused += bool(reader.complaints)
        assert found == 100 or reader.complaints
    assert refused > 100


def test_truncated_and_foreign_segments_are_named_and_passed_over(tmp_path):
    first, middle, last = three_segments(tmp_path)
    whole = middle.read_bytes()
    for length in (0, 1, 50, 4096, len(whole) - 48, len(whole) - 1):
        middle.write_bytes(whole[:length])
        reader = ProofReader(tmp_path)
        assert [entry.record.trial for entry in reader] == [*range(10), *range(20, 30)]
        assert "truncated" in reader.broken[middle]
    middle.write_bytes(first.read_bytes())
    reader = ProofReader(tmp_path)
    assert [entry.record.trial for entry in reader] == [*range(10), *range(20, 30)]
    assert "name" in reader.broken[middle]
    last.unlink()
    last.mkdir()
    assert numbers(tmp_path) == list(range(10))


def test_other_files_in_a_store_do_no_harm(tmp_path):
    three_segments(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "a" / "seg-1-2.mdb").write_text("mine")
    (tmp_path / ".cache").mkdir()
    assert numbers(tmp_path) == list(range(30))
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot read"):
        list(ProofReader(tmp_path / "file"))


def test_stats_count_what_can_be_read(tmp_path):
    _, middle, _ = three_segments(tmp_path)
    counts = stats(tmp_path)
    assert (counts.writers, counts.segments, counts.records, counts.solved, counts.facts) == (1, 3, 30, 30, 120)
    middle.write_bytes(b"")
    counts = stats(tmp_path)
    assert (counts.segments, counts.records, len(counts.complaints)) == (2, 20, 1)


def test_prune_keeps_the_newest_and_what_is_young(tmp_path):
    paths = three_segments(tmp_path)
    assert prune(tmp_path, keep=5) == []
    assert prune(tmp_path, keep=11, grace_seconds=0) == paths[:1]
    reader = ProofReader(tmp_path, {"a": 5})
    assert [entry.sequence for entry in reader] == list(range(10, 30))
    assert prune(tmp_path, keep=0, grace_seconds=0) == paths[1:2]
    with ProofWriter(tmp_path, "a") as writer:
        assert writer.next == 30


def child(source: str, *arguments: object) -> subprocess.Popen:
    """A process that runs `source` after the imports of this module."""
    setup = f"import runpy, sys; globals().update(runpy.run_path({__file__!r}))\n"
    command = [sys.executable, "-c", setup + source, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


WRITE_FOREVER = """
with ProofWriter(Path(sys.argv[1]), sys.argv[2], StoreConfig(seal_records=15, seal_seconds=0.05)) as writer:
    while True:
        writer.extend([record(writer.next + ahead) for ahead in range(4)])
        print(writer.next, flush=True)
"""


def test_no_acknowledged_record_is_lost_or_doubled_by_kill_9(tmp_path):
    """Writers are killed at random moments and come back under their names; a reader restarts from its state."""
    rng = random.Random(1)
    seen: dict[str, list[int]] = {"w0": [], "w1": [], "w2": []}
    acknowledged = dict.fromkeys(seen, 0)
    state: dict[str, int] = {}

    def read() -> None:
        reader = ProofReader(tmp_path, state)
        for entry in reader:
            assert entry.sequence == entry.record.trial
            seen[entry.writer].append(entry.sequence)
        assert reader.broken == {}
        state.update(reader.state)

    for _ in range(ROUNDS):
        writers = {name: child(WRITE_FOREVER, tmp_path, name) for name in seen}
        for process in writers.values():
            process.stdout.readline()
        time.sleep(rng.uniform(0.05, 0.4))
        for name, process in writers.items():
            process.kill()
            lines, errors = process.communicate()
            assert errors == ""
            complete = lines[: lines.rfind("\n") + 1].split()
            acknowledged[name] = max(acknowledged[name], *map(int, complete), 0)
        read()
    assert recover(tmp_path) == []
    read()
    for name, sequence in seen.items():
        assert sequence == list(range(len(sequence)))
        assert len(sequence) >= acknowledged[name] > ROUNDS


@pytest.mark.parametrize("point", ["copyfd", "append_digest", "replace", "sync_folder", "rmtree"])
def test_killed_inside_a_seal(tmp_path, point):
    """Death between the mark and the rename, or between the rename and the new segment."""
    kill = {
        "copyfd": "files.append_digest = die",  # the copy is there but has no digest yet
        "append_digest": "digest = files.append_digest; files.append_digest = lambda path: (digest(path), die())",
        "replace": "writer_module.os.replace = die",
        "sync_folder": "files.sync_folder = die",
        "rmtree": "writer_module.shutil.rmtree = die",
    }[point]
    source = f"""
from fwd.store import files, writer as writer_module
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
writer = ProofWriter(Path(sys.argv[1]), "a", NEVER)
writer.extend(map(record, range(7)))
{kill}
writer.seal()
"""
    process = child(source, tmp_path)
    _, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors
    with ProofWriter(tmp_path, "a", NEVER) as writer:
        assert writer.next == 7
        assert numbers(tmp_path) == list(range(7))
        writer.append(record(7))
    assert numbers(tmp_path) == list(range(8))
    assert [path for path in tmp_path.rglob("*") if "part" in path.name] == []


def test_a_living_writer_is_not_recovered(tmp_path):
    with ProofWriter(tmp_path, "a", NEVER) as writer:
        writer.append(record(0))
        assert recover(tmp_path) == ["a"]
        writer.append(record(1))
    assert recover(tmp_path) == []
    assert numbers(tmp_path) == [0, 1]


def test_a_damaged_open_segment_is_set_aside(tmp_path, caplog):
    three_segments(tmp_path)
    (tmp_path / "a" / "open").mkdir()
    (tmp_path / "a" / "open" / "data.mdb").write_bytes(b"\x07" * 8192)
    with ProofWriter(tmp_path, "a") as writer:
        assert writer.next == 30
        writer.append(record(30))
    assert numbers(tmp_path) == list(range(31))
    assert "damaged" in caplog.text


def test_open_segments_may_lie_elsewhere(tmp_path):
    config = evolve(NEVER, scratch=str(tmp_path / "scratch"))
    writers = [ProofWriter(tmp_path / store, "a", config) for store in ("one", "two")]
    for writer in writers:
        writer.append(record(0))
    assert not (tmp_path / "one" / "a" / "open").exists()
    for writer in writers:
        writer.close()
    assert numbers(tmp_path / "one") == numbers(tmp_path / "two") == [0]


FILL = """
import resource
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
size, when, then = int(sys.argv[2]), sys.argv[3], sys.argv[4]
writer = ProofWriter(Path(sys.argv[1]), "a", NEVER)
writer.extend(map(big_record, range(10)))
writer.seal()
if when == "append":
    limit(size)
try:
    for _ in range(30):
        writer.append(big_record(writer.next))
    limit(size)
    writer.seal()
except StoreError as error:
    print(error)
    print(writer.next)
limit(resource.RLIM_INFINITY)
if then == "go on":
    writer.append(big_record(writer.next))
    writer.close()
"""


@pytest.mark.parametrize("then", ["die", "go on"])
@pytest.mark.parametrize(("size", "when"), [(50_000, "append"), (300_000, "append"), (0, "seal"), (300_000, "seal")])
def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path, size, when, then):
    """A limit on the size of files stands for the full disk."""
    output, errors = child(FILL, tmp_path, size, when, then).communicate()
    assert errors == ""
    message, following = output.splitlines()
    assert message.startswith(f"cannot write proofs to {tmp_path / 'a'}: ")
    assert "stays readable" in message
    assert int(following) == 40 if when == "seal" else 10 < int(following) < 40
    assert numbers(tmp_path)[:10] == list(range(10))
    recover(tmp_path)
    assert numbers(tmp_path) == list(range(int(following) + (then == "go on")))


def test_folders_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot write proofs to .*file"):
        ProofWriter(tmp_path / "file", "a")


def test_a_read_only_store_can_be_read(tmp_path):
    three_segments(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for path in before:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert numbers(tmp_path) == list(range(30))
    finally:
        for path in before:
            path.chmod(0o755)
    assert sorted(tmp_path.rglob("*")) == before
