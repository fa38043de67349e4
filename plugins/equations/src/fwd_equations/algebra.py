"""Terms as polynomials, for `apply` and the grammar (the kernel has its own, `fwd_equations.kernel_algebra`).

A term is read as a polynomial with rational coefficients in *atoms*: variables, pi, applications of functions other
than arithmetic, and reciprocals. Arguments of functions are polynomials too, so that `sin(x + y)` and `sin(y + x)` are
one atom. The reciprocal of a product is the product of reciprocals and 1/(1/x) is x for all reals, 1/0 being 0; what is
true only of numbers other than 0 is used when a fact says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from fwd_equations.polynomial import (
    ONE,
    ZERO,
    Polynomial,
    TooLarge,
    exponent_of,
    frozen_form,
    inverse_of,
    leading,
    monic,
    plus,
    power,
    scaled,
    times,
)
from fwd_equations.terms import POWERS, Term, postorder

ROUNDS = 8
"""Most denominators that are cleared, and most things that are known not to be 0."""
MEMO = 50_000
"""Most terms that are remembered, before all start afresh."""
_DEFINED = frozenset(("tan", "sinh", "cosh", "tanh", "acos", "asinh", "acosh", "atanh"))
"""Functions that rules define by others."""


Reason = tuple[int, ...]
"""Numbers of facts."""
Rank = tuple[int, str]
"""How much an atom says, and what."""


class Knowledge(Protocol):
    """What some facts say of polynomials."""

    inverted: Sequence[tuple[int, Reason]]
    """Reciprocals of what is not 0, and why it is not."""

    def differs(self, polynomial: Polynomial) -> Reason | None:
        """Why the polynomial is not 0, if that is known."""
        ...


class Known:
    """What the facts of one graph say is not 0, and the products of any two such things. All of these are polynomials
    up to a factor."""

    def __init__(self, algebra: Algebra):
        self._algebra = algebra
        self._begin()

    def _begin(self) -> None:
        self._age = self._algebra.age
        self._seen = 0
        self._single: list[tuple[Polynomial, int]] = []
        self._reasons: dict[frozenset, Reason] = {}

    def reasons(self, terms: Sequence[Term]) -> Mapping[frozenset, Reason]:
        """The facts that say so, by what is not 0, given the graph's facts so far."""
        if self._age != self._algebra.age:
            self._begin()
        for number in range(self._seen, len(terms)):
            if terms[number].head in ("!=", "<"):
                for part in self._algebra.parts(terms[number]):
                    self._take_in(part, number)
        self._seen = len(terms)
        return self._reasons

    def _take_in(self, part: Polynomial, number: int) -> None:
        if frozen_form(part) in self._reasons or len(self._single) >= ROUNDS:
            return
        self._reasons[frozen_form(part)] = (number,)
        self._single.append((part, number))
        for other, earlier in self._single:
            try:
                product = monic(times(part, other))[0]
            except TooLarge:
                continue
            self._reasons.setdefault(frozen_form(product), tuple(dict.fromkeys((earlier, number))))


