"""Keys of goals: equal exactly for goals that differ only in the names of variables and the order of hypotheses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from fwd.api import Goal

BUDGET = 20_000
"""Most hypotheses spelled while trying orders. A goal that would need more (dozens of alike hypotheses, tangled with
each other) gets a key that may depend on their order."""

DEPTH = 50
"""Most orders begun inside one another, for the same reason."""

_Lines = tuple[str, ...]


def key(goal: Goal, typecodes: Mapping[str, str]) -> str:
    """A hash of the statement and hypotheses, which must be spelled canonically. `typecodes` has that of every
    variable.

    The variables are numbered as they occur in the conclusion first. Then always the hypothesis comes next whose text
    is the smallest, its numbered variables spelled by number and the others by order of occurrence in it; the others
    then get their numbers. If several have the same text, every one is tried and the smallest result of all counts.
    """
    spelling = _Spelling(typecodes)
    names: dict[str, str] = {}
    conclusion = spelling.spell(goal.statement.split(" "), names)
    spelling.number(goal.statement.split(" "), names)
    hypotheses = _Hypotheses([text.split(" ") for text in dict.fromkeys(goal.hypotheses)], spelling)
    left = {number: spelling.spell(symbols, names) for number, symbols in enumerate(hypotheses.symbols)}
    lines, _ = hypotheses.smallest(left, names, 0)
    return hashlib.blake2b("\n".join([conclusion, *lines]).encode(), digest_size=16).hexdigest()


class _Spelling:
    """How variables are written; `$` occurs in no symbol of Metamath."""

    def __init__(self, typecodes: Mapping[str, str]):
        self.typecodes = typecodes

    def spell(self, symbols: Sequence[str], names: Mapping[str, str]) -> str:
        """The text with variables by name; those without are counted from 0 in order of occurrence."""
        mine: dict[str, str] = {}
        out = []
        for symbol in symbols:
            typecode = self.typecodes.get(symbol)
            if typecode is not None:
                symbol = names.get(symbol) or mine.setdefault(symbol, f"$new{len(mine)}${typecode}")
            out.append(symbol)
        return " ".join(out)

    def number(self, symbols: Sequence[str], names: dict[str, str]) -> list[str]:
        """Name the variables that have no name yet, and return them."""
        fresh = []
        for symbol in symbols:
            typecode = self.typecodes.get(symbol)
            if typecode is not None and symbol not in names:
                names[symbol] = f"${len(names)}${typecode}"
                fresh.append(symbol)
        return fresh


class _Hypotheses:
    """The hypotheses of one goal, and the work spent on them."""

    def __init__(self, symbols: list[list[str]], spelling: _Spelling):
        self.symbols = symbols
        self._spelling = spelling
        self._budget = BUDGET
        self._having: dict[str, list[int]] = {}
        for number, words in enumerate(symbols):
            for symbol in set(words) & spelling.typecodes.keys():
                self._having.setdefault(symbol, []).append(number)

    def smallest(self, left: dict[int, str], names: dict[str, str], depth: int) -> tuple[_Lines, _Lines]:
        """Two spellings of the hypotheses in `left` (number to text; changed on the way): the smallest one, and the
        one found by always taking the first of several that have the same text.

        If two ways on from a tie have the same spelling of the latter kind, then some renaming exchanges them, and
        following one of them is enough: this keeps many alike hypotheses from being tried in all orders.
        """
        lines: list[str] = []
        while left:
            best, tied = self._next(left, names)
            if len(tied) > 1 and depth < DEPTH and self._budget > 0:
                break
            lines.append(best)
            self._take(tied[0], left, names)
        else:
            return tuple(lines), tuple(lines)
        lines.append(best)
        followed: dict[_Lines, _Lines] = {}
        first: _Lines | None = None
        for number in tied:
            left_then, names_then = dict(left), dict(names)
            self._take(number, left_then, names_then)
            _, quick = self.smallest(dict(left_then), dict(names_then), DEPTH)
            first = quick if first is None else first
            if quick not in followed:
                followed[quick], _ = self.smallest(left_then, names_then, depth + 1)
        assert first is not None
        return (*lines, *min(followed.values())), (*lines, *first)

    def _next(self, left: Mapping[int, str], names: Mapping[str, str]) -> tuple[str, list[int]]:
        """The smallest text and the hypotheses that have it. Of those that share no unnamed variable with others any
        one will do, so only one is returned."""
        best = min(left.values())
        tied = [number for number, text in left.items() if text == best]
        if len(tied) > 1:
            for number in tied:
                unnamed = [s for s in self.symbols[number] if s in self._having and s not in names]
                if not any(other in left for s in unnamed for other in self._having[s] if other != number):
                    return best, [number]
        return best, tied

    def _take(self, number: int, left: dict[int, str], names: dict[str, str]) -> None:
        """Name the hypothesis's variables, and spell those again that share them."""
        del left[number]
        for symbol in self._spelling.number(self.symbols[number], names):
            for other in self._having[symbol]:
                if other in left:
                    left[other] = self._spelling.spell(self.symbols[other], names)
                    self._budget -= 1
