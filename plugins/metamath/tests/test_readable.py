"""Databases of other people: statements that cannot be parsed, few theorems, odd syntax."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fwd.api import Goal, Rejected, Step
from fwd.errors import DatabaseError, GoalError
from fwd_metamath import readable
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv
from fwd_metamath.human import HumanProofs
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.syntax import Syntax

TEXT = """\
$c ( ) -> wff |- $.
$v ph ps $.
wph $f wff ph $. wps $f wff ps $.
wi $a wff ( ph -> ps ) $.
same $a wff ph $.
bad $a |- ph ph $.
ax-1 $a |- ( ph -> ( ps -> ph ) ) $.
${ mp.1 $e |- ph $. mp.2 $e |- ( ph -> ps ) $. ax-mp $a |- ps $. $}
${ a1i.1 $e |- ph $. a1i $p |- ( ps -> ph ) $= wph wps wph wi a1i.1 wph wps ax-1 ax-mp $. $}
${ h.1 $e |- ph ph $. hyp $a |- ph $. $}
by $p |- ph $= wph wph bad hyp $.
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))


def env_of(folder: Path, text: str = TEXT) -> MetamathEnv:
    path = folder / "x.mm"
    path.write_text(text)
    return MetamathEnv(MetamathConfig(database=str(path)))


def test_what_can_be_parsed_is_used_and_the_rest_is_named(tmp_path: Path, capsys) -> None:
    env = env_of(tmp_path)
    told = capsys.readouterr().err
    assert "2 statements cannot be parsed" in told
    assert "bad (line 6), hyp (line 10)" in told
    assert "ax-1" not in told
    assert [theorem.label for theorem in env.library] == ["ax-1", "ax-mp", "a1i", "by"]
    graph = env.begin(Goal("g", "|- ( ps -> ( ph -> ( ps -> ph ) ) )"))
    refused = env.apply(graph, Step("bad", (), ("ph",)))
    assert isinstance(refused, Rejected)
    assert "cannot be parsed" in refused.message
    MetamathCodec(env)
    human = HumanProofs(env)
    assert [*human.goals("train"), *human.goals("valid")][0].name == "a1i"
    assert human.stats()["left_out"]["unreadable"] == 1
    with pytest.raises(GoalError, match="bad: its statement cannot be parsed"):
        corpus_of(env).named("bad")
    with pytest.raises(GoalError, match="is not a wff"):
        env.begin(Goal("g", "|- ph ph"))


def test_found_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    first = env_of(tmp_path).unreadable
    monkeypatch.setattr(readable, "_found", lambda *_: pytest.fail("parsed again"))
    capsys.readouterr()
    assert env_of(tmp_path).unreadable == first
    assert "bad (line 6)" in capsys.readouterr().err


def test_a_database_without_any_statement_that_can_be_parsed(tmp_path: Path) -> None:
    text = TEXT[: TEXT.index("ax-1")]
    with pytest.raises(DatabaseError, match="none of its first 1 assertions can be parsed by its syntax axioms"):
        env_of(tmp_path, text)


def test_a_token_that_is_no_symbol_is_named(tmp_path: Path) -> None:
    env = env_of(tmp_path)
    with pytest.raises(GoalError, match=r"'\(ph -> ph\)' is not a wff .*: '\(ph' is none of its symbols \(symbols are"):
        env.begin(Goal("g", "|- (ph -> ph)"))
    with pytest.raises(GoalError) as told:
        env.begin(Goal("g", "|- ( ph -> )"))
    assert "none of its symbols" not in str(told.value)


@pytest.mark.parametrize("name", ["peano.mm", "demo0.mm", "big-unifier.mm", "hol.mm", "ql.mm"])
def test_small_databases_can_be_used(name: str, debian: Path) -> None:
    human = HumanProofs(MetamathEnv(MetamathConfig(database=str(debian / name))))
    stats = human.stats()
    assert stats["assertions"] > 0
    theorems = stats["train"] + stats["valid"]
    assert (theorems > 0) == (name != "peano.mm")
    assert len(list(human.goals("valid"))) == stats["valid"]


def test_an_empty_expression_is_refused_by_a_true_sentence(debian: Path) -> None:
    with pytest.raises(DatabaseError, match=r"miu\.mm:80: we: fwd can verify this database but prove nothing with it"):
        MetamathEnv(MetamathConfig(database=str(debian / "miu.mm")))


def test_what_follows_the_turnstile_is_what_most_statements_say(tmp_path: Path) -> None:
    assert isinstance(env_of(tmp_path).syntax, Syntax)
    assert env_of(tmp_path).syntax.top == "wff"


def test_every_file_that_was_read_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logic.mm").write_text(TEXT)
    (tmp_path / "x.mm").write_text("$[ logic.mm $] $[ logic.mm $]")
    for _ in range(2):  # parsed, then from the copy
        sources = MetamathEnv(MetamathConfig(database="x.mm")).sources
        assert sources == tuple(
            f"database {file}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}"
            for file in (tmp_path / "x.mm", tmp_path / "logic.mm")
        )