class Algebra:
    """Reads terms as polynomials, and remembers them."""

    def __init__(self) -> None:
        self.age = 0
        """Changes when atoms get new numbers."""
        self._memo: dict[Term, Polynomial | None] = {}
        self._atoms: dict[tuple, int] = {}
        self._inverted: dict[int, Polynomial] = {}
        """What the atoms that are reciprocals are the reciprocals of."""
        self._terms: dict[int, Term] = {}
        """The terms that the other atoms were first seen as."""
        self._ranks: dict[int, Rank] = {}

    def tidy(self) -> None:
        """Forget everything, once that is much. Then `age` has changed."""
        if len(self._memo) > MEMO:
            self._forget()

    def _forget(self) -> None:
        self.age += 1
        for memo in (self._memo, self._atoms, self._inverted, self._terms, self._ranks):
            memo.clear()

    def reciprocals(self, polynomial: Polynomial) -> set[int]:
        """Its atoms that are 1 divided by something."""
        return {atom for monomial in polynomial for atom, _ in monomial if atom in self._inverted}

    def inversion(self, atom: int, knowledge: Knowledge) -> tuple[Polynomial, Reason] | None:
        """The atom's `inverse_law`, with the facts that say that it holds; None if none do. Raises `TooLarge`."""
        reason = self._differs(self._inverted[atom], knowledge)
        return None if reason is None else (self.inverse_law(atom), reason)

    def inverse_law(self, atom: int) -> Polynomial:
        """What is 0 if what the atom is the reciprocal of is not: the product of both less 1. Raises `TooLarge`."""
        return plus(times(self._inverted[atom], {((atom, 1),): 1}), ONE, -1)

    def _differs(self, body: Polynomial, knowledge: Knowledge) -> Reason | None:
        """Why something is not 0: without the denominators that are not, or times a further one or its square, it is
        something of which that is known. The least reasons come first: the numbers of atoms, which differ from process
        to process, decide nothing."""
        body, used = self._without_denominators(body, knowledge)
        reason = knowledge.differs(body)
        if reason is not None:
            return (*used, *reason)
        for atom, why in knowledge.inverted:
            product = body
            for _ in range(2):
                product = times(product, self._inverted[atom])
                reason = knowledge.differs(product)
                if reason is not None:
                    return (*used, *why, *reason)
        return None

    def _without_denominators(self, body: Polynomial, knowledge: Knowledge) -> tuple[Polynomial, Reason]:
        used: Reason = ()
        for _ in range(ROUNDS):
            known = [(knowledge.differs(self._inverted[one]), self.rank(one), one) for one in self.reciprocals(body)]
            found = min(((why, rank, one) for why, rank, one in known if why is not None), default=None)
            if found is None:
                break
            used += found[0]
            body = self._cleared(body, found[2], exponent_of(found[2], body))
        return body, used

    def _cleared(self, polynomial: Polynomial, atom: int, most: int) -> Polynomial:
        """The polynomial times a power of what the atom is the reciprocal of."""
        result = ZERO
        for monomial, coefficient in polynomial.items():
            exponent = dict(monomial).get(atom, 0)
            rest = {tuple(one for one in monomial if one[0] != atom): coefficient}
            result = plus(result, times(rest, power(self._inverted[atom], most - exponent)))
        return result

    def parts(self, statement: Term) -> list[Polynomial]:
        """What is not 0 if both sides differ: the difference divided by its first coefficient, or each atom of it if
        it is a product."""
        difference = self.difference(statement)
        if not difference:
            return []
        if len(difference) == 1:
            return [{((atom, 1),): 1} for monomial in difference for atom, _ in monomial]
        return [monic(difference)[0]]

    def difference(self, statement: Term) -> Polynomial | None:
        """The right side less the left; None if that is too large."""
        left, right = (self.polynomial(side) for side in statement.args)
        if left is None or right is None:
            return None
        try:
            return plus(right, left, -1)
        except TooLarge:
            return None

    def polynomial(self, term: Term) -> Polynomial | None:
        """What a term is; None if that is too large."""
        memo = self._memo
        if term in memo:
            return memo[term]
        for node in postorder(term, memo):
            memo[node] = self._read(node, [memo[arg] for arg in node.args])
        return memo[term]

    def _read(self, node: Term, args: list[Polynomial | None]) -> Polynomial | None:
        parts = [arg for arg in args if arg is not None]
        if len(parts) < len(args):
            return None
        try:
            return self._arithmetic(node, parts)
        except TooLarge:
            return None

    def _arithmetic(self, node: Term, args: list[Polynomial]) -> Polynomial:
        head = node.head
        match head, args:
            case "+", [one, two]:
                return plus(one, two)
            case "-", [one, two]:
                return plus(one, two, -1)
            case "*", [one, two]:
                return times(one, two)
            case "/", [one, two]:
                return times(one, self._inverse(two))
            case "neg", [one]:
                return plus(ZERO, one, -1)
        if head in POWERS:
            return power(args[0], int(head[1:]))
        if head.isdigit():
            return plus(ZERO, {(): int(head)})
        found = self._atom((head, *map(frozen_form, args)))
        self._terms.setdefault(leading(found)[0][0], node)
        return found

    def atom(self, number: int) -> Term | Polynomial:
        """What an atom stands for: a term, or 1 divided by a polynomial."""
        return self._terms.get(number) or self._inverted[number]

    def rank(self, atom: int) -> Rank:
        """The place of an atom in an order that does not depend on what was read before. It comes after those that its
        arguments are made of, but reciprocals come first: then a quotient is put in place of what is said to be one."""
        return self._ranks[atom]

    def _atom(self, key: tuple) -> Polynomial:
        number = self._atoms.setdefault(key, len(self._atoms))
        if number not in self._ranks:
            self._ranks[number] = self._ranked(*key)
        return {((number, 1),): 1}

    def _ranked(self, head: str, *args: frozenset) -> Rank:
        weight, texts = 3 if head in _DEFINED else 1, [head]
        for arg in args:
            parts = []
            for monomial, coefficient in arg:
                ranks = [(*self._ranks[atom], exponent) for atom, exponent in monomial]
                weight += sum(size * exponent for size, _, exponent in ranks) + (coefficient != 1)
                parts.append(f"{coefficient}" + "".join(sorted(f"*{text}^{exponent}" for _, text, exponent in ranks)))
            texts.append(" + ".join(sorted(parts)))
        return weight if head != "/" else 0, f"({', '.join(texts)})" if args else head

    def _inverse(self, polynomial: Polynomial) -> Polynomial:
        """1 divided by it, and 0 if it is 0."""
        if not polynomial:
            return ZERO
        if len(polynomial) > 1:
            unit, coefficient = monic(polynomial)
            return scaled(self._reciprocal(unit), inverse_of(coefficient))
        ((monomial, coefficient),) = polynomial.items()
        result: Polynomial = {(): inverse_of(coefficient)}
        for atom, exponent in monomial:
            inverse = self._inverted.get(atom) or self._reciprocal({((atom, 1),): 1})
            result = times(result, power(inverse, exponent))
        return result

    def _reciprocal(self, polynomial: Polynomial) -> Polynomial:
        """The atom for 1 divided by an atom, or by several monomials the first of which has the coefficient 1."""
        found = self._atom(("/", frozen_form(polynomial)))
        self._inverted[leading(found)[0][0]] = polynomial
        return found
