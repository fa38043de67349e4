"""Reading databases: what is read, what is refused and how, caches, and where files are found."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import attrs
import pytest
from fwd.errors import DatabaseError
from fwd_metamath import cache, sources
from fwd_metamath.cache import load
from fwd_metamath.database import Database
from fwd_metamath.sources import EMBEDDED, locate

TEXT = """\
$( A small logic. $)
$c ( ) -> wff |- $.
$v p q z $.
wp $f wff p $.
${
  out.1 $e |- p $.
  wq $f wff q $.
  $d p q $.
  $( Between hypotheses. $)
  out $a |- ( q -> p ) $.
$}
${ wz $f wff z $. $d p z $.
   loc $p |- ( z -> z ) $= ? $. $}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `FWD_HOME`, and no database named by the environment."""
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FWD_METAMATH_DB", raising=False)
    return tmp_path / "home"


def written(folder: Path, text: str, name: str = "x.mm") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def same(one: Database, other: Database) -> bool:
    """Whether two databases say the same in the same order."""
    rows = [[attrs.asdict(item) for item in database.assertions.values()] for database in (one, other)]
    return rows[0] == rows[1] and all(
        getattr(one, name) == getattr(other, name)
        for name in ("path", "fingerprint", "files", "constants", "variables", "floats")
    )


def test_frames(tmp_path: Path) -> None:
    database = load(written(tmp_path, TEXT), cache=False)
    assert list(database.assertions) == ["out", "loc"]
    assert database.constants == {"(", ")", "->", "wff", "|-"}
    assert database.variables == {"p": "wff", "q": "wff", "z": "wff"}
    out = database.assertion("out")
    assert (out.index, out.axiom, out.typecode, out.statement, out.line) == (0, True, "|-", "|- ( q -> p )", 10)
    assert [item.label for item in out.floats] == ["wp", "wq"]
    assert [(item.label, item.statement) for item in out.essentials] == [("out.1", "|- p")]
    assert out.hypotheses == ("wp", "out.1", "wq")
    assert out.distinct == {("p", "q")}
    loc = database.assertion("loc")
    assert (loc.axiom, loc.incomplete, loc.proof) == (False, True, "?")
    assert loc.hypotheses == ("wz",)
    assert (loc.distinct, loc.scope_distinct) == (frozenset(), {("p", "z")})
    assert loc.floats[0] is database.float_of("z")
    assert (database.floats["wq"].first, database.floats["wq"].last) == (0, 1)
    assert (database.floats["wz"].first, database.floats["wz"].last) == (1, 2)
    with pytest.raises(DatabaseError, match="no \\$a or \\$p statement has the label 'nobody'"):
        database.assertion("nobody")


def test_a_mistake_is_told_with_file_line_and_label(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.replace("( q -> p )", "( q => p )"))
    with pytest.raises(DatabaseError) as told:
        load(path)
    assert str(told.value) == f"{path}:10: out: symbol '=>' is not declared or not active"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("$v w $. ${ e $e |- w $. $}", "has no active \\$f"),
        ("again $f wff p $.", "has a \\$f already"),
        ("out $a |- p $.", "used twice"),
        ("a $a |- p", "not closed by \\$\\."),
        ("$( foo", "comment is not closed"),
        ("${ ${", "2 scopes are not closed"),
        ("\x0b", "byte 0x0b is not allowed"),
        ("a", "found the end of the file"),
        ("${ " * 20_000, "more than 10000 scopes"),
        ("a" * 65_536, "too long"),
    ],
)
def test_mistakes(statement: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=message):
        load(written(tmp_path, TEXT + statement))


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be read"):
        load(tmp_path / "nobody.mm")
    with pytest.raises(DatabaseError, match="cannot be read"):
        load(tmp_path)


# Includes


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: included files are looked for from there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_includes_are_read_once_and_in_place(tmp_path: Path) -> None:
    written(tmp_path, "$c T $. $[ sub/two.mm $]", "sub/one.mm")
    written(tmp_path, "$c F $.", "sub/two.mm")
    path = written(tmp_path, "$[ sub/one.mm $] $[ sub/two.mm $] $[ ./sub/../sub/one.mm $] a $a T F $.")
    database = load(path, cache=False)
    assert database.assertion("a").statement == "T F"
    assert database.assertion("a").file == str(path)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "files",
    [
        {"x.mm": "$[ x.mm $] $c T $. a $a T $."},
        {"x.mm": "$[ y.mm $] $[ y.mm $] a $a T $.", "y.mm": "$[ ./y.mm $] $[ z.mm $]", "z.mm": "$[ x.mm $] $c T $."},
    ],
)
def test_a_file_included_again_is_ignored_itself_included(files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        written(tmp_path, text, name)
    assert load(tmp_path / "x.mm", cache=False).assertion("a").statement == "T"


def test_includes_start_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "$c T $. $[ lib/b.mm $]", "lib/a.mm")
    written(tmp_path, "b $a T $.", "lib/b.mm")
    path = written(tmp_path, "$[ lib/a.mm $]", "main.mm")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(DatabaseError, match=r"no file 'lib/a\.mm': .* so run in " + str(tmp_path)) as told:
        load(path)
    assert "\n" not in str(told.value)
    monkeypatch.chdir(tmp_path)
    assert list(load(path).assertions) == ["b"]
    monkeypatch.chdir(elsewhere)
    with pytest.raises(DatabaseError, match="current folder"):
        load(path)  # the copy does not stand for what is not there


@pytest.mark.usefixtures("here")
def test_an_error_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    written(tmp_path, "$c T $.\n$c T $.", "inner.mm")
    with pytest.raises(DatabaseError, match=r"^inner\.mm:2: constant 'T' is declared twice"):
        load(written(tmp_path, "$[ inner.mm $]"))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x.mm": "$[ nobody.mm $]"}, "there is no file 'nobody.mm': included files are looked for from the current"),
        ({"x.mm": "$[ y.mm $]", "y.mm": "$( caf\u00e9 $)"}, "included file: y.mm:1: byte 0xc3 is not allowed"),
        ({"x.mm": "$[ y$.mm $]"}, "a file name has no \\$"),
        ({"x.mm": "$[ y.mm", "y.mm": ""}, r"expected \$\[ file-name \$\]"),
        ({"x.mm": "${ $[ y.mm $] $}", "y.mm": ""}, "outermost scope"),
    ],
)
def test_bad_includes(files: dict[str, str], message: str, tmp_path: Path) -> None:
    for name, text in files.items():
        written(tmp_path, text, name)
    with pytest.raises(DatabaseError, match=message):
        load(tmp_path / "x.mm")


# Garbage


@pytest.mark.slow
@pytest.mark.parametrize("piece", [b"\0", b"a", b"a ", b"$( a ", b"$c a ", b"${ ", b"$", b"$c $( "])
def test_garbage_is_refused_at_once(piece: bytes, tmp_path: Path) -> None:
    path = tmp_path / "garbage.mm"
    path.write_bytes(piece * (50_000_000 // len(piece)))
    start = time.process_time()
    with pytest.raises(DatabaseError):
        load(path)
    assert time.process_time() - start < 2


# Compiled copies


def copies(home: Path) -> list[Path]:
    return sorted((home / "metamath" / "compiled").glob("*"))


def test_a_compiled_copy_says_the_same(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, TEXT)
    first = load(path)
    assert len(copies(home)) == 1
    monkeypatch.setattr(cache, "parse", lambda path: pytest.fail("the copy was not used"))
    second = load(path)
    assert same(first, second)
    assert second.assertion("loc").floats[0] is second.float_of("z")


@pytest.mark.usefixtures("here")
def test_a_copy_is_not_used_when_any_file_changed(tmp_path: Path) -> None:
    inner = written(tmp_path, "$c T $.", "inner.mm")
    path = written(tmp_path, "$[ inner.mm $] a $a T $.")
    before = load(path)
    written(tmp_path, "$c T F $.", "inner.mm")
    after = load(path)
    assert (before.constants, after.constants) == ({"T"}, {"T", "F"})
    assert before.fingerprint != after.fingerprint
    inner.unlink()
    with pytest.raises(DatabaseError):
        load(path)


def exchanged(path: Path, old: str, new: str) -> None:
    """Change a file and leave its size and times as they were."""
    before = path.stat()
    text = path.read_text()
    assert len(old) == len(new)
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["x.mm", "inner.mm"])
def test_a_copy_is_not_used_when_only_the_content_changed(name: str, tmp_path: Path) -> None:
    texts = {"x.mm": "$[ inner.mm $] $c F $. a $a F $.", "inner.mm": "$c T $. b $a T $."}
    paths = {name: written(tmp_path, text, name) for name, text in texts.items()}
    before = load(paths["x.mm"])
    old, new = ("a $a F $.", "$( a F $)") if name == "x.mm" else ("b $a T $.", "$( b T $)")
    exchanged(paths[name], old, new)
    after = load(paths["x.mm"])
    assert set(before.assertions) - set(after.assertions) == {old[0]}
    assert before.fingerprint != after.fingerprint


@pytest.mark.usefixtures("here")
def test_the_fingerprint_knows_where_a_file_ends(tmp_path: Path) -> None:
    """What counts is what is read in which order, not the files' text one after the other."""
    prints = []
    for outer, inner in [("$[ inner.mm $] $c F $.", ""), ("$[ inner.mm $]", " $c F $.")]:
        written(tmp_path, inner, "inner.mm")
        prints.append(load(written(tmp_path, outer)).fingerprint)
    assert prints[0] != prints[1]
    alone = written(tmp_path, TEXT)
    assert load(alone).fingerprint == hashlib.sha256(alone.read_bytes()).hexdigest()


