"""Unification by structure sharing: most general, undone on failure, careful about typecodes and circles."""

from __future__ import annotations

import pytest
from fwd_metamath.terms import Rule, Term, make, variable
from fwd_metamath.unification import Bindings

IMPLIES = Rule("wi", "wff", ("wff", "wff"), ["(", 0, "->", 1, ")"], 0)
NOT = Rule("wn", "wff", ("wff",), ["-.", 0], 1)
TRUE = Rule("wtru", "wff", (), ["T."], 2)
PH, PS = variable("ph", "wff", 1), variable("ps", "wff", 2)
X = variable("x", "setvar", 4)


def implies(one: Term, other: Term) -> Term:
    return make(IMPLIES, (one, other))


def negation(term: Term) -> Term:
    return make(NOT, (term,))


@pytest.fixture
def bindings() -> Bindings:
    bindings = Bindings()
    bindings.instance()
    bindings.instance()
    return bindings


def test_variables_of_two_instances_are_different_variables(bindings: Bindings) -> None:
    assert bindings.unify((PH, 0), (negation(PH), 1))
    assert bindings.resolve(PH, 0) == (negation(PH), 1)
    assert bindings.resolve(PH, 1) == (PH, 1)


def test_a_most_general_unifier_is_found_through_bindings(bindings: Bindings) -> None:
    assert bindings.unify((implies(PH, PS), 0), (implies(negation(PH), PH), 1))
    assert bindings.resolve(PH, 0) == (negation(PH), 1)
    assert list(bindings.unbound((implies(PH, PS), 0))) in (
        [(PH, 1), (PH, 1)],
        [(PS, 0), (PS, 0)],
    )


def test_failure_changes_nothing(bindings: Bindings) -> None:
    truth = make(TRUE, ())
    before = [bindings.resolve(*place) for place in ((PH, 0), (PS, 0), (PH, 1))]
    assert not bindings.unify((implies(PH, truth), 0), (implies(truth, negation(PS)), 1))
    assert [bindings.resolve(*place) for place in ((PH, 0), (PS, 0), (PH, 1))] == before


def test_no_variable_is_part_of_its_own_value(bindings: Bindings) -> None:
    assert not bindings.unify((PH, 0), (negation(PH), 0))
    assert bindings.unify((PH, 0), (negation(PS), 1))
    assert not bindings.unify((PS, 1), (implies(PH, PH), 0))
    assert bindings.resolve(PS, 1) == (PS, 1)


def test_typecodes_must_agree(bindings: Bindings) -> None:
    assert not bindings.unify((X, 0), (PH, 1))
    assert bindings.unify((X, 0), (X, 1))


def test_closed_terms_are_equal_in_all_instances(bindings: Bindings) -> None:
    truth = negation(make(TRUE, ()))
    assert bindings.unify((truth, 0), (truth, 1))
    assert list(bindings.unbound((truth, 0))) == []


def test_deep_terms_do_not_exhaust_the_stack(bindings: Bindings) -> None:
    one, other = PH, PS
    for _ in range(5000):
        one, other = negation(one), negation(other)
    assert bindings.unify((one, 0), (other, 1))
    assert not bindings.unify((PH, 0), (other, 1))
