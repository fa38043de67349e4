"""The external check on databases in progress, in odd scopes, and with programs that misbehave."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Fact, Goal, Proof, Step
from fwd.errors import DatabaseError
from fwd_metamath import outside
from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv
from fwd_metamath.export import MetamathExternal, wrapped
from fwd_metamath.settings import MetamathConfig

oracle = pytest.mark.oracle

SMALL = Path(__file__).with_name("small.mm").read_text()
WRONG = "".join(f"wrong{number} $p |- F. $= wph wps ax-1 $.\n" for number in range(30))
IDENTITY = Goal("mine1", "|- ( ch -> ch )")
BY_ID = Proof(IDENTITY, (Fact(IDENTITY.statement, Step("id", (), ("ch",))),))


def env_of(folder: Path, text: str, **settings: object) -> MetamathEnv:
    path = folder / "mine.mm"
    path.write_text(text)
    return MetamathEnv(MetamathConfig(**{"database": str(path), "valid": 0, "test": 0, **settings}))


ENDS = {
    "nothing": "",
    "unknown steps": "open $p |- F. $= ? $.\n",
    "pages of wrong proofs": WRONG,
    "a last scope without a new line": "${ last.1 $e |- ph $. last $p |- ph $= last.1 $. $}",
    "a last comment": "$( $[ no.mm $] ${ $)",
    "a scope of its own with variables": "${ $v al $. wal2 $f wff al $. al1 $p |- ( al -> al ) $= ( id ) AB $. $}",
    "an outermost hypothesis": "top $e |- ( ps -> ph ) $. after $p |- ( ch -> ch ) $= ( id ) CD $.",
    "an outermost hypothesis at last": "top $e |- ( ps -> ph ) $.",
    "outermost conditions": "$d ph ps ch x y z w $.",
    "much between label and keyword": f"far {'$( far $)' + ' ' * 9000} $p |- ( ch -> ch ) $= ( id ) AB $.",
    "the names that are made up": "fwd $p |- ( ch -> ch ) $= ( id ) AB $. fwd0 $p |- ( ch -> ch ) $= ( id ) AB $.",
    "a long label": f"{'long' * 300} $p |- ( ch -> ch ) $= ( id ) AB $.",
}


@oracle
@pytest.mark.parametrize("what", ENDS)
def test_what_else_a_database_holds_refuses_nothing(tmp_path: Path, what: str) -> None:
    env = env_of(tmp_path, SMALL + ENDS[what])
    corpus = corpus_of(env)
    proofs = [BY_ID, *[corpus.proof(label) for label in corpus.splits.train]]
    proofs += [proof.subproof(len(proof.facts) - 1) for proof in proofs]
    assert len(proofs) >= 8
    verdicts = MetamathExternal(env).check(proofs, tmp_path / "out")
    assert all(verdict.proved for verdict in verdicts), [verdict.reason for verdict in verdicts if not verdict.proved]


@oracle
def test_goals_in_scopes(tmp_path: Path) -> None:
    scope = "${ $v al $. wal2 $f wff al $. loc.1 $e |- al $. loc $p |- ( ph -> al ) $= ( a1i ) BACD $. "
    env = env_of(tmp_path, SMALL + "top $e |- ch $.\n" + scope + "more $p |- ( al -> al ) $= ( id ) BE $. $}")
    inner = Goal("g", "|- ( A. x al -> al )", ("|- al", "|- ch"), before="more")
    step = Fact(inner.statement, Step("a1i", (0,), ("A. x al",)), (0,))
    proofs = [Proof(inner, (*map(Fact, inner.hypotheses), step))]
    outer = Goal("h", "|- ( ps -> ch )", ("|- ch",))
    proofs.append(Proof(outer, (Fact("|- ch"), Fact(outer.statement, Step("a1i", (0,), ("ps",)), (0,)))))
    other = Goal("k", "|- ( F. -> F. )", ("|- ( ps -> ph )", "|- F."))
    facts = (*map(Fact, other.hypotheses), Fact(other.statement, Step("loc", (1, 1), ("F.",)), (1, 1)))
    proofs.append(Proof(other, facts))
    verdicts = MetamathExternal(env).check(proofs, tmp_path / "out")
    assert [verdict.proved for verdict in verdicts[:2]] == [True, True], [verdict.reason for verdict in verdicts]
    assert not verdicts[2].proved, "loc has an outermost hypothesis that the goal does not have"


@oracle
def test_conditions_of_the_database_are_not_those_of_a_goal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outermost `$d` of the database must not grant what the goal does not say, not even to the program alone."""
    env = env_of(tmp_path, SMALL + "$d ph x $.")
    goal = Goal("g", "|- ( ph -> A. x ph )")
    proof = Proof(goal, (Fact(goal.statement, Step("ax-5", (), ("ph", "x"))),))
    monkeypatch.setattr(env, "check", lambda goal, proof: outside_only)
    outside_only = MetamathEnv.check(env, IDENTITY, BY_ID)
    refused, granted = MetamathExternal(env).check(
        [proof, evolve(proof, goal=evolve(goal, conditions=("ph x",)))], tmp_path
    )
    assert granted.proved
    assert not refused.proved
    assert "ph:fwd" in refused.reason or "distinct" in refused.reason.lower() or "$d" in refused.reason


