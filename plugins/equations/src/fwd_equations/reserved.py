"""The benchmark: identities and inequalities that no training data may contain.

`data/identities.jsonl` has one object a line: `name`, `hyps`, `statement` (in ordinary syntax), `category` and
`difficulty`. The rules that are carried along were not written or changed to fit this list.

Training data keeps away from the statements up to names of variables and up to the order of what stands beside = != +
* min max, whatever the hypotheses. The comparison is by shape: a statement that has the shape of a reserved one and the
same numbers of occurrences of its variables is left out too, which is a little more than needed.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from attrs import frozen
from fwd.api import Goal

from fwd_equations.parse import read_statement
from fwd_equations.terms import Term, is_variable, postorder, preorder

COMMUTATIVE = frozenset(("=", "!=", "+", "*", "min", "max"))
MEMO = 500_000
"""Most terms whose shapes are remembered, before all but the reserved ones start afresh."""


@frozen
class Item:
    """One line of the benchmark."""

    name: str
    hyps: tuple[str, ...]
    statement: str
    category: str
    difficulty: str

    @property
    def goal(self) -> Goal:
        """The statement to prove, spelled canonically."""
        hypotheses = tuple(dict.fromkeys(read_statement(text).text for text in self.hyps))
        return Goal(self.name, read_statement(self.statement).text, hypotheses)

    @property
    def equality(self) -> bool:
        """Whether the statement is an equation, and no inequality."""
        return read_statement(self.statement).head == "="


@cache
def identities() -> tuple[Item, ...]:
    """The benchmark that is carried along, in order."""
    return read_items((resources.files("fwd_equations") / "data" / "identities.jsonl").read_text(encoding="utf-8"))


def read_items(text: str) -> tuple[Item, ...]:
    """The lines of a file in the benchmark's format, which only `name` and `statement` must be in. Raises `ValueError`,
    `KeyError` or `TypeError` for other files."""
    found = [json.loads(line) for line in text.splitlines() if line.strip()]
    return tuple(
        Item(
            name=one["name"],
            hyps=tuple(one.get("hyps") or one.get("hypotheses") or ()),
            statement=one["statement"],
            category=one.get("category") or "",
            difficulty=one.get("difficulty") or "",
        )
        for one in found
    )


class Reserved:
    """Recognises the benchmark's statements."""

    def __init__(self) -> None:
        self._ids: dict[tuple, int] = {}
        self._memo: dict[Term, int] = {}
        self._known: dict[int, set[tuple[int, ...]]] = {}
        for item in identities():
            statement = read_statement(item.statement)
            self._known.setdefault(self._shape(statement), set()).add(_counts(statement))

    def __contains__(self, statement: Term) -> bool:
        found = self._known.get(self._shape(statement))
        return found is not None and _counts(statement) in found

    def _shape(self, term: Term) -> int:
        """Equal for terms that are the same but for variables and the order of arguments of commutative heads."""
        if len(self._memo) > MEMO:
            self._memo.clear()
        memo, numbers = self._memo, self._ids
        for node in postorder(term, memo):
            parts = [memo[arg] for arg in node.args]
            if node.head in COMMUTATIVE:
                parts.sort()
            head = "$" if not node.args and is_variable(node.head) else node.head
            memo[node] = numbers.setdefault((head, *parts), len(numbers))
        return memo[term]


def _counts(statement: Term) -> tuple[int, ...]:
    """How often the variables occur, in ascending order."""
    found: dict[str, int] = {}
    for node in preorder(statement):
        if not node.args and is_variable(node.head):
            found[node.head] = found.get(node.head, 0) + 1
    return tuple(sorted(found.values()))
