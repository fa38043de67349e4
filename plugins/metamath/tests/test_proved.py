"""Which theorems are not proved: what rests on what, and that the answer is remembered for this database only."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from fwd_metamath import batch, proved
from fwd_metamath.batch import CHUNK
from fwd_metamath.cache import load
from fwd_metamath.database import Database
from fwd_metamath.proved import unproved

TEXT = """\
$c wff |- T F -> $. $v p q $. wp $f wff p $. wq $f wff q $.
wt $a wff T $. wf $a wff F $. wi $a wff p -> q $.
true $a |- T $.
${ same.1 $e |- p $. same $a |- p $. $}
good $p |- T $= true $.
lie $p |- F $= ? $.
by $p |- F $= wf lie same $.
by2 $p |- F $= ( by wf same ) BAC $.
vain $p |- T $= ( by true ) B $.
wrong $p |- F $= true $.
both $p |- F $= ( wrong ? ) ? $.
by3 $p |- F $= wrong $.
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def read(folder: Path, text: str = TEXT) -> Database:
    path = folder / "x.mm"
    path.write_text(text)
    return load(path)


def test_what_rests_on_what(tmp_path: Path) -> None:
    found = unproved(read(tmp_path))
    assert found["lie"] == "its proof is incomplete"
    assert found["by"] == found["by2"] == "rests on lie"
    assert found["wrong"] == "its proof is wrong: the proof proves |- T, not |- F"
    assert found["by3"] == "rests on wrong"
    assert set(found) == {"lie", "by", "by2", "wrong", "both", "by3"}, "what a proof lists and does not use is not said"


def test_found_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = read(tmp_path)
    first = unproved(database)
    monkeypatch.setattr(proved, "verify", lambda *_: pytest.fail("verified again"))
    assert unproved(database) == first


def test_another_database_is_another_answer(tmp_path: Path) -> None:
    assert "lie" in unproved(read(tmp_path))
    mended = read(tmp_path, TEXT.replace("lie $p |- F $= ? $.", "lie $a |- F $."))
    assert set(unproved(mended)) == {"wrong", "both", "by3"}


def test_another_verifier_is_another_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = read(tmp_path)
    unproved(database)
    monkeypatch.setattr(proved, "_JUDGES", ("verifier",))
    monkeypatch.setattr(proved, "verify", lambda *_: [])
    assert "wrong" not in unproved(database)


@pytest.mark.parametrize("harm", [b"", b"hello", None])
def test_a_damaged_answer_is_found_out_again(harm: bytes | None, tmp_path: Path, home: Path) -> None:
    database = read(tmp_path)
    first = unproved(database)
    (file,) = (home / "metamath" / "proved").glob("*.bin")
    data = file.read_bytes()
    file.write_bytes(data[:-1] if harm is None else harm)
    assert unproved(database) == first
    assert file.read_bytes() == data


def test_a_home_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = read(tmp_path)
    (tmp_path / "occupied").write_text("a file, not a folder")
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "occupied"))
    assert "lie" in unproved(database)


def test_who_waits_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(proved, "_LONG", 1)
    database = read(tmp_path)
    unproved(database)
    assert capsys.readouterr().err == f"verifying {database.path} once: this may take a minute\n"
    unproved(database)
    assert capsys.readouterr().err == ""


def test_a_daemon_verifies_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have no children, and a loader of training data is one."""
    database = read(tmp_path)
    monkeypatch.setattr(proved, "_size", lambda _: 100 * CHUNK)
    monkeypatch.setattr(proved.os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert proved._jobs(database) == 3
    monkeypatch.setattr(multiprocessing.process.current_process(), "_config", {"daemon": True})
    assert proved._jobs(database) == 1


def test_many_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = read(tmp_path)
    monkeypatch.setattr(batch, "CHUNK", 1)
    monkeypatch.setattr(proved, "_jobs", lambda _: 2)
    assert len(unproved(database)) == 6
