"""What people type: read as it is meant, noted where it is doubtful, refused with the right spelling where it is open."""

from __future__ import annotations

import random
import time

import pytest
from fwd_equations.parse import Unreadable, read_sequent, read_statement
from fwd_equations.reserved import identities
from fwd_equations.typed import read_question

READ = [
    ("2x = x + x", "2*x = x + x"),
    ("2(x+1)(x-1) = 2x^2 - 2", "2*(x + 1)*(x - 1) = 2*x^2 - 2"),
    ("(x+1)^2(x-1) = 0", "(x + 1)^2*(x - 1) = 0"),
    ("exp(x)exp(y) = 2sin(x)", "exp(x)*exp(y) = 2*sin(x)"),
    ("sin(2x) = 2sin(x)cos(x)", "sin(2*x) = 2*sin(x)*cos(x)"),
    ("x^-1 = 1/x", "1/x = 1/x"),
    ("x^-2 = x^(-2)", "1/x^2 = 1/x^2"),
    ("-x^-1 = 2*x^(1)", "-(1/x) = 2*x"),
    ("10^-3 = 1/1000", "1/10^3 = 1/1000"),
    ("x^{2} = x²", "x^2 = x^2"),
    ("x⁻¹ = x^(2-3)", "1/x = 1/x"),
    ("e^x > 0", "0 < exp(x)"),
    ("e^(x+y) = e^x*e^y", "exp(x + y) = exp(x)*exp(y)"),
    ("e^-x*e^x = 1", "exp(-x)*exp(x) = 1"),
    ("e^x = e |- x = ln e", "exp(x) = exp(1) |- x = ln(exp(1))"),
    ("e**x = e^2", "exp(x) = exp(2)"),
    ("|x| >= 0", "0 <= abs(x)"),
    ("|x||y| = |x*y|", "abs(x)*abs(y) = abs(x*y)"),
    ("||x| - |y|| <= |x - y|", "abs(abs(x) - abs(y)) <= abs(x - y)"),
    ("|-x| = |x|", "abs(-x) = abs(x)"),
    ("|x|-y <= |x-y|", "abs(x) - y <= abs(x - y)"),
    ("x > 0 |- |x| = x", "0 < x |- abs(x) = x"),
    ("|x| = 1 |- |-x| = 1", "abs(x) = 1 |- abs(-x) = 1"),
    ("|- |x| = |x|", "abs(x) = abs(x)"),
    ("2|x|^2 = 2x^2", "2*abs(x)^2 = 2*x^2"),
    ("sin |x| <= 1", "sin(abs(x)) <= 1"),
    ("x ≤ y → x - y ≤ 0", "x <= y |- x - y <= 0"),
    ("x >= 0 -> x + 1 > 0", "0 <= x |- 0 < x + 1"),
    ("x>0 => 1/x>0", "0 < x |- 0 < 1/x"),
    ("x > 0 implies x != 0", "0 < x |- x != 0"),
    ("x > 0 and y > 0 ⊢ x·y > 0", "0 < x, 0 < y |- 0 < x*y"),
    ("x > 0 ∧ y > 0 ⇒ x × y > 0".replace("×", "\u00d7"), "0 < x, 0 < y |- 0 < x*y"),
    ("x > 0; y > 0 |- x ÷ y > 0", "0 < x, 0 < y |- 0 < x/y"),
    ("√x >= 0", "0 <= sqrt(x)"),
    ("√(x²) = |x|", "sqrt(x^2) = abs(x)"),
    ("π > 3", "3 < pi"),
    ("x <> y", "x != y"),
    ("0 < x < 1 |- x^2 < x", "0 < x, x < 1 |- x^2 < x"),
    ("x = y = z > 0 |- x > 0", "x = y, y = z, 0 < z |- 0 < x"),
    ("(x = 1) |- ((x^2 = 1))", "x = 1 |- x^2 = 1"),
    ("[x + 1]*{2} = 2x + 2", "(x + 1)*2 = 2*x + 2"),
    ("-3 < x, x < 3 |- x^2 < 9", "-3 < x, x < 3 |- x^2 < 9"),
    ("x = 1, x = 1 |- x = 1", "x = 1 |- x = 1"),
]
DOUBTFUL = [
    ("xy = yx", "xy is one variable: a product is written x*y"),
    ("2*ab = 2*ba", "ab is one variable: a product is written a*b"),
    ("x*y = xy", "xy is one variable"),
    ("abcd = a*b*c*d", "abcd is one variable"),
    ("ln(e) = 1", "Euler's number is exp(1)"),
    ("e^2 = 7", "Euler's number is exp(1)"),
    ("PI > 3", "the number is pi"),
    ("x < inf", "there is no infinity"),
    ("i^2 = -1", "there are no complex numbers"),
    ("5!=120", "there are no factorials"),
    ("sin x^2 = 1", "sin x^2 is read as sin(x)^2"),
    ("sin 2*x = 1", "sin 2*x is read as sin(2)*x"),
    ("ln x/2 = 1", "ln x/2 is read as ln(x)/2"),
    ("x^(1/2) = sqrt x", "0 of what is less than 0"),
]
PLAIN = ["x + y1 = theta", "V_out = R_total*x", "x > 0 |- ln(x^2) = 2*ln(x)", "lambda = mu", "2*x = sin(x)"]
REFUSED = [
    ("1/2x = 1", "can be (./2)*x or ./(2*x)"),
    ("1/(2)(x) = 1", "can be (./(...))*(...) or ./((...)*(...))"),
    ("sin 2x = 1", "can be sin(2*x) or sin(2)*x"),
    ("x^2y = 1", "can be ^2*y or ^(2*y)"),
    ("x(y + 1) = 1", "write x*(...) for a product"),
    ("f(x) = 1", "f is no function"),
    ("sin^2 x = 1", "write sin(...)^2"),
    ("sin^-1 x = 1", "asin for its inverse"),
    ("log(x) = 1", "did you mean ln?"),
    ("1e5 = x", "write 1*10^5"),
    ("0.5 = x", "write a fraction"),
    ("5! = 120", "there are no factorials"),
    ("2^x = 1", "is exp(x*ln(2)) meant?"),
    ("x^(y+1) = 1", "is exp((y + 1)*ln(x)) meant?"),
    ("x^(1/3) = 1", "no power with the exponent 1/3"),
    ("x^2^3 = 1", "a power of a power needs parentheses"),
    ("e^x^2 = 1", "a power of a power needs parentheses"),
    ("x => 0", "is >= meant?"),
    ("x > 0 => y => 0", "is >= meant?"),
    ("x < y < z", "ask one thing at a time: x < y or y < z"),
    ("x = 1 <=> y = 1", "ask for one direction at a time"),
    ("|x = 1", "a bar | is not closed"),
    ("(x = 1", "a parenthesis is not closed"),
    ("x > |- y = y", "a term is missing"),
    ("x y = 1", "an operator is missing"),
    ("2 3 = 6", "an operator is missing"),
    ("x ± 1 = 0", "means nothing"),
    ("", "there is no text"),
]


