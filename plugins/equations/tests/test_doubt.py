"""What is false is answered by a point, and by what was forgotten where that is easy to see."""

from __future__ import annotations

import pytest
from fwd_equations.doubt import refute
from fwd_equations.reserved import identities
from fwd_equations.show import show
from fwd_equations.typed import read_question

FALSE = [
    ("1/R1 + 1/R2 = (R1+R2)/(R1*R2)", "R1 = 0, R2 = 1", "R1*R2 != 0"),
    ("sqrt(x^2) = x", "x = -1", "0 <= x"),
    ("x/x = 1", "x = 0", "x != 0"),
    ("1/(x-7) * (x-7) = 1", "x = 7", "x - 7 != 0"),
    ("tan(x)*cos(x) = sin(x)", "x = pi/2", "cos(x) != 0"),
    ("ln(x*y) = ln(x) + ln(y)", "x = 0, y = 2", "x != 0, y != 0"),
    ("exp(ln(x)) = x", "x = 0", "0 < x"),
    ("sqrt(x)^2 = x", "x = -1", "0 <= x"),
    ("x^2 != 2", "x = -sqrt(2)", ""),
    ("x = y", "x = 0, y = 1", ""),
    ("sqrt(a^2 + 2*a*b + b^2) = a + b", "a = 0, b = -1", "0 <= a, 0 <= b"),
    ("x < 1001", "x = 1001", ""),
    ("pi = 22/7", "every point", ""),
]


@pytest.mark.parametrize(("text", "where", "lacking"), FALSE)
def test_a_counterexample_is_exact_and_says_what_is_lacking(text: str, where: str, lacking: str):
    refutation = refute(read_question(text))
    assert refutation is not None
    assert refutation.where == where
    assert ", ".join(map(show, refutation.lacking)) == lacking
    assert str(refutation).splitlines()[0].startswith(f"it is false at {where}: the left side is ")


def test_nothing_true_is_refuted():
    for item in identities()[::6]:
        goal = item.goal
        assert refute(read_question(f"{', '.join(item.hyps)} |- {item.statement}")) is None, goal


def test_hypotheses_are_kept():
    assert refute(read_question("x > 0 |- sqrt(x^2) = x")) is None
    assert refute(read_question("x = 1, x = 2 |- x = 3")) is None
    found = refute(read_question("x > 5 |- x > 6"))
    assert found is not None
    assert found.where == "x = 6"
