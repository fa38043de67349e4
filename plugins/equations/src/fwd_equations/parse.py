"""Statements and terms from text: ordinary syntax, or canonical prefix text.

Prefix text is what the env works with: the heads of a term in preorder, joined by single blanks, so that `x+y = y+x`
is `= + x y + y x`, `x > 0` is `< 0 x`, `-1/2` is `/ neg 1 2` and `ln(x)^2` is `^2 ln x`. A statement of which the
first token is a relation is read as prefix text, any other in ordinary syntax:

    relation    = == != <= < >= >           one in a statement; a > b is stored as b < a
    sum         + -                         left to right
    product     * /                         left to right
    sign        -                           binds less than a power: -x^2 is -(x^2)
    power       ^ **                        the exponent is a natural number, written out
    function    sin(x), min(x, y), ln x     without parentheses it takes only what comes next: ln x^2 is (ln x)^2
    leaf        x, y1, pi, 0, 12            numbers are exact: 1/2, not 0.5

All reading is iterative. Text that cannot be read is an `Unreadable` with one line that says why.
"""

from __future__ import annotations

import difflib
import re

from fwd_equations.terms import (
    ARITY,
    BINARY,
    LARGEST_EXPONENT,
    POWERS,
    RELATIONS,
    Term,
    binary,
    is_statement,
    leaf,
    make,
    unary,
)

LONGEST = 1000
"""Most nodes of a statement."""
LONGEST_TEXT = 20_000
"""Most characters of a text."""
LONGEST_NUMERAL = 100
"""Most digits of a number."""

NAMED = tuple(head for head in ARITY if head.isalpha() and head != "neg")
"""Heads that are written as functions."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+)|(?P<name>[A-Za-z][A-Za-z0-9_]*|π)"
    r"|(?P<sign><=>|\|-|==|!=|<=|>=|\*\*|[-+*/^()=<>,]|[≤≥≠⊢])|(?P<odd>\S))"
)
_SPELLING = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "⊢": "|-", "**": "^", "π": "pi"}
_RELATION = {"=": "=", "!=": "!=", "<=": "<=", "<": "<", ">=": "<=", ">": "<"}
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3}
"""How tightly operators bind; powers bind more, functions most."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_NUMERAL = re.compile(r"0|[1-9][0-9]*")


class Unreadable(ValueError):
    """The text is no statement or term; the message is one line."""


def shown(text: str) -> str:
    """A text for a message: quoted, and cut if it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def read_statement(text: str) -> Term:
    """A statement in prefix text or ordinary syntax. Raises `Unreadable`."""
    if text.split(None, 1)[:1] and text.split(None, 1)[0] in RELATIONS:
        term = read_prefix(text)
    else:
        reader = Reader(text)
        term = reader.statement()
        reader.end()
    if not is_statement(term):
        raise Unreadable(f"{shown(text)} is no statement: it needs one of {' '.join(RELATIONS)}")
    return term


def read_prefix(text: str) -> Term:
    """A term or statement in prefix text. Raises `Unreadable`."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"a text of {len(text)} characters is too long, at most {LONGEST_TEXT} are read")
    tokens = text.split()
    if len(tokens) > LONGEST:
        raise Unreadable(f"a statement of {len(tokens)} tokens is too long, at most {LONGEST} are allowed")
    stack: list[Term] = []
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        arity = ARITY.get(token)
        if arity is None:
            stack.append(_leaf(token))
        elif len(stack) < arity:
            raise Unreadable(f"{shown(token)} lacks an argument in {shown(text)}")
        else:
            if place and token in RELATIONS:
                raise Unreadable(f"a relation stands inside {shown(text)}")
            one = stack.pop()
            stack.append(unary(token, one) if arity == 1 else binary(token, one, stack.pop()))
    if len(stack) != 1:
        raise Unreadable(f"{shown(text)} is not one term" if tokens else "there is no text")
    return stack[0]


