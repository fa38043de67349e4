"""Terms that are being written token by token."""

from __future__ import annotations

import numpy as np

from fwd_equations.layout import DIGITS, END, NUMBER, POWER, Layout, arity, ids
from fwd_equations.sites import numeric
from fwd_equations.terms import RELATIONS, is_variable

DIGITS_OF = {NUMBER: 12, POWER: 2}
"""Most digits of a number and of a power that a step may spell."""


class Symbols:
    """Which symbols may come, by what is left of the budget; all writers of a codec share it."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self._memo: dict[tuple[bool, bool, int, tuple[int, ...]], np.ndarray] = {}
        self.digits = ids([layout.symbols[digit] for digit in DIGITS])
        self.end = ids([END])
        self.digits_or_end = ids([*self.digits.tolist(), END])

    def fresh(self, about_numbers: bool, first: bool, room: int, names: tuple[int, ...]) -> np.ndarray:
        """Ids of heads with at most `room` arguments. `names` are the ids of variables that may occur."""
        signature = (about_numbers, first, min(room, 2), () if about_numbers else names)
        found = self._memo.get(signature)
        if found is None:
            if len(self._memo) > 10_000:
                self._memo.clear()
            found = self._memo[signature] = self._fresh(*signature)
        return found

    def _fresh(self, about_numbers: bool, first: bool, room: int, names: tuple[int, ...]) -> np.ndarray:
        heads = self.layout.symbols
        if about_numbers and first:
            return ids([heads[relation] for relation in RELATIONS])
        plain = [head for head in heads if head not in RELATIONS and not is_variable(head) and arity(head) <= room]
        if about_numbers:
            plain = [head for head in plain if numeric(head) and head != "pi"]
        tokens = [heads[head] for head in plain] + [NUMBER, *names]
        return ids([*tokens, POWER] if room else tokens)


class Writer:
    """The beginning of a term of at most `budget` nodes, or of a statement about numbers."""

    def __init__(self, symbols: Symbols, budget: int, about_numbers: bool):
        self._symbols = symbols
        self._budget = budget
        self._about_numbers = about_numbers
        self._heads: tuple[str, ...] = ()
        self._open = 1
        self._long: int | None = None
        """`NUMBER` or `POWER` while its digits are being written."""
        self._digits = ""

    @property
    def done(self) -> bool:
        """Whether the term is complete."""
        return not self._open and self._long is None

    @property
    def text(self) -> str:
        """What was written, as prefix text."""
        return " ".join(self._heads)

    def allowed(self, names: tuple[int, ...]) -> np.ndarray:
        """Ids of what may come next."""
        symbols = self._symbols
        if self._long is None:
            room = self._budget - len(self._heads) - self._open
            return symbols.fresh(self._about_numbers, not self._heads, max(room, 0), names)
        if len(self._digits) < 2:
            return symbols.digits if self._digits else symbols.digits[1:]
        return symbols.digits_or_end if len(self._digits) < DIGITS_OF[self._long] else symbols.end

    def after(self, token: int) -> Writer:
        """The writer once an allowed token is taken."""
        new = Writer(self._symbols, self._budget, self._about_numbers)
        new._heads, new._open, new._long, new._digits = self._heads, self._open, self._long, self._digits
        if token in DIGITS_OF:
            new._long = token
            new._open += token == POWER
            new._open -= 1
        elif token == END:
            new._heads = (*self._heads, self._digits if self._long == NUMBER else f"^{self._digits}")
            new._long, new._digits = None, ""
        elif self._long is not None:
            new._digits += self._symbols.layout.heads[token]
        else:
            head = self._symbols.layout.heads[token]
            new._heads = (*self._heads, head)
            new._open += arity(head) - 1
        return new
