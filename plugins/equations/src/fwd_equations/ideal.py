"""What follows from some equations: the polynomials that are 0 if these are, as a Groebner basis.

Buchberger's algorithm (1965), one equation at a time, in a lexicographic order: what says much, such as the sine of a
sum, is replaced by what it is made of. Each element of the basis knows the facts that it comes of. All work is bounded:
a basis that would take more stays incomplete, and then less is found to follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from fwd_equations.polynomial import (
    Monomial,
    Polynomial,
    TooLarge,
    combined,
    divides,
    inverse_of,
    multiple,
    plus,
    quotient,
    scaled,
    times,
)

Sources = frozenset[int]
"""Numbers of facts."""

ELEMENTS = 48
"""Most elements of a basis."""
PAIRS = 60
"""Most pairs of elements that are looked at for one equation."""
WORK = 15_000
"""Most monomials that are handled for one question, and three times as many for one equation."""
MONOMIALS = 64
"""Largest element of a basis."""


@frozen(eq=False)
class Element:
    """A polynomial that is 0 for some reason; `first` is its largest monomial, with the coefficient 1."""

    first: Monomial
    polynomial: Polynomial
    reason: Sources


class Ideal:
    """The equations so far. `rank` orders the atoms."""

    def __init__(self, rank: Callable[[int], tuple]):
        self._rank = rank
        self._elements: list[Element] = []
        self._paired: list[Element] = []
        """Those that further pairs are made with."""
        self._divisors: dict[Monomial, Element | None] = {}
        self._keys: dict[Monomial, list] = {}
        self._left = 0
        """Monomials that may still be handled."""
        self.contradiction: Sources | None = None
        """Why 1 is 0, if it is."""

    def add(self, polynomial: Polynomial, reason: Iterable[int]) -> None:
        """The polynomial is 0."""
        waiting: list[tuple[Polynomial, Sources]] = [(polynomial, frozenset(reason))]
        self._left = 3 * WORK
        for _ in range(PAIRS):
            if not waiting or len(self._elements) >= ELEMENTS:
                break
            least = min(range(len(waiting)), key=lambda one: self._size(waiting[one][0]))
            try:
                element = self._element(*waiting.pop(least))
            except TooLarge:
                continue
            if element is not None:
                waiting += self._taken_in(element)

    def rest(self, polynomial: Polynomial) -> tuple[Polynomial, Sources]:
        """What is left of a polynomial when all multiples of elements are taken away, and why. Raises `TooLarge`."""
        self._left = WORK
        return self._reduced(polynomial)

    def _reduced(self, polynomial: Polynomial) -> tuple[Polynomial, Sources]:
        reason: Sources = frozenset()
        while self._left > 0:
            for monomial in polynomial:
                element = self._divisor(monomial)
                if element is not None:
                    break
            else:
                return polynomial, reason
            self._left -= len(polynomial) + len(element.polynomial)
            factor: Polynomial = {quotient(monomial, element.first): -polynomial[monomial]}
            polynomial = combined(polynomial, factor, element.polynomial)
            reason |= element.reason
        raise TooLarge

    def _divisor(self, monomial: Monomial) -> Element | None:
        """The first element whose largest monomial divides this one."""
        try:
            return self._divisors[monomial]
        except KeyError:
            found = next((one for one in self._elements if divides(one.first, monomial)), None)
            self._divisors[monomial] = found
            return found

    def _element(self, polynomial: Polynomial, reason: Sources) -> Element | None:
        """The element that says what is new about it; None if nothing is."""
        polynomial, more = self._reduced(polynomial)
        if not polynomial:
            return None
        if len(polynomial) > MONOMIALS:
            raise TooLarge
        first = max(polynomial, key=self._key)
        return Element(first, scaled(polynomial, inverse_of(polynomial[first])), reason | more)

    def _taken_in(self, new: Element) -> list[tuple[Polynomial, Sources]]:
        """Add an element. Returns what is 0 as well, being left of pairs. An element whose largest monomial is a
        multiple of the new one's is in no further pairs; it stays, in case what is left of it is too much work."""
        waiting: list[tuple[Polynomial, Sources]] = []
        kept: list[Element] = []
        for old in self._paired:
            lowest = multiple(new.first, old.first)
            if lowest != old.first:
                kept.append(old)
            if len(lowest) == len(new.first) + len(old.first):
                continue  # without a common factor the pair gives nothing (Buchberger's first criterion)
            try:
                one = times({quotient(lowest, new.first): 1}, new.polynomial)
                two = times({quotient(lowest, old.first): 1}, old.polynomial)
                waiting.append((plus(one, two, -1), new.reason | old.reason))
            except TooLarge:
                continue
        if not new.first:
            self.contradiction = self.contradiction or new.reason
        self._paired = [*kept, new]
        self._elements.append(new)
        self._divisors.clear()
        return waiting

    def _size(self, polynomial: Polynomial) -> tuple:
        """By which what is simple is looked at first."""
        return len(polynomial), sorted(map(self._key, polynomial), reverse=True)

    def _key(self, monomial: Monomial) -> list:
        """Lexicographic order by the ranks of the atoms."""
        found = self._keys.get(monomial)
        if found is None:
            ranked = sorted(((self._rank(atom), exponent) for atom, exponent in monomial), reverse=True)
            found = self._keys[monomial] = ranked
        return found