def _leaf(token: str) -> Term:
    if _NAME.fullmatch(token) and token not in ARITY:
        return leaf(token)
    if _NUMERAL.fullmatch(token):
        return _numeral(token)
    raise Unreadable(f"{shown(token)} is no operator, number or name")


def _numeral(digits: str) -> Term:
    if len(digits) > LONGEST_NUMERAL:
        raise Unreadable(f"a number of {len(digits)} digits is too long, at most {LONGEST_NUMERAL} are allowed")
    return leaf(str(int(digits)))


class Reader:
    """Reads ordinary syntax from left to right; what a method does not need is left for the next."""

    def __init__(self, text: str):
        if len(text) > LONGEST_TEXT:
            raise Unreadable(f"a text of {len(text)} characters is too long, at most {LONGEST_TEXT} are read")
        self.text = text
        self._kinds: list[str] = []
        self._tokens: list[str] = []
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup or ""
            token = found[kind]
            if kind == "odd":
                raise Unreadable(_complaint(token, text))
            self._kinds.append(kind)
            self._tokens.append(_SPELLING.get(token, token))
        self._place = 0

    def next_is(self, token: str) -> bool:
        """Whether this token comes next."""
        return self._place < len(self._tokens) and self._tokens[self._place] == token

    def take(self, token: str) -> bool:
        """Go past this token if it comes next; whether it did."""
        found = self.next_is(token)
        self._place += found
        return found

    def end(self) -> None:
        """Raises `Unreadable` unless everything was read."""
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            if token == "(" or token[0].isalnum():
                raise self._operator_missing(token)
            raise Unreadable(f"{shown(token)} is not expected in {shown(self.text)}")

    def _operator_missing(self, token: str) -> Unreadable:
        return Unreadable(f"an operator is missing before {shown(token)} in {shown(self.text)}")

    def statements(self) -> list[Term]:
        """One statement or more, separated by commas."""
        found = [self.statement()]
        while self.take(","):
            found.append(self.statement())
        return found

    def statement(self) -> Term:
        """Two terms with a relation between them."""
        found, _ = self.related(self.term())
        if self.next_is_relation():
            raise Unreadable(f"{shown(self.text)} has two relations: write two statements")
        return found

    def next_is_relation(self) -> bool:
        """Whether a relation comes next."""
        return self._place < len(self._tokens) and self._tokens[self._place] in _RELATION

    def related(self, left: Term) -> tuple[Term, Term]:
        """The statement of which the left side was read, and its right side."""
        relation = self._tokens[self._place] if self._place < len(self._tokens) else ""
        if relation not in _RELATION:
            if relation == ")":
                raise Unreadable(f"a parenthesis closes nothing in {shown(self.text)}")
            if relation and (relation == "(" or relation[0].isalnum()):
                raise self._operator_missing(relation)
            raise Unreadable(f"{shown(self.text)} is no statement: it needs one of {' '.join(_RELATION)}")
        self._place += 1
        right = self.term()
        sides = (right, left) if relation in (">", ">=") else (left, right)
        term = binary(_RELATION[relation], *sides)
        if term.size > LONGEST:
            raise Unreadable(f"a statement of {term.size} nodes is too long, at most {LONGEST} are allowed")
        return term, right

    def term(self) -> Term:
        """The longest term that begins here, by operator precedence with two explicit stacks."""
        operands: list[Term] = []
        pending: list[str] = []
        """Operators that wait for what comes after: + - * / neg, a function's name (applied without parentheses), "(",
        or "name(" with a comma for every argument that is complete."""
        depth = 0
        while True:
            depth += self._operand(operands, pending)
            while True:
                token = self._tokens[self._place] if self._place < len(self._tokens) else ""
                if token == "^":
                    self._place += 1
                    _reduce(operands, pending, 4)
                    operands.append(self._power(operands.pop()))
                elif token == ")" and depth:
                    self._place += 1
                    depth -= 1
                    self._close(operands, pending)
                else:
                    break
            if token in ("+", "-", "*", "/"):
                _reduce(operands, pending, PRECEDENCE[token])
                pending.append(token)
            elif token == "," and depth:
                _reduce(operands, pending, 0)
                if pending[-1] == "(":
                    raise Unreadable(f"a comma stands in plain parentheses in {shown(self.text)}")
                pending[-1] += ","
            else:
                break
            self._place += 1
        _reduce(operands, pending, 0)
        if pending:
            raise Unreadable(f"a parenthesis is not closed in {shown(self.text)}")
        return operands[0]

    def _operand(self, operands: list[Term], pending: list[str]) -> int:
        """Read up to and including the next leaf; returns how many parentheses were opened."""
        opened = 0
        while True:
            if self._place == len(self._tokens):
                raise Unreadable(f"{shown(self.text)} ends too early" if self._tokens else "there is no text")
            kind, token = self._kinds[self._place], self._tokens[self._place]
            self._place += 1
            if kind == "number":
                operands.append(_numeral(token))
                return opened
            if kind == "name" and token not in NAMED:
                if self.next_is("("):
                    raise Unreadable(f"unknown function {shown(token)}{_near(token)}")
                operands.append(_leaf(token))
                return opened
            if token in NAMED and self.take("("):
                pending.append(f"{token}(")
                opened += 1
            elif token in NAMED and token not in BINARY and not self.next_is("-"):
                pending.append(token)
            elif token == "(":
                pending.append(token)
                opened += 1
            elif token == "-" and not (pending and pending[-1] in NAMED):
                pending.append("neg")
            else:
                raise Unreadable(f"a term is missing before {shown(token)} in {shown(self.text)}")

    def _power(self, base: Term) -> Term:
        """The base with the exponent that comes next."""
        if self._place == len(self._tokens) or self._kinds[self._place] != "number":
            raise Unreadable(f"an exponent must be a natural number, written out, in {shown(self.text)}")
        digits = self._tokens[self._place]
        if len(digits) > 4 or int(digits) > LARGEST_EXPONENT:
            raise Unreadable(f"the exponent {shown(digits)} is too large, at most {LARGEST_EXPONENT} is allowed")
        self._place += 1
        if self.next_is("^"):
            raise Unreadable(f"a power of a power needs parentheses in {shown(self.text)}")
        return unary(POWERS[int(digits)], base)

    def _close(self, operands: list[Term], pending: list[str]) -> None:
        """Apply what the parenthesis that ends here belongs to."""
        _reduce(operands, pending, 0)
        opener = pending.pop()
        if opener == "(":
            return
        name, _, commas = opener.partition("(")
        if len(commas) + 1 != ARITY[name]:
            raise Unreadable(f"{name} takes {ARITY[name]} arguments, not {len(commas) + 1}, in {shown(self.text)}")
        args = tuple(operands[-ARITY[name] :])
        del operands[-ARITY[name] :]
        operands.append(make(name, args))


def _reduce(operands: list[Term], pending: list[str], precedence: int) -> None:
    """Apply pending operators that bind at least as tightly; a parenthesis stops it."""
    while pending and "(" not in pending[-1] and PRECEDENCE.get(pending[-1], 4) >= precedence:
        operator = pending.pop()
        if operator in BINARY:
            right = operands.pop()
            operands.append(binary(operator, operands.pop(), right))
        else:
            operands.append(unary(operator, operands.pop()))


def _near(name: str) -> str:
    known = {"log": "ln", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arsinh": "asinh", "arcosh": "acosh"}
    near = [known[name]] if name in known else difflib.get_close_matches(name, NAMED, n=1)
    return f": did you mean {near[0]}?" if near else f": there are {' '.join(NAMED)}"


def _complaint(character: str, text: str) -> str:
    if character == "." and re.search(r"[0-9]\.|\.[0-9]", text):
        return f"numbers are exact: write a fraction such as 1/2 instead of a decimal point in {shown(text)}"
    if character == "|":
        return f"write abs(x) instead of bars in {shown(text)}"
    return f"the character {character!r} means nothing in {shown(text)}"
