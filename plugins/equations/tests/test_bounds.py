"""Theorems that state inequalities, and the forms that their goals take."""

from __future__ import annotations

import random

import pytest
from attrs import evolve
from fwd.api import Proof, Step
from fwd_equations.algebra import Algebra
from fwd_equations.bounds import Bounder
from fwd_equations.closing import follows
from fwd_equations.drafting import Drafter
from fwd_equations.env import ALGEBRA, EquationsEnv
from fwd_equations.match import Derivation
from fwd_equations.parse import read_statement
from fwd_equations.seeds import Surroundings
from fwd_equations.terms import LESS, number, preorder


@pytest.fixture(scope="module")
def drafter(small: EquationsEnv) -> Drafter:
    return Drafter(small)


@pytest.fixture(scope="module")
def theorems(drafter: Drafter) -> list[Proof]:
    bounder = Bounder(drafter)
    found = (bounder.bound(random.Random(seed)) for seed in range(300))
    return [proof for proof in found if proof is not None]


def test_bounds_are_inequalities_that_algebra_ends(small: EquationsEnv, theorems: list[Proof]):
    assert len(theorems) > 100
    for proof in theorems:
        goal, last = small.texts.read(proof.goal.statement), proof.facts[-1]
        assert goal.head in LESS
        assert last.step == Step(ALGEBRA)
        used = [small.texts.read(proof.facts[number].statement).head for number in last.premises]
        assert 1 <= sum(head in LESS for head in used) <= 2, "algebra adds up no more than two"
        assert small.check(proof.goal, proof).proved


def test_no_bound_is_known_to_algebra_alone(small: EquationsEnv, theorems: list[Proof]):
    for proof in theorems:
        given = [small.texts.read(text) for text in proof.goal.hypotheses]
        assert not follows(Algebra(), given, small.texts.read(proof.goal.statement)), proof


def test_many_bounds_use_equations(theorems: list[Proof], drafter: Drafter):
    equations = {move.label for move in drafter.equations}
    using = [proof for proof in theorems if any(fact.step and fact.step.label in equations for fact in proof.facts)]
    assert len(using) > len(theorems) / 3


def test_convex_rules_are_stated_of_halves(small: EquationsEnv):
    drafter = Drafter(EquationsEnv(evolve(small.config, drawn_nodes=48)))
    move = drafter.env.library.moves["have:sq_convex"]
    assert isinstance(move, Derivation)
    stated = []
    for seed in range(60):
        rng = random.Random(seed)
        about = Surroundings.draw(rng, 4)
        draft = drafter.begin(about)
        if drafter.infer(rng, about, draft, move):
            stated.append(draft.facts[-1])
    assert sum("/ 1 2" in fact.text for fact in stated) > len(stated) / 3 > 3


@pytest.mark.parametrize(
    "written",
    [
        "0 <= (x*z - y*t)^2",
        "0 < x^2 - x + 1/3",
        "2*(x*y) <= x^2 + y^2",
        "exp(x) - 2*sqrt(y) <= exp(x)*sqrt(y)/3",
        "sin(x)^2 = 1 - cos(x)^2",
        "x/(1 + x) <= x",
    ],
)
def test_balancing_changes_nothing_but_the_form(drafter: Drafter, written: str):
    statement = read_statement(written)
    forms = {drafter.restater.balanced(random.Random(seed), statement) for seed in range(200)}
    assert len(forms) > 5
    for form in forms:
        assert follows(Algebra(), [statement], form), form.text
        assert follows(Algebra(), [form], statement), form.text


def test_balancing_finds_squares_and_products(drafter: Drafter):
    """As people state what comes of a square that is not negative."""
    cauchy = read_statement("0 <= (x*z - y*t)^2")
    squares = [drafter.restater.balanced(random.Random(seed), cauchy) for seed in range(200)]
    assert any(form.args[0].head == "^2" and form.args[0].size > 5 for form in squares)
    quarter = read_statement("0 <= (x - 1/2)^2")
    forms = [drafter.restater.balanced(random.Random(seed), quarter) for seed in range(200)]
    products = [
        node for form in forms for node in preorder(form) if node.head == "*" and number(1) in node.args[1].args
    ]
    assert products
