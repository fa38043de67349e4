"""One record of the proof store: everything that one search derived, and where it came from.

On disk a record is a zstd frame (whose own checksum guards it) around a msgpack list whose first item is the version
of the layout. Fields are only ever appended to a layout; anything else is a new version.

A store may come from a stranger: reading turns bytes into typed data of bounded size, or refuses them in one line.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgpack
import zstandard
from attrs import frozen

from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.errors import UserError
from fwd.search.base import ProofSearch
from fwd.text import printable

VERSION = 1
LARGEST = 8 << 20
"""Bytes of a record before compression; a thousand facts take some 100 kB."""
MOST_FACTS = 1 << 16
MOST_ITEMS = 1 << 20
"""Longest list within a record, such as that of forbidden theorems."""


class RecordError(UserError, ValueError):
    """Bytes that are no record, or one of a version that this program does not know."""


@frozen
class ProofRecord:
    """A searched graph, solved or not: every fact in it is a theorem with a proof.

    `solved` means that `Env.check` accepted the proof of `goal`. `model_step` is the training step of the checkpoint
    that proposed the steps, None for a policy without one.
    """

    goal: Goal
    facts: tuple[Fact, ...]
    solved: bool
    stopped: str
    env: str
    fingerprint: str
    """`Env.fingerprint` of the library and rules that the facts hold in."""
    strategy: str
    model: str
    model_step: int | None = None
    seed: int = 0
    trial: int = 0

    @classmethod
    def of(
        cls,
        search: ProofSearch,
        *,
        env: str,
        fingerprint: str,
        strategy: str,
        model: str,
        model_step: int | None = None,
    ) -> ProofRecord:
        """The record of a finished search."""
        return cls(
            goal=search.graph.goal,
            facts=tuple(search.graph.facts),
            solved=search.solved,
            stopped=search.stopped,
            env=env,
            fingerprint=fingerprint,
            strategy=strategy,
            model=model,
            model_step=model_step,
            seed=search.seed,
            trial=search.trial,
        )

    def graph(self) -> ProofGraph:
        """The graph as the search left it."""
        return ProofGraph(self.goal, self.facts)

    def proof(self) -> Proof:
        """The minimal proof of the goal. ValueError if the goal is not among the facts."""
        return Proof.of(self.graph())

    def pack(self) -> bytes:
        """The record as bytes. Raises `RecordError` if it is larger than what `unpack` takes."""
        layout = [
            VERSION,
            _goal_out(self.goal),
            [_fact_out(fact) for fact in self.facts],
            [self.solved, self.stopped, self.env, self.fingerprint, self.strategy],
            [self.model, self.model_step, self.seed, self.trial],
        ]
        packed: bytes = msgpack.packb(layout)  # type: ignore[assignment]
        if len(packed) > LARGEST or len(self.facts) > MOST_FACTS:
            raise RecordError(f"the graph of {printable(self.goal.name)} is too large for a record")
        return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(packed)

    @classmethod
    def unpack(cls, data: bytes) -> ProofRecord:
        """The record that `pack` turned into bytes. Raises `RecordError` for anything else: its facts are well-formed
        as a graph, hypotheses first, but whether they hold is for `Env.check` to say."""
        try:
            return _record(msgpack.unpackb(_decompressed(data), max_array_len=MOST_ITEMS, max_map_len=0, max_ext_len=0))
        except (ValueError, TypeError, LookupError, zstandard.ZstdError, msgpack.UnpackException) as error:
            raise RecordError(f"a record is damaged: {printable(str(error))}") from error


def _decompressed(data: bytes) -> bytes:
    """The content of a zstd frame, whose size is looked at first."""
    size = zstandard.frame_content_size(data)
    if not 0 <= size <= LARGEST:
        raise ValueError(f"it does not say that it is of at most {LARGEST >> 20} MiB")
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST)


def _record(layout: Any) -> ProofRecord:
    """Typed data from plain data. ValueError, TypeError or LookupError if it is not of the layout."""
    items = _list(layout)
    version = _number(items[0])
    if version != VERSION:
        raise ValueError(f"it has version {version}; this program knows version {VERSION}: upgrade it")
    _, goal, facts, outcome, origin = items[:5]
    solved, *told = _list(outcome)[:5]
    model, model_step, seed, trial = _list(origin)[:4]
    stopped, env, fingerprint, strategy = map(_text, told)
    read = _goal_in(*_list(goal)[:6])
    return ProofRecord(
        goal=read,
        facts=_facts_in(read, _list(facts)),
        solved=_flag(solved),
        stopped=stopped,
        env=env,
        fingerprint=fingerprint,
        strategy=strategy,
        model=_text(model),
        model_step=None if model_step is None else _number(model_step),
        seed=_number(seed),
        trial=_number(trial),
    )


def _goal_out(goal: Goal) -> list[Any]:
    forbidden = sorted(goal.forbidden)
    return [goal.name, goal.statement, goal.hypotheses, goal.conditions, forbidden, goal.before]


def _goal_in(name: Any, statement: Any, hypotheses: Any, conditions: Any, forbidden: Any, before: Any) -> Goal:
    return Goal(
        name=_text(name),
        statement=_text(statement),
        hypotheses=_texts(hypotheses),
        conditions=_texts(conditions),
        forbidden=frozenset(_texts(forbidden)),
        before=None if before is None else _text(before),
    )


def _fact_out(fact: Fact) -> list[Any]:
    if fact.step is None:
        return [fact.statement, fact.premises, None, None, None]
    step = fact.step
    own = None if step.premises == fact.premises else step.premises
    return [fact.statement, fact.premises, step.label, own, step.arguments]


def _facts_in(goal: Goal, facts: list[Any]) -> tuple[Fact, ...]:
    """The facts of a graph: first the goal's hypotheses, then steps that cite what comes before them."""
    if len(facts) > MOST_FACTS:
        raise ValueError(f"it has more than {MOST_FACTS} facts")
    given = len(goal.hypotheses)
    read = tuple([_fact_in(number, *_list(fact)[:5]) for number, fact in enumerate(facts)])
    if tuple([fact.statement for fact in read[:given]]) != goal.hypotheses:
        raise ValueError("its first facts are not its goal's hypotheses")
    if any((fact.step is None) is not (number < given) for number, fact in enumerate(read)):
        raise ValueError("a fact that is no hypothesis has no step, or a hypothesis has one")
    return read


def _fact_in(number: int, statement: Any, premises: Any, label: Any, own: Any, arguments: Any) -> Fact:
    cited = _places(premises, range(number))
    if label is None:
        if cited:
            raise ValueError("a hypothesis cites facts")
        return Fact(_text(statement))
    step = Step(_text(label), cited if own is None else _places(own, cited), () if not arguments else _texts(arguments))
    return Fact(_text(statement), step, cited)


def _places(value: Any, known: Collection[int]) -> tuple[int, ...]:
    found = tuple(_list(value))
    if any(type(one) is not int or one not in known for one in found):
        raise ValueError("a fact cites what does not come before it")
    return found


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("something in it should be a list")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple([_text(one) for one in _list(value)])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("something in it should be a text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("something in it should be a whole number")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("something in it should be true or false")
    return value
