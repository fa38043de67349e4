"""The embedded database is what its source says, is varied enough to learn from, and all its proofs hold."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib import resources
from itertools import permutations
from pathlib import Path
from types import ModuleType

import pytest
from fwd_metamath.cache import load
from fwd_metamath.verifier import Kernel

TOOLS = Path(__file__).parents[1] / "tools"
DATABASE = Path(str(resources.files("fwd_metamath"))) / "data/propositional.mm"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_propositional", TOOLS / "build_propositional.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def source() -> str:
    return (TOOLS / "propositional.src").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(builder, source) -> list:
    return [item for item in builder.read(source) if isinstance(item, builder.Block)]


def key(block) -> str:
    """Conclusion and hypotheses up to names of variables and order of hypotheses."""
    return min(renamed((block.statement, *order)) for order in permutations(block.hypotheses))


def renamed(statements: tuple[str, ...]) -> str:
    names: dict[str, str] = {}
    return " ".join(
        names.setdefault(symbol, f"v{len(names)}") if symbol.isalpha() else symbol
        for symbol in " & ".join(statements).split()
    )


def test_the_database_is_what_the_builder_writes(builder, source):
    assert builder.build(source) == DATABASE.read_text(encoding="utf-8")


def test_every_line_fits_a_terminal():
    assert max(map(len, DATABASE.read_text(encoding="utf-8").splitlines())) <= 79


def test_there_is_enough_to_learn_from(blocks):
    theorems = [block for block in blocks if not block.axiom]
    sizes = sorted(len(block.steps) for block in theorems)
    assert len(theorems) >= 150
    assert sizes[0] == 1
    assert sizes[len(sizes) // 2] in (2, 3)
    assert sizes[-1] <= 10
    with_hypotheses = sum(bool(block.hypotheses) for block in theorems)
    assert 0.3 < with_hypotheses / len(theorems) < 0.8


def test_no_assertion_is_another_in_disguise(blocks):
    seen: dict[str, str] = {}
    for block in blocks:
        assert seen.setdefault(key(block), block.label) == block.label


def test_keys_see_through_names_and_order(builder):
    plain, disguised, other = (
        builder.Block("x", True, "", hypotheses, statement, ())
        for hypotheses, statement in (
            (("ph", "( ph -> ps )"), "ps"),
            (("( ch -> th )", "ch"), "th"),
            (("ph", "( ps -> ph )"), "ps"),
        )
    )
    assert key(plain) == key(disguised)
    assert key(plain) != key(other)


@pytest.mark.parametrize(
    ("written", "spoilt", "complaint"),
    [
        ("3 mp 1 2", "3 mp 2 1", "does not apply"),
        ("3 mp 1 2", "3 mp 1", "missing, superfluous or later"),
        ("3 mp 1 2", "3 mp 1 3", "missing, superfluous or later"),
        ("3 mp 1 2", "3 nothing 1 2", "no earlier assertion"),
        ("3 mp 1 2", "4 mp 1 2", "out of order"),
        ("3 mp 1 2", "3 mp 1 2\n  4 mp 1 2", "repeated"),
        ("|- ps", "|- ph", "proves something else"),
        ("( ph -> ps )", "( ph -> ps", "parenthesis"),
        ("( ph -> ps )", "( ph => ps )", "no connective"),
    ],
)
def test_the_builder_refuses_a_wrong_proof(builder, written, spoilt, complaint):
    rule = "axiom mp: Detach.\n  1 ph\n  2 ( ph -> ps )\n  |- ps\n"
    theorem = "theorem again: Detach again.\n  1 ph\n  2 ( ph -> ps )\n  |- ps\n  3 mp 1 2\n"
    assert "again $p |- ps" in builder.build(rule + theorem)
    with pytest.raises(builder.SourceError, match=complaint):
        builder.build(rule + theorem.replace(written, spoilt))


def test_our_verifier_accepts_every_proof(blocks):
    database = load(DATABASE, cache=False)
    theorems = [assertion for assertion in database.assertions.values() if not assertion.axiom]
    kernel = Kernel(database)
    for theorem in theorems:
        kernel.verify(theorem)
    assert [theorem.label for theorem in theorems] == [block.label for block in blocks if not block.axiom]


@pytest.mark.oracle
def test_the_metamath_program_accepts_every_proof():
    commands = [f'read "{DATABASE}"', "verify proof *", "quit"]
    said = subprocess.run(["metamath", *commands], capture_output=True, text=True, timeout=60).stdout
    assert "All proofs in the database were verified" in said
    assert "?Error" not in said
    assert "?Warning" not in said
