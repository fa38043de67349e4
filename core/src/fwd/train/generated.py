"""What the actors found: a window over a proof store, read as a dataset of theorems.

Every fact of a stored graph is a theorem with a proof, whether or not the search reached its goal; its minimal
sub-proof is what there is to learn. The window is the newest graphs of all writers together, in the order of
`fwd.store.newest`. What is drawn is a function of the random numbers and of the `position` of the window alone: by
writer, the sequence number up to which the store was read. So a trainer that goes on from a checkpoint gets the same
data again, as long as what was in its window is still there.
"""

from __future__ import annotations

import hashlib
import logging
import random
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from fwd.api import Env, Fact, Goal, Proof
from fwd.settings import GeneratedConfig
from fwd.store import Entry, ProofReader, ProofRecord, files, newest
from fwd.store.newest import Run

log = logging.getLogger(__name__)


@frozen(order=True)
class _Graph:
    """One graph of the window, packed, and its theorems: the fact that each proves, the steps of its proof, and a hash
    of that proof."""

    rank: int
    writer: str
    sequence: int
    step: int = field(order=False)
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
        """Whether the last draw gave a theorem that had not been given before while it was in the window."""
        self._due = False
        self._begin()

    @property
    def theorems(self) -> int:
        """Different proofs in the window."""
        self._look()
        return len(self._targets)

    @property
    def enough(self) -> bool:
        """Whether there is enough to learn from: where training has waited for it, whatever there is now."""
        return self.theorems >= (1 if self.config.wait else self.config.start)

    def refresh(self, position: Mapping[str, int] | None = None) -> None:
        """Take in what the store has now, or just what it had at an earlier `position`. Raises `StoreError`."""
        self._due = False
        listed = files.listing(self.store, self.position)
        until = files.ends(listed) if position is None else dict(position)
        if any(until.get(writer, 0) < number for writer, number in self.position.items()):
            self._begin()
            listed = files.listing(self.store)
            until = files.ends(listed) if position is None else until
        reader = ProofReader(self.store, self.position)
        graphs = self._newer(reader, newest.newest_first(reader, listed, until))
        for complaint in reader.complaints:
            log.warning("%s: %s", self.store, complaint)
        self.position = until
        if graphs:
            self._newest = sum(graph.step for graph in graphs) / len(graphs)
            self._hold(sorted([*self._graphs, *graphs])[-self.config.window :])

    def refresh_later(self) -> None:
        """Take in what the store has when the window is used next: who never uses it reads nothing."""
        self._due = True

    def draw(self, rng: random.Random) -> Proof | None:
        """A theorem with its minimal proof; None while there is none."""
        if not self.theorems:
            return None
        place = self._place(rng, self.config.size_power, 0.0)
        self.fresh = not self._drawn[place]
        self._drawn[place] = True
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
        self._look()
        solved = sum(graph.solved for graph in self._graphs) / max(1, len(self._graphs))
        return {
            "stored": sum(self.position.values()),
            "graphs": len(self._graphs),
            "theorems": self.theorems,
            "solved": solved,
            "model_step": self._newest,
        }

    def _look(self) -> None:
        """A refresh that was put off."""
        if self._due:
            self.refresh()

    def _begin(self) -> None:
        """An empty window at the beginning of the store."""
        self.position: dict[str, int] = {}
        self._newest = 0.0
        self._hashes = np.zeros(0, dtype=np.uint64)
        self._drawn = np.zeros(0, dtype=bool)
        self._hold([])

    def _newer(self, reader: ProofReader, runs: Iterator[Run]) -> list[_Graph]:
        """The graphs of these runs, which come newest first, that belong in the window. For those that cannot be read
        there are older ones."""
        found: list[_Graph] = []
        while True:
            chosen, runs = self._chosen(reader, runs, self.config.window - len(found))
            if not chosen:
                return found
            found.extend(self._graph(entry, rank) for rank, entry in newest.read(reader, chosen))

    def _chosen(self, reader: ProofReader, runs: Iterator[Run], room: int) -> tuple[list[Run], Iterator[Run]]:
        """Of these runs those that belong among so many graphs beside what is held, and the rest of them."""
        chosen: list[Run] = []
        for run in runs:
            if run.segment.path in reader.broken:
                continue
            held = len(self._graphs) - bisect(self._graphs, (run.rank, run.writer, run.first), key=_place)
            if room <= held:
                return chosen, chain([run], runs)
            taken, rest = run.split(min(run.count, room - held))
            chosen.append(taken)
            room -= taken.count
            if rest.count:
                return chosen, chain([rest], runs)
        return chosen, runs

    def _hold(self, graphs: list[_Graph]) -> None:
        """Make these graphs, in order, the window. Of equal proofs the first counts."""
        self._graphs = graphs
        hashes = _joined([graph.hashes for graph in graphs])
        _, first, counts = np.unique(hashes, return_index=True, return_counts=True)
        order = np.argsort(first)
        first = first[order]
        drawn = self._hashes[self._drawn]
        self._hashes = hashes[first]
        self._drawn = np.isin(self._hashes, drawn)
        self._found = counts[order].astype(np.float64)
        self._steps = _joined([graph.steps for graph in graphs])[first].astype(np.float64)
        self._targets = _joined([graph.targets for graph in graphs])[first]
        self._owners = np.repeat(np.arange(len(graphs)), [len(graph.targets) for graph in graphs])[first]
        self._cumulative: dict[tuple[float, float], np.ndarray] = {}

    def _place(self, rng: random.Random, size_power: float, rarity_power: float) -> int:
        """The place of a theorem, by its weight."""
        self._look()
        sums = self._cumulative.get((size_power, rarity_power))
        if sums is None:
            weights = self._steps**size_power * self._found**-rarity_power
            sums = self._cumulative[size_power, rarity_power] = np.cumsum(weights)
        place = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        return min(place, len(self._targets) - 1)

    def _graph(self, entry: Entry, rank: int) -> _Graph:
        """A stored graph with its theorems of enough steps; none if it speaks of another library."""
        record = entry.record
        steps, hashes = _measure(record.goal, record.facts)
        enough = steps >= self.config.least_steps
        if record.fingerprint != self.env.fingerprint:
            enough[:] = False
        targets = np.flatnonzero(enough)
        return _Graph(
            rank,
            entry.writer,
            entry.sequence,
            record.model_step or 0,
            entry.packed,
            record.solved,
            targets.astype(np.int32),
            steps[targets],
            hashes[targets],
        )


def _place(graph: _Graph) -> tuple[int, str, int]:
    """What graphs are ordered by."""
    return graph.rank, graph.writer, graph.sequence


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
