"""What the actors found: a window over a proof store, read as a dataset of theorems.

Every fact of a stored graph is a theorem with a proof, whether or not the search reached its goal; its minimal
sub-proof is what there is to learn. The window is the newest graphs by the training step of the weights that found
them. What is drawn is a function of the random numbers and of the `position` of the window alone: by writer, the
sequence number up to which the store was read. So a trainer that goes on from a checkpoint gets the same data again.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from fwd.api import Env, Fact, Goal, Proof
from fwd.settings import GeneratedConfig
from fwd.store import Entry, ProofReader, ProofRecord, ends

log = logging.getLogger(__name__)


@frozen(order=True)
class _Graph:
    """One graph of the window, packed, and its theorems: the fact that each proves, the steps of its proof, and a hash
    of that proof."""

    step: int
    writer: str
    sequence: int
    packed: bytes = field(order=False)
    solved: bool = field(order=False)
    targets: np.ndarray = field(order=False)
    steps: np.ndarray = field(order=False)
    hashes: np.ndarray = field(order=False)


class GeneratedProofs:
    """A `Dataset` that grows with `refresh`; it has goals of its own for the train split only.

    Equal proofs count once. A theorem is drawn in proportion to a power of its proof's steps. Graphs of another
    version of the env's library are passed over.
    """

    def __init__(self, env: Env, store: Path, config: GeneratedConfig) -> None:
        self.env = env
        self.store = store
        self.config = config
        self.fresh = False
        """Whether the last draw gave a theorem that this dataset had not given before."""
        self._drawn: set[int] = set()
        self._begin()

    @property
    def theorems(self) -> int:
        """Different proofs in the window."""
        return len(self._targets)

    @property
    def enough(self) -> bool:
        """Whether there is enough to learn from: where training has waited for it, whatever there is now."""
        return self.theorems >= (1 if self.config.wait else self.config.start)

    def refresh(self, position: Mapping[str, int] | None = None) -> None:
        """Take in what the store has now, or just what it had at an earlier `position`. Raises `StoreError`."""
        until = ends(self.store) if position is None else dict(position)
        if any(until.get(writer, 0) < number for writer, number in self.position.items()):
            self._begin()
        window = self.config.window
        state = {writer: max(number - window, self.position.get(writer, 0)) for writer, number in until.items()}
        reader = ProofReader(self.store, state)
        graphs = [self._graph(entry) for entry in reader.poll(until)]
        for complaint in reader.complaints:
            log.warning("%s: %s", self.store, complaint)
        self.position = until
        if graphs:
            self._newest = sum(graph.step for graph in graphs) / len(graphs)
            self._hold(sorted([*self._graphs, *graphs])[-window:])

    def draw(self, rng: random.Random) -> Proof | None:
        """A theorem with its minimal proof; None while there is none."""
        if not self.theorems:
            return None
        place = self._place(rng, self.config.size_power, 0.0)
        self.fresh = int(self._hashes[place]) not in self._drawn
        self._drawn.add(int(self._hashes[place]))
        return self.theorem(place)

    def pick(self, rng: random.Random, size_power: float, rarity_power: float) -> Proof:
        """A theorem to prove anew, in proportion to powers of its proof's steps and of how rarely it was found. There
        must be one."""
        return self.theorem(self._place(rng, size_power, rarity_power))

    def theorem(self, place: int) -> Proof:
        """The proof of theorem `place` of the window, its goal canonical."""
        graph = self._graphs[self._owners[place]]
        record = ProofRecord.unpack(graph.packed)
        goal = evolve(record.goal, name=f"{graph.writer}/{graph.sequence}")
        proof = Proof(goal, record.facts).subproof(int(self._targets[place]))
        return evolve(proof, goal=self.env.canonical(proof.goal))

    def goals(self, split: str) -> Sequence[Goal]:
        """All theorems of the window for "train", nothing else."""
        return [proof.goal for proof in self.proofs(split)]

    def proofs(self, split: str) -> Sequence[Proof]:
        """Their proofs."""
        return [self.theorem(place) for place in range(self.theorems)] if split == "train" else []

    def held_out(self) -> frozenset[str]:
        """Nothing of its own: where sequences are made, the other datasets' keys are kept away from these as well."""
        return frozenset()

    def stats(self) -> dict[str, Any]:
        """Graphs in the store and in the window, theorems, the share of the window that is solved, and the mean
        training step of the weights that found what came last."""
        solved = sum(graph.solved for graph in self._graphs) / max(1, len(self._graphs))
        return {
            "stored": sum(self.position.values()),
            "graphs": len(self._graphs),
            "theorems": self.theorems,
            "solved": solved,
            "model_step": self._newest,
        }

    def _begin(self) -> None:
        """An empty window at the beginning of the store."""
        self.position: dict[str, int] = {}
        self._newest = 0.0
        self._hold([])

    def _hold(self, graphs: list[_Graph]) -> None:
        """Make these graphs, in order, the window. Of equal proofs the first counts."""
        self._graphs = graphs
        hashes = _joined([graph.hashes for graph in graphs])
        _, first, counts = np.unique(hashes, return_index=True, return_counts=True)
        order = np.argsort(first)
        first = first[order]
        self._hashes = hashes[first]
        self._found = counts[order].astype(np.float64)
        self._steps = _joined([graph.steps for graph in graphs])[first].astype(np.float64)
        self._targets = _joined([graph.targets for graph in graphs])[first]
        self._owners = np.repeat(np.arange(len(graphs)), [len(graph.targets) for graph in graphs])[first]
        self._cumulative: dict[tuple[float, float], np.ndarray] = {}

    def _place(self, rng: random.Random, size_power: float, rarity_power: float) -> int:
        """The place of a theorem, by its weight."""
        sums = self._cumulative.get((size_power, rarity_power))
        if sums is None:
            weights = self._steps**size_power * self._found**-rarity_power
            sums = self._cumulative[size_power, rarity_power] = np.cumsum(weights)
        place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        return min(place, self.theorems - 1)

    def _graph(self, entry: Entry) -> _Graph:
        """A stored graph with its theorems of enough steps; none if it speaks of another library."""
        record = entry.record
        steps, hashes = _measure(record.goal, record.facts)
        enough = steps >= self.config.least_steps
        if record.fingerprint != self.env.fingerprint:
            enough[:] = False
        targets = np.flatnonzero(enough)
        return _Graph(
            record.model_step or 0,
            entry.writer,
            entry.sequence,
            record.pack(),
            record.solved,
            targets.astype(np.int32),
            steps[targets],
            hashes[targets],
        )


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    """All of them, one after the other."""
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _measure(goal: Goal, facts: Sequence[Fact]) -> tuple[np.ndarray, np.ndarray]:
    """Of every fact the steps of its minimal proof, and a hash of that proof which does not depend on the order of
    facts. A hypothesis has no steps."""
    above: list[int] = []  # sets of steps, as bits
    digests: list[bytes] = []
    for index, fact in enumerate(facts):
        needed = 0 if fact.step is None else 1 << index
        told = (goal.conditions, fact.statement, fact.step and (fact.step.label, fact.step.arguments))
        for premise in fact.premises:
            needed |= above[premise]
        content = repr(told).encode() + b"".join(digests[premise] for premise in fact.premises)
        above.append(needed)
        digests.append(hashlib.blake2b(content, digest_size=8).digest())
    steps = np.array([needed.bit_count() for needed in above], dtype=np.int32)
    return steps, np.frombuffer(b"".join(digests), dtype=np.uint64)
