"""Rules of one's own: false ones are caught, true ones pass, and what is proved with them says so."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest
from fwd.api import Goal, Proof, ProofGraph, Step
from fwd.errors import DatabaseError
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import check_rule
from fwd_equations.rulefile import Rule, load
from fwd_equations.settings import EquationsConfig, resolve

from .own_rules import FALSE, TRUE


def rule(folder: Path, text: str) -> Rule:
    """A rule as a file has it."""
    path = folder / "mine.rules"
    path.write_text(f"mine: {text}\n")
    return load(path)[0]


@pytest.mark.parametrize("text", FALSE)
def test_false_rules_are_caught(tmp_path: Path, text: str):
    reason = check_rule(rule(tmp_path, text), random.Random("0 mine"))
    assert reason is not None
    assert reason.startswith("is false at ")


@pytest.mark.parametrize("text", TRUE)
def test_true_rules_pass(tmp_path: Path, text: str):
    assert check_rule(rule(tmp_path, text), random.Random(1)) is None


def test_counterexamples_are_exact_where_they_can_be(tmp_path: Path):
    for text, point in (
        ("(A - 7/3)/(A - 7/3) = 1", "A = 7/3"),
        ("|- A^2 != 2", "A = -sqrt(2)"),
        ("tan(A)*cos(A) = sin(A)", "A = pi/2"),
        ("pi = 22/7", "every point"),
    ):
        assert check_rule(rule(tmp_path, text), random.Random(1)) == f"is false at {point}"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "more.rules").write_text("product_of_sums: (A + B)*(A - B) = A^2 - B^2\n")
    path = tmp_path / "mine.rules"
    path.write_text('triple: 3*A = A + A + A\ninclude "more.rules"\n')
    return path


def proof(env: EquationsEnv, statement: str, *steps: Step) -> Proof:
    graph: ProofGraph = env.begin(Goal("mine", statement))
    for step in steps:
        graph.add(env.apply(graph, step).fact)  # type: ignore[union-attr]
    return Proof.of(graph)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_proved_with_rules_of_ones_own_says_so(mine: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(mine.parent)
    env = EquationsEnv(EquationsConfig(rules="mine.rules"))
    with_mine = proof(env, "3*x = x + x + x", Step("have:triple", (), ("x",)))
    phrase = f"rules of {mine} (SHA-256 {digest(mine)})"
    assert env.check(with_mine.goal, with_mine).relies_on == (phrase,)
    assert env.axioms(with_mine) == ("triple",)
    included = mine.parent / "more.rules"
    steps = Step("have:refl", (), ("* + x y - x y",)), Step("rw:product_of_sums:fwd", (0,), ("@8",))
    with_included = proof(env, "(x + y)*(x - y) = x^2 - y^2", *steps)
    assert env.check(with_included.goal, with_included).relies_on == (
        f"rules of {included} (SHA-256 {digest(included)})",
    )
    assert env.axioms(with_included) == ("refl", "product_of_sums")
    without = proof(env, "x = x", Step("have:refl", (), ("x",)))
    assert env.check(without.goal, without).relies_on == ()
    assert {phrase, f"rules of {included} (SHA-256 {digest(included)})"} < set(env.sources)
    assert len(EquationsEnv(EquationsConfig()).sources) == len(env.sources) - 2 > 2


def test_a_rules_file_is_named_by_its_absolute_place(mine: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(mine.parent)
    assert resolve(EquationsConfig(rules="mine.rules")) == EquationsConfig(rules=str(mine))
    assert resolve(EquationsConfig(rules="absent.rules")) == EquationsConfig(rules="absent.rules")
    assert resolve(EquationsConfig()) == EquationsConfig()


def test_a_rules_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.rules")
    (tmp_path / "my.rules").write_text('include "pipe.rules"\n')
    for name in ("pipe.rules", "my.rules"):
        with pytest.raises(DatabaseError, match="not a regular file"):
            load(tmp_path / name)
