"""Terms are shared, forgotten when unused, and as deep as memory allows; patterns match and substitute."""

from __future__ import annotations

import gc

import pytest
from fwd_metamath.terms import Pattern, Rule, Term, make, postorder, subterms, variable

IMPLIES = Rule("wi", "wff", ("wff", "wff"), ["(", 0, "->", 1, ")"], 0)
NOT = Rule("wn", "wff", ("wff",), ["-.", 0], 1)
BACKWARDS = Rule("wb", "wff", ("wff", "wff"), [1, "<-", 0], 2)
FALSE = Rule("wfal", "wff", (), ["100%"], 3)
NAMES = ("ph", "ps", "ch")
PH, PS, CH = (variable(name, "wff", 1 << bit) for bit, name in enumerate(NAMES))
PLACES = {name: place for place, name in enumerate(NAMES)}


def implies(one: Term, other: Term) -> Term:
    return make(IMPLIES, (one, other))


def test_equal_terms_are_one_object() -> None:
    assert implies(PH, PS) is implies(PH, PS)
    assert implies(PH, PS) is not implies(PS, PH)
    assert make(FALSE, ()) is make(FALSE, ())


def test_text_mask_and_length() -> None:
    term = implies(make(NOT, (PH,)), make(BACKWARDS, (PS, make(FALSE, ()))))
    assert term.text == "( -. ph -> 100% <- ps )"
    assert term.mask == 0b011
    assert term.length == len(term.text.split())


def test_unused_terms_are_forgotten() -> None:
    term = implies(make(NOT, (CH,)), CH)
    before = len(IMPLIES.table), len(NOT.table)
    del term
    gc.collect()
    assert (len(IMPLIES.table), len(NOT.table)) == (before[0] - 1, before[1] - 1)


def test_depth_is_no_problem() -> None:
    term = PH
    for _ in range(100_000):
        term = make(NOT, (term,))
    assert term.text.count("-.") == 100_000
    assert sum(1 for _ in subterms(term)) == 100_001
    assert next(iter(postorder(term))) is PH
    pattern = Pattern(term, PLACES)
    assert pattern.match(term, [None, None, None])
    assert pattern.substitute([PH, PS, CH]) is term


def test_sharing_keeps_huge_terms_small() -> None:
    term = PH
    for _ in range(200):
        term = implies(term, term)
    assert term.length > 2**200
    assert sum(1 for _ in subterms(term)) == 201


@pytest.mark.parametrize(
    ("term", "values"),
    [
        (implies(PH, implies(PS, PH)), [PH, PS, None]),
        (implies(implies(PH, PS), implies(CH, implies(PH, PS))), [implies(PH, PS), CH, None]),
        (implies(PH, implies(PS, CH)), None),
        (implies(PH, PS), None),
        (PH, None),
        (make(NOT, (PH,)), None),
    ],
)
def test_match_is_the_inverse_of_substitute(term: Term, values: list[Term | None] | None) -> None:
    pattern = Pattern(implies(PH, implies(PS, PH)), PLACES)
    found: list[Term | None] = [None, None, None]
    assert pattern.match(term, found) == (values is not None)
    if values is not None:
        assert found == values
        known = [value or CH for value in values]
        assert pattern.length(known) == term.length
        assert pattern.find(known) is pattern.substitute(known) is term


def test_match_respects_what_is_known() -> None:
    assert not Pattern(implies(PH, PS), PLACES).match(implies(PH, PS), [PS, None, None])
    assert Pattern(PH, PLACES).match(implies(PH, PS), [implies(PH, PS), None, None])


def test_find_makes_nothing() -> None:
    pattern = Pattern(make(NOT, (make(NOT, (implies(PH, PS),)),)), PLACES)
    gc.collect()
    before = len(NOT.table)
    assert pattern.find([CH, CH, CH]) is None
    assert len(NOT.table) == before
