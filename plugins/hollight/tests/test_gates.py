"""What both gates and the exporter take as data: malformed proofs, and what a script may contain. No HOL Light runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fwd.api import Fact, Goal, Proof, Step
from fwd_hollight import check, install, script, sources, theories
from fwd_hollight.library import Library
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.types import TACTIC, THEOREM, Type

USABLE = {
    "TRUTH": THEOREM,
    "x0": THEOREM,
    "ALL_TAC": TACTIC,
    "REWRITE_TAC": Type("->", (Type("list", (THEOREM,)), TACTIC)),
    "o": TACTIC,
}
LIBRARY = Library(dict.fromkeys(USABLE, (0, 0, 0)), USABLE, {}, {}, {}, {})
STEP = Step("REWRITE_TAC", (), ("T", "[ ]"))
GOAL = Goal("g", "T")
PROOF = Proof(GOAL, (Fact("T", STEP),))


def with_step(**changes: Any) -> Proof:
    step = Step(**{"label": "REWRITE_TAC", "premises": (), "arguments": ("T", "[ ]"), **changes})
    return Proof(GOAL, (Fact("T", step, ()),))


MALFORMED: dict[str, tuple[Any, Any]] = {
    "no goal": (None, PROOF),
    "no proof": (GOAL, None),
    "facts as a list": (GOAL, Proof(GOAL, [Fact("T", STEP)])),  # type: ignore[arg-type]
    "a fact that is a text": (GOAL, Proof(GOAL, ("T",))),  # type: ignore[arg-type]
    "a statement that is a number": (Goal("g", 5), PROOF),  # type: ignore[arg-type]
    "a hypothesis that is nothing": (Goal("g", "T", (None,)), PROOF),  # type: ignore[arg-type]
    "hypotheses as text": (Goal("g", "T", "ab"), PROOF),  # type: ignore[arg-type]
    "a name that is a list": (Goal(["g"], "T"), PROOF),  # type: ignore[arg-type,list-item]
    "a limit that is a number": (Goal("g", "T", before=3), PROOF),  # type: ignore[arg-type]
    "forbidden as a number": (Goal("g", "T", forbidden=3), PROOF),  # type: ignore[arg-type]
    "a lone surrogate": (Goal("g", "T\ud800"), PROOF),
    "a fact's statement is bytes": (GOAL, Proof(GOAL, (Fact(b"T", STEP),))),  # type: ignore[arg-type]
    "a step that is a text": (GOAL, Proof(GOAL, (Fact("T", "REFL"),))),  # type: ignore[arg-type]
    "a label that is a list": (GOAL, with_step(label=["REWRITE_TAC"])),
    "an argument that is a number": (GOAL, with_step(arguments=(5,))),
    "arguments as text": (GOAL, with_step(arguments="T")),
    "premises that are nothing": (GOAL, with_step(premises=None)),
    "an argument with a lone surrogate": (GOAL, with_step(arguments=("T", "` \udcff `"))),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_malformed_is_said_to_be(what: str) -> None:
    problem = check.malformed(*MALFORMED[what])
    assert problem
    assert "\n" not in problem


def test_what_is_well_formed_is_not() -> None:
    assert check.malformed(GOAL, PROOF) == ""


@pytest.mark.parametrize("premises", [(-1,), (True,), (0.0,), ("0",), (1,), (None,), (2**70,)])
def test_premises_are_earlier_facts(premises: tuple[Any, ...]) -> None:
    proof = Proof(GOAL, (Fact("T", STEP), Fact("T", Step("REWRITE_TAC", premises, ("T", "[ #0 ]")), premises)))
    assert check.malformed(GOAL, proof) == ""
    with pytest.raises(script.Inexpressible):
        script.proof(LIBRARY, 100, 0, 1.0, GOAL, proof.facts)


@pytest.mark.parametrize(
    "text", ["", "abc", '"', "\\", "`", "(*", "*)", ";;", "\n", "\x00", "é∀", "{|", "'", "#use", "$"]
)
def test_quoted_text_is_one_string_of_harmless_bytes(text: str) -> None:
    quoted = sources.quoted(text)
    assert re.fullmatch(r'"(?:[A-Za-z0-9 .,=+<>!?/~:_()\[\]|&@^-]|\\[0-9]{3})*"', quoted)
    inside = re.sub(r"\\([0-9]{3})|.", lambda found: chr(int(found[1])) if found[1] else found[0], quoted[1:-1])
    assert inside.encode("latin-1").decode() == text


def compiled(rest: str) -> str:
    facts = (Fact("T", Step("REWRITE_TAC", (), ("T", rest))),)
    return script.proof(LIBRARY, 100, 0, 1.0, GOAL, facts).split("(fun () -> ", 1)[1].removesuffix(")];;\n")


def test_steps_are_compiled_from_their_words() -> None:
    assert compiled("[ TRUTH ; ( fun val -> val ) TRUTH ]") == "REWRITE_TAC [TRUTH; ((fun x0_ -> x0_)) TRUTH]"
    assert compiled("[ fun ( a , a ) -> a ; o ]") == "REWRITE_TAC [(fun (x0_, x1) -> x0_); (o)]"
    expected = 'REWRITE_TAC (Fwd.term "x /\\092 y") (Fwd.hol_type " num") "a\\092" 7'
    assert compiled('` x /\\ y ` ` : num ` "a\\" 007') == expected


@pytest.mark.parametrize(
    "rest",
    [
        "let",
        "Sys",
        "[ TRUTH",
        "TRUTH ]",
        "( )",
        "fun",
        "TRUTH fun x -> x",
        "#0",
        "99999999999999999999",
        "( fun TRUTH )",
        "Obj",
    ],
)
def test_what_cannot_be_written_is_refused(rest: str) -> None:
    with pytest.raises(script.Inexpressible):
        compiled(rest)


def test_libraries_are_found_at_absolute_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HOL Light's own keep their names, whatever lies in the current folder; one's own run as programs, those too that
    they load."""
    if install.missing():
        pytest.skip(install.missing())
    (tmp_path / "Library").mkdir()
    for name, text in (
        ("Library/prime.ml", ""),
        ("mine.ml", 'needs "other.ml";;\nloadt "Library/pocklington.ml";;\n'),
        ("other.ml", ""),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    config = HolLightConfig(libraries=("Library/prime.ml", "mine.ml", "./Library/prime.ml", "nowhere.ml"))
    resolved = theories.resolve(config)
    own = [tmp_path / "mine.ml", tmp_path / "other.ml", tmp_path / "Library/prime.ml"]
    assert resolved.libraries == ("Library/prime.ml", str(own[0]), str(own[2]), "nowhere.ml")
    monkeypatch.chdir("/")
    assert theories.programs(resolved) == own
    assert theories.programs(HolLightConfig(libraries=("Library/prime.ml",))) == []
    assert theories.programs(HolLightConfig(libraries=(f"Library/../../../..{own[0]}",))) == own[:2]


def test_a_fingerprint_changes_with_what_is_loaded_and_not_with_its_place(tmp_path: Path) -> None:
    if install.missing():
        pytest.skip(install.missing())
    prints = []
    for folder, helper in (("a", "1"), ("b", "1"), ("c", "2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.ml").write_text('needs "helper.ml";;')
        (tmp_path / folder / "helper.ml").write_text(f"let x = {helper};;")
        prints.append(theories.fingerprint([str(tmp_path / folder / "mine.ml")]))
    assert prints[0] == prints[1] != prints[2]


def test_where_hol_light_comes_from_is_not_for_variables_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLLIGHT_DIR", "/somewhere/else")
    monkeypatch.setenv("OCAMLLIB", "/somewhere/else")
    started = install.surroundings()
    assert started["cwd"] == install.SOURCES
    assert started["env"]["HOLLIGHT_DIR"] == str(install.SOURCES)
    assert "OCAMLLIB" not in started["env"]
