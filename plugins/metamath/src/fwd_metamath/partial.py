"""Judges what is known of a proof with unknown steps (`?`), as the `metamath` program does.

An unknown step stands for any statement. Where an assertion finds one, its other hypotheses must still be met by one
substitution; if they name all its variables and leave one choice only, the result is known, otherwise it is unknown as
well. Nothing is proved by this: a proof with an unknown step can only be found wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from typing import Protocol

from fwd_metamath.compressed import UNKNOWN, Mistake, spelled
from fwd_metamath.database import Assertion, Database

MAX_TRIES = 100_000
"""Attempts at one substitution before it counts as one that cannot be known."""

Apart = Mapping[str, Set[str]]
"""For each variable those that are distinct from it ($d)."""

Symbols = tuple[str, ...]


class Applicable(Protocol):
    """An assertion that a step applies."""

    assertion: Assertion


def judge(
    database: Database,
    apart: Apart,
    names: Mapping[str, str],
    table: Mapping[str, str | Applicable | None],
    words: Sequence[str],
) -> None:
    """Run a proof whose steps are `words`: `table` has what each stands for (a statement to push, an assertion to
    apply), `names` its label. Raises `Mistake`."""
    stack: list[str | None] = []
    kept: dict[str, str | None] = {}
    applied = False
    for word in words:
        meaning = table.get(word)
        if meaning is not None and not isinstance(meaning, str):
            assertion = meaning.assertion
            first = len(stack) - len(assertion.hypotheses)
            if first < 0:
                raise Mistake(f"{assertion.label} needs {len(assertion.hypotheses)} statements, but finds {len(stack)}")
            stack[first:] = [_result(assertion, stack[first:], apart, database.variables)]
            applied = True
        elif meaning is not None:
            stack.append(meaning)
            applied = names[word] in database.assertions
        elif word in kept or word == UNKNOWN:
            stack.append(kept.get(word))
            applied = False
        elif word not in table:
            raise Mistake(f"the compressed proof has the step {word[:40]!r}, which means nothing")
        elif applied:
            kept[spelled(len(names) + len(kept))] = stack[-1]
        else:
            raise Mistake("Z must follow a step that applies an assertion")
    if len(stack) != 1:
        raise Mistake(f"the proof leaves {len(stack)} statements, not one")


def _result(
    assertion: Assertion, entries: Sequence[str | None], apart: Apart, variables: Collection[str]
) -> str | None:
    """What the assertion gives for these entries of the stack; None if that cannot be known. Raises `Mistake` if no
    substitution fits."""
    known = {label: entry for label, entry in zip(assertion.hypotheses, entries, strict=True) if entry is not None}
    floats = [item for item in assertion.floats if item.label in known]
    essentials = [item for item in assertion.essentials if item.label in known]
    pairs = [(item.statement.split(" "), known[item.label].split(" ")) for item in essentials]
    named = {item.variable for item in floats}.union(*[wanted for wanted, _ in pairs])
    if not named.issuperset([item.variable for item in assertion.floats]):
        return None
    values: dict[str, Symbols] = {}
    for item in floats:
        typecode, *symbols = known[item.label].split(" ")
        if typecode != item.typecode:
            raise Mistake(f"{assertion.label} needs a {item.typecode} for {item.variable}, but finds a {typecode}")
        values[item.variable] = tuple(symbols)
    open_variables = {item.variable for item in assertion.floats} - values.keys()
    found = _Matching(pairs, open_variables, values).substitutions()
    try:
        first = next(found, None)
        if first is None:
            raise Mistake(f"{assertion.label} does not fit the known statements that it finds")
        _check_distinct(assertion, first, apart, variables)
        if next(found, None) is not None:
            return None
    except _TooManyError:
        return None
    return " ".join([part for symbol in assertion.statement.split(" ") for part in first.get(symbol, (symbol,))])


def _check_distinct(
    assertion: Assertion, values: Mapping[str, Symbols], apart: Apart, variables: Collection[str]
) -> None:
    for x, y in sorted(assertion.distinct):
        for one in values[x]:
            for other in values[y]:
                if one in variables and other in variables and other not in apart.get(one, ()):
                    raise Mistake(f"{assertion.label} needs {one} and {other} to be distinct ($d), which is not given")


class _TooManyError(Exception):
    """There are too many ways to try."""


class _Matching:
    """All ways to make templates equal to texts by putting symbols for variables, of which some have `given` values;
    the fewest symbols for the first variable come first."""

    def __init__(
        self, pairs: Sequence[tuple[list[str], list[str]]], variables: set[str], given: Mapping[str, Symbols]
    ) -> None:
        self.pairs = pairs
        self.variables = variables
        self.values = dict(given)
        self.choices: list[tuple[int, int, int, str]] = []
        self.tries = 0

    def substitutions(self) -> Iterator[dict[str, Symbols]]:
        """Depth first without recursion: `choices` has the places where another length may be tried."""
        where: tuple[int, int, int] | None = (0, 0, 0)
        while where is not None:
            if self._fits(where):
                yield dict(self.values)
            where = self._longer()

    def _fits(self, where: tuple[int, int, int]) -> bool:
        """Go on from a pair, a place in its template and one in its text, to the end of all; whether that works."""
        self.tries += 1
        if self.tries > MAX_TRIES:
            raise _TooManyError
        pair, at, reached = where
        while pair < len(self.pairs):
            wanted, text = self.pairs[pair]
            if at == len(wanted):
                if reached != len(text):
                    return False
                pair, at, reached = pair + 1, 0, 0
                continue
            symbol = wanted[at]
            if symbol in self.variables and symbol not in self.values:
                self.values[symbol] = ()
                self.choices.append((pair, at, reached, symbol))
            value = self.values.get(symbol, (symbol,))
            if tuple(text[reached : reached + len(value)]) != value:
                return False
            at, reached = at + 1, reached + len(value)
        return True

    def _longer(self) -> tuple[int, int, int] | None:
        """Make the last variable that can be longer one symbol longer and go on behind it; None if there is none."""
        while self.choices:
            pair, at, begin, symbol = self.choices[-1]
            text = self.pairs[pair][1]
            end = begin + len(self.values[symbol]) + 1
            if end <= len(text):
                self.values[symbol] = tuple(text[begin:end])
                return pair, at + 1, end
            self.choices.pop()
            del self.values[symbol]
        return None
