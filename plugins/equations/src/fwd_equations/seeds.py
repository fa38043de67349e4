"""Random terms, and hypotheses that hold somewhere: what generated theorems start from."""

from __future__ import annotations

import random
from collections.abc import Sequence

from attrs import evolve, frozen

from fwd_equations import exact
from fwd_equations.terms import Term, binary, is_variable, leaf, number, preorder, unary

NAMES = ("x", "y", "z", "a", "b", "t", "c", "u", "v", "w", "p", "q", "r", "s", "m", "n", "k", "h", "g", "f")
"""Variables of generated theorems, the likeliest first."""
WITNESSES = ("1", "2", "3", "5", "1/2", "1/3", "3/4", "-1/2", "-2", "-3")
"""Values that a variable may have at the point where all hypotheses hold."""

_ARITHMETIC = {"+": 4, "-": 2, "*": 4, "neg": 1, "^2": 2, "^3": 0.5}
FAMILIES: dict[str, dict[str, float]] = {
    "ring": _ARITHMETIC,
    "field": {**_ARITHMETIC, "/": 5},
    "exp": {**_ARITHMETIC, "exp": 6, "ln": 2, "/": 1},
    "ln": {**_ARITHMETIC, "ln": 6, "exp": 2, "/": 2, "abs": 1},
    "root": {**_ARITHMETIC, "sqrt": 6, "abs": 3, "/": 1},
    "trigonometry": {**_ARITHMETIC, "sin": 5, "cos": 5, "tan": 2, "/": 1},
    "inverse": {**_ARITHMETIC, "sin": 2, "cos": 2, "asin": 2, "acos": 2, "atan": 2, "tan": 1, "sqrt": 1},
    "hyperbolic": {**_ARITHMETIC, "sinh": 4, "cosh": 4, "tanh": 2, "exp": 3, "asinh": 1, "acosh": 1, "atanh": 1},
    "extremes": {**_ARITHMETIC, "min": 4, "max": 4, "abs": 3},
}
"""Weights of heads by kind of theorem."""
TRANSCENDENTAL = tuple(family for family in FAMILIES if family not in ("ring", "field"))
"""Families whose equations say more than algebra knows."""

HALF = binary("/", number(1), number(2))
PI = leaf("pi")
_NUMBERS = tuple(number(value) for value in (1, 2, 2, 3, 1, 0, 4))


