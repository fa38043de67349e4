"""Keys are equal exactly for goals that differ in names and order."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from fwd.api import Goal
from fwd_metamath.invariant import key

NAMES = [f"p{number}" for number in range(120)]
TYPECODES = dict.fromkeys(NAMES, "wff") | {"x": "setvar", "y": "setvar"}


def random_goal(rng: random.Random, hypotheses: int, variables: int, depth: int) -> Goal:
    def formula(depth: int) -> str:
        if depth == 0 or rng.random() < 0.3:
            return rng.choice(NAMES[:variables])
        return f"( {formula(depth - 1)} -> {formula(depth - 1)} )"

    return Goal("goal", f"|- {formula(1)}", tuple({f"|- {formula(depth)}": None for _ in range(hypotheses)}))


def disguised(goal: Goal, rng: random.Random) -> Goal:
    names = dict(zip(NAMES, rng.sample(NAMES, len(NAMES)), strict=True))

    def renamed(text: str) -> str:
        return " ".join(names.get(symbol, symbol) for symbol in text.split(" "))

    hypotheses = [renamed(text) for text in goal.hypotheses]
    rng.shuffle(hypotheses)
    return Goal("other", renamed(goal.statement), tuple(hypotheses))


def brute_force(goal: Goal) -> str:
    """The smallest spelling over all orders of the hypotheses."""
    spelled = []
    for order in itertools.permutations(goal.hypotheses):
        numbers: dict[str, str] = {}
        lines = []
        for text in (goal.statement, *order):
            words = [numbers.setdefault(s, f"v{len(numbers)}") if s in TYPECODES else s for s in text.split(" ")]
            lines.append(" ".join(words))
        spelled.append("\n".join(lines))
    return min(spelled)


def test_disguises_do_not_matter() -> None:
    rng = random.Random(0)
    for _ in range(400):
        goal = random_goal(rng, rng.randrange(7), rng.choice([2, 3, 6, 9]), 2)
        assert key(disguised(goal, rng), TYPECODES) == key(goal, TYPECODES)


def test_agrees_with_brute_force() -> None:
    rng = random.Random(1)
    by_key: dict[str, str] = {}
    by_force: dict[str, str] = {}
    for _ in range(2500):
        goal = random_goal(rng, rng.randrange(4), 4, 1)
        mine, theirs = key(goal, TYPECODES), brute_force(goal)
        assert by_force.setdefault(theirs, mine) == mine
        assert by_key.setdefault(mine, theirs) == theirs
    assert len(by_key) > 200


@pytest.mark.parametrize(
    "pairs",
    [
        [(n, n) for n in range(60)],
        [(n, (n + 1) % 50) for n in range(50)],
        [(n, n ^ 1) for n in range(40)],
        [(n, m) for n in range(7) for m in range(7) if n != m],
        [(n, 20 + m) for n in range(9) for m in range(9)],
    ],
    ids=["alike", "cycle", "pairs", "complete", "bipartite"],
)
def test_symmetric_hypotheses_do_not_explode(pairs: list[tuple[int, int]]) -> None:
    goal = Goal("goal", "|- p99", tuple(f"|- ( p{n} -> p{m} )" for n, m in pairs))
    rng = random.Random(2)
    begin = time.process_time()
    assert len({key(disguised(goal, rng), TYPECODES) for _ in range(4)}) == 1
    assert time.process_time() - begin < 20


def test_conditions_names_and_repeats_do_not_count_typecodes_do() -> None:
    goal = Goal("one", "|- A. x p0", ("|- p0",))
    assert key(Goal("two", "|- A. y p1", ("|- p1", "|- p1"), ("x p0",)), TYPECODES) == key(goal, TYPECODES)
    assert key(Goal("one", "|- A. p2 p0", ("|- p0",)), TYPECODES) != key(goal, TYPECODES)
