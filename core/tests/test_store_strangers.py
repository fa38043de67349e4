"""A store from a stranger: links, pipes, and what a dead writer is said to have left open."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from struct import pack

import pytest
from fwd.api import Fact, Goal, Step
from fwd.files import alone, regular
from fwd.store import ProofReader, ProofRecord, ProofWriter, StoreConfig, StoreError, recover, stats

NEVER = StoreConfig(seal_records=10**9, seal_seconds=1e9)


def record(number: int) -> ProofRecord:
    facts = (Fact("s", Step("ax", (), ("x" * 300,)), ()),)
    return ProofRecord(Goal(f"g{number}", "s"), facts, True, "solved", "toy", "f1", "greedy", "run", trial=number)


def numbers(store: Path) -> list[int]:
    return [entry.record.trial for entry in ProofReader(store)]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with an honest writer, which is done, and one that died with three records open."""
    with ProofWriter(tmp_path / "store", "honest", NEVER) as writer:
        writer.extend(map(record, range(4)))
    dying = ProofWriter(tmp_path / "store", "dead", NEVER)
    dying.extend(map(record, range(10, 13)))
    shutil.copytree(dying.folder, tmp_path / "kept")
    dying.close()
    shutil.rmtree(dying.folder)
    shutil.move(tmp_path / "kept", dying.folder)
    return tmp_path / "store"


def test_what_was_left_open_is_sealed(store: Path):
    assert recover(store) == []
    assert numbers(store) == [10, 11, 12, 0, 1, 2, 3]
    assert sorted(path.name for path in (store / "dead").iterdir()) == ["open.lock", "seg-000000000000-3.mdb"]


def test_a_lock_that_is_a_link_is_not_followed(store: Path, tmp_path: Path):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (store / "dead" / "open.lock").unlink()
    (store / "dead" / "open.lock").symlink_to(precious)
    with pytest.raises(StoreError, match="cannot write proofs"):
        recover(store)
    with pytest.raises(OSError, match="symbolic links"), alone(store / "dead" / "open.lock", StoreError("busy")):
        pass
    assert precious.read_text() == "precious"
    assert numbers(store) == [0, 1, 2, 3]


@pytest.mark.parametrize("link", ["writer", "open"])
def test_what_is_behind_a_link_is_not_recovered(store: Path, tmp_path: Path, link: str):
    place = store / "dead" if link == "writer" else store / "dead" / "open"
    shutil.move(place, tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    assert recover(store) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_links_that_go_in_circles_are_no_writers(store: Path):
    (store / "loop").symlink_to("loop")
    assert recover(store) == []
    assert stats(store).records == 7


def test_pipes_are_not_waited_for(store: Path):
    os.mkfifo(store / "honest" / "seg-000000000004-1.mdb")
    reader = ProofReader(store)
    assert [entry.record.trial for entry in reader] == [0, 1, 2, 3]
    assert "not a regular file" in reader.complaints[0]
    with pytest.raises(OSError, match="not a regular file"):
        regular(Path("/dev/zero"))
    (store / "dead" / "open" / "data.mdb").unlink()
    os.mkfifo(store / "dead" / "open" / "data.mdb")
    assert recover(store) == []
    assert any(path.name.startswith("open.damaged-") for path in (store / "dead").iterdir())


def test_a_segment_whose_name_has_numbers_that_no_record_has(store: Path):
    segment = next((store / "honest").glob("seg-*"))
    shutil.copy(segment, segment.with_name(f"seg-{1 << 63}-4.mdb"))
    reader = ProofReader(store)
    assert [entry.record.trial for entry in reader] == [0, 1, 2, 3]
    assert "numbers that no record has" in reader.complaints[0]
    with pytest.raises(StoreError, match="move it away"):
        ProofWriter(store, "honest")


FORGED = """
import random, sys
from pathlib import Path
from fwd.store import recover
recover(Path(sys.argv[1]))
"""


def test_no_open_segment_of_a_stranger_ends_the_process(store: Path):
    """LMDB would follow every number in the file."""
    path = store / "dead" / "open" / "data.mdb"
    whole, rng = path.read_bytes(), random.Random(1)
    forged = [b"", whole[:5000], b"\7" * 9000]
    for page in (1, 200, 1 << 40):
        damaged = bytearray(whole)
        for meta in (0, 4096):
            for tree in (24, 72):  # of the free pages, and of the records
                damaged[meta + 16 + tree + 40 : meta + 16 + tree + 48] = pack("<Q", page)
        forged.append(bytes(damaged))
    for _ in range(10):
        damaged = bytearray(whole)
        for _ in range(30):
            damaged[rng.randrange(len(whole))] = rng.randrange(256)
        forged.append(bytes(damaged))
    for number, content in enumerate(forged):
        (store / f"w{number}" / "open").mkdir(parents=True)
        (store / f"w{number}" / "open" / "data.mdb").write_bytes(content)
    done = subprocess.run([sys.executable, "-c", FORGED, store], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert {0, 1, 2, 3, 10, 11, 12} <= set(numbers(store))
