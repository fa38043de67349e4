"""What was solved of a benchmark: counts by kind of goal, by difficulty and by category."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from fwd.errors import UserError

from fwd_equations.env import EquationsEnv
from fwd_equations.match import Derivation, Values, compiled
from fwd_equations.reserved import Item, identities, read_items
from fwd_equations.terms import Term, binary

LEVELS = ("easy", "medium", "hard")


def groups(env: EquationsEnv, items: Sequence[Item]) -> dict[str, list[Item]]:
    """The rows of a report. Goals that one rule or algebra gives at once have their own: they show nothing of a
    search."""
    rule = {item.name for item in items if one_rule(env, item)}
    algebra = {item.name for item in items if algebra_alone(env, item)}
    found = {
        "all": list(items),
        "equalities": [item for item in items if item.equality],
        "inequalities": [item for item in items if not item.equality],
        "given by one rule": [item for item in items if item.name in rule],
        "given by algebra": [item for item in items if item.name in algebra],
        "given by neither": [item for item in items if item.name not in rule | algebra],
    }
    for level in LEVELS:
        found[level] = [item for item in items if item.difficulty == level]
    for item in items:
        found.setdefault(item.category or "without category", []).append(item)
    return {name: members for name, members in found.items() if members}


def table(rows: Mapping[str, Sequence[Item]], solved: Mapping[str, Collection[str]]) -> str:
    """A table in Markdown: how many goals of each row each contestant solved, given by their names."""
    lines = [["", "goals", *solved], ["---", *["---:"] * (len(solved) + 1)]]
    for row, members in rows.items():
        counts = [sum(item.name in names for item in members) for names in solved.values()]
        lines.append([row, *map(str, (len(members), *counts))])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def solved_in(folder: Path) -> tuple[Sequence[Item], frozenset[str]]:
    """The goals of an output of `fwd prove`, and the names of those that were solved. Raises `UserError`."""
    try:
        task = json.loads((folder / "prove.json").read_text(encoding="utf-8"))
        results = [json.loads(line) for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()]
        goals = folder / "goals.jsonl"
        own = read_items(goals.read_text(encoding="utf-8")) if task["split"] == "goals" else None
        names = frozenset(result["name"] for result in results)
        solved = frozenset(result["name"] for result in results if result["solved"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{folder} holds no results of fwd prove that can be read: {error}") from None
    if own is None and task["split"] != "identities":
        raise UserError(f"{folder} is about the split {task['split']!r}, which has no categories: prove identities")
    return [item for item in own or identities() if item.name in names], solved


def one_rule(env: EquationsEnv, item: Item) -> bool:
    """Whether a goal is what one rule says, read from left to right or back, with the goal's hypotheses as premises and
    conditions."""
    state = env.state(env.begin(item.goal))
    goal = env.texts.read(state.goal.statement)
    ways = [goal, binary(goal.head, *goal.args[::-1])] if goal.head in ("=", "!=") else [goal]
    for move in env.library.derivations:
        for statement in ways:
            values = move.unknown.copy()
            if move.conclusion.match(statement, values) and _given(state.support, move, values):
                return True
    return False


def algebra_alone(env: EquationsEnv, item: Item) -> bool:
    """Whether a goal follows from its hypotheses by algebra."""
    return env.state(env.begin(item.goal)).closes(env.texts) is not None


def _given(support: Callable[[Term], int | None], move: Derivation, values: Values) -> bool:
    """Whether the premises and conditions are given. Rules with variables that the conclusion does not name are not
    looked at."""
    if any(value is None for value in values):
        return False
    places = {name: place for place, name in enumerate(move.rule.variables)}
    needed = [*(compiled(one, places) for one in move.rule.premises), *move.conditions]
    return all(support(one(values)) is not None for one in needed)  # type: ignore[arg-type]
