"""Which statements equations, inequalities and denominators give: against what is true by construction."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fwd.api import Applied, Fact, Goal, ProofGraph, Step
from fwd_equations.algebra import Algebra
from fwd_equations.closing import Closing, follows
from fwd_equations.env import ALGEBRA, EquationsEnv
from fwd_equations.ideal import Ideal
from fwd_equations.parse import read_statement
from fwd_equations.polynomial import ONE, ZERO, Polynomial, TooLarge, plus, times
from fwd_equations.settings import EquationsConfig
from hypothesis import given, settings
from hypothesis import strategies as st

from .gates import kernel_accepts

MONOMIALS = {"1": 1, "x": 0, "y": 2, "z": -1, "x*y": 0, "y*z": -2, "x^2": 0, "z^2": 1, "sin(x)": 0, "sin(x)*y": 0}
"""Monomials, and what they are where x = 0, y = 2 and z = -1: a point at which all equations of these tests hold."""


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(EquationsConfig(max_statement=400))


sums = st.dictionaries(st.sampled_from(tuple(MONOMIALS)), st.integers(-3, 3).filter(bool), min_size=1, max_size=4)


def text(terms: dict[str, int]) -> str:
    return " + ".join(f"({factor})*{monomial}" for monomial, factor in terms.items())


def vanishing(terms: dict[str, int]) -> str:
    """The sum less what it is at the point."""
    return f"{text(terms)} - ({sum(factor * MONOMIALS[monomial] for monomial, factor in terms.items())})"


def both(env: EquationsEnv, goal: str, facts: list[str]) -> bool:
    """Whether both gates let the goal follow from all facts; they must agree, since none of this is much work."""
    graph = env.begin(Goal("test", goal, tuple(facts)))
    answer = env.apply(graph, Step(ALGEBRA))
    proved = kernel_accepts(env, graph, answer)
    assert proved is isinstance(answer, Applied), (goal, facts)
    return proved


@given(st.lists(st.tuples(sums, sums), min_size=1, max_size=2), st.integers(1, 5))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_equations_add_up_to_follows_and_nothing_beside(
    env: EquationsEnv, parts: list[tuple[dict[str, int], dict[str, int]]], more: int
):
    facts = [f"{vanishing(terms)} = 0" for terms, _ in parts]
    total = " + ".join(f"({vanishing(terms)})*({text(factor)})" for terms, factor in parts)
    assert both(env, f"{total} = 0", facts)
    assert not both(env, f"{total} = {more}", facts), "it is 0 at a point where all equations hold"
    assert both(env, f"{total} < {more}", facts)
    assert not both(env, f"{total} < -{more}", facts)


@given(sums, sums, st.integers(1, 4), st.integers(1, 4), st.integers(0, 2), st.booleans())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_two_inequalities_add_up(
    env: EquationsEnv, one: dict[str, int], two: dict[str, int], a: int, b: int, slack: int, strict: bool
):
    """If they do not contradict each other: here both are 1 at the point."""
    relation = "<" if strict else "<="
    first, second = f"{vanishing(one)} + 1", f"{vanishing(two)} + 1"
    facts = [f"0 {relation} {first}", f"0 <= {second}"]
    total = f"{a}*({first}) + {b}*({second})"
    assert both(env, f"-{slack} {relation} {total}", facts)
    assert both(env, f"{total} - {slack} <= 2*({total})", facts)


@given(st.lists(sums, min_size=1, max_size=4), sums)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_is_asked_again_and_again_gets_the_answer_of_what_is_asked_once(
    parts: list[dict[str, int]], wanted: dict[str, int]
):
    algebra = Algebra()
    facts = [read_statement(f"{vanishing(terms)} = 0") for terms in parts]
    goal = read_statement(f"({vanishing(wanted)})*({vanishing(parts[0])}) = 0")
    closing = Closing(algebra, goal)
    answers = [closing.reason(facts[:count]) for count in range(len(facts) + 1)]
    assert [one is not None for one in answers] == [follows(algebra, facts[:n], goal) for n in range(len(facts) + 1)]
    assert answers[-1] is not None


def test_a_basis_that_is_too_much_work_says_less_and_nothing_false():
    """Cyclic equations of high degree: the basis is not completed, and what was found stays right."""
    ideal = Ideal(lambda atom: (atom,))
    atoms: list[Polynomial] = [{((number, 1),): 1} for number in range(7)]
    for number in range(1, 7):
        total = plus(ZERO, ONE, -(number == 6))
        for first in range(7):
            product = ONE
            for place in range(number):
                product = times(product, atoms[(first + place) % 7])
            total = plus(total, product)
        ideal.add(total, (number,))
    rest, why = ideal.rest(plus(times(atoms[0], atoms[0]), ONE))
    assert rest != ZERO
    assert why <= set(range(7))


def test_whole_numbers_stay_whole():
    algebra = Algebra()
    gap = algebra.difference(read_statement("2*x - 1/2 = y/(-1)"))
    assert gap is not None
    assert sorted(map(str, gap.values())) == ["-1", "-2", "1/2"]
    assert sum(isinstance(one, Fraction) for one in gap.values()) == 1


def test_what_does_not_fit_is_left_out():
    """A fact that is too large to be computed with is no reason to give up on the others."""
    algebra = Algebra()
    facts = [read_statement("(x + y)^99 = z"), read_statement("x = 1")]
    assert follows(algebra, facts, read_statement("x + y = y + 1"))
    assert Closing(algebra, read_statement("(x + y)^99 = 2")).reason(facts) is None
    with pytest.raises(TooLarge):
        times({((0, 1000),): 1}, {((0, 1),): 1})


def test_a_graph_may_grow_between_questions(env: EquationsEnv):
    goal = env.canonical(Goal("test", "x*z = 6", ("x = 2",)))
    graph = ProofGraph(goal, [Fact(goal.hypotheses[0])])
    assert not isinstance(env.apply(graph, Step(ALGEBRA)), Applied)
    for statement in ("= y 4", "= + z 1 y"):
        graph.add(Fact(statement))
    answer = env.apply(graph, Step(ALGEBRA))
    assert isinstance(answer, Applied)
    assert answer.fact.premises == (0, 1, 2)
