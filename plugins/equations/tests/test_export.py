"""Proofs as text, LaTeX and Lean."""

from __future__ import annotations

import re

import pytest
from fwd.api import Goal, Proof, Step
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv
from fwd_equations.explain import lines
from fwd_equations.export import latex, latex_term, text
from fwd_equations.lean import lean
from fwd_equations.parse import read_statement


@pytest.fixture
def proof(small: EquationsEnv) -> Proof:
    goal = Goal("test", "ln(x^2/x) = 2*ln x - ln x + 0", ("0 < x", "x^2 != 0"))
    graph = small.begin(goal)
    for step in (
        Step("have:refl", (), ("ln / ^2 x x",)),
        Step("rw:ln_div:fwd", (2,), ("@6",)),
        Step("rw:ln_sq:fwd", (3,), ("@7",)),
        Step("rw:add_zero:bwd", (4,), ("@6",)),
    ):
        graph.add(small.apply(graph, step).fact)
    return Proof.of(graph)


def test_text_gives_every_fact_a_reason(small: EquationsEnv, proof: Proof):
    assert text(small, proof).splitlines() == [
        "  1. 0 < x                            given",
        "  2. x^2 != 0                         given",
        "  3. ln(x^2/x) = ln(x^2/x)            refl",
        "  4. ln(x^2/x) = ln(x^2) - ln(x)      ln_div, from 3, at ln(x^2/x), since 2 and 1",
        "  5. ln(x^2/x) = 2*ln(x) - ln(x)      ln_sq, from 4, at ln(x^2)",
        "  6. ln(x^2/x) = 2*ln(x) - ln(x) + 0  add_zero, backwards, from 5, at 2*ln(x) - ln(x)",
    ]


def test_latex_spells_terms():
    statement = read_statement("-(x + 1)^2/abs(y) - x1*(a - b) <= sqrt(asin(pi)) - (a - b)")
    assert latex_term(statement) == (
        r"\frac{-\left(x + 1\right)^{2}}{\left|y\right|} - x_{1} \cdot \left(a - b\right) \le "
        r"\sqrt{\arcsin\left(\pi \right)} - \left(a - b\right)"
    )


def test_latex_has_a_row_for_each_fact(small: EquationsEnv, proof: Proof):
    rows = latex(small, proof).splitlines()
    assert rows[0] == r"\begin{align*}"
    assert rows[-1] == r"\end{align*}"
    assert len(rows) == len(proof.facts) + 2
    assert r"ln\_div, from 3, at $\ln\left(\frac{x^{2}}{x}\right)$, since 2 and 1" in rows[4]


def test_lean_has_a_lemma_for_each_rule(small: EquationsEnv, proof: Proof):
    written = lean(small, proof)
    assert re.findall(r"theorem (\w+)", written) == ["rule_refl", "rule_ln_div", "rule_ln_sq", "rule_add_zero", "goal"]
    assert "rule_ln_div (A_ B_ : Real) (h1 : A_ ≠ (0 : Real)) (h2 : B_ ≠ (0 : Real))" in written
    assert "theorem goal (x_ : Real)\n    (h1 : (0 : Real) < x_)\n    (h2 : (x_ ^ 2) ≠ (0 : Real)) :" in written
    assert written.count("have h") == 4
    assert written.isascii() or set(re.findall(r"[^\x00-\x7f]", written)) <= set("≠≤↔")


def test_algebra_is_a_reason_and_a_lemma(small: EquationsEnv):
    graph = small.begin(Goal("test", "1/x + 1/y = (x + y)/(x*y)", ("x != 0", "0 < y")))
    graph.add(small.apply(graph, Step("algebra")).fact)
    proof = Proof.of(graph)
    assert text(small, proof).splitlines()[-1].endswith("by algebra from 1 and 2")
    assert r"\text{by algebra from 1 and 2}" in latex(small, proof)
    written = lean(small, proof)
    assert re.findall(r"theorem (\w+)", written) == ["algebra_3", "goal"]
    assert "theorem algebra_3 (x_ y_ : Real)\n    (h1 : " in written
    assert "algebra_3 (x_) (y_) h1 h2\n  exact h3" in written


def test_every_generated_proof_can_be_exported(small: EquationsEnv, theorems: Theorems):
    for proof in theorems.proofs("valid"):
        found = lines(small, proof)
        assert len(found) == len(proof.facts)
        assert len(text(small, proof).splitlines()) == len(proof.facts)
        written = lean(small, proof)
        assert written.count("(") == written.count(")")
        assert all(f"rule_{line.move.rule.name}" in written for line in found if line.move)
        assert latex(small, proof).count(r"\left") == latex(small, proof).count(r"\right")
