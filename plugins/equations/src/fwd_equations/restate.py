"""Other statements that say the same but for algebra, or with the help of an equation: what `algebra` steps lead to."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from attrs import frozen

from fwd_equations.algebra import Algebra
from fwd_equations.match import Library, Rewrite
from fwd_equations.polynomial import Polynomial, TooLarge, combined, divides, quotient
from fwd_equations.sites import Finder
from fwd_equations.spell import Unspeakable, spelled
from fwd_equations.terms import POWERS, Term, at, replace

_ARITHMETIC = frozenset(("+", "-", "*", "/", "neg", *POWERS))
_SMALL = 8
"""Most monomials of what is spelled out."""


@frozen(eq=False)
class Part:
    """The positions of a statement that may change: from `first` to before `stop`."""

    first: int
    stop: int

    @classmethod
    def whole(cls, statement: Term) -> Part:
        """All of it."""
        return cls(0, statement.size)

    @classmethod
    def right(cls, statement: Term) -> Part:
        """The right side."""
        return cls(1 + statement.args[0].size, statement.size)

    @classmethod
    def left(cls, statement: Term) -> Part:
        """The left side."""
        return cls(1, 1 + statement.args[0].size)


class Restater:
    """Changes statements at random, by what algebra knows. Each time with an `Algebra` of its own: in what order atoms
    were met before must not matter."""

    def __init__(self, library: Library, finder: Finder):
        self._finder = finder
        self._moves: dict[str, Rewrite] = {
            move.label: move
            for move in library.rewrites
            if move.rule.name in library.algebraic and not move.conditions and not move.open and move.source.head
        }

    def restated(self, rng: random.Random, statement: Term, part: Callable[[Term], Part]) -> Term:
        """The statement with some of the part expanded, or rewritten by a few rules of algebra; the same if that leads
        nowhere."""
        if rng.random() < 0.7:
            statement = self._expanded(rng, statement, part(statement))
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            statement = self._rewritten(rng, statement, part(statement))
        return statement

    def _expanded(self, rng: random.Random, statement: Term, part: Part) -> Term:
        """One sum, product or quotient spelled out; mostly the largest that is chosen in two draws."""
        places = [place for place in range(part.first, part.stop) if at(statement, place).head in _ARITHMETIC]
        if not places:
            return statement
        place = min(rng.choice(places), rng.choice(places))
        algebra = Algebra()
        new = _spelled(algebra, rng, algebra.polynomial(at(statement, place)))
        return statement if new is None else replace(statement, place, new)

    def _rewritten(self, rng: random.Random, statement: Term, part: Part) -> Term:
        """One rule of algebra used somewhere."""
        sites = self._finder.sites(statement)
        found = [
            (place, self._moves[label], values)
            for place in range(part.first, part.stop)
            for label, values in sites.fits[place].items()
            if label in self._moves
        ]
        if not found:
            return statement
        place, move, values = rng.choice(found)
        return replace(statement, place, move.target(values))  # type: ignore[arg-type]

    def with_equation(self, rng: random.Random, statement: Term, equation: Term) -> Term | None:
        """The statement with one monomial of its right side replaced by what an equation says of it; None if the
        equation says nothing of any."""
        algebra = Algebra()
        side, gap = algebra.polynomial(statement.args[1]), algebra.difference(equation)
        if side is None or not gap:
            return None
        pairs = [(one, other) for one in side for other in gap if other and divides(other, one)]
        if not pairs:
            return None
        one, other = rng.choice(pairs)
        factor: Polynomial = {quotient(one, other): -Fraction(side[one]) / gap[other]}
        try:
            new = _spelled(algebra, rng, combined(side, factor, gap))
        except TooLarge:
            return None
        return None if new is None else replace(statement, 1 + statement.args[0].size, new)


def _spelled(algebra: Algebra, rng: random.Random, polynomial: Polynomial | None) -> Term | None:
    """The polynomial as a term; None if it is long."""
    if polynomial is None or len(polynomial) > _SMALL:
        return None
    try:
        return spelled(algebra, polynomial, rng)
    except Unspeakable:
        return None
