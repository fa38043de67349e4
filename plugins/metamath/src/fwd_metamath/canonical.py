"""Canonical spelling of goals."""

from __future__ import annotations

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
