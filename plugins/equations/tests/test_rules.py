"""Rules files: what is read, and what is refused with file and line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fwd.errors import DatabaseError
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import POINTS, check_rule
from fwd_equations.rulefile import builtin, fingerprint, load
from fwd_equations.settings import EquationsConfig


def test_what_is_carried_along() -> None:
    rules = load(builtin())
    assert len(rules) >= 160
    sections = {rule.section for rule in rules}
    wanted = {"ring", "field", "order", "exp", "ln", "sqrt", "abs", "trig", "hyperbolic", "inverse-trig", "minmax"}
    assert wanted | {"convexity"} == sections
    assert {rule.kind for rule in rules} == {"equation", "equivalence", "assertion"}


def test_every_rule_holds_at_300_points() -> None:
    assert POINTS >= 300
    bad = {rule.name: why for rule in load(builtin()) if (why := check_rule(rule, random.Random(rule.name)))}
    assert bad == {}


def test_the_text_of_a_rule_reads_as_the_rule(tmp_path: Path) -> None:
    rules = load(builtin())
    copy = tmp_path / "copy.rules"
    copy.write_text("\n".join(f"[{rule.section}]\n{rule.name}: {rule.text}" for rule in rules))
    assert load(copy) == rules
    assert fingerprint(load(copy)) == fingerprint(rules)


def refused(path: Path) -> str:
    """What an env says to a user's rules file."""
    with pytest.raises(DatabaseError) as caught:
        EquationsEnv(EquationsConfig(rules=str(path)))
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("mine: A + = B", "term is missing"),
        ("mine: A +", "ends too early"),
        ("A + B = B + A", "NAME: RULE"),
        (": A = A + 0", "is no name"),
        ("Mine: A = A + 0", "is no name"),
        ("mine: foo(A) = A", "unknown function 'foo'"),
        ("mine: A*0.5 = A/2", "fraction"),
        ("mine: A^B = A^B*1", "exponent must be a natural number"),
        ("mine: x + 0 = x", "single capital letters"),
        ("mine: A <= B", "write an equation"),
        ("mine: A = B, B = A", "write an equation"),
        ("mine: A + B = B + A if", "there is no text"),
        ("add_comm: A + B = B + A*1", "taken by"),
        ("mine: A + B = A + B", "vacuous"),
        ("mine: A < B |- A < B", "vacuous"),
        ("mine: A < 0, 0 < A |- A = B", "vacuous"),
        ("mine: A^2 + 1 = 0 |- A = 1", "vacuous"),
        ("mine: A = 2*A if A != A", "vacuous"),
        ("mine: A = B", "is false at"),
        ("mine: sqrt(A^2) = A", "is false at A = -"),
        ("mine: A/A = 1", "is false at A = 0"),
        ("mine: tan(A)*cos(A) = sin(A)", "is false at A"),
        ("mine: A*C <= B*C <=> A <= B if 0 <= C", "is false at"),
        ("mine: |- sin(A) < 1", "is false at"),
        ("mine: |- abs(A) < 100", "is false at"),
        ("mine: |- A != A", "is false at"),
        ('include "mine.rules"', "cyclic"),
        ('include "absent.rules"', "cannot read"),
        ("mine: A = " + "-" * 900 + "A", "too long"),
        ("mine: A = " + "9" * 10_000, "10000 digits"),
        ("mine: " + "sin(" * 10_000 + "A" + ")" * 10_000 + " = A", "too long"),
    ],
)
def test_bad_lines(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "mine.rules"
    path.write_text(f"# mine\n[mine]\nfine: A + B + 0 = B + A\n{line}\n")
    message = refused(path)
    assert message.startswith(f"{path}:4: ")
    assert complaint in message


def test_a_longer_cycle_names_the_line_that_closes_it(tmp_path: Path) -> None:
    (tmp_path / "one.rules").write_text('good: A + 0 + 0 = A\ninclude "two.rules"\n')
    (tmp_path / "two.rules").write_text('\n\ninclude "one.rules"\n')
    message = refused(tmp_path / "one.rules")
    assert message.startswith(f"{tmp_path / 'two.rules'}:3: ")
    assert "cyclic" in message


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no rules"),
        (b"# nothing\n", "no rules"),
        (b"\x7fELF\xff\xfe", "not UTF-8"),
        (b"a\n\x00b", ":2: is binary"),
    ],
)
def test_files_without_rules(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "mine.rules"
    path.write_bytes(content)
    message = refused(path)
    assert message.startswith(f"{path}:")
    assert complaint in message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "absent.rules" in refused(tmp_path / "absent.rules")
    assert str(tmp_path) in refused(tmp_path)


def test_a_good_file_adds_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "mine.rules"
    path.write_text("[mine]\ntriple: 3*A = A + A + A\nsum_pos: 0 < A, 0 < B |- 0 < A + B  # a comment\n")
    env = EquationsEnv(EquationsConfig(rules=str(path)))
    plain = EquationsEnv(EquationsConfig())
    assert set(env.library.moves) - set(plain.library.moves) == {
        "rw:triple:fwd",
        "rw:triple:bwd",
        "have:triple",
        "have:sum_pos",
    }
    assert env.fingerprint != plain.fingerprint
