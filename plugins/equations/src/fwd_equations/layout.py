"""Which token id means what.

Statements are written head by head, so a node's position is the number of its token. Only numbers of two digits or
more, and powers from ten on, take several tokens: `<number> 1 2 <end>`, `<power> 1 0 <end>`.
"""

from __future__ import annotations

import string

import numpy as np
from fwd.api import Vocabulary
from fwd.errors import CodecError

from fwd_equations.env import ALGEBRA, CALC, NORM, USES
from fwd_equations.match import Library
from fwd_equations.terms import ARITY, BINARY, CONSTANTS, POWERS, RELATIONS, UNARY

GOAL, STEP, NUMBER, POWER, END = range(5)
SPECIALS = ("<goal>", "<step>", "<number>", "<power>", "<end>")
DIGITS = tuple(string.digits)
NAMES = (*string.ascii_lowercase, *(f"x{digit}" for digit in DIGITS))
"""The variables that can be spoken of; a person's other names are renamed before."""
NORM_AT = "norm@"
"""The label of `norm` steps that name a position: after a label it is known how many tokens follow."""
PLAIN_POWERS = POWERS[:10]


class Layout:
    """The vocabulary: specials, pointers to facts, positions, symbols, labels, in this order.

    Equations that algebra knows have no tokens, neither as facts nor as rewrites: hardly a proof needs them.
    """

    def __init__(self, library: Library, max_facts: int, positions: int):
        self.max_facts = max_facts
        self.positions = positions
        self.pointer = len(SPECIALS)
        """The id of the pointer to fact 0."""
        self.position = self.pointer + max_facts
        """The id of position 0."""
        self.symbol = self.position + positions
        symbols = (*DIGITS, *CONSTANTS, *RELATIONS, *BINARY, *UNARY, *PLAIN_POWERS, *NAMES)
        self.first_label = self.symbol + len(symbols)
        moves = [label for label, move in library.moves.items() if not library.is_idle(move)]
        labels = (*moves, *USES, NORM, NORM_AT, CALC, ALGEBRA)
        self.symbols = {symbol: self.symbol + number for number, symbol in enumerate(symbols)}
        self.heads = {token: symbol for symbol, token in self.symbols.items()}
        self.labels = {label: self.first_label + number for number, label in enumerate(labels)}
        self.names = {token: label for label, token in self.labels.items()}
        self.vocabulary = Vocabulary(
            (
                *SPECIALS,
                *(f"<{number}>" for number in range(max_facts)),
                *(f"@{number}" for number in range(positions)),
                *symbols,
                *(f"L:{label}" for label in labels),
            )
        )
        self._spelled: dict[str, tuple[int, ...]] = {head: (token,) for head, token in self.symbols.items()}

    def spell(self, text: str) -> list[int]:
        """The tokens of prefix text. Raises `CodecError` for a head that has none."""
        ids: list[int] = []
        for head in text.split(" "):
            ids += self._spelled.get(head) or self._long(head)
        return ids

    def _long(self, head: str) -> tuple[int, ...]:
        """The tokens of a number or power of several digits."""
        power = head.startswith("^")
        digits = head.removeprefix("^")
        if not (digits.isascii() and digits.isdigit()):
            raise CodecError(f"{head[:40]!r} has no token: variables are single letters or x0 to x9")
        found = (POWER if power else NUMBER, *(self.symbols[digit] for digit in digits), END)
        if len(self._spelled) < 10_000:
            self._spelled[head] = found
        return found

    def point(self, index: int) -> int:
        """The pointer to a fact. Raises `CodecError` if there is none."""
        if index >= self.max_facts:
            raise CodecError(f"fact {index} is one too many: env.max_facts is {self.max_facts}")
        return self.pointer + index

    def place(self, position: str) -> int:
        """The token of a position, which is given as `@` and a number. Raises `CodecError` if there is none."""
        number = int(position[1:]) if position[:1] == "@" and position[1:].isdecimal() else self.positions
        if number >= self.positions:
            raise CodecError(f"there is no position {position[:40]!r}: env.max_statement is {self.positions}")
        return self.position + number


def ids(tokens: list[int]) -> np.ndarray:
    """Token ids as cursors give them: int64, ascending, shape [n]."""
    return np.array(sorted(tokens), dtype=np.int64)


def arity(head: str) -> int:
    """Arguments of a head."""
    return ARITY.get(head, 0)
