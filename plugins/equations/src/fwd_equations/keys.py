"""Keys of goals: equal exactly for goals that differ only in names of variables and order of hypotheses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from fwd.api import Goal

from fwd_equations.terms import is_variable

_Lines = tuple[str, ...]


def key(goal: Goal) -> str:
    """The key of a canonical goal, as 32 hex digits."""
    return key_of(goal.statement, goal.hypotheses)


def key_of(statement: str, hypotheses: Iterable[str]) -> str:
    """The key of a goal given by canonical texts.

    Variables are numbered as they occur: first in the statement, then in the hypotheses, of which always the one comes
    next that reads smallest with the numbers given so far.
    """
    names: dict[str, str] = {}
    first = _spelled(statement.split(" "), names)
    rest = [text.split(" ") for text in dict.fromkeys(hypotheses)]
    content = "\n".join((first, *_smallest(rest, names)))
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _spelled(tokens: Sequence[str], names: dict[str, str]) -> str:
    """The text with variables numbered; new ones are added to `names`."""
    return " ".join([names.setdefault(one, f"${len(names)}") if is_variable(one) else one for one in tokens])


def _greedy(rest: Sequence[Sequence[str]], names: dict[str, str]) -> tuple[_Lines, list[int], dict[str, str]]:
    """Lines of the smallest hypotheses one after another, up to the first tie; the numbers of those that tie there
    (none: all are done) among what is left; and the names by then. `rest` must be a list, which is used up."""
    lines: list[str] = []
    while rest:
        spelled = [_spelled(tokens, dict(names)) for tokens in rest]
        best = min(spelled)
        tied = [number for number, text in enumerate(spelled) if text == best]
        if len(tied) > 1:
            return tuple(lines), tied, names
        names = dict(names)
        lines.append(_spelled(rest.pop(tied[0]), names))
    return tuple(lines), [], names


def _smallest(rest: list[Sequence[str]], names: dict[str, str]) -> _Lines:
    """The smallest lines of all ways to go on where hypotheses tie.

    Two ways that lead to the same lines when every later tie is broken by order differ by a renaming, so one of them
    is enough: this keeps alike hypotheses from being tried in all orders.
    """
    head, tied, names = _greedy(rest, names)
    if not tied:
        return head
    ways: dict[_Lines, tuple[list[Sequence[str]], dict[str, str], str]] = {}
    for number in tied:
        left, mine = list(rest), dict(names)
        line = _spelled(left.pop(number), mine)
        ways.setdefault(_by_order(left, mine), (left, mine, line))
    return head + min((line, *_smallest(left, mine)) for left, mine, line in ways.values())


def _by_order(rest: Sequence[Sequence[str]], names: dict[str, str]) -> _Lines:
    """Lines with every tie broken by order."""
    left, names = list(rest), dict(names)
    lines: list[str] = []
    while left:
        best, number = min((_spelled(tokens, dict(names)), number) for number, tokens in enumerate(left))
        _spelled(left.pop(number), names)
        lines.append(best)
    return tuple(lines)
