"""Goals and proofs: splits that are generated once from a seed, the benchmark, and a stream to learn from.

human    the splits "train", "valid", "test" and "identities", and draws of both kinds
walks    draws of chains of rewrites
graphs   draws of facts that are derived from facts
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from attrs import evolve
from fwd.api import Goal, Proof

from fwd_equations.env import EquationsEnv
from fwd_equations.generate import Generator
from fwd_equations.reserved import Reserved, identities

SAMPLE = 400
"""Draws that `stats` looks at."""
IDENTITIES = "identities"


class Source:
    """The generator of one env, and what it must keep away from."""

    def __init__(self, env: EquationsEnv):
        self.env = env
        self.generator = Generator(env)
        self.reserved = Reserved()
        self.identities = [env.canonical(item.goal) for item in identities()]
        config = env.config
        self.held_out = frozenset(map(env.key, self.identities))
        found = self._distinct(random.Random(f"splits {config.split_seed}"), config.valid + config.test)
        self._splits = {"valid": _named("valid", found[: config.valid]), "test": _named("test", found[config.valid :])}
        self.held_out |= frozenset(env.key(proof.goal) for proof in found)

    def split(self, name: str) -> Sequence[Proof]:
        """The proofs of "train", "valid" or "test"; those of train are made when they are asked for first."""
        if name == "train" and name not in self._splits:
            config = self.env.config
            found = self._distinct(random.Random(f"train {config.split_seed}"), config.train)
            self._splits["train"] = _named("train", found)
        return self._splits.get(name, ())

    def _distinct(self, rng: random.Random, count: int) -> list[Proof]:
        """So many theorems, no two the same up to renaming, none that is held out."""
        found: dict[str, Proof] = {}
        while len(found) < count:
            proof = self.mixed(rng)
            if proof is not None and (key := self.env.key(proof.goal)) not in self.held_out:
                found.setdefault(key, proof)
        return list(found.values())

    def mixed(self, rng: random.Random) -> Proof | None:
        """A walk or a graph that keeps away from the benchmark."""
        graph = rng.random() < self.env.config.drawn_graph
        return self.clean(self.generator.graph(rng) if graph else self.generator.walk(rng))

    def clean(self, proof: Proof | None) -> Proof | None:
        """The proof, unless it proves a statement of the benchmark on its way."""
        read = self.env.texts.read
        if proof is None or any(fact.step and read(fact.statement) in self.reserved for fact in proof.facts):
            return None
        return proof


_sources: WeakKeyDictionary[EquationsEnv, Source] = WeakKeyDictionary()


def source_of(env: EquationsEnv) -> Source:
    """The env's source, made once."""
    found = _sources.get(env)
    if found is None:
        found = _sources[env] = Source(env)
    return found


def _named(split: str, proofs: Sequence[Proof]) -> list[Proof]:
    return [evolve(proof, goal=evolve(proof.goal, name=f"{split}{number}")) for number, proof in enumerate(proofs, 1)]


class _Stream:
    """Fresh theorems to learn from; no goals."""

    def __init__(self, env: EquationsEnv, draw: Callable[[Source, random.Random], Proof | None]):
        self.env = env
        self.source = source_of(env)
        self._draw = draw

    def goals(self, split: str) -> Sequence[Goal]:
        """None."""
        return ()

    def proofs(self, split: str) -> Sequence[Proof]:
        """None."""
        return ()

    def draw(self, rng: random.Random) -> Proof | None:
        """A fresh theorem; None if this attempt gave none or one that is held out."""
        proof = self._draw(self.source, rng)
        return None if proof is None or self.env.key(proof.goal) in self.source.held_out else proof

    def held_out(self) -> frozenset[str]:
        """The keys of valid, test and the benchmark."""
        return self.source.held_out

    def stats(self) -> dict[str, Any]:
        """Counts of some draws, always the same ones: steps by proof, hypotheses, rules that were used."""
        drawn = [self.draw(random.Random(seed)) for seed in range(SAMPLE)]
        proofs = [proof for proof in drawn if proof is not None]
        steps = sorted(proof.steps for proof in proofs)
        labels = Counter(fact.step.label for proof in proofs for fact in proof.facts if fact.step)
        return {
            "draws": SAMPLE,
            "theorems": len(proofs),
            "different": len({self.env.key(proof.goal) for proof in proofs}),
            "steps_p50": steps[len(steps) // 2] if steps else 0,
            "steps_max": steps[-1] if steps else 0,
            "hypotheses": dict(sorted(Counter(str(len(proof.goal.hypotheses)) for proof in proofs).items())),
            "labels": len(labels),
            "held_out_keys": len(self.source.held_out),
        }


class Walks(_Stream):
    """Random walks (a `fwd.api.Dataset` without goals)."""

    def __init__(self, env: EquationsEnv):
        super().__init__(env, lambda source, rng: source.clean(source.generator.walk(rng)))


class Graphs(_Stream):
    """Random graphs (a `fwd.api.Dataset` without goals)."""

    def __init__(self, env: EquationsEnv):
        super().__init__(env, lambda source, rng: source.clean(source.generator.graph(rng)))


class Theorems(_Stream):
    """The fixed splits, and draws of both kinds (a `fwd.api.Dataset`). Nobody wrote these proofs; the dataset is called
    "human" since that is the one whose splits are proved."""

    more_splits = (IDENTITIES,)

    def __init__(self, env: EquationsEnv):
        super().__init__(env, Source.mixed)

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of "train", "valid", "test" or "identities" (the benchmark)."""
        if split == IDENTITIES:
            return self.source.identities
        return [proof.goal for proof in self.proofs(split)]

    def proofs(self, split: str) -> Sequence[Proof]:
        """The proofs of "train", "valid" and "test"; none are known of "identities"."""
        return self.source.split(split)

    def stats(self) -> dict[str, Any]:
        """Goals by split, and counts of some draws."""
        counts = {split: len(self.source.split(split)) for split in ("train", "valid", "test")}
        return {**counts, IDENTITIES: len(self.source.identities), **super().stats()}
