"""Canonical spelling of goals, and keys that are equal exactly for goals that differ in names and order only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import combinations

from attrs import evolve
from fwd.api import Goal
from fwd.errors import GoalError

from fwd_metamath.database import PROVABLE, Database
from fwd_metamath.syntax import Syntax, shown
from fwd_metamath.terms import Term, subterms

LONGEST = 20_000
"""Most symbols of a statement."""


def canonical(goal: Goal, syntax: Syntax, database: Database, limit: int) -> Goal:
    """The goal with single blanks, each hypothesis once, and each pair of its own variables that must be distinct as
    `"x y"` in alphabetical order. A condition may name more than two variables and means all their pairs.

    `limit` is the database index before which everything must be declared that the goal mentions. Raises `GoalError`.
    """
    for label in sorted(goal.forbidden):
        if label not in database.assertions:
            raise GoalError(f"{goal.name}: forbids {shown(label)}, which {database.path} does not have")
    statement = _read(goal, goal.statement, syntax, limit)
    hypotheses = tuple(dict.fromkeys(_read(goal, text, syntax, limit) for text in goal.hypotheses))
    mask = statement.mask
    for term in hypotheses:
        mask |= term.mask
    for name in syntax.names_of(mask):
        item = database.float_of(name)
        if not item.first <= limit < item.last:
            raise GoalError(f"{goal.name}: the variable {name} has no typecode here")
    conditions = set()
    for condition in goal.conditions:
        names = sorted(condition.split())
        if len(set(names)) != len(names) or len(names) < 2:
            raise GoalError(
                f"{goal.name}: the condition {shown(condition)} should name two or more different variables"
            )
        for name in names:
            if name not in syntax.variables:
                raise GoalError(f"{goal.name}: the condition {shown(condition)} names {name}, which is no variable")
        conditions.update(
            f"{x} {y}"
            for x, y in combinations(names, 2)
            if mask & syntax.variables[x].mask and mask & syntax.variables[y].mask
        )
    return evolve(
        goal,
        statement=f"{PROVABLE} {statement.text}",
        hypotheses=tuple(f"{PROVABLE} {term.text}" for term in hypotheses),
        conditions=tuple(sorted(conditions)),
    )


def _read(goal: Goal, text: str, syntax: Syntax, limit: int) -> Term:
    symbols = text.split(None, 1)
    if text.count(" ") > LONGEST:
        raise GoalError(f"{goal.name}: a statement of more than {LONGEST} symbols is too long")
    if not symbols or symbols[0] != PROVABLE:
        raise GoalError(f"{goal.name}: {shown(text)} should begin with {PROVABLE}")
    try:
        term = syntax.parse(" ".join(symbols[1].split()) if len(symbols) > 1 else "")
    except GoalError as error:
        raise GoalError(f"{goal.name}: {error}") from None
    newest = max((part.rule for part in subterms(term) if part.rule), key=lambda rule: rule.index, default=None)
    if newest is not None and newest.index >= limit:
        raise GoalError(f"{goal.name}: uses the syntax of {newest.label}, which is declared too late")
    return term


def key(goal: Goal, typecodes: Mapping[str, str]) -> str:
    """A hash of the canonical goal's statement and hypotheses that depends neither on the names of variables nor on
    the order of hypotheses. `typecodes` has the typecode of every variable.

    The variables are numbered as they occur in the conclusion first. Then always the hypothesis comes next whose text
    is the smallest, its known variables spelled by number and its new ones by order of occurrence; if several have the
    same text, every one is tried (`_smallest`) and the smallest result of all counts.
    """
    names: dict[str, str] = {}
    text = _spell(goal.statement.split(" "), typecodes, names)
    hypotheses = [item.split(" ") for item in dict.fromkeys(goal.hypotheses)]
    lines, _ = _smallest(hypotheses, typecodes, names)
    return hashlib.blake2b("\n".join([text, *lines]).encode(), digest_size=16).hexdigest()


def _spell(symbols: Sequence[str], typecodes: Mapping[str, str], names: dict[str, str]) -> str:
    """The text with variables numbered; new ones are added to `names`. `$` occurs in no Metamath symbol."""
    out = []
    for symbol in symbols:
        typecode = typecodes.get(symbol)
        if typecode is not None:
            name = names.get(symbol)
            if name is None:
                name = names[symbol] = f"${len(names)}${typecode}"
            symbol = name
        out.append(symbol)
    return " ".join(out)


_Lines = tuple[str, ...]


def _smallest(
    left: list[list[str]], typecodes: Mapping[str, str], names: dict[str, str], explore: bool = True
) -> tuple[_Lines, _Lines]:
    """The smallest spelling of the hypotheses in any order that always takes a smallest next one, and the spelling
    found by always taking the first of them. Only the latter is found (and returned twice) without `explore`.

    If two ways on from a tie have the same first spelling, then some renaming exchanges them, and following one of
    them is enough: this keeps many alike hypotheses from being tried in all orders.
    """
    lines: list[str] = []
    while left:
        spelled = []
        for symbols in left:
            mine = dict(names)
            spelled.append((_spell(symbols, typecodes, mine), mine))
        best = min(text for text, _ in spelled)
        tied = [number for number, (text, _) in enumerate(spelled) if text == best]
        if len(tied) > 1 and explore:
            break
        lines.append(best)
        names = spelled[tied[0]][1]
        left = left[: tied[0]] + left[tied[0] + 1 :]
    if not left:
        return tuple(lines), tuple(lines)
    followed: dict[_Lines, _Lines] = {}
    first: _Lines | None = None
    for number in tied:
        rest = left[:number] + left[number + 1 :]
        mine = spelled[number][1]
        _, quick = _smallest(rest, typecodes, dict(mine), explore=False)
        if first is None:
            first = quick
        if quick not in followed:
            followed[quick], _ = _smallest(rest, typecodes, mine)
    assert first is not None
    head = (*lines, best)
    return head + min(followed.values()), head + first