@pytest.mark.parametrize("harm", ["truncate", "flip", "empty", "text"])
def test_a_corrupt_copy_is_made_again(harm: str, tmp_path: Path, home: Path) -> None:
    path = written(tmp_path, TEXT)
    first = load(path)
    (copy,) = copies(home)
    data = copy.read_bytes()
    middle = len(data) // 2
    harmed = {
        "truncate": data[:middle],
        "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "empty": b"",
        "text": b"hello",
    }
    copy.write_bytes(harmed[harm])
    assert same(load(path), first)
    assert copy.read_bytes() == data


def test_no_copy_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FWD_HOME", str(written(tmp_path, "a file, not a folder", "occupied")))
    assert len(load(written(tmp_path, TEXT)).assertions) == 2


def test_cache_can_be_left_alone(tmp_path: Path, home: Path) -> None:
    load(written(tmp_path, TEXT), cache=False)
    assert copies(home) == []


# Where databases are found


def test_embedded() -> None:
    assert locate(None) == locate(EMBEDDED)
    assert locate(EMBEDDED).name == "propositional.mm"


def test_places_in_order(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "DEBIAN", tmp_path / "debian")
    with pytest.raises(DatabaseError) as told:
        locate("set.mm")
    for way in ("--set env.database=PATH", "FWD_METAMATH_DB", "metamath-databases", "fwd data build"):
        assert way in str(told.value)
    assert "\n" not in str(told.value)
    downloaded = written(home, "", "metamath/databases/set.mm")
    assert locate("set.mm") == downloaded
    debian = written(tmp_path, "", "debian/set.mm")
    assert locate("set.mm") == debian
    named = written(tmp_path, "", "named/set.mm")
    monkeypatch.setenv("FWD_METAMATH_DB", str(named.parent))
    assert locate("set.mm") == named
    monkeypatch.setenv("FWD_METAMATH_DB", str(named))
    assert locate("set.mm") == named
    with pytest.raises(DatabaseError):
        locate("iset.mm")
    assert locate(str(downloaded)) == downloaded


def test_a_file_of_any_name_can_stand_for_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = written(tmp_path, "", "mine.mm")
    monkeypatch.setenv("FWD_METAMATH_DB", str(mine))
    assert locate("set.mm") == mine


def test_a_path_must_exist(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no such file"):
        locate(str(tmp_path / "set.mm"))
    with pytest.raises(DatabaseError, match="this is a folder"):
        locate(str(tmp_path))


def test_a_pipe_is_read_once(tmp_path: Path, home: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for text in (TEXT, TEXT.replace("out", "other")):
        writer = threading.Thread(target=pipe.write_text, args=(text,))
        writer.start()
        names = list(load(locate(str(pipe))).assertions)
        writer.join()
        assert names == ["other" if "other" in text else "out", "loc"]
    assert copies(home) == []


def test_a_read_only_home_is_no_error(tmp_path: Path, home: Path) -> None:
    home.mkdir()
    home.chmod(0o500)
    try:
        assert len(load(written(tmp_path, TEXT)).assertions) == 2
        if os.geteuid() != 0:
            assert copies(home) == []
    finally:
        home.chmod(0o700)
