"""From which facts of a graph its goal follows by algebra.

The *gap* of a statement is its right side less its left. Gaps of equations are 0, so are their sums and multiples, and
so is a*(1/a) - 1 where facts say that a is not 0. But for all that, the goal's gap must be a number, or a number plus a
number times the gap of a fact that is no equation, or plus positive numbers times the gaps of two inequalities; and
with the relations of all that must be enough. Anything follows if so much says that equations, a fact that is none or
two inequalities cannot hold.

Whatever the facts are, all denominators are looked at that the goal and the facts speak of, and all facts that decide
this are cited: the one that speaks of the denominator too. So the kernel, which sees only what is cited, can decide
the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from fwd_equations.algebra import Algebra, Known, Reason
from fwd_equations.gaps import Given, Relations, absurd, implied, rests, sought
from fwd_equations.ideal import Ideal
from fwd_equations.polynomial import Polynomial, TooLarge
from fwd_equations.rulefile import Rule
from fwd_equations.terms import Term, binary


class Closing:
    """Whether the facts of one growing graph give its goal."""

    def __init__(self, algebra: Algebra, goal: Term):
        self._algebra = algebra
        self._goal = goal
        self._reason: Reason | None = None
        self._asked = False
        self._begin()

    def _begin(self) -> None:
        self._age = self._algebra.age
        self._seen = 0
        self._known = Known(self._algebra)
        self._ideal = Ideal(self._algebra.rank)
        self._given: list[Given] = []
        self._inverted: dict[int, Reason | None] = {}
        """Why reciprocals are of something other than 0, where that is known."""
        self._spoken: dict[int, Reason] = {}
        """By reciprocals, the facts that speak of them; none where the goal does."""
        self._gap = self._algebra.difference(self._goal)
        self._meet(self._gap, ())

    def reason(self, terms: Sequence[Term]) -> Reason | None:
        """The facts that give the goal, no more than are needed; None if none do, or that takes too much computing."""
        if self._reason is None:
            # When first asked there is nothing to build on, and a proof that is replayed asks once.
            found = self.found(terms) if self._asked else range(len(terms))
            self._asked = True
            self._reason = None if found is None else self._latest(found, terms)
        return self._reason

    def found(self, terms: Sequence[Term]) -> Reason | None:
        """Facts that give the goal, perhaps with some that are not needed."""
        self._algebra.tidy()
        if self._age != self._algebra.age:
            self._begin()
        if self._gap is None or (terms and self._seen == len(terms)):
            return None
        for number in range(self._seen, len(terms)):
            gap = self._algebra.difference(terms[number])
            self._meet(gap, (number,))
            if gap is not None and terms[number].head == "=":
                self._ideal.add(gap, (number,))
            elif gap is not None:
                self._given.append((number, terms[number].head, gap))
        self._seen = len(terms)
        self._invert(terms)
        return self._searched()

    def _meet(self, gap: Polynomial | None, speaking: Reason) -> None:
        for atom in self._algebra.reciprocals(gap or {}):
            self._inverted.setdefault(atom)
            self._spoken.setdefault(atom, speaking)

    def _invert(self, terms: Sequence[Term]) -> None:
        """Note which reciprocals are of something other than 0."""
        rank = self._algebra.rank
        news = True
        while news and (waiting := [atom for atom, why in self._inverted.items() if why is None]):
            news = False
            inverted = [(atom, why) for atom, why in self._inverted.items() if why is not None]
            inverted.sort(key=lambda one: rank(one[0]))
            knowledge = Relations(self._ideal, self._known.reasons(terms), self._given, inverted)
            for atom in sorted(waiting, key=rank, reverse=True):
                try:
                    found = self._algebra.inversion(atom, knowledge)
                except TooLarge:
                    continue
                if found is not None:
                    law, why = found[0], tuple(dict.fromkeys((*found[1], *self._spoken[atom])))
                    news = True
                    self._inverted[atom] = why
                    self._ideal.add(law, why)
                    self._meet(law, why)

    def _searched(self) -> Reason | None:
        assert self._gap is not None
        try:
            wanted, why = self._ideal.rest(self._gap)
        except TooLarge:
            return None
        if implied(self._goal.head, wanted):
            return tuple(sorted(why))
        given = rests(self._ideal, self._given)
        found = sought(self._goal.head, wanted, given)
        if found is not None:
            return tuple(sorted(why | found))
        found = absurd(self._ideal, given)
        return None if found is None else tuple(sorted(found))

    def _latest(self, among: Sequence[int], terms: Sequence[Term]) -> Reason | None:
        """What gives the goal among some facts, the latest first: they say most."""
        closing = Closing(self._algebra, self._goal)
        latest: list[int] = []
        for number in (None, *reversed(among)):
            latest += () if number is None else (number,)
            found = closing.found([terms[one] for one in latest])
            if found is not None:
                return tuple(sorted(latest[place] for place in found))
        return None


def follows(algebra: Algebra, facts: Sequence[Term], goal: Term) -> bool:
    """Whether the facts give the goal, as far as is found."""
    return Closing(algebra, goal).found(facts) is not None


def known_to_algebra(rule: Rule) -> bool:
    """Whether algebra alone gives what an equation or equivalence says."""
    if rule.left is None:
        return False
    if rule.kind == "equivalence":
        ways = (([rule.left], rule.right), ([rule.right], rule.left))
    else:
        ways = (([], binary("=", rule.left, rule.right)),)
    algebra = Algebra()
    return all(follows(algebra, [*given, *rule.conditions], wanted) for given, wanted in ways)
