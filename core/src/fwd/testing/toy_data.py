"""Goals with proofs for the toy env, made by deriving facts at random."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import evolve

from fwd.api import Fact, Goal, Proof, ProofGraph
from fwd.testing.toy_env import ToyEnv
from fwd.testing.toy_rules import LETTERS, new_steps, usable

ORDER = ("<", "<=")
RARE = ("refl", "link", "bind", "flip")
"""Rules that few proofs use."""


class ToyHuman:
    """A fixed list of proofs, split by key."""

    def __init__(self, env: ToyEnv) -> None:
        config = env.config
        rng = random.Random(config.seed)
        chosen: dict[str, Proof] = {}
        while len(chosen) < config.proofs:
            proof = derive(env, rng)
            if proof is not None:
                chosen.setdefault(env.key(proof.goal), proof)
        named = [evolve(one, goal=evolve(one.goal, name=f"toy{n}")) for n, one in enumerate(chosen.values())]
        first, second = config.valid, config.valid + config.test
        self._proofs = {"valid": named[:first], "test": named[first:second], "train": named[second:]}
        self._held_out = frozenset(list(chosen)[:second])

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of a split."""
        return [proof.goal for proof in self.proofs(split)]

    def proofs(self, split: str) -> Sequence[Proof]:
        """Their proofs."""
        return self._proofs[split]

    def draw(self, rng: random.Random) -> Proof | None:
        """One proof of the train split."""
        return rng.choice(self._proofs["train"])

    def held_out(self) -> frozenset[str]:
        """Keys of valid and test."""
        return self._held_out

    def stats(self) -> dict[str, Any]:
        """Goals by split, and how often train uses each rule."""
        labels = Counter(fact.step.label for one in self._proofs["train"] for fact in one.facts if fact.step)
        return {split: len(proofs) for split, proofs in self._proofs.items()} | {"labels": dict(sorted(labels.items()))}


class ToySynthetic:
    """An endless source of fresh proofs; it has no goals of its own."""

    def __init__(self, env: ToyEnv) -> None:
        self._env = env
        self._held_out = ToyHuman(env).held_out()

    def goals(self, split: str) -> Sequence[Goal]:
        """None."""
        return []

    def proofs(self, split: str) -> Sequence[Proof]:
        """None."""
        return []

    def draw(self, rng: random.Random) -> Proof | None:
        """A fresh proof, or None if its goal is held out."""
        proof = derive(self._env, rng)
        return proof if proof is not None and self._env.key(proof.goal) not in self._held_out else None

    def held_out(self) -> frozenset[str]:
        """The same keys as the fixed list's."""
        return self._held_out

    def stats(self) -> dict[str, Any]:
        """Nothing to count."""
        return {}


def derive(env: ToyEnv, rng: random.Random) -> Proof | None:
    """A random goal with a minimal proof of two steps or more, or None if this attempt gave none."""
    graph = _grown(env, rng)
    known = len(graph.goal.hypotheses)
    proofs = [Proof(graph.goal, tuple(graph.facts)).subproof(target) for target in range(known, len(graph.facts))]
    if not proofs:
        return None
    proof = max(proofs, key=lambda one: one.steps)
    if rng.random() < 0.75:  # keep all hypotheses: some of them only distract
        proof = Proof.of(ProofGraph(evolve(graph.goal, statement=proof.goal.statement), graph.facts))
    if proof.steps < 2 or len(proof.facts) > env.config.max_facts:
        return None
    return evolve(proof, goal=env.canonical(evolve(proof.goal, name="derived")))


def _grown(env: ToyEnv, rng: random.Random) -> ProofGraph:
    """A chain of letters with some links more, and facts derived from it at random."""
    letters = rng.sample(LETTERS, rng.randint(3, 7))
    links = list(itertools.pairwise(letters))
    links += [(rng.choice(letters), rng.choice(letters)) for _ in range(rng.randint(0, 3))]
    hypotheses = [f"{a}{rng.choice(ORDER)}{b}" for a, b in links if a != b]
    rng.shuffle(hypotheses)
    conditions = [" ".join(sorted(rng.sample(letters, 2))) for _ in range(rng.randint(0, 2))]
    graph = env.begin(Goal("derived", hypotheses[0], tuple(hypotheses), tuple(conditions)))
    for _ in range(rng.randint(4, 9)):
        label = rng.choice([one for one in usable(graph.goal) if one not in RARE or rng.random() < 0.1])
        steps = list(new_steps(graph, label))
        if steps:
            step, statement = rng.choice(steps)
            graph.add(Fact(statement, step, step.premises))
    return graph