@oracle
def test_what_rests_on_a_wrong_theorem_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SMALL + WRONG + "by $p |- F. $= wrong7 $."
    proof = Proof(Goal("g", "|- F."), (Fact("|- F.", Step("by")),))
    env = env_of(tmp_path, text)
    assert not MetamathExternal(env).check([proof], tmp_path)[0].proved
    env = env_of(tmp_path, text, unproved="allow")
    named, honest = MetamathExternal(env).check([proof, BY_ID], tmp_path)
    assert (named.proved, named.relies_on) == (True, ("unproved: wrong7",))
    assert (honest.proved, honest.relies_on) == (True, ())
    monkeypatch.setattr(env, "unproved", {})
    caught, honest = MetamathExternal(env).check([proof, BY_ID], tmp_path)
    assert caught.reason.startswith("rests on wrong7: metamath: on line"), "were our own verifier wrong"
    assert honest.proved


def test_a_database_that_has_changed_is_not_judged(tmp_path: Path) -> None:
    env = env_of(tmp_path, SMALL)
    (tmp_path / "mine.mm").write_text(SMALL.replace("( ps -> ph )", "( ps -> ps )"))
    with pytest.raises(DatabaseError, match="has changed"):
        MetamathExternal(env).check([BY_ID], tmp_path / "out")


PRETENDER = """#!{python} -IS
import os, sys, time
print('MM> submit "metamath.cmd"', flush=True)
for line in open("metamath.cmd").read().splitlines():
    print("MM> " + line, flush=True)
    if line.startswith("read"):
        print({reading!r}, flush=True)
    if line.startswith("verify proof"):
        label = line.split()[-1]
        if label == "fwd1":
            {trouble}
        print(label + " ", flush=True)
"""
GOOD_READING = "No errors were found.  However, proofs were not checked."


def pretend(folder: Path, monkeypatch: pytest.MonkeyPatch, trouble: str = "pass", reading: str = GOOD_READING) -> None:
    """Put a program in the place of `metamath` that accepts everything, but has trouble with the second proof."""
    program = folder / "metamath"
    program.write_text(PRETENDER.format(python=sys.executable, trouble=trouble, reading=reading))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    monkeypatch.setattr(outside, "SILENCE", 4.0)
    monkeypatch.setattr(outside, "LIMIT", 8.0)
    monkeypatch.setattr(outside, "MOST", 1 << 20)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("time.sleep(600)", "said nothing for 4 seconds"),
        ("os.fork() or time.sleep(600); time.sleep(600)", "said nothing"),
        ("sys.stdin.readline() or os._exit(3)", "ended before"),
        ("[print('more? ' * 9999) for _ in iter(int, 1)]", "printed more than 1 MiB"),
        ("os.kill(os.getpid(), 11)", "ended before"),
        ("[(print('more?', flush=True), time.sleep(0.2)) for _ in iter(int, 1)]", "took more than 8 seconds"),
        ("continue", "says nothing of it"),
        ("print('?Error: no')", ": no fwd1"),
        ("print('Warning: not proved:  fwd1'); continue", "Warning"),
        ("print('MM> ! 00000000000000000000000000000000 2')", "MM> !"),
    ],
)
def test_trouble_with_one_proof_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, said: str
) -> None:
    pretend(tmp_path, monkeypatch, trouble)
    start = time.monotonic()
    verdicts = MetamathExternal(env_of(tmp_path, SMALL)).check([BY_ID, BY_ID, BY_ID], tmp_path / "out")
    assert [verdict.proved for verdict in verdicts] == [True, False, True]
    assert said in verdicts[1].reason
    assert "fwd2" not in verdicts[1].reason
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("reading", ["", "?Error on line 1: what is this?", GOOD_READING + " ?Error: but"])
def test_a_database_that_the_program_cannot_read_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    pretend(tmp_path, monkeypatch, reading=reading)
    verdicts = MetamathExternal(env_of(tmp_path, SMALL)).check([BY_ID, BY_ID], tmp_path / "out")
    assert [verdict.proved for verdict in verdicts] == [False, False]
    assert all("metamath" in verdict.reason for verdict in verdicts)


def test_a_mistake_that_the_program_reads_is_that_of_one_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = '?Error on line 1 of file "proofs.mm" at statement 9, label "{}", type "$e": no'
    env = env_of(tmp_path, SMALL)
    for label, proved in (("fwd1.1", [True, False]), ("id", [False, False]), ("wph", [False, False])):
        pretend(tmp_path, monkeypatch, reading=reading.format(label))
        assert [one.proved for one in MetamathExternal(env).check([BY_ID, BY_ID], tmp_path / "out")] == proved
    pretend(tmp_path, monkeypatch, reading=reading.format("later"))
    assert [one.proved for one in MetamathExternal(env).check([BY_ID, BY_ID], tmp_path / "out")] == [True, True]


@oracle
def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("proofs.mm", "metamath.cmd", "metamath.log"):
        (out / name).symlink_to(tmp_path / "precious")
    assert MetamathExternal(env_of(tmp_path, SMALL)).check([BY_ID], out)[0].proved
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_long_proof_is_written_in_time() -> None:
    labels = [f"label{number}" for number in range(10_000)]
    start = time.monotonic()
    written = wrapped(f"( {' '.join(labels)} ) {'ABCZ' * 1_000_000}")
    assert time.monotonic() - start < 5
    assert all(len(line) < 80 for line in written.splitlines())
    assert "".join(written.split()) == f"({''.join(labels)}){'ABCZ' * 1_000_000}"
