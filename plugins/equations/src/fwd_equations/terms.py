"""Terms as interned nodes: equal terms are the same object, so equality is identity and terms are cheap keys.

A term is a head, which is a token of the prefix text, and its arguments. A head fixes the number of arguments:

    relations       = != <= <                   two, only at the root of a statement
    binary          + - * / min max             two
    unary           neg exp ln sqrt ...         one
    powers          ^0 ^1 ... ^99               one: the exponent is part of the head, so it is always a literal
    leaves          pi, 0 1 2 ... (naturals), names of variables

Negative numbers and fractions are terms too: `neg 1`, `/ 1 2`. A position is the number of a node in preorder, the
root being 0, which is also the number of its token in the prefix text. Nothing here recurses on a term's depth.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Container, Iterable, Iterator

RELATIONS = ("=", "!=", "<=", "<")
LESS = ("<=", "<")
BINARY = ("+", "-", "*", "/", "min", "max")
UNARY = (
    *("neg", "abs", "sqrt", "exp", "ln"),
    *("sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
)
CONSTANTS = ("pi",)
LARGEST_EXPONENT = 99
POWERS = tuple(f"^{exponent}" for exponent in range(LARGEST_EXPONENT + 1))
ARITHMETIC = frozenset(("+", "-", "*", "/", "neg", *POWERS))
"""Heads that algebra computes with."""
ARITY = {
    **dict.fromkeys(RELATIONS, 2),
    **dict.fromkeys(BINARY, 2),
    **dict.fromkeys(UNARY, 1),
    **dict.fromkeys(POWERS, 1),
}
"""Number of arguments by head; leaves are not listed."""

_SHORT = 64
"""Nodes up to this size remember their text."""


class Term:
    """A node; made only by `make` and its kin, never changed.

    `one` and `two` are its arguments (None where there are fewer), `size` counts nodes, `number` is different for
    every node ever made. Nodes are many, so they are kept small: a tuple of arguments is made only when asked for.
    """

    __slots__ = ("_text", "head", "number", "one", "size", "two")

    def __init__(self, number: int, head: str, one: Term | None, two: Term | None, size: int):
        self.number = number
        self.head = head
        self.one = one
        self.two = two
        self.size = size
        self._text: str | None = None

    @property
    def args(self) -> tuple[Term, ...]:
        """The arguments."""
        if self.one is None:
            return ()
        return (self.one,) if self.two is None else (self.one, self.two)

    @property
    def text(self) -> str:
        """The prefix text, tokens joined by blanks: `= + x y + y x`."""
        if self._text is not None:
            return self._text
        parts: list[str] = []
        stack = [self]
        while stack:
            node = stack.pop()
            if node._text is not None:
                parts.append(node._text)
            else:
                parts.append(node.head)
                stack.extend(reversed(node.args))
        text = " ".join(parts)
        if self.size <= _SHORT:
            self._text = text
        return text

    def __repr__(self) -> str:
        return f"Term({self.text!r})"


_table: dict[tuple, Term] = {}
_limit = 400_000
_numbers = itertools.count()


def leaf(head: str) -> Term:
    """The node without arguments."""
    key = (head,)
    return _table.get(key) or _new(key, head, None, None, 1)


def unary(head: str, one: Term) -> Term:
    """The node with one argument."""
    key = (head, one.number)
    return _table.get(key) or _new(key, head, one, None, one.size + 1)


def binary(head: str, one: Term, two: Term) -> Term:
    """The node with two arguments."""
    key = (head, one.number, two.number)
    return _table.get(key) or _new(key, head, one, two, one.size + two.size + 1)


def over_first(head: str, ones: Iterable[Term], two: Term) -> list[Term]:
    """`binary(head, one, two)` for many first arguments, without a call for each."""
    table, number, size = _table, two.number, two.size + 1
    found = []
    for one in ones:
        key = (head, one.number, number)
        found.append(table.get(key) or _new(key, head, one, two, one.size + size))
    return found


def over_second(head: str, one: Term, twos: Iterable[Term]) -> list[Term]:
    """`binary(head, one, two)` for many second arguments, without a call for each."""
    table, number, size = _table, one.number, one.size + 1
    found = []
    for two in twos:
        key = (head, number, two.number)
        found.append(table.get(key) or _new(key, head, one, two, two.size + size))
    return found


def make(head: str, args: tuple[Term, ...]) -> Term:
    """The node with these arguments, whose number must be right for the head."""
    return binary(head, *args) if len(args) == 2 else unary(head, *args) if args else leaf(head)


def number(value: int) -> Term:
    """An integer as a term: a numeral, or `neg` of one."""
    return leaf(str(value)) if value >= 0 else unary("neg", leaf(str(-value)))


def _new(key: tuple, head: str, one: Term | None, two: Term | None, size: int) -> Term:
    if len(_table) >= _limit:
        sweep()
    return _table.setdefault(key, Term(next(_numbers), head, one, two, size))


def sweep() -> int:
    """Drop nodes that nothing but the table refers to; returns how many are left. Runs by itself as the table grows.

    Parents were made after their arguments, so going backwards frees arguments whose last parent has just gone.
    """
    global _limit
    table, references = _table, sys.getrefcount
    for key in reversed(list(table)):
        if references(table[key]) <= _ALONE:
            del table[key]
    _limit = max(400_000, 2 * len(table))
    return len(table)


def _count_alone() -> int:
    """How many references `sys.getrefcount` counts for a node that only a table holds (it depends on the
    interpreter)."""
    table, references = {(): Term(-1, "", None, None, 1)}, sys.getrefcount
    return references(table[()])


_ALONE = _count_alone()


def preorder(term: Term) -> Iterator[Term]:
    """All nodes; the place in this sequence is the position."""
    stack = [term]
    while stack:
        node = stack.pop()
        yield node
        if node.two is not None:
            stack.append(node.two)
        if node.one is not None:
            stack.append(node.one)


def postorder(term: Term, done: Container[Term]) -> Iterator[Term]:
    """The different nodes of a term that are not `done`, arguments first. Whoever takes a node must have put it there
    before asking for the next."""
    stack = [term]
    while stack:
        node = stack[-1]
        one, two = node.one, node.two
        if one is not None and one not in done:
            stack.append(one)
            if two is not None and two not in done:
                stack.append(two)
        elif two is not None and two not in done:
            stack.append(two)
        else:
            stack.pop()
            if node not in done:
                yield node


def at(term: Term, position: int) -> Term:
    """The node at a position. IndexError if there is none."""
    if not 0 <= position < term.size:
        raise IndexError(f"the term has {term.size} nodes, there is no node {position}")
    while position:
        position -= 1
        for arg in term.args:
            if position < arg.size:
                term = arg
                break
            position -= arg.size
    return term


def replace(term: Term, position: int, new: Term) -> Term:
    """The term with another node at a position. IndexError if there is none."""
    if not 0 <= position < term.size:
        raise IndexError(f"the term has {term.size} nodes, there is no node {position}")
    path: list[tuple[Term, int]] = []
    while position:
        position -= 1
        for place, arg in enumerate(term.args):
            if position < arg.size:
                path.append((term, place))
                term = arg
                break
            position -= arg.size
    for node, place in reversed(path):
        new = make(node.head, (*node.args[:place], new, *node.args[place + 1 :]))
    return new


def is_statement(term: Term) -> bool:
    """Whether the root is a relation."""
    return term.head in RELATIONS


def is_numeral(head: str) -> bool:
    """Whether a head is a natural number."""
    return head.isdigit()


def is_variable(head: str) -> bool:
    """Whether a head is the name of a variable."""
    return head not in ARITY and head not in CONSTANTS and not head.isdigit()


def variables(term: Term) -> tuple[str, ...]:
    """Names of the variables of a term, in order of first occurrence."""
    return tuple(dict.fromkeys(node.head for node in preorder(term) if not node.args and is_variable(node.head)))
