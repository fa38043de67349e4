"""Statements and rules of the toy env, and how a rule matches facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from fwd.api import Goal, ProofGraph, Step

LETTERS = "abcdefgh"
RELATIONS = ("<", "<=", "~")
_STATEMENT = re.compile(r"\s*([a-h])\s*(<=?|~)\s*([a-h])\s*")

Parts = tuple[str, str, str]
"""Left letter, relation, right letter; in a rule, variables instead of letters."""


@frozen
class Rule:
    """`premises` and `condition` give `conclusion`; a variable of `argument` is in no premise, so a step names it."""

    label: str
    premises: tuple[Parts, ...]
    conclusion: Parts
    argument: str = ""
    condition: str = ""


RULES = {
    rule.label: rule
    for rule in (
        Rule("refl", (), ("x", "<=", "x"), argument="x"),
        Rule("weak", (("x", "<", "y"),), ("x", "<=", "y")),
        Rule("trans", (("x", "<=", "y"), ("y", "<=", "z")), ("x", "<=", "z")),
        Rule("left", (("x", "<", "y"), ("y", "<=", "z")), ("x", "<", "z")),
        Rule("right", (("x", "<=", "y"), ("y", "<", "z")), ("x", "<", "z")),
        Rule("strict", (("x", "<=", "y"),), ("x", "<", "y"), condition="xy"),
        Rule("link", (("x", "<", "y"),), ("x", "~", "y")),
        Rule("bind", (("x", "<=", "y"),), ("x", "~", "y")),
        Rule("flip", (("x", "~", "y"),), ("y", "~", "x")),
        Rule("chain", (("x", "<", "y"), ("y", "<", "z")), ("x", "<", "z")),
    )
}
LABELS = tuple(RULES)
"""In order of declaration, which is what `Goal.before` refers to."""


def parse(statement: str) -> Parts | None:
    """The parts of a statement, or None if it is not one."""
    found = _STATEMENT.fullmatch(statement)
    return (found[1], found[2], found[3]) if found else None


def usable(goal: Goal) -> list[str]:
    """Labels that a proof of the goal may use."""
    end = LABELS.index(goal.before) if goal.before is not None else len(LABELS)
    return [label for label in LABELS[:end] if label not in goal.forbidden]


def match(rule: Rule, statements: Sequence[str]) -> dict[str, str] | None:
    """Letters of the rule's variables if its first premises are these statements, else None."""
    letters: dict[str, str] = {}
    for (left, relation, right), statement in zip(rule.premises, statements, strict=False):
        parts = parse(statement)
        if parts is None or parts[1] != relation:
            return None
        if letters.setdefault(left, parts[0]) != parts[0] or letters.setdefault(right, parts[2]) != parts[2]:
            return None
    return letters


def conclude(rule: Rule, letters: dict[str, str], goal: Goal) -> str | None:
    """The statement that a rule gives, or None if the goal lacks the condition that it needs."""
    if rule.condition:
        pair = sorted(letters[variable] for variable in rule.condition)
        if f"{pair[0]} {pair[1]}" not in goal.conditions:
            return None
    left, relation, right = rule.conclusion
    return f"{letters[left]}{relation}{letters[right]}"


def new_steps(graph: ProofGraph, label: str, chosen: tuple[int, ...] = ()) -> Iterator[tuple[Step, str]]:
    """Every step of a rule whose first premises are `chosen` and whose result is not yet a fact, with that result."""
    rule = RULES[label]
    letters = match(rule, [graph.facts[index].statement for index in chosen])
    if letters is None:
        return
    if len(chosen) < len(rule.premises):
        for index in range(len(graph.facts)):
            yield from new_steps(graph, label, (*chosen, index))
        return
    for letter in goal_letters(graph.goal) if rule.argument else ("",):
        filled = letters | {rule.argument: letter} if letter else letters
        statement = conclude(rule, filled, graph.goal)
        if statement is not None and graph.find(statement) is None:
            yield Step(label, chosen, (letter,) if letter else ()), statement


def goal_letters(goal: Goal) -> list[str]:
    """The letters that a goal speaks of, sorted."""
    statements = (goal.statement, *goal.hypotheses)
    return sorted({letter for statement in statements for letter in statement if letter in LETTERS})