@pytest.mark.parametrize(("typed", "understood"), READ)
def test_usual_notations_are_read(typed: str, understood: str):
    assert read_question(typed).text == understood


@pytest.mark.parametrize(("typed", "note"), DOUBTFUL)
def test_what_is_doubtful_is_noted(typed: str, note: str):
    assert any(note in one for one in read_question(typed).notes)


@pytest.mark.parametrize("typed", PLAIN)
def test_what_is_plain_is_not_noted(typed: str):
    assert not read_question(typed).notes


@pytest.mark.parametrize(("typed", "complaint"), REFUSED)
def test_what_can_be_meant_in_two_ways_is_refused(typed: str, complaint: str):
    with pytest.raises(Unreadable) as caught:
        read_question(typed)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_the_reader_of_goals_reads_is_read_the_same():
    """And what was understood is read back as such."""
    for item in identities():
        text = f"{', '.join(item.hyps)} |- {item.statement}"
        question = read_question(text)
        assert (question.hypotheses, question.conclusion) == (
            tuple(dict.fromkeys(read_sequent(text)[0])),
            read_sequent(text)[1],
        )
        again = read_question(question.text)
        assert (again.hypotheses, again.conclusion) == (question.hypotheses, question.conclusion)


def test_goals_and_rules_are_read_strictly():
    """The kernel trusts their reader: notations of people stay out of it."""
    for text in ("2x = 1", "x^-1 = 1", "|x| = 1", "x^(1/2) = 1", "(x = 1)", "0 < x < 1"):
        with pytest.raises(Unreadable):
            read_statement(text)


def test_junk_is_refused_or_read_at_once():
    rng = random.Random(3)
    signs = [
        "x",
        "2",
        "(",
        ")",
        "|",
        "|-",
        "-",
        "^",
        "/",
        "*",
        "=",
        "<",
        ",",
        "sin",
        "e",
        " ",
        "√",
        "²",
        "=>",
        "and",
        "[",
        "min",
        "1e5",
        "!",
    ]
    started = time.monotonic()
    for _ in range(1500):
        text = "".join(rng.choice(signs) for _ in range(rng.randrange(1, 14)))
        try:
            question = read_question(text)
        except Unreadable as error:
            assert "\n" not in str(error)
            continue
        again = read_question(question.text)
        assert (again.hypotheses, again.conclusion) == (question.hypotheses, question.conclusion)
    for text in ("|" * 9000 + "x", "(" * 9000 + "x=1", "2x" * 9000 + " = 1", "x^-" * 6000, "²" * 9000, "1e1" * 5000):
        with pytest.raises(Unreadable):
            read_question(text)
    assert time.monotonic() - started < 30
