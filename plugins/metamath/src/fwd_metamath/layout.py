"""Which token id means what."""

from __future__ import annotations

from functools import cached_property
from itertools import chain

from attrs import frozen
from fwd.api import Vocabulary

from fwd_metamath.library import Library
from fwd_metamath.syntax import Syntax

SPECIALS = ("<goal>", "<hyp>", "<distinct>", "<step>", "<end>")
GOAL, HYP, DISTINCT, STEP, END = range(len(SPECIALS))


@frozen(eq=False)
class Layout:
    """The vocabulary: special tokens, fact pointers, math symbols, labels of usable assertions, in this order.

    `symbols` maps a math symbol to its id; pointer k is `pointers + k`, the theorem with number n is `labels + n`.
    `variables` lists the variables of each typecode in order of declaration.
    """

    vocabulary: Vocabulary
    max_facts: int
    symbols: dict[str, int]
    variables: dict[str, list[str]]
    labels: int

    @property
    def pointers(self) -> int:
        """The id of the pointer to fact 0."""
        return len(SPECIALS)

    @cached_property
    def words(self) -> dict[int, str]:
        """The math symbol of an id."""
        return {number: symbol for symbol, number in self.symbols.items()}


def layout(syntax: Syntax, library: Library, limit: int, max_facts: int) -> Layout:
    """The vocabulary for what is declared before the database index `limit`: all symbols of its syntax axioms and
    assertions, and all variables of the typecodes that these speak of."""
    constants: dict[str, None] = {}
    typecodes: set[str] = {syntax.top}
    for rule in syntax.rules.values():
        constants.update((symbol, None) for symbol in rule.symbols if isinstance(symbol, str))
        typecodes.update(rule.children)
    variables: dict[str, list[str]] = {}
    for leaf in syntax.variables.values():
        if leaf.typecode in typecodes and syntax.database.float_of(leaf.label).first <= limit:
            variables.setdefault(leaf.typecode, []).append(leaf.label)
    fixed = [*SPECIALS, *(f"<{number}>" for number in range(max_facts))]
    words = [*constants, *chain.from_iterable(variables.values())]
    # A database may use what looks like a special token or a label as a symbol; no symbol of Metamath contains a $.
    clash = {*fixed, *(f"L:{theorem.label}" for theorem in library)}
    tokens = [*fixed, *(f"${word}" if word in clash else word for word in words)]
    symbols = {word: len(fixed) + number for number, word in enumerate(words)}
    labels = len(tokens)
    tokens.extend(f"L:{theorem.label}" for theorem in library)
    return Layout(Vocabulary(tuple(tokens)), max_facts, symbols, variables, labels)
