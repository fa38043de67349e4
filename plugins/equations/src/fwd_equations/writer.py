"""Terms that are being written token by token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from fwd.errors import CodecError

from fwd_equations import exact
from fwd_equations.layout import DIGITS, END, NUMBER, POWER, Layout, arity, ids
from fwd_equations.sites import SIMPLE
from fwd_equations.terms import RELATIONS, Term, binary, is_variable

DIGITS_OF = {NUMBER: 12, POWER: 2}
"""Most digits of a number and of a power that a step may spell."""


class Symbols:
    """Which symbols may come, by what is left of the budget; all writers of a codec share it."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self._memo: dict[tuple[int, tuple[int, ...]], np.ndarray] = {}
        self.digits = ids([layout.symbols[digit] for digit in DIGITS])
        self.end = ids([END])
        self.digits_or_end = ids([*self.digits.tolist(), END])

    def fresh(self, room: int, names: tuple[int, ...]) -> np.ndarray:
        """Ids of heads with at most `room` arguments. `names` are the ids of variables that may occur."""
        signature = (min(room, 2), names)
        found = self._memo.get(signature)
        if found is None:
            if len(self._memo) > 10_000:
                self._memo.clear()
            heads = self.layout.symbols
            plain = [head for head in heads if head not in RELATIONS and not is_variable(head) and arity(head) <= room]
            long = (NUMBER, POWER) if room else (NUMBER,)
            found = self._memo[signature] = ids([*(heads[head] for head in plain), *long, *names])
        return found


class Writer:
    """The beginning of any term of at most `budget` nodes."""

    def __init__(self, symbols: Symbols, budget: int):
        self._symbols = symbols
        self._budget = budget
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
            return symbols.fresh(max(room, 0), names)
        if len(self._digits) < 2:
            return symbols.digits if self._digits else symbols.digits[1:]
        return symbols.digits_or_end if len(self._digits) < DIGITS_OF[self._long] else symbols.end

    def after(self, token: int) -> Writer:
        """The writer once an allowed token is taken."""
        new = Writer(self._symbols, self._budget)
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


class Chooser:
    """The beginning of one of some given terms."""

    def __init__(self, texts: Mapping[tuple[int, ...], str], written: tuple[int, ...] = ()):
        self._texts = texts
        self._written = written

    @classmethod
    def of(cls, layout: Layout, terms: Iterable[Term]) -> Chooser:
        """Nothing written yet. Terms that have no tokens are left out."""
        texts: dict[tuple[int, ...], str] = {}
        for term in terms:
            try:
                texts[tuple(layout.spell(term.text))] = term.text
            except CodecError:
                continue
        return cls(texts)

    @property
    def done(self) -> bool:
        """Whether the term is complete."""
        return self._written in self._texts

    @property
    def text(self) -> str:
        """The complete term, as prefix text."""
        return self._texts[self._written]

    def allowed(self, names: tuple[int, ...]) -> np.ndarray:
        """Ids of what may come next."""
        length = len(self._written)
        return ids(list({tokens[length] for tokens in self._texts}))

    def after(self, token: int) -> Chooser:
        """The chooser once an allowed token is taken."""
        written = (*self._written, token)
        return Chooser({one: text for one, text in self._texts.items() if one[: len(written)] == written}, written)


def true_comparisons() -> list[Term]:
    """The true statements that compare two simple numbers, which is what `calc` steps may say."""
    pairs = ((left, right) for left in SIMPLE for right in SIMPLE)
    found = [binary(relation, *pair) for pair in pairs for relation in ("<", "<=", "!=")]
    return [one for one in found if one.args[0] is not one.args[1] and exact.decide(one)]
