"""Proofs as text, LaTeX and Lean."""

from __future__ import annotations

import re

import pytest
from fwd.api import Goal, Proof, Step
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv
from fwd_equations.explain import lines
from fwd_equations.export import latex, latex_term, text
from fwd_equations.lean import lean, lemma
from fwd_equations.mathlib import PROOFS, SOURCES
from fwd_equations.parse import read_statement
from fwd_equations.terms import leaf


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


NAMES = {
    "x": "x",
    "x1": "x_{1}",
    "x12": "x_{12}",
    "x_1": r"\mathit{x\_1}",
    "x_": r"\mathit{x\_}",
    "x__": r"x_{\mathrm{\_}}",
    "a_b_c": r"a_{\mathrm{b\_c}}",
    "V_out": r"V_{\mathrm{out}}",
    "Vout": r"\mathit{Vout}",
    "Rtotal": r"\mathit{Rtotal}",
    "Rtotal2": r"\mathit{Rtotal2}",
    "R_total_2": r"R_{\mathrm{total\_2}}",
    "rate_in": r"\mathit{rate}_{\mathrm{in}}",
    "theta": r"\theta ",
    "theta1": r"\theta _{1}",
    "theta_x": r"\theta _{\mathrm{x}}",
    "Delta": r"\Delta ",
    "x1y": r"\mathit{x1y}",
    "x_1a": r"x_{\mathrm{1a}}",
}


def test_latex_spells_names_so_that_none_breaks_or_misleads():
    for name, spelled in NAMES.items():
        assert latex_term(leaf(name)) == spelled
        written = latex_term(read_statement(f"{name}^2 = {name}*y"))
        assert written == rf"{spelled}^{{2}} = {spelled} \cdot y"
        assert written.count("{") == written.count("}")
    assert len(set(NAMES.values())) == len(NAMES)


def test_latex_escapes_the_names_of_rules_and_no_mathematics(small: EquationsEnv):
    graph = small.begin(Goal("test", "V_out + 0 + x1 = V_out + x1"))
    for step in (Step("have:refl", (), ("+ V_out x1",)), Step("rw:add_zero:bwd", (0,), ("@2",))):
        graph.add(small.apply(graph, step).fact)
    assert latex(small, Proof.of(graph)).splitlines()[2] == (
        r"  (2)\quad & V_{\mathrm{out}} + 0 + x_{1} = V_{\mathrm{out}} + x_{1} && "
        r"\text{add\_zero, backwards, from 1, at $V_{\mathrm{out}}$}"
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


OURS = re.compile(r"[A-Za-z]\w*_|h\d*|s|hole|rule_\w+|algebra_\d+|goal|x|atanh|Fwd")
"""Names that a file makes: of variables (they end with _), facts, what a rewrite replaces, lemmas, in the header."""


def strange(written: str) -> set[str]:
    """The names in a Lean file that are neither its own nor known to be Lean's or Mathlib's."""
    text = re.sub(r"--.*|\.(?:eq_iff|mpr|mp|symm)\b", "", written)
    return {name for name in re.findall(r"\b[A-Za-z][\w.']*", text) if not OURS.fullmatch(name) and name not in SOURCES}


def test_lean_names_nothing_that_is_not_known_to_be_there(small: EquationsEnv, theorems: Theorems):
    assert "Real.artanh" not in SOURCES, "it is 0 where ours is not"
    for rule in small.library.rules:
        assert not strange(lemma(rule)), rule.name
    assert set(PROOFS) <= set(small.library.index)
    for proof in theorems.proofs("valid"):
        assert not strange(lean(small, proof))


def test_lean_hides_nothing(small: EquationsEnv, theorems: Theorems):
    """`ring`, `simp`, `norm_num` and `field_simp` may leave something to be proved and not fail; in `first` such a one
    would end the search, and `sorry` and axioms would hide a gap."""
    for written in [*map(lemma, small.library.rules), *(lean(small, proof) for proof in theorems.proofs("valid"))]:
        for word in ("sorry", "admit", "axiom", "native_decide", "macro", "elab", "syntax", "notation", "open "):
            assert word not in written
        attempts = [line[4:] for line in written.splitlines() if line.startswith("  | ")]
        assert attempts
        for one in attempts:
            assert not re.search(r"\b(ring|ring_nf|simp|simp_all|norm_num|aesop)\b|field_simp(?! <;> ring1)", one)


@pytest.mark.parametrize(
    "name", ["hole", "hole_", "h1", "s", "goal", "rule_refl", "fun", "theorem", "by", "Real", "x_", "e"]
)
def test_lean_captures_no_name(small: EquationsEnv, name: str):
    """Whatever a variable is called, a rewrite at one place is a rewrite there and nowhere else."""
    graph = small.begin(Goal("test", f"{name} + 0 + y = {name} + y", ()))
    for step in (Step("have:refl", (), (f"+ {name} y",)), Step("rw:add_zero:bwd", (0,), ("@2",))):
        graph.add(small.apply(graph, step).fact)
    written = lean(small, Proof.of(graph))
    assert f"(fun hole : Real => (hole + y_) = ({name}_ + y_))" in written
    assert re.search(rf"theorem goal \({name}_ y_ : Real\)", written)


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
