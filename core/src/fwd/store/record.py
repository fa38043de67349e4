"""One record of the proof store: everything that one search derived, and where it came from.

On disk a record is a zstd frame (whose own checksum guards it) around a msgpack list whose first item is the version
of the layout. Fields are only ever appended to a layout; anything else is a new version.
"""

from __future__ import annotations

from typing import Any

import msgpack
import zstandard
from attrs import frozen

from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.search.base import ProofSearch

VERSION = 1


class RecordError(ValueError):
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
        """The record as bytes."""
        layout = [
            VERSION,
            _goal_out(self.goal),
            [_fact_out(fact) for fact in self.facts],
            [self.solved, self.stopped, self.env, self.fingerprint, self.strategy],
            [self.model, self.model_step, self.seed, self.trial],
        ]
        packed: bytes = msgpack.packb(layout)  # type: ignore[assignment]
        return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(packed)

    @classmethod
    def unpack(cls, data: bytes) -> ProofRecord:
        """The record that `pack` turned into bytes. Raises `RecordError` for anything else."""
        try:
            layout = msgpack.unpackb(zstandard.ZstdDecompressor().decompress(data))
            version = layout[0]
            if version == VERSION:
                _, goal, facts, outcome, origin = layout[:5]
                return cls(_goal_in(*goal[:6]), tuple(_fact_in(*fact[:5]) for fact in facts), *outcome[:5], *origin[:4])
        except (ValueError, TypeError, LookupError, zstandard.ZstdError, msgpack.UnpackException) as error:
            raise RecordError(f"a record is damaged: {error}") from error
        raise RecordError(f"a record has version {version}; this program knows version {VERSION}: upgrade it")


def _goal_out(goal: Goal) -> list[Any]:
    forbidden = sorted(goal.forbidden)
    return [goal.name, goal.statement, goal.hypotheses, goal.conditions, forbidden, goal.before]


def _goal_in(name: str, statement: str, hypotheses: list, conditions: list, forbidden: list, before: Any) -> Goal:
    return Goal(name, statement, tuple(hypotheses), tuple(conditions), frozenset(forbidden), before)


def _fact_out(fact: Fact) -> list[Any]:
    if fact.step is None:
        return [fact.statement, fact.premises, None, None, None]
    step = fact.step
    own = None if step.premises == fact.premises else step.premises
    return [fact.statement, fact.premises, step.label, own, step.arguments]


def _fact_in(statement: str, premises: list, label: str | None, own: list | None, arguments: list | None) -> Fact:
    if label is None:
        return Fact(statement, None, tuple(premises))
    step = Step(label, tuple(premises if own is None else own), tuple(arguments or ()))
    return Fact(statement, step, tuple(premises))
