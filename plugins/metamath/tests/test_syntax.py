"""Databases' own syntax: all their statements are read, and written as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from fwd.errors import DatabaseError, GoalError
from fwd_metamath.cache import load
from fwd_metamath.database import PROVABLE
from fwd_metamath.env import MetamathEnv
from fwd_metamath.syntax import Syntax


@pytest.mark.parametrize(
    ("name", "every", "opens"),
    [
        ("hol.mm", 1, set()),
        ("ql.mm", 1, {"wff", "term"}),
        ("demo0.mm", 1, set()),
        ("nf.mm", 10, set()),
        ("iset.mm", 10, set()),
        pytest.param("set.mm", 100, set(), marks=pytest.mark.slow),
    ],
)
def test_real_databases(debian: Path, name: str, every: int, opens: set[str]) -> None:
    database = load(debian / name)
    syntax = Syntax(database)
    assert syntax.open == opens
    read = 0
    for assertion in list(database.assertions.values())[::every]:
        if assertion.typecode == PROVABLE:
            for statement in (assertion.statement, *(item.statement for item in assertion.essentials)):
                assert f"{PROVABLE} {syntax.statement(statement).text}" == statement
                read += 1
    assert read > 0


@pytest.mark.parametrize("text", ["", "(", "( ph -> ps", "ph ps", "x", "A. ph ps", "nonsense", "( ph -> ps ) )"])
def test_what_is_no_formula(small: MetamathEnv, text: str) -> None:
    with pytest.raises(GoalError, match="is not a wff"):
        small.syntax.parse(text)


def test_equal_texts_are_one_term(small: MetamathEnv) -> None:
    parse = small.syntax.parse
    assert parse("A. x ( ph -> ps )") is parse("A. x ( ph -> ps )")
    assert parse("( ph -> ps )").children[0] is parse("ph")


def test_deep_terms(small: MetamathEnv) -> None:
    depth = 10_000
    text = "A. x " * depth + "ph"
    assert small.syntax.parse(text).text == text
    with pytest.raises(GoalError):
        small.syntax.parse("( " * depth)


def test_left_recursion_and_ambiguous_ends(tmp_path: Path) -> None:
    path = tmp_path / "postfix.mm"
    path.write_text("$c |- wff ' = $. $v a b $. wa $f wff a $. wb $f wff b $. wn $a wff a ' $. ax $a |- a ' $.")
    syntax = Syntax(load(path))
    assert syntax.parse("a ' ' '").label == "wn"
    assert syntax.open == {"wff"}


def test_repeated_variable_in_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "twice.mm"
    path.write_text("$c |- wff . $. $v a b $. wa $f wff a $. wb $f wff b $. w $a wff a . a b $. ax $a |- a . a b $.")
    syntax = Syntax(load(path))
    assert syntax.parse("b . b a").text == "b . b a"
    with pytest.raises(GoalError):
        syntax.parse("b . a a")


def test_an_empty_expression_is_more_than_we_can_parse(tmp_path: Path) -> None:
    path = tmp_path / "hopeless.mm"
    path.write_text("$c |- wff $. $v a $. wa $f wff a $. w $a wff $. ax $a |- a $.")
    with pytest.raises(DatabaseError, match="cannot parse a syntax in which an expression may be empty"):
        Syntax(load(path))


def test_a_syntax_axiom_that_says_nothing_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nothing.mm"
    path.write_text("$c |- wff T $. $v a $. wa $f wff a $. w $a wff a $. wt $a wff T $. ax $a |- a $.")
    assert Syntax(load(path)).parse("T").text == "T"


def test_reach_ends_where_nothing_can_be_written(small: MetamathEnv) -> None:
    limit = small.database.assertion("wfal").index
    assert small.syntax.reach(frozenset(), limit).productive == frozenset()
    assert small.syntax.reach(frozenset(), limit + 1).productive == {"wff"}
    assert small.syntax.reach(frozenset({"wff"}), limit).productive == {"wff"}
    names = small.syntax.reach(frozenset({"wff"}), limit)
    parse = small.syntax.start("wff", names)
    assert not parse.push("A.")
    assert parse.push("(")
