"""Reading and showing statements."""

from __future__ import annotations

import random
import time

import pytest
from fwd_equations.parse import LONGEST, Unreadable, read_prefix, read_statement
from fwd_equations.show import show
from fwd_equations.terms import BINARY, POWERS, RELATIONS, UNARY, Term, at, binary, leaf, preorder, replace, unary
from fwd_equations.typed import read_question


def random_term(rng: random.Random, depth: int) -> Term:
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng.choice(["x", "y", "z1", "0", "1", "12", "pi"]))
    if rng.random() < 0.6:
        return binary(rng.choice(BINARY), random_term(rng, depth - 1), random_term(rng, depth - 1))
    return unary(rng.choice((*UNARY, *POWERS[:5])), random_term(rng, depth - 1))


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("x>0", "< 0 x"),
        ("x >= y", "<= y x"),
        ("ln(x^2) = 2*ln x", "= ln ^2 x * 2 ln x"),
        ("ln x^2 == 1", "= ^2 ln x 1"),
        ("-x**2 != -(x*y) - z", "!= neg ^2 x - neg * x y z"),
        ("-x*y + 2*-z < 1/3", "< + * neg x y * 2 neg z / 1 3"),
        ("x-y-z = x/y/z", "= - - x y z / / x y z"),
        ("min(x, max(y,1)) <= π", "<= min x max y 1 pi"),
        ("007 = sin(pi)", "= 7 sin pi"),
        ("= + x y  + y x", "= + x y + y x"),
    ],
)
def test_ordinary_syntax(text: str, prefix: str) -> None:
    assert read_statement(text).text == prefix


def test_both_texts_are_read_back() -> None:
    rng = random.Random(1)
    for _ in range(500):
        term = binary(rng.choice(RELATIONS), random_term(rng, 5), random_term(rng, 5))
        assert read_statement(term.text) is term
        assert read_statement(show(term)) is term


def test_sequents() -> None:
    question = read_question("x>0, min(x,y) = 1 |- ln(x^2) = 2*ln x")
    assert [one.text for one in question.hypotheses] == ["< 0 x", "= min x y 1"]
    assert question.conclusion.text == "= ln ^2 x * 2 ln x"
    assert read_question("x = x") == read_question("|- x = x")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "there is no text"),
        ("x", "no statement"),
        ("x =", "ends too early"),
        ("x = y = z", "two relations"),
        ("0.5 = x", "fraction"),
        ("foo(x) = 1", "unknown function 'foo'"),
        ("log(x) = 1", "did you mean ln"),
        ("x^y = 1", "exponent must be a natural number"),
        ("x^(-1) = 1", "exponent must be a natural number"),
        ("x^100 = 1", "too large"),
        ("x^2^3 = 1", "parentheses"),
        ("(x = 1", "not closed"),
        ("x) = 1", "closes nothing"),
        ("2x = 1", "operator is missing"),
        ("1 = 2x", "operator is missing before 'x'"),
        ("x = 2 (y)", "operator is missing before '('"),
        ("x = y)", "')' is not expected"),
        ("|x| = 1", "abs(x)"),
        ("x = \x00", "means nothing"),
        ("min(x) = 1", "takes 2 arguments"),
        ("sin() = 1", "term is missing"),
        ("(x, y) = 1", "comma"),
        ("= x", "lacks an argument"),
        ("= x y z", "not one term"),
        ("= < x y z", "relation stands inside"),
        ("= \u00b2 1", "no operator"),
        ("neg = 1", "no operator"),
    ],
)
def test_complaints_are_one_clear_line(text: str, complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint.replace("(", r"\(").replace(")", r"\)")) as caught:
        read_statement(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 10_000 + "x" + ")" * 10_000 + " = 1",
        "sin(" * 3_000 + "x" + ")" * 3_000 + " = 1",
        "(" * 9_000 + "x" + ")" * 9_000 + " = 1",
        "-" * 10_000 + "x = 1",
        "= " + "neg " * 10_000 + "x 1",
        "9" * 10_000 + " = x",
        "= " + "9" * 10_000 + " x",
        "x^" + "9" * 10_000 + " = x",
        "x+" * 9_000 + "x = 1",
        "\x7fELF\x02\x01" * 500,
    ],
)
def test_huge_texts_are_refused_or_read_at_once(text: str) -> None:
    start = time.monotonic()
    complaint = ""
    try:
        assert read_statement(text).size <= LONGEST
    except Unreadable as error:
        complaint = str(error)
    assert "\n" not in complaint
    assert len(complaint) < 300
    assert time.monotonic() - start < 2


def test_positions_are_places_in_the_prefix_text() -> None:
    rng = random.Random(2)
    for _ in range(100):
        term = binary("=", random_term(rng, 4), random_term(rng, 4))
        tokens = term.text.split()
        nodes = list(preorder(term))
        assert [node.head for node in nodes] == tokens
        for position, node in enumerate(nodes):
            assert at(term, position) is node
            if position:
                text = " ".join([*tokens[:position], "pi", *tokens[position + node.size :]])
                assert replace(term, position, leaf("pi")) is read_prefix(text)
    with pytest.raises(IndexError):
        at(term, term.size)