@frozen(eq=False)
class Surroundings:
    """What one theorem is about: some variables and a family of heads.

    `values` are what the variables are at the witness point. One variable may have none: then a hypothesis says what
    it equals, and no other hypothesis speaks of it.
    """

    names: tuple[str, ...]
    values: dict[str, Term]
    heads: tuple[str, ...]
    weights: tuple[float, ...]
    pi: bool

    @classmethod
    def draw(cls, rng: random.Random, names: int, families: Sequence[str] = tuple(FAMILIES)) -> Surroundings:
        """Surroundings at random."""
        family = rng.choice(families)
        pool = NAMES[:names]
        count = rng.choice((1, 2, 2, 3))
        chosen: dict[str, None] = {}
        while len(chosen) < count:
            chosen.setdefault(pool[min(int(rng.expovariate(0.4)), len(pool) - 1)])
        names = tuple(chosen)
        free = names[:-1] if count > 1 and rng.random() < 0.1 else names
        values = {name: _witness(rng.choice(WITNESSES)) for name in free}
        heads = FAMILIES[family]
        return cls(names, values, tuple(heads), tuple(heads.values()), family in ("trigonometry", "inverse"))

    def variable(self, rng: random.Random) -> Term:
        """One of the variables."""
        return leaf(rng.choice(self.names))

    def small(self, rng: random.Random) -> Term:
        """A term of three nodes or less, mostly a variable."""
        if rng.random() < 0.03:
            return HALF
        return self.term(rng, rng.choice((1, 1, 1, 1, 1, 2, 3)))

    def arguments(self, rng: random.Random, count: int) -> list[Term]:
        """Values for so many variables of a rule: small terms, or two with a simple sum."""
        if count != 2 or rng.random() < 0.6:
            return [self.small(rng) for _ in range(count)]
        one, two = self.variable(rng), self.variable(rng)
        if self.pi and rng.random() < 0.3:
            turn = rng.choice((PI, binary("/", PI, number(2)), binary("*", number(2), PI)))
            return rng.choice(([one, turn], [turn, unary("neg", one)], [turn, one]))
        half = rng.choice((one, binary("+", one, two), binary("-", one, two)))
        return rng.choice(
            (
                [_half(binary("+", one, two)), _half(binary("-", one, two))],
                [_half(half), _half(half)],
                [binary("*", number(2), one), one],
                [one, unary("neg", two)],
                [binary("-", one, two), two],
                [one, one],
            )
        )

    def parts(self, rng: random.Random, one: Term, two: Term, count: int) -> list[Term]:
        """Values for so many variables of a rule, made of the arguments of functions."""
        if count == 1:
            return [rng.choice((one, one, _halved(one), *one.args, unary("neg", one)))]
        if count != 2:
            return [rng.choice((one, two, *one.args)) for _ in range(count)]
        ways = [
            [one, two],
            [one, unary("neg", two)],
            [_halved(binary("+", one, two)), _halved(binary("-", one, two))],
            [_halved(one), _halved(one)],
            self.arguments(rng, 2),
        ]
        if one.head == "*" and one.args[0].head.isdigit() and int(one.args[0].head) > 2:
            less = number(int(one.args[0].head) - 1)
            ways.append([binary("*", less, one.args[1]), one.args[1]])
        return rng.choice(ways)

    def spoken(self, rng: random.Random) -> Term:
        """A function, or two in a sum or product, of a simple multiple, sum or part of variables."""
        functions = [head for head in self.heads if head not in _ARITHMETIC and head != "/"]
        if not functions:
            return self.term(rng, 7)
        one, two = (self._applied(rng, rng.choice(functions)) for _ in range(2))
        kind = rng.choice(("one", "one", "power", "scaled", "+", "-", "*", "/"))
        if kind == "one":
            return one
        if kind == "power":
            return unary(rng.choice(("^2", "^2", "^3")), one)
        if kind == "scaled":
            return binary("*", number(rng.choice((2, 2, 3, 4))), one)
        return binary(kind, one, two)

    def _applied(self, rng: random.Random, head: str) -> Term:
        one, two = self.variable(rng), self.variable(rng)
        if head in ("min", "max"):
            return binary(head, one, two)
        many = number(rng.choice((2, 2, 2, 3, 3, 4)))
        ways = [
            one,
            one,
            binary("*", many, one),
            binary("*", many, one),
            binary("/", one, many),
            binary("+", one, two),
            binary("-", one, two),
            binary(rng.choice("+-"), one, number(1)),
            binary(rng.choice("*/"), one, two),
            unary("^2", one),
            unary("neg", one),
            many,
        ]
        if self.pi:
            turn = rng.choice((PI, binary("/", PI, many), binary("*", number(2), PI)))
            ways += [binary("+", one, turn), binary("-", turn, one), turn, turn]
        return unary(head, rng.choice(ways))

    def term(self, rng: random.Random, nodes: int) -> Term:
        """A random term of at most `nodes` nodes."""
        if nodes <= 1:
            return self._leaf(rng)
        while True:
            (head,) = rng.choices(self.heads, self.weights)
            if head in ("+", "-", "*", "/", "min", "max"):
                if nodes < 3:
                    continue
                left = rng.randint(1, nodes - 2)
                return binary(head, self.term(rng, left), self.term(rng, nodes - 1 - left))
            return unary(head, self.term(rng, nodes - 1))

    def _leaf(self, rng: random.Random) -> Term:
        if self.pi and rng.random() < 0.07:
            return PI
        if rng.random() < 0.15:
            return rng.choice(_NUMBERS)
        return self.variable(rng)

    def holds(self, statement: Term) -> bool:
        """Whether the statement says something of variables and is true at the witness point, by rational arithmetic or
        since no rational number but 0 is a zero of sine, and none of cosine (pi is irrational)."""
        if not any(is_variable(node.head) for node in preorder(statement) if not node.args):
            return False
        left, right = statement.args
        if left is right:
            return False
        if statement.head == "!=" and right.head == "0" and left.head in ("sin", "cos"):
            value = exact.value(substitute(left.args[0], self.values))
            return value is not None and (value != 0 or left.head == "cos")
        return exact.decide(substitute(statement, self.values)) is True

    def definition(self, rng: random.Random) -> Term | None:
        """The hypothesis on the variable that has no value of its own, if there is one."""
        if len(self.values) == len(self.names):
            return None
        known = evolve(self, names=self.names[:-1])
        return binary("=", leaf(self.names[-1]), known.term(rng, rng.choice((3, 4, 5))))


def _half(term: Term) -> Term:
    return binary("/", term, number(2))


def _halved(term: Term) -> Term:
    """Half of a term, which is seen at once of its double."""
    if term.head == "*" and term.args[0].head in ("2", "4", "6"):
        less = int(term.args[0].head) // 2
        return term.args[1] if less == 1 else binary("*", number(less), term.args[1])
    return _half(term)


def substitute(term: Term, values: dict[str, Term]) -> Term:
    """The term with some variables replaced. Recurses: for small terms only."""
    if not term.args:
        return values.get(term.head, term)
    args = tuple([substitute(arg, values) for arg in term.args])
    return unary(term.head, *args) if len(args) == 1 else binary(term.head, *args)


def _witness(text: str) -> Term:
    sign, digits = text.startswith("-"), text.lstrip("-")
    top, _, bottom = digits.partition("/")
    value = binary("/", number(int(top)), number(int(bottom))) if bottom else number(int(top))
    return unary("neg", value) if sign else value


def hypotheses(rng: random.Random, about: Surroundings, most: int) -> list[Term]:
    """Up to `most` different hypotheses that all hold at the witness point."""
    defined = about.definition(rng)
    found: dict[Term, None] = {} if defined is None else {defined: None}
    for _ in range(most - len(found)):
        statement = _hypothesis(rng, about)
        if statement is not None:
            found.setdefault(statement)
    return list(found)


def _hypothesis(rng: random.Random, about: Surroundings) -> Term | None:
    zero = leaf("0")
    if about.pi and rng.random() < 0.3:
        wave = binary("!=", unary(rng.choice(("sin", "cos")), about.small(rng)), zero)
        return wave if about.holds(wave) else None
    one: Sequence[Term] = (zero, zero, zero, leaf("1"), unary("neg", leaf("1")), about.variable(rng))
    left, right = rng.choice(one), about.variable(rng) if rng.random() < 0.7 else about.small(rng)
    if rng.random() < 0.3:
        left, right = right, left
    statement = binary(rng.choice(("<", "<", "<=", "!=")), left, right)
    return statement if left is not right and about.holds(statement) else None
