"""The kernel, traces of proofs, and verifying many of them."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest
from fwd.errors import DatabaseError
from fwd_metamath import verifier
from fwd_metamath.batch import verify
from fwd_metamath.cache import load
from fwd_metamath.commands import app
from fwd_metamath.database import Assertion, Database, Essential
from fwd_metamath.trace import Traced, trace
from fwd_metamath.verifier import Kernel, ProofError, verify_steps
from typer.testing import CliRunner

TEXT = """\
$c ( ) -> wff |- term = $.
$v p q r x y $.
wp $f wff p $. wq $f wff q $. wr $f wff r $. tx $f term x $. ty $f term y $.
wi $a wff ( p -> q ) $.
weq $a wff x = y $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
ax-2 $a |- ( ( p -> ( q -> r ) ) -> ( ( p -> q ) -> ( p -> r ) ) ) $.
${ min $e |- p $. maj $e |- ( p -> q ) $. ax-mp $a |- q $. $}
${ $d x y $. ax-d $a |- ( x = y -> x = y ) $. $}
${ a1i.1 $e |- p $. a1i $p |- ( q -> p ) $= wp wq wp wi a1i.1 wp wq ax-1 ax-mp $. $}
id $p |- ( p -> p ) $= ( wi ax-1 ax-2 ax-mp ) AAABZBZFAACAFABBGFBAFCAFADEE $.
${ $d x y $. th $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}
wid $p wff ( p -> p ) $= wp wp wi $.
open $p |- p $= ? $.
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))
    path = tmp_path / "x.mm"
    path.write_text(TEXT)
    return path


@pytest.fixture
def database(path: Path) -> Database:
    return load(path, cache=False)


def rejection(database: Database, frame: Assertion, steps: str) -> str:
    """What is said of a wrong proof."""
    with pytest.raises(ProofError) as told:
        verify_steps(database, frame, steps.split())
    return str(told.value)


def frame(database: Database, statement: str, *hypotheses: str, index: int = 99) -> Assertion:
    """A frame that the database does not have, for statements about p, q and r."""
    floats = tuple(database.floats[label] for label in ("wp", "wq", "wr"))
    essentials = tuple(Essential(f"h.{number}", text) for number, text in enumerate(hypotheses))
    labels = tuple(item.label for item in (*floats, *essentials))
    return Assertion("mine", index, "|-", statement, floats, essentials, labels, file="memory", line=7)


# Single proofs


def test_a_proof_of_a_new_frame(database: Database) -> None:
    mine = frame(database, "|- ( q -> ( r -> p ) )", "|- ( r -> p )")
    verify_steps(database, mine, ["wr", "wp", "wi", "wq", "h.0", "a1i"])


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("", "the proof leaves 0 statements, not one"),
        ("wp wq", "the proof leaves 2 statements, not one"),
        ("wp", "the proof proves wff p, not |- ( q -> p )"),
        ("wp a1i", "a1i needs 3 statements, but finds 1"),
        ("wp wq wp a1i", "a1i needs |- p, but finds wff p"),
        ("tx wq h.0 a1i", "a1i needs a wff for p, but finds term x"),
        ("wp wq h.1 a1i", "the proof uses the label 'h.1', which is unknown or not active here"),
        ("wp wq a1i.1 a1i", "the proof uses the label 'a1i.1', which is unknown or not active here"),
        ("wp wq ? a1i", "the proof uses the label '?', which is unknown or not active here"),
    ],
)
def test_wrong_steps(steps: str, message: str, database: Database) -> None:
    assert rejection(database, frame(database, "|- ( q -> p )", "|- p"), steps) == f"memory:7: mine: {message}"


def test_only_earlier_assertions_count(database: Database) -> None:
    index = database.assertion("a1i").index
    mine = frame(database, "|- ( q -> p )", "|- p", index=index)
    assert rejection(database, mine, "wp wq h.0 a1i").endswith("uses a1i, which is not declared before it")
    verify_steps(database, attrs.evolve(mine, index=index + 1), ["wp", "wq", "h.0", "a1i"])


def test_distinct_variables(database: Database) -> None:
    floats = tuple(database.floats[label] for label in ("tx", "ty"))
    free = Assertion("mine", 99, "|-", "|- ( x = y -> x = y )", floats, hypotheses=("tx", "ty"))
    steps = ["tx", "ty", "ax-d"]
    assert "needs x and y to be distinct" in rejection(database, free, "tx ty ax-d")
    verify_steps(database, attrs.evolve(free, scope_distinct=frozenset({("x", "y")})), steps)
    same = attrs.evolve(free, statement="|- ( x = x -> x = x )", scope_distinct=frozenset({("x", "y")}))
    assert "needs x and x to be distinct" in rejection(database, same, "tx tx ax-d")


