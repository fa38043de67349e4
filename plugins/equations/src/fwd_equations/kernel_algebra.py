"""The kernel's algebra: whether one statement follows from another by computing with polynomials.

It shares no code with `fwd_equations.algebra`, which `apply` uses. Both sides of a statement are read as sums of
products of *factors*, from right to left and without an evaluator: a factor is whatever is no sum, difference, product,
quotient, power or number, and the factors of f(s) and f(t) are the same if the sums of s and t are. 1/0 is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain

from fwd_equations.kernel_text import ONE, TWO, Refused, Tokens, end, need

Product = frozenset[tuple[int, int]]
"""Factors, each with its exponent."""
Sum = dict[Product, Fraction]

UNIT: Product = frozenset()
WORK = 1_000_000
"""Most products that one check may compute or copy."""
BITS = 4096
"""Most bits of a number."""


def follows(premises: Sequence[Tokens], claim: Tokens, cited: Sequence[Tokens]) -> bool:
    """Whether the claim follows from the first premise and a second one that is an equation, where any multiple of the
    last, if it is an equation, may be added and what `cited` facts say is not 0 may be divided by. Raises `Refused` if
    that takes too much computing."""
    need(all(premise[0] == "=" for premise in premises[1:]), "the second premise is no equation")
    book = _Book()
    wanted, given, *zero = (book.gap(one) for one in (claim, *premises))
    relations = premises[0][0], claim[0]
    if _enough(relations, *book.less(relations[0], wanted, given, zero), offset=True):
        return True
    for other in cited:
        if other[0] in ("!=", "<"):
            book.note(book.gap(other))
    while (factor := book.removable(wanted, given, *zero)) is not None:
        wanted, given = book.remove(factor, wanted, given)
        zero = [book.remove(factor, one)[0] for one in zero]
        if _enough(relations, *book.less(relations[0], wanted, given, zero), offset=False):
            return True
    return False


def _enough(relations: tuple[str, str], wanted: Sum, given: Sum, offset: bool) -> bool:
    """Whether `wanted` has the second relation since `given` has the first, where a gap d has = if d = 0, != if d != 0,
    <= if 0 <= d and < if 0 < d. `wanted` must be k times `given` plus a number, or just k times it without `offset`."""
    shared = [product for product in given if product]
    k = wanted.get(shared[0], Fraction(0)) / given[shared[0]] if shared else Fraction(0)
    left = {product: wanted.get(product, 0) - k * given.get(product, 0) for product in {*given, *wanted}}
    number = left.pop(UNIT, Fraction(0))
    if any(left.values()) or (number and not offset):
        return False
    relation, goal = relations
    if k == 0 or relation == "=":
        return {"=": number == 0, "!=": number != 0, "<=": number >= 0, "<": number > 0}[goal]
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


class _Book:
    """Numbers of the factors of one check, and what is known of them."""

    def __init__(self) -> None:
        self._factors: dict[tuple, int] = {}
        self._under: dict[int, Sum] = {}
        """For each factor that is 1 divided by a sum, that sum."""
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

    def less(self, relation: str, wanted: Sum, given: Sum, zero: Sequence[Sum]) -> list[Sum]:
        """What is wanted and what is given without the multiples of the last that is 0, which may be `given` itself."""
        if zero:
            return [self._modulo(one, zero[0]) for one in (wanted, given)]
        return [self._modulo(wanted, given) if relation == "=" else wanted, given]

    def _modulo(self, one: Sum, zero: Sum) -> Sum:
        """The sum without products that the largest of `zero`, in the graded lexicographic order, divides."""
        if not zero:
            return one
        largest = max(zero, key=lambda product: (sum(power for _, power in product), sorted(product, reverse=True)))
        powers = dict(largest)
        while True:
            hits = (product for product in one if all(dict(product).get(each, 0) >= powers[each] for each in powers))
            hit = next(hits, None)
            if hit is None:
                return one
            rest = frozenset((each, power - powers.get(each, 0)) for each, power in hit if power > powers.get(each, 0))
            one = self._plus(one, self._times({rest: -one[hit] / zero[largest]}, zero))

    def removable(self, *sums: Sum) -> int | None:
        """A factor that is 1 divided by something that is not 0."""
        for factor, _ in chain(*(product for one in sums for product in one)):
            if factor in self._under and self._differs_from_zero(self._under[factor]):
                return factor
        return None

    def _differs_from_zero(self, one: Sum) -> bool:
        """Whether that is known of a sum, at once or when it is multiplied by denominators of which it is known."""
        while one:
            if self._scaled(one) in self._not_zero:
                return True
            inner = (factor for product in one for factor, _ in product if self._under.get(factor) in self._not_zero)
            factor = next(inner, None)
            if factor is None:
                return False
            (one,) = self.remove(factor, one)
        return False

    def remove(self, factor: int, *sums: Sum) -> list[Sum]:
        """The sums multiplied by what the factor is under, as often as it takes to be rid of the factor."""
        powers = (exponent for one in sums for product in one for other, exponent in product if other == factor)
        most = max(powers, default=0)
        return [self._without(factor, most, one) for one in sums]

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
                ready.append(self._plus({}, {UNIT: Fraction(token)}))
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
        return {frozenset(((self._factors.setdefault(key, len(self._factors)), 1),)): Fraction(1)}

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
