"""Interning, and its clean-up."""

from __future__ import annotations

from fwd_equations import terms
from fwd_equations.terms import binary, leaf, sweep, unary


def test_equal_terms_are_one_object() -> None:
    assert binary("+", leaf("x"), unary("sin", leaf("y"))) is binary("+", leaf("x"), unary("sin", leaf("y")))
    assert binary("+", leaf("x"), leaf("y")) is not binary("+", leaf("y"), leaf("x"))


def test_sweep_drops_only_what_nobody_holds() -> None:
    kept = unary("sin", unary("cos", leaf("kept")))
    dropped = unary("sin", unary("cos", leaf("dropped")))
    number = dropped.number
    del dropped
    before = len(terms._table)
    assert sweep() <= before - 3
    assert unary("sin", unary("cos", leaf("kept"))) is kept
    assert unary("sin", unary("cos", leaf("dropped"))).number > number


def test_deep_terms_need_no_recursion() -> None:
    term = leaf("x")
    for _ in range(50_000):
        term = unary("sin", term)
    assert term.text.count("sin") == 50_000
    assert terms.replace(term, 50_000, leaf("y")).text.endswith("sin y")
    assert terms.variables(term) == ("x",)
    del term
    sweep()
