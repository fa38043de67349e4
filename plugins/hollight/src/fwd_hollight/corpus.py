"""The corpus on disk: forward proofs of the library's theorems, each judged by the env, one JSON object per line.

A part of the corpus that is being built is a file of the same form beside it, so that building can go on after an
interruption.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen
from fwd.api import Fact, Goal, Proof, Step
from fwd.errors import UserError

from fwd_hollight import folders
from fwd_hollight.replay import Outcome


@frozen(eq=False)
class Corpus:
    """Everything that was built. `proofs` are in order of the library; `problems` counts theorems by why they have
    none; `steps`, `tried` and `exact` are totals; `keys` has the key of every statement."""

    proofs: tuple[Proof, ...]
    problems: Mapping[str, int]
    steps: int
    tried: int
    exact: int
    keys: Mapping[str, str]


def path_of(name: str) -> Path:
    """The file of the library set with this name."""
    return folders.cache() / "corpus" / f"{name}.jsonl"


def to_json(outcome: Outcome, keys: Mapping[str, str]) -> dict[str, Any]:
    """One line of the file: what became of a theorem."""
    row: dict[str, Any] = {
        "name": outcome.name,
        "problem": outcome.problem,
        "counts": [outcome.steps, outcome.tried, outcome.exact],
    }
    if outcome.proof is not None:
        row["before"] = outcome.proof.goal.before
        row["facts"] = [_fact_row(fact, keys) for fact in outcome.proof.facts]
    return row


def _fact_row(fact: Fact, keys: Mapping[str, str]) -> list[Any]:
    assert fact.step is not None
    step = fact.step
    return [fact.statement, keys[fact.statement], step.label, step.premises, step.arguments, fact.premises]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The complete lines of a file."""
    if path.is_file():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)


def is_built(name: str) -> bool:
    """Whether there is a corpus of the library set with this name."""
    return path_of(name).is_file()


@lru_cache(maxsize=2)
def load(name: str) -> Corpus:
    """The corpus of a library set. Raises `UserError` if it was not built."""
    path = path_of(name)
    if not path.is_file():
        raise UserError(
            "the proofs of this library are not prepared: run `fwd data build --env hollight` once, with the --preset "
            "or --set env.libraries=... that names other libraries than the core, if any"
        )
    proofs: list[Proof] = []
    problems: dict[str, int] = {}
    counts = [0, 0, 0]
    keys: dict[str, str] = {}
    for row in read_rows(path):
        counts = [a + b for a, b in zip(counts, row["counts"], strict=True)]
        if row["problem"]:
            problems[row["problem"]] = problems.get(row["problem"], 0) + 1
        else:
            proofs.append(_proof(row, keys))
    return Corpus(tuple(proofs), problems, *counts, keys)


def _proof(row: Mapping[str, Any], keys: dict[str, str]) -> Proof:
    facts = []
    for statement, key, label, premises, arguments, used in row["facts"]:
        keys[statement] = key
        facts.append(Fact(statement, Step(label, tuple(premises), tuple(arguments)), tuple(used)))
    goal = Goal(row["name"], facts[-1].statement, before=row["before"])
    return Proof(goal, tuple(facts))
