"""Other statements that say the same but for algebra, or with the help of an equation: what `algebra` steps lead to."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import lcm

from attrs import frozen

from fwd_equations.algebra import Algebra
from fwd_equations.match import Fits, Library
from fwd_equations.polynomial import Monomial, Polynomial, TooLarge, combined, divides, quotient, scaled
from fwd_equations.spell import Unspeakable, spelled
from fwd_equations.terms import ARITHMETIC, Term, at, binary, number, preorder, replace, unary

_TIMES = 6
"""Most monomials that are replaced."""
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
    """Changes statements at random, by what algebra knows. It takes an `Algebra` that belongs to one theorem, or makes
    one: in what order atoms were met before must not matter."""

    def __init__(self, library: Library):
        self._fits = Fits(
            move
            for move in library.rewrites
            if move.rule.name in library.algebraic and not move.conditions and not move.open and move.source.head
        )

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
        places = [place for place in range(part.first, part.stop) if at(statement, place).head in ARITHMETIC]
        if not places:
            return statement
        place = min(rng.choice(places), rng.choice(places))
        algebra = Algebra()
        new = _spelled(algebra, rng, algebra.polynomial(at(statement, place)))
        return statement if new is None else replace(statement, place, new)

    def _rewritten(self, rng: random.Random, statement: Term, part: Part) -> Term:
        """One rule of algebra used somewhere."""
        found = [
            (place, *fitting)
            for place, node in enumerate(preorder(statement))
            if part.first <= place < part.stop
            for fitting in self._fits.fitting(node)
        ]
        if not found:
            return statement
        place, move, values = rng.choice(found)
        return replace(statement, place, move.target(values))  # type: ignore[arg-type]

    def with_equation(self, algebra: Algebra, rng: random.Random, statement: Term, equation: Term) -> Term | None:
        """The statement with monomials of its right side replaced by what an equation says of them; None if it says
        nothing of any."""
        gap = algebra.difference(equation)
        return _without(algebra, rng, statement, gap) if gap else None

    def cancelled(self, algebra: Algebra, rng: random.Random, statement: Term) -> tuple[Term, Term] | None:
        """Something that the right side is divided by, and the statement with it cancelled there; None if there is
        nothing to cancel."""
        side = algebra.polynomial(statement.args[1])
        atoms = sorted(algebra.reciprocals(side or {}), key=algebra.rank)
        if not atoms:
            return None
        atom = rng.choice(atoms)
        body: Polynomial = algebra.atom(atom)  # type: ignore[assignment]
        below = _spelled(algebra, rng, body)
        new = _without(algebra, rng, statement, algebra.inverse_law(atom))
        return None if below is None or new is None else (below, new)

    def balanced(self, rng: random.Random, statement: Term) -> Term:
        """The statement with its difference spelled out: all on one side, no negative number of anything, any part of
        it on each side, or beside a square. The same if that is long."""
        algebra = Algebra()
        gap = algebra.difference(statement)
        if not gap:
            return statement
        scale = lcm(*(Fraction(value).denominator for value in gap.values())) if rng.random() < 0.5 else 1
        gap = scaled(gap, scale)
        square = _square(algebra, rng, gap) if rng.random() < 0.2 else None
        if square is not None:
            total = algebra.polynomial(binary("+", square, _difference(statement, scale)))
            right = _factored(algebra, rng, total)
            return statement if right is None else binary(statement.head, square, right)
        kind = rng.random()
        if kind < 0.15:
            moved = set(gap)
        elif kind < 0.6:
            moved = {one for one in gap if gap[one] < 0}
        else:
            moved = {one for one in gap if rng.random() < 0.5}
        left = _factored(algebra, rng, {one: -value for one, value in gap.items() if one in moved})
        right = _factored(algebra, rng, {one: value for one, value in gap.items() if one not in moved})
        return statement if left is None or right is None else binary(statement.head, left, right)


def _difference(statement: Term, scale: int) -> Term:
    """What the right side is more than the left, so many times."""
    return binary("*", number(scale), binary("-", statement.args[1], statement.args[0]))


def _square(algebra: Algebra, rng: random.Random, gap: Polynomial) -> Term | None:
    """The square of a sum of two products that together are something that the gap has less of; None if there is
    nothing like that."""
    found = sorted(one for one, value in gap.items() if value < 0 and sum(exponent for _, exponent in one) > 1)
    if not found:
        return None
    atoms = [atom for atom, exponent in rng.choice(found) for _ in range(exponent)]
    bodies = [algebra.atom(atom) for atom in atoms]
    if len(bodies) > _SMALL or not all(isinstance(body, Term) for body in bodies):
        return None
    rng.shuffle(bodies)
    middle = rng.randint(1, len(bodies) - 1)
    one, two = (
        reduce(lambda left, right: binary("*", left, right), part) for part in (bodies[:middle], bodies[middle:])
    )
    return unary("^2", binary(rng.choice("++-"), one, two))


def _factored(algebra: Algebra, rng: random.Random, polynomial: Polynomial | None) -> Term | None:
    """The polynomial as a term, perhaps with an atom taken out of all its monomials; None if it is long."""
    common = set.intersection(*({atom for atom, _ in one} for one in polynomial)) if polynomial else set()
    if polynomial is None or len(polynomial) < 2 or not common or rng.random() < 0.4:
        return _spelled(algebra, rng, polynomial)
    factor: Monomial = ((min(common), 1),)
    inner = _spelled(algebra, rng, {quotient(one, factor): value for one, value in polynomial.items()})
    outer = _spelled(algebra, rng, {factor: 1})
    if inner is None or outer is None:
        return None
    return binary("*", *((outer, inner) if rng.random() < 0.7 else (inner, outer)))


def _without(algebra: Algebra, rng: random.Random, statement: Term, zero: Polynomial) -> Term | None:
    """The statement with monomials of its right side replaced with the help of what is 0, mostly those with the atom
    that says most, everywhere; None if that is no help."""
    side = algebra.polynomial(statement.args[1]) or {}
    found = sorted({old for old in zero if old and any(divides(old, one) for one in side)})
    if not found:
        return None
    old = max(found, key=lambda one: max(algebra.rank(atom) for atom, _ in one))
    if rng.random() < 0.4:
        old = rng.choice(found)
    try:
        for _ in range(1 if rng.random() < 0.2 else _TIMES):
            hit = next((one for one in side if divides(old, one)), None)
            if hit is None:
                break
            side = combined(side, {quotient(hit, old): -Fraction(side[hit]) / zero[old]}, zero)
    except TooLarge:
        return None
    new = _spelled(algebra, rng, side)
    return None if new is None else replace(statement, 1 + statement.args[0].size, new)


def _spelled(algebra: Algebra, rng: random.Random, polynomial: Polynomial | None) -> Term | None:
    """The polynomial as a term; None if it is long."""
    if polynomial is None or len(polynomial) > _SMALL:
        return None
    try:
        return spelled(algebra, polynomial, rng)
    except Unspeakable:
        return None
