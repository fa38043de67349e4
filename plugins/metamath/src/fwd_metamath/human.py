"""The dataset of the proofs that people wrote: the theorems of a database."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import mean
from typing import Any

from fwd.api import Goal, Proof

from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv

SAMPLE = 2000
"""Most train proofs that `stats` looks into."""


class HumanProofs:
    """A database's theorems and their proofs, split by key (a `fwd.api.Dataset`)."""

    def __init__(self, env: MetamathEnv) -> None:
        self.corpus = corpus_of(env)

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of "train", "valid" or "test", made on access."""
        return self.corpus.goals(split)

    def proofs(self, split: str) -> Sequence[Proof]:
        """The proofs of `goals(split)`, in the same order, made on access."""
        return self.corpus.proofs(split)

    def named(self, name: str) -> Goal | None:
        """See `fwd.api.Dataset`: every theorem of the database, whether it has a proof or not."""
        return self.corpus.named(name)

    def draw(self, rng: random.Random) -> Proof | None:
        """The proof of a train theorem, each as likely as the other; None if there is none."""
        train = self.corpus.splits.train
        return self.corpus.proof(rng.choice(train)) if train else None

    def held_out(self) -> frozenset[str]:
        """The keys of valid, test and reserved theorems."""
        return self.corpus.splits.held_out

    def stats(self) -> dict[str, Any]:
        """Counts of theorems by split and of those in none, of steps, and of the sub-goals that the filter on training
        goals drops; the last two of at most `SAMPLE` train proofs, always the same."""
        splits = self.corpus.splits
        train = splits.train
        if len(train) > SAMPLE:
            train = sorted(random.Random(0).sample(train, SAMPLE))
        steps: list[int] = []
        subgoals = dropped = 0
        for label in train:
            proof = self.corpus.proof(label)
            steps.append(proof.steps)
            for index in range(len(proof.goal.hypotheses), len(proof.facts) - 1):
                subgoals += 1
                dropped += self.corpus.env.key(proof.subproof(index).goal) in splits.held_out
        return {
            "assertions": len(self.corpus.assertions),
            "train": len(splits.train),
            "valid": len(splits.valid),
            "test": len(splits.test),
            "left_out": dict(splits.dropped),
            "held_out_keys": len(splits.held_out),
            "examined": len(train),
            "steps": distribution(steps),
            "subgoals": subgoals,
            "subgoals_held_out": dropped,
        }


def distribution(counts: Sequence[int]) -> dict[str, float]:
    """Median, mean, 90th percentile and maximum; nothing of no counts."""
    if not counts:
        return {}
    ordered = sorted(counts)
    rank = len(ordered) - 1
    return {
        "p50": ordered[rank // 2],
        "mean": round(mean(ordered), 2),
        "p90": ordered[rank * 9 // 10],
        "max": ordered[-1],
    }