def test_what_is_remembered_of_one_proof_does_not_leak_into_another(database: Database) -> None:
    kernel = Kernel(database)
    for item in database.assertions.values():
        if not item.axiom and not item.incomplete:
            kernel.verify(item)
    free = attrs.evolve(database.assertion("th"), scope_distinct=frozenset())
    with pytest.raises(ProofError, match="to be distinct"):
        kernel.verify(free)
    with pytest.raises(ProofError, match="needs a wff for p, but finds term x"):
        kernel.verify_steps(frame(database, "|- ( p -> ( q -> p ) )"), ["tx", "wq", "ax-1"])


def test_an_essential_hypothesis_may_state_a_syntax(tmp_path: Path) -> None:
    """The metamath program accepts this too: what counts is that the statement is there, not how it was made."""
    path = tmp_path / "x.mm"
    path.write_text(
        "$c wff |- ( ) -> $. $v p $. wp $f wff p $. ax $a |- p $.\n"
        "${ e $e wff ( p -> ) $. t $p |- ( p -> ) $= e ax $. $}\n"
    )
    assert verify(load(path, cache=False)) == []


def test_forgetting_changes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "MAX_REMEMBERED", 0)
    assert verify(database) == []


def test_axioms_and_unknown_steps_prove_nothing(database: Database) -> None:
    with pytest.raises(ProofError, match="has no proof"):
        Kernel(database).verify(database.assertion("ax-1"))
    with pytest.raises(ProofError, match=r"incomplete: it has an unknown step \(\?\)"):
        Kernel(database).verify(database.assertion("open"))


# Traces


def test_trace(database: Database) -> None:
    assert trace(database, database.assertion("a1i")) == [
        Traced("|- p"),
        Traced("|- ( p -> ( q -> p ) )", "ax-1", ("p", "q"), ()),
        Traced("|- ( q -> p )", "ax-mp", ("p", "( q -> p )"), (0, 1)),
    ]
    assert trace(database, database.assertion("wid")) == []


def test_traces_are_proofs(database: Database) -> None:
    nodes = trace(database, database.assertion("id"))
    assert [node.label for node in nodes] == ["ax-1", "ax-1", "ax-2", "ax-mp", "ax-mp"]
    assert nodes[-1].statement == "|- ( p -> p )"
    assert len({node.statement for node in nodes}) == len(nodes)
    for number, node in enumerate(nodes):
        assert all(premise < number for premise in node.premises)
    used = {premise for node in nodes for premise in node.premises}
    assert used == set(range(len(nodes) - 1))


def test_a_trace_leaves_out_what_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "y.mm"
    path.write_text(
        TEXT + "${ drop.1 $e |- p $. drop.2 $e |- q $. drop $a |- r $. $}\n"
        "${ u.1 $e |- p $. u.2 $e |- q $. u $p |- ( q -> q ) $= wq id $. $}\n"
    )
    database = load(path, cache=False)
    assert trace(database, database.assertion("u")) == [Traced("|- ( q -> q )", "id", ("q",), ())]


def test_a_variable_may_stand_for_what_is_provable(tmp_path: Path) -> None:
    path = tmp_path / "z.mm"
    path.write_text(
        "$c |- T & $. $v x y $. fx $f |- x $. fy $f |- y $. t $a |- T $. both $a |- x & y $.\n"
        "one $p |- T & T $= t t both $. two $p |- T & T $= t t both $.\n"
    )
    database = load(path, cache=False)
    kernel = Kernel(database)
    for label in ("one", "two"):
        last = trace(database, database.assertion(label), kernel)[-1]
        assert last == Traced("|- T & T", "both", ("T", "T"), ())


def test_a_wrong_proof_has_no_trace(database: Database) -> None:
    wrong = attrs.evolve(database.assertion("id"), proof="wp wq ax-1")
    with pytest.raises(ProofError, match="id: the proof proves"):
        trace(database, wrong)


# Many proofs


def spoiled(path: Path) -> Path:
    path.write_text(TEXT.replace("wp wq ax-1 ax-mp $.", "wq wp ax-1 ax-mp $.").replace("tx ty ax-d", "ty tx ax-d"))
    return path


