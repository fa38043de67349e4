"""Running a contract's methods, and the few helpers that contracts share."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fwd.api import Applied, Codec, Cursor, Env, Proof, ProofGraph

LONGEST = 1000
"""A step of more tokens than this is surely a grammar that never ends."""


def promises(contract: type) -> list[str]:
    """Names of the contract's test methods, in order of declaration."""
    names = [name for cls in reversed(contract.__mro__) for name in vars(cls) if name.startswith("test_")]
    return list(dict.fromkeys(names))


def violations(contract: type, fixtures: Mapping[str, Any], only: str = "") -> dict[str, str]:
    """The promises that are broken, with one line that says how. `fixtures` has what the methods take, by name;
    `only` names one promise to look at."""
    broken = {}
    for name in [only] if only else promises(contract):
        method = getattr(contract(), name)
        try:
            method(**{one: fixtures[one] for one in inspect.signature(method).parameters})
        except Exception as error:
            message = str(error).splitlines()[0] if str(error) else "no message"
            broken[name] = message if isinstance(error, AssertionError) else f"{type(error).__name__}: {message}"
    return broken


def require(holds: bool, message: str) -> None:
    """Unlike a bare assert, also under `python -O`. Raises AssertionError."""
    if not holds:
        raise AssertionError(message)


def spread(items: Sequence[Any], count: int) -> list[Any]:
    """At most `count` items, evenly spread over the sequence."""
    if len(items) <= count:
        return list(items)
    return [items[index * len(items) // count] for index in range(count)]


def value(graph: ProofGraph) -> tuple[Any, ...]:
    """All that a graph holds, to see whether something changed it."""
    return (
        graph.id,
        graph.goal,
        tuple(graph.facts),
        graph.parent,
        tuple(graph.find(one.statement) for one in graph.facts),
    )


def growth(env: Env, proof: Proof) -> Iterator[tuple[ProofGraph, int]]:
    """The graph of a known proof before each of its steps, with the index of the fact that comes next; after each the
    graph is grown by the env's own answer."""
    graph = env.begin(proof.goal)
    require(
        [one.statement for one in graph.facts] == [one.statement for one in proof.facts[: len(graph.facts)]],
        f"{proof.goal.name}: a proof begins with the hypotheses in order",
    )
    for index in range(len(graph.facts), len(proof.facts)):
        yield graph, index
        step = proof.facts[index].step
        require(step is not None, f"{proof.goal.name}: fact {index} of a known proof has no step")
        answer = env.apply(graph, step)  # type: ignore[arg-type]
        require(isinstance(answer, Applied), f"{proof.goal.name}: apply refuses a known step: {answer}")
        graph.add(answer.fact)  # type: ignore[union-attr]


def walk(codec: Codec, graph: ProofGraph, rng: random.Random, cursor: Cursor | None = None) -> Iterator[Cursor]:
    """A cursor at each place of an even draw from the grammar; the last is complete, or at a dead end."""
    cursor = cursor or codec.cursor(graph)
    for _ in range(LONGEST):
        yield cursor
        if cursor.complete:
            return
        before = cursor.allowed().tolist()
        rng.shuffle(before)
        if not any(cursor.push(token) for token in before):
            return
    raise AssertionError(f"a step of {graph.goal.name} is longer than {LONGEST} tokens")
