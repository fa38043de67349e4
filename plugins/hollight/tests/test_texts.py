"""Texts of terms, steps and types, for which no HOL Light is needed."""

from __future__ import annotations

import pytest
from fwd_hollight import texts, types
from fwd_hollight.keys import key
from fwd_hollight.texts import Malformed
from fwd_hollight.typed import Arguments, Unifier, fresh
from fwd_hollight.types import TACTIC, THEOREM, Type
from fwd_hollight.words import spaced
from fwd_hollight.writing import ATOM, BINDER, INFIX, KEYWORDS, PREFIX, TYPE_OPERATORS, Writing

KINDS = dict.fromkeys("!?\\", BINDER) | {"~": PREFIX} | dict.fromkeys(["+", "=", ",", "/\\", "==>", "IN"], INFIX)


def written(text: str, sequent: bool = True) -> bool:
    """Whether the grammar of terms lets the text be written, token by token."""
    writing = Writing(200, sequent)
    for token in text.split(" "):
        kind = token if token in KEYWORDS or token in ("|-", ";;") else KINDS.get(token, ATOM)
        kinds = writing.kinds()
        if kind == ATOM and "type" in kinds:
            kind = "type"
        elif token in TYPE_OPERATORS and token in kinds:
            kind = token
        if kind not in kinds:
            return False
        writing.push(token, kind)
    return writing.complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!m n. m+n = n+m", "! m n . m + n = n + m"),
        ("(x:num)<=y", "( x : num ) <= y"),
        ("{x | x>2}", "{ x | x > 2 }"),
        ("[1;2]", "[ 1 ; 2 ]"),
        ("a <=_c b", "a <=_c b"),
        ("_x __y", "_x __y"),
        ("~p/\\ ~q", "~ p /\\ ~ q"),
        ("f':A->B", "f' : A -> B"),
    ],
)
def test_lexical_rules(text: str, expected: str) -> None:
    assert spaced(text) == expected
    assert spaced(expected) == expected


def test_canonical_text_of_a_step() -> None:
    assert texts.canonical("[ADD_CLAUSES;(SPEC `x+1` #0)]") == "[ ADD_CLAUSES ; ( SPEC ` x + 1 ` #0 ) ]"
    assert texts.references("#1 ( SPEC ` #5 ` #0 ) #1") == [1, 0]
    for bad in ("let x = 1", "a.b", "(* *)", "`open", "x := y", "!x"):
        with pytest.raises(Malformed):
            texts.canonical(bad)


def test_types() -> None:
    parsed = types.parse("((thm) list -> ('0 * (term -> int)))")
    assert types.arguments(parsed) == [Type("list", (THEOREM,))]
    assert types.result(parsed) == Type("*", (Type("'0"), types.parse("(term -> int)")))


def test_unification() -> None:
    one = Unifier()
    a, b = fresh(), fresh()
    assert one.unify(Type("list", (a,)), Type("list", (THEOREM,)))
    assert one.resolved(a) == THEOREM
    assert not one.fits(b, Type("list", (b,)))
    assert not one.fits(THEOREM, Type("term"))


def test_arguments_by_type() -> None:
    arguments = Arguments(types.parse("(term -> (thm -> thm))"), THEOREM)
    assert arguments.slot().wanted == Type("term")
    arguments.filled(Type("term"))
    assert not arguments.complete
    arguments.filled(THEOREM)
    assert arguments.complete
    assert Arguments(TACTIC, TACTIC).complete


@pytest.mark.parametrize(
    "text",
    [
        "! x . x = x",
        "! ( x : A ) y . x = y ==> y = x",
        "{ x | p x } = { }",
        "[ 1 ; 2 ] = [ ]",
        "if p then q else r",
        "let x = 1 in x + x",
        "( + ) 1 2 = 3",
        "( ! ) p",
        "f ( \\ x . g x ) ( \\ ( x , y ) . x )",
        "! ( ( + ) : A -> B # C -> D ) . T",
        "match x with a -> b | c -> d",
        "a ;; b |- c",
        "~ ~ p",
        "FINITE ( : num )",
        "( x : ( A ) list ) = y",
    ],
)
def test_terms_that_can_be_written(text: str) -> None:
    assert written(text)


@pytest.mark.parametrize(
    "text", ["x =", "( x", "x )", "! x", "= x", "if p then q", "a |- b |- c", "[ ; ]", "x ( )", "{ x | }", "let x = 1"]
)
def test_terms_that_cannot(text: str) -> None:
    assert not written(text)


def test_keys() -> None:
    def shape(variable: str) -> str:
        return f"@ @ c = bool/0 v {variable} num/0 v {variable} num/0"

    assert key([shape("x")]) == key([shape("y")])
    assert key([shape("x"), "v x num/0", "c a num/0"]) == key([shape("y"), "c a num/0", "v y num/0"])
    assert key([shape("x"), "v x num/0"]) != key([shape("x"), "v y num/0"])
    assert key(["v x '/A".replace("/", "")]) == key(["v y 'B"])
