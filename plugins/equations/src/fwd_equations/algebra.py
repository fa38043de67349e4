"""Which statements say the same but for algebra, for `apply` (the kernel has its own, `fwd_equations.kernel_algebra`).

A term is read as a polynomial with rational coefficients in *atoms*: variables, pi, applications of functions other
than arithmetic, and reciprocals. Arguments of functions are polynomials too, so that `sin(x + y)` and `sin(y + x)` are
one atom. The reciprocal of a product is the product of reciprocals and 1/(1/x) is x for all reals, 1/0 being 0; what is
true only of numbers other than 0 is used when a fact says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from fwd_equations.polynomial import (
    ZERO,
    Monomial,
    Polynomial,
    TooLarge,
    exponent_of,
    frozen_form,
    helps,
    leading,
    monic,
    monomials_of,
    plus,
    power,
    remainder,
    times,
)
from fwd_equations.rulefile import Rule
from fwd_equations.terms import POWERS, Term, binary, postorder

ROUNDS = 8
"""Most denominators that are cleared, and most things that are known not to be 0."""
MEMO = 50_000
"""Most terms that are remembered, before all start afresh."""


Reason = tuple[int, ...]
"""Numbers of facts."""


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

    def reasons(self, terms: list[Term]) -> Mapping[frozenset, Reason]:
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

    def follows(self, premises: Sequence[Term], goal: Term, known: Known, terms: list[Term]) -> Reason | None:
        """Whether `goal` follows by algebra from the first premise, and a second one that is an equation: right less
        left side of `goal` is that of the first premise times a number, plus a number, plus any multiple of that of the
        last premise if it is an equation, and with the relation of the first premise that is enough.

        Returns the numbers of the facts, among `terms`, that say of a denominator that it is not 0; None if `goal` does
        not follow, or that takes too much computing."""
        if len(self._memo) > MEMO:
            self._forget()
        gaps = [self.difference(statement) for statement in (goal, *premises)]
        found = [gap for gap in gaps if gap is not None]
        if len(found) < len(gaps) or any(statement.head != "=" for statement in premises[1:]):
            return None
        if len(found) > 2 and not self._fractional(found) and not helps(found[2], found[:2]):
            found[2] = ZERO  # nothing to take away, which is soon said and most often the case
        try:
            return self._follows(premises[0].head, goal.head, found, known, terms)
        except TooLarge:
            return None

    def knows(self, rule: Rule) -> bool:
        """Whether algebra alone gives what an equation or equivalence says."""
        if rule.left is None:
            return False
        known, conditions = Known(self), list(rule.conditions)
        if rule.kind == "equivalence":
            ways = ((rule.left, rule.right), (rule.right, rule.left))
        else:
            ways = ((binary("=", rule.left, rule.left), binary("=", rule.left, rule.right)),)
        return all(self.follows((given,), wanted, known, conditions) is not None for given, wanted in ways)

    def _follows(
        self, relation: str, goal: str, gaps: list[Polynomial], known: Known, terms: list[Term]
    ) -> Reason | None:
        """`follows` for the differences of goal and premises. If it does not follow at once, they are multiplied by
        denominators that are not 0: such a factor may be negative, but goal and first premise get the same, so that a
        multiple stays a multiple."""
        if _implies(relation, goal, gaps):
            return ()
        used: list[int] = []
        for _ in range(ROUNDS if self._fractional(gaps) else 0):
            found = self._denominator(monomials_of(gaps), known.reasons(terms), deep=True)
            if found is None:
                return None
            atom, reason = found
            used += reason
            gaps = [*self._all_cleared(gaps[:2], atom), *self._all_cleared(gaps[2:], atom)]
            if _implies(relation, goal, gaps, slack=False):
                return tuple(sorted(set(used)))
        return None

    def _fractional(self, gaps: Iterable[Polynomial]) -> bool:
        return any(atom in self._inverted for monomial in monomials_of(gaps) for atom, _ in monomial)

    def _forget(self) -> None:
        self.age += 1
        for memo in (self._memo, self._atoms, self._inverted, self._terms):
            memo.clear()

    def _denominator(
        self, monomials: Iterable[Monomial], reasons: Mapping[frozenset, Reason], deep: bool = False
    ) -> tuple[int, Reason] | None:
        """A reciprocal of something that is not 0, and why it is not: the one with the earliest facts, so that the
        numbers of atoms, which differ from process to process, decide nothing. With `deep` fractions in it are looked
        into."""
        found: list[tuple[Reason, int]] = []
        for atom in {atom for monomial in monomials for atom, _ in monomial if atom in self._inverted}:
            body = self._inverted[atom]
            reason = reasons.get(frozen_form(body))
            if reason is None and deep:
                reason = self._fraction(body, reasons)
            if reason is not None:
                found.append((reason, atom))
        reason, atom = min(found, default=((), None))
        return None if atom is None else (atom, reason)

    def _fraction(self, body: Polynomial, reasons: Mapping[frozenset, Reason]) -> Reason | None:
        """Why a sum of fractions is not 0: its denominators are not, nor is what it becomes without them."""
        used: list[int] = []
        for _ in range(ROUNDS):
            found = self._denominator(body, reasons)
            if found is None:
                return None
            atom, reason = found
            used += reason
            body = self._cleared(body, atom, exponent_of(atom, body))
            last = reasons.get(frozen_form(monic(body)[0])) if body else None
            if last is not None:
                return (*used, *last)
        return None

    def _all_cleared(self, gaps: Sequence[Polynomial], atom: int) -> list[Polynomial]:
        most = exponent_of(atom, monomials_of(gaps))
        return [self._cleared(gap, atom, most) for gap in gaps]

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

    def _atom(self, key: tuple) -> Polynomial:
        return {((self._atoms.setdefault(key, len(self._atoms)), 1),): 1}

    def _inverse(self, polynomial: Polynomial) -> Polynomial:
        """1 divided by it, and 0 if it is 0."""
        if not polynomial:
            return ZERO
        if len(polynomial) > 1:
            unit, coefficient = monic(polynomial)
            return times(self._reciprocal(unit), {(): Fraction(1) / coefficient})
        ((monomial, coefficient),) = polynomial.items()
        result: Polynomial = {(): Fraction(1) / coefficient}
        for atom, exponent in monomial:
            inverse = self._inverted.get(atom) or self._reciprocal({((atom, 1),): 1})
            result = times(result, power(inverse, exponent))
        return result

    def _reciprocal(self, polynomial: Polynomial) -> Polynomial:
        """The atom for 1 divided by an atom, or by several monomials the first of which has the coefficient 1."""
        found = self._atom(("/", frozen_form(polynomial)))
        self._inverted[leading(found)[0][0]] = polynomial
        return found


def _implies(relation: str, goal: str, gaps: Sequence[Polynomial], slack: bool = True) -> bool:
    """Whether the first gap has the relation `goal` since the second has `relation`, where a gap d has = if d = 0,
    != if d != 0, <= if 0 <= d and < if 0 < d. It must be a number times the second, plus any multiple of the last if
    that is 0, plus a number; without `slack` the latter must be 0."""
    wanted, given = gaps[:2]
    factor = Fraction(0)
    if len(gaps) > 2:
        wanted, given = (remainder(gap, gaps[2]) for gap in (wanted, given))
    elif relation == "=":
        wanted, given = remainder(wanted, given), ZERO
    if (varying := next((monomial for monomial in given if monomial), None)) is not None:
        factor = Fraction(wanted.get(varying, 0)) / given[varying]
    rest = plus(wanted, given, -factor) if factor else wanted
    if any(rest) or (rest and not slack):
        return False
    least = rest.get((), 0)
    if relation == "=" or not factor:
        return {"=": least == 0, "!=": least != 0, "<=": least >= 0, "<": least > 0}[goal]
    if goal == "!=" and not least:
        return relation in ("!=", "<")
    if relation == "!=" or factor < 0 or least < 0:
        return False
    return goal == "<=" or (goal in ("<", "!=") and (relation == "<" or least > 0))