@pytest.mark.parametrize("jobs", [1, 2])
def test_verify(jobs: int, path: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert verify(load(path), jobs=jobs, progress=lambda done, total: seen.append((done, total))) == []
    assert seen[-1] == (5, 5)
    failures = verify(load(spoiled(path), cache=False), jobs=jobs)
    assert [failure.label for failure in failures] == ["a1i", "th"]
    assert failures[0].message.startswith(f"{path}:10: a1i: ax-mp needs")


def test_verify_some(path: Path) -> None:
    assert [failure.label for failure in verify(load(spoiled(path)), ["id", "th"])] == ["th"]


def test_command(path: Path) -> None:
    right = CliRunner().invoke(app, ["verify", str(path)])
    assert right.exit_code == 0
    assert right.stdout.startswith(f"{path}: 4 proofs are right, 1 are incomplete (?); 6 axioms; ")
    assert right.stdout.count("\n") == 1
    assert "1 proofs have unknown steps (?) and prove nothing: open" in right.stderr
    strict = CliRunner().invoke(app, ["verify", str(path), "--strict"])
    assert strict.exit_code == 1
    assert f"{path}: 0 wrong proofs and 1 incomplete ones" in strict.stderr
    path.write_text(TEXT.replace("open $p |- p $= ? $.", ""))
    assert CliRunner().invoke(app, ["verify", str(path), "--strict"]).exit_code == 0
    wrong = CliRunner().invoke(app, ["verify", str(spoiled(path)), "--jobs", "2"])
    assert wrong.exit_code == 1
    assert "a1i" in wrong.stderr
    assert "th" in wrong.stderr
    assert "2 wrong proofs" in wrong.stderr


def test_command_sees_a_change_that_leaves_size_and_time(path: Path) -> None:
    """No copy of any kind stands between the file and the verdict."""
    assert CliRunner().invoke(app, ["verify", str(path)]).exit_code == 0
    load(path)
    before = path.stat()
    spoiled(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert CliRunner().invoke(app, ["verify", str(path)]).exit_code == 1


@pytest.mark.parametrize("name", ["nobody.mm", "no/body.mm"])
def test_command_advises_only_what_it_knows(name: str) -> None:
    told = CliRunner().invoke(app, ["verify", name]).exception
    assert isinstance(told, DatabaseError)
    assert "give its path" in str(told)
    assert "--set" not in str(told)


# Proofs with unknown steps


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        ("? ?", "leaves 2 statements"),
        ("nobody ?", "'nobody', which is unknown"),
        ("wp ? wq", "leaves 3 statements"),
        ("? wi", "wi needs 2 statements, but finds 1"),
        ("? tx wi", ""),  # not all variables are known, so nothing is
        ("wp wq wp wq weq ? ax-mp", "weq needs a term for x, but finds a wff"),
        ("wp wq ax-1 ax-mp ?", "ax-mp needs 4 statements, but finds 1"),
        ("? ? ? wp wp ax-1 ax-mp", ""),
        ("? tx ? wp wp ax-1 ax-mp", "ax-mp needs a wff for q, but finds a term"),
        ("wp ? wq wp wp ax-1 ax-mp", "ax-mp does not fit"),
        ("wp ? ? a1i", ""),
        ("tx ty ax-d wp ? a1i", "ax-d needs x and y to be distinct"),
        ("open ?", "not declared before it"),
        ("( nobody ) ?", "'nobody'"),
        ("( wi ) ?C", "'C', which means nothing"),
        ("( wi ) A!A?", "'!', which means nothing"),
        ("( wi ) U?", "'U', which means nothing"),
        ("( wi ) ?Z", "Z must follow"),
        ("( wi ) A?BZZ", ""),
        ("( wp ) ?", "its own mandatory hypothesis"),
        ("?", ""),
        ("wp?wi ?", "leaves 2"),
        ("wp wq ? a1i", ""),
        ("( wq ? ) ?", "'?', which is unknown"),
    ],
)
def test_what_is_known_of_an_incomplete_proof_is_judged(proof: str, message: str, path: Path) -> None:
    path.write_text(TEXT.replace("open $p |- p $= ? $.", f"open $p |- p $= {proof} $."))
    failures = verify(load(path, cache=False))
    if message:
        assert message in failures[0].reason
    else:
        assert failures == []


def test_many_ways_to_fit_do_not_keep_anybody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "x.mm"
    names = [f"v{number}" for number in range(30)]
    floats = " ".join(f"f{name} $f w {name} $." for name in names)
    path.write_text(
        f"$c w |- T F $. $v {' '.join(names)} $. {floats} fs $a w {'T ' * 40} $. t $a |- {'T ' * 40} F $.\n"
        f"${{ e $e |- {' '.join(names)} T $. many $a |- F $. $}}\n"
        f"slow $p |- F $= {'? ' * 30} t many $.\n"
    )
    assert verify(load(path, cache=False)) == []
