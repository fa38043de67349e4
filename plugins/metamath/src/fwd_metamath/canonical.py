"""Canonical spelling of goals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve
from fwd.api import Goal
from fwd.errors import GoalError

from fwd_metamath.database import PROVABLE, Database
from fwd_metamath.syntax import Syntax, shown
from fwd_metamath.terms import Term, subterms

LONGEST = 20_000
"""Most symbols of a statement."""

_COMMENT = re.compile(r"(?<!\S)\$\((?!\S)(?:(?!\$[()]).)*(?<!\S)\$\)(?!\S)", re.DOTALL)


def canonical(goal: Goal, syntax: Syntax, database: Database, limit: int) -> Goal:
    """The goal with single blanks and no comments, each hypothesis once, and each pair of its own variables that must
    be distinct as `"x y"` in alphabetical order. A condition may name more than two variables, for all their pairs.

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
    conditions = _conditions(goal, mask, syntax)
    return evolve(
        goal,
        statement=f"{PROVABLE} {statement.text}",
        hypotheses=tuple(f"{PROVABLE} {term.text}" for term in hypotheses),
        conditions=conditions,
    )


def _conditions(goal: Goal, own: int, syntax: Syntax) -> tuple[str, ...]:
    """The pairs that the goal's conditions name, of the variables in the mask `own`."""
    others: dict[str, int] = {}
    for condition in goal.conditions:
        names = _symbols(condition)
        if len(set(names)) != len(names) or len(names) < 2:
            raise GoalError(
                f"{goal.name}: the condition {shown(condition)} should name two or more different variables"
            )
        mask = 0
        for name in names:
            if name not in syntax.variables:
                raise GoalError(f"{goal.name}: the condition {shown(condition)} names {shown(name)}, no variable")
            mask |= syntax.variables[name].mask
        for name in names:
            if syntax.variables[name].mask & own:
                others[name] = others.get(name, 0) | (mask & own)
    pairs = ((x, y) for x, mask in others.items() for y in syntax.names_of(mask) if x < y)
    return tuple(sorted(f"{x} {y}" for x, y in pairs))


def _symbols(text: str) -> Sequence[str]:
    """The symbols of a text, in which a comment counts as white space."""
    return (_COMMENT.sub(" ", text) if "$(" in text else text).split()


def _read(goal: Goal, text: str, syntax: Syntax, limit: int) -> Term:
    symbols = _symbols(text)
    if len(symbols) > LONGEST:
        raise GoalError(f"{goal.name}: a statement of more than {LONGEST} symbols is too long")
    if not symbols or symbols[0] != PROVABLE:
        raise GoalError(f"{goal.name}: {shown(text)} should begin with {PROVABLE}")
    try:
        term = syntax.parse(" ".join(symbols[1:]))
    except GoalError as error:
        raise GoalError(f"{goal.name}: {error}") from None
    newest = max((part.rule for part in subterms(term) if part.rule), key=lambda rule: rule.index, default=None)
    if newest is not None and newest.index >= limit:
        raise GoalError(f"{goal.name}: uses the syntax of {newest.label}, which is declared too late")
    return term
