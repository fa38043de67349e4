"""The kernel's algebra: whether one statement follows from others by computing with polynomials.

It shares no code with `fwd_equations.algebra`, which `apply` uses. Both sides of a statement are read as sums of
products of *factors*, from right to left and without an evaluator: a factor is whatever is no sum, difference, product,
quotient, power or number, and the factors of f(s) and f(t) are the same if the sums of s and t are. 1/0 is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations

from fwd_equations.kernel_text import ONE, TWO, Budget, Refused, Tokens, end, need

Product = frozenset[tuple[int, int]]
"""Factors, each with its exponent."""
Sum = dict[Product, Fraction]

UNIT: Product = frozenset()
_DEFINED = {"tan", "sinh", "cosh", "tanh", "acos", "asinh", "acosh", "atanh"}
"""What is best replaced by what it stands for."""
WORK = 1_000_000
"""Most products that one question may take."""
BITS = 4096
"""Most bits of a number."""


def follows(cited: Sequence[Tokens], claim: Tokens, budget: Budget) -> bool:
    """Whether the claim follows from the cited facts, where equations may be multiplied by anything, what facts say is
    not 0 may be divided by, and two inequalities may be added; anything follows from facts of which this shows that
    they cannot all hold. Whatever the facts are, all denominators in them and in the claim are looked at. Raises
    `Refused` if that takes too much computing."""
    book = _Book(budget)
    wanted = book.gap(claim)
    gaps = [(fact[0], book.gap(fact)) for fact in cited]
    given = [("=", {}), *((relation, gap) for relation, gap in gaps if relation != "=")]
    for relation, gap in given:
        if relation in ("!=", "<"):
            book.note(gap)
    zero = [gap for relation, gap in gaps if relation == "="]
    while True:
        basis, left = [], given
        for basis in book.bases(zero):
            rest = book.modulo(wanted, basis)
            left = [(relation, book.modulo(gap, basis)) for relation, gap in given]
            if _gives(left, claim[0], rest) or _absurd(left) or not book.modulo(_number(1), basis):
                return True
        more = book.inversions(basis, left)
        if not more:
            return False
        zero = basis + more


def _gives(given: Sequence[tuple[str, Sum]], goal: str, wanted: Sum) -> bool:
    """Whether `wanted` has the relation `goal` since one gap, or two of inequalities, have theirs."""
    less = [(relation, gap) for relation, gap in given if relation in ("<", "<=")]
    return any(_enough((relation, goal), wanted, gap) for relation, gap in given) or any(
        _enough_together(goal, wanted, one, two) for one, two in combinations(less, 2)
    )


def _enough(relations: tuple[str, str], wanted: Sum, given: Sum) -> bool:
    """Whether `wanted` has the second relation since `given` has the first, where a gap d has = if d = 0, != if d != 0,
    <= if 0 <= d and < if 0 < d. `wanted` must be k times `given` plus a number."""
    shared = [product for product in given if product]
    k = wanted.get(shared[0], Fraction(0)) / given[shared[0]] if shared else Fraction(0)
    left = {product: wanted.get(product, 0) - k * given.get(product, 0) for product in {*given, *wanted}}
    number = left.pop(UNIT, Fraction(0))
    if any(left.values()):
        return False
    relation, goal = relations
    if k == 0:
        return _holds(goal, number)
    if goal == "!=" and k < 0:
        k, number = -k, -number  # with the other sign it is not 0 either
    match relation, goal:
        case (("!=" | "<"), "!=") if number == 0:
            return True
        case "<", ("<" | "<=" | "!="):
            return k > 0 and number >= 0
        case "<=", "<=":
            return k > 0 and number >= 0
        case "<=", ("<" | "!="):
            return k > 0 and number > 0
    return False


def _number(value: int | str) -> Sum:
    return {UNIT: Fraction(value)} if Fraction(value) else {}


def _enough_together(goal: str, wanted: Sum, one: tuple[str, Sum], two: tuple[str, Sum]) -> bool:
    """Whether `wanted`, which is to have the relation `goal`, is the gaps of two inequalities, each times a positive
    number, plus a number."""
    gaps = wanted, one[1], two[1]
    rows = [[gap.get(product, Fraction(0)) for gap in gaps] for product in {*wanted, *one[1], *two[1]} if product]
    for (w, a, b), (x, c, d) in combinations(rows, 2):
        area = a * d - b * c
        if area:
            k, m = (w * d - b * x) / area, (a * x - w * c) / area
            number = wanted.get(UNIT, 0) - k * one[1].get(UNIT, 0) - m * two[1].get(UNIT, 0)
            if goal == "!=" and k < 0:
                k, m, number = -k, -m, -number
                rows = [[-w, a, b] for w, a, b in rows]
            if k <= 0 or m <= 0 or number < 0 or any(row[0] != k * row[1] + m * row[2] for row in rows):
                return False
            return goal == "<=" or (goal in ("<", "!=") and (number > 0 or "<" in (one[0], two[0])))
    return False


def _absurd(given: Sequence[tuple[str, Sum]]) -> bool:
    """Whether a gap is a number that does not have its relation, or gaps of two inequalities, each times a positive
    number, add up to one."""
    for relation, gap in given:
        if not any(gap) and not _holds(relation, gap.get(UNIT, Fraction(0))):
            return True
    less = [(relation, gap) for relation, gap in given if relation in ("<", "<=")]
    for (one, first), (two, second) in combinations(less, 2):
        shared = next((product for product in first if product and product in second), None)
        k = -first[shared] / second[shared] if shared is not None else Fraction(0)
        total = {product: first.get(product, 0) + k * second.get(product, 0) for product in {*first, *second}}
        number = Fraction(total.pop(UNIT, 0))
        if k > 0 and not any(total.values()) and not _holds("<" if "<" in (one, two) else "<=", number):
            return True
    return False


def _holds(relation: str, number: Fraction) -> bool:
    """Whether a gap that is a number has the relation."""
    return {"=": number == 0, "!=": number != 0, "<=": number >= 0, "<": number > 0}[relation]


class _Book:
    """Numbers of the factors of one check, and what is known of them."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._factors: dict[tuple, int] = {}
        self._depth: list[int] = []
        """How much each factor is made of."""
        self._under: dict[int, Sum] = {}
        """For each factor that is 1 divided by a sum, that sum."""
        self._inverted: list[int] = []
        """Factors that are 1 divided by something that is known not to be 0."""
        self._not_zero: list[Sum] = []
        self._single: list[Sum] = []
        self._work = 0

    def gap(self, statement: Tokens) -> Sum:
        """The right side of a statement less the left."""
        middle = end(statement, 1)
        return self._plus(self._read(statement[middle:]), self._read(statement[1:middle]), Fraction(-1))

    def note(self, gap: Sum) -> None:
        """The gap is not 0, nor are the factors of a product, nor is the product of two things that are not."""
        if not gap:
            return
        new = [self._scaled(gap)]
        if len(gap) == 1:
            new += [{frozenset(((factor, 1),)): Fraction(1)} for factor, _ in next(iter(gap))]
        for one in new:
            self._not_zero += [one, *(self._scaled(self._times(one, other)) for other in (one, *self._single))]
            self._single.append(one)

    def inversions(self, basis: Sequence[Sum], given: Sequence[tuple[str, Sum]]) -> list[Sum]:
        """What is 0, and was not said to be before, since something is not: it times 1 divided by it, less 1."""
        known = [self._scaled(rest) for one in self._not_zero if (rest := self.modulo(one, basis))]
        found: list[Sum] = []
        for factor, below in self._under.items():
            if factor not in self._inverted and self._differs_from_zero(below, basis, known, given):
                self._inverted.append(factor)
                found.append(self._plus(self._times(below, {frozenset(((factor, 1),)): Fraction(1)}), _number(-1)))
        return found

    def bases(self, zero: Sequence[Sum]) -> Iterator[list[Sum]]:
        """What is 0 if some sums are, as sums of which each begins with another product: first what is made of them one
        by one, then what Buchberger's algorithm adds, now and then and at last when that is all."""
        basis: list[Sum] = []
        later: list[Sum] = []
        for one in sorted(zero, key=len):
            later += self._join(basis, one)
        yield basis
        seen = len(basis)
        while later:
            one = later.pop(min(range(len(later)), key=lambda place: len(later[place])))
            later += self._join(basis, one)
            if len(basis) > seen + 2:
                seen = len(basis)
                yield basis
        yield basis

    def _join(self, basis: list[Sum], one: Sum) -> list[Sum]:
        """Add what is new about a sum that is 0. Returns the differences of its multiples and others' in which both
        beginnings cancel; only of those with a common factor."""
        new = self.modulo(one, basis)
        if not new:
            return []
        begin = self._begin(new)
        found: list[Sum] = []
        for other in basis:
            mine, theirs = dict(begin), dict(self._begin(other))
            if mine.keys() & theirs.keys():
                up = frozenset((each, n - mine.get(each, 0)) for each, n in theirs.items() if n > mine.get(each, 0))
                down = frozenset((each, n - theirs.get(each, 0)) for each, n in mine.items() if n > theirs.get(each, 0))
                left = self._times({up: 1 / new[begin]}, new)
                right = self._times({down: 1 / other[frozenset(theirs.items())]}, other)
                found.append(self._plus(left, right, Fraction(-1)))
        basis.append(new)
        return found

    def modulo(self, one: Sum, basis: Sequence[Sum]) -> Sum:
        """The sum less multiples of what is 0, until no product is left in it that a beginning divides."""
        begins = [(dict(self._begin(zero)), zero) for zero in basis]
        done: Sum = {}
        while one:
            self._count(len(one))
            first = self._begin(one)
            powers = dict(first)
            for begin, zero in begins:
                if all(powers.get(each, 0) >= exponent for each, exponent in begin.items()):
                    rest = frozenset((each, n - begin.get(each, 0)) for each, n in first if n > begin.get(each, 0))
                    scale = -one[first] / zero[frozenset(begin.items())]
                    one = self._plus(one, self._times({rest: scale}, zero))
                    break
            else:
                done[first] = one[first]
                one = {product: number for product, number in one.items() if product != first}
        return done

    def _begin(self, one: Sum) -> Product:
        """The last product of the sum in the lexicographic order, in which a factor comes after what it is made of."""
        return max(one, key=lambda product: sorted(((self._depth[each], each, n) for each, n in product), reverse=True))

    def _differs_from_zero(
        self, one: Sum, basis: Sequence[Sum], known: Sequence[Sum], given: Sequence[tuple[str, Sum]]
    ) -> bool:
        """Whether a sum is, but for multiples of what is 0, something known, or follows from a gap that is given:
        without the denominators of which that is so, and perhaps times another one or its square."""

        def known_to(other: Sum) -> bool:
            rest = self.modulo(other, basis)
            return bool(rest) and (self._scaled(rest) in known or _gives(given, "!=", rest))

        while True:
            inner = (factor for product in one for factor, _ in product if factor in self._under)
            factor = next((each for each in inner if known_to(self._under[each])), None)
            if factor is None:
                break
            one = self._removed(factor, one)
        if known_to(one):
            return True
        once = [self._times(one, self._under[factor]) for factor in self._inverted]
        twice = (self._times(each, self._under[factor]) for each, factor in zip(once, self._inverted, strict=True))
        return any(map(known_to, chain(once, twice)))

    def _removed(self, factor: int, one: Sum) -> Sum:
        """The sum multiplied by what the factor is under, as often as it takes to be rid of the factor."""
        powers = (exponent for product in one for other, exponent in product if other == factor)
        return self._without(factor, max(powers, default=0), one)

    def _without(self, factor: int, most: int, one: Sum) -> Sum:
        result: Sum = {}
        for product, number in one.items():
            times = most - dict(product).get(factor, 0)
            rest: Sum = {frozenset(pair for pair in product if pair[0] != factor): number}
            result = self._plus(result, self._times(rest, self._power(self._under[factor], times)))
        return result

    def _read(self, side: Tokens) -> Sum:
        ready: list[Sum] = []
        for token in reversed(side):
            if token in TWO:
                ready.append(self._two(token, ready.pop(), ready.pop()))
            elif token in ONE:
                ready.append(self._one(token, ready.pop()))
            elif token.isdigit():
                ready.append(self._plus({}, _number(token)))
            else:
                ready.append(self._factor((token,)))
        (found,) = ready
        return found

    def _two(self, token: str, one: Sum, two: Sum) -> Sum:
        match token:
            case "+":
                return self._plus(one, two)
            case "-":
                return self._plus(one, two, Fraction(-1))
            case "*":
                return self._times(one, two)
            case "/":
                return self._times(one, self._inverse(two))
        return self._factor((token, frozenset(one.items()), frozenset(two.items())))

    def _one(self, token: str, one: Sum) -> Sum:
        if token == "neg":
            return self._plus({}, one, Fraction(-1))
        if token.startswith("^"):
            return self._power(one, int(token[1:]))
        return self._factor((token, frozenset(one.items())))

    def _factor(self, key: tuple) -> Sum:
        if key not in self._factors:
            self._factors[key] = len(self._factors)
            inside = [(each, n) for part in key[1:] for product, _ in part for each, n in product]
            scaled = sum(number != 1 for part in key[1:] for _, number in part)
            defined = 2 * (key[0] in _DEFINED)
            depth = 1 + defined + scaled + sum(self._depth[each] * n for each, n in inside)
            self._depth.append(0 if key[0] == "/" else depth)
        return {frozenset(((self._factors[key], 1),)): Fraction(1)}

    def _plus(self, one: Sum, two: Sum, scale: Fraction = Fraction(1)) -> Sum:
        self._count(len(one) + len(two))
        result = dict(one)
        for product, number in two.items():
            result[product] = result.get(product, Fraction(0)) + scale * number
        return self._tidy(result)

    def _times(self, one: Sum, two: Sum) -> Sum:
        self._count(len(one) * len(two))
        result: Sum = {}
        for first, number in one.items():
            for second, other in two.items():
                exponents = dict(first)
                for factor, exponent in second:
                    exponents[factor] = exponents.get(factor, 0) + exponent
                product = frozenset(exponents.items())
                result[product] = result.get(product, Fraction(0)) + number * other
        return self._tidy(result)

    def _power(self, base: Sum, exponent: int) -> Sum:
        result: Sum = {UNIT: Fraction(1)}
        for _ in range(exponent):
            result = self._times(result, base)
        return result

    def _count(self, products: int) -> None:
        self._work += products
        self._budget.spend(products)
        need(self._work <= WORK, "the algebra takes too much computing")

    def _tidy(self, one: Sum) -> Sum:
        for number in one.values():
            if max(number.numerator.bit_length(), number.denominator.bit_length()) > BITS:
                raise Refused("the algebra has numbers that are too large")
        return {product: number for product, number in one.items() if number}

    def _inverse(self, one: Sum) -> Sum:
        if len(one) != 1:
            return self._under_one(one) if one else {}
        ((product, number),) = one.items()
        result: Sum = {UNIT: 1 / number}
        for factor, exponent in product:
            inverse = self._under.get(factor) or self._under_one({frozenset(((factor, 1),)): Fraction(1)})
            result = self._times(result, self._power(inverse, exponent))
        return result

    def _under_one(self, one: Sum) -> Sum:
        """1 divided by the sum: a factor for what the sum is up to scale, times a number."""
        below = self._scaled(one)
        found = self._factor(("/", frozenset(below.items())))
        ((factor, _),) = next(iter(found))
        self._under[factor] = below
        product = next(iter(below))
        return {next(iter(found)): below[product] / one[product]}

    @staticmethod
    def _scaled(one: Sum) -> Sum:
        """A multiple of the sum, the same for all its multiples."""
        first = min(one, key=sorted)
        return {product: number / one[first] for product, number in one.items()}
