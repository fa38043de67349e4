"""The dataset of the proofs that people wrote: those of HOL Light's library, made forward."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import mean
from typing import Any

from fwd.api import Goal, Proof

from fwd_hollight import corpus
from fwd_hollight.env import HolLightEnv
from fwd_hollight.splits import Splits, length, split


class HumanProofs:
    """Theorems of the library and their proofs, split by key (a `fwd.api.Dataset`). Raises `UserError` if the corpus
    was not built."""

    def __init__(self, env: HolLightEnv) -> None:
        self.corpus = corpus.load(env.zygote.library_name)
        env.trust(dict(self.corpus.keys))
        self.splits: Splits = split(self.corpus, env.library, env.config)

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of "train", "valid" or "test"."""
        return [proof.goal for proof in self.splits.of(split)]

    def proofs(self, split: str) -> Sequence[Proof]:
        """The proofs of `goals(split)`, in the same order."""
        return self.splits.of(split)

    def draw(self, rng: random.Random) -> Proof | None:
        """The proof of a train theorem, each as likely as the other."""
        return rng.choice(self.splits.train)

    def held_out(self) -> frozenset[str]:
        """The keys of valid and test theorems."""
        return self.splits.held_out

    def stats(self) -> dict[str, Any]:
        """What was recorded and kept, by split, and how long proofs are."""
        train = self.splits.train
        facts = [fact for proof in train for fact in proof.facts[:-1]]
        held = sum(self.corpus.keys[fact.statement] in self.splits.held_out for fact in facts)
        return {
            "recorded": len(self.corpus.proofs) + sum(self.corpus.problems.values()),
            "without_exact_proof": dict(self.corpus.problems),
            "steps_replayed": self.corpus.tried,
            "steps_exact": self.corpus.exact,
            "train": len(train),
            "valid": len(self.splits.valid),
            "test": len(self.splits.test),
            "left_out": dict(self.splits.dropped),
            "held_out_keys": len(self.splits.held_out),
            "steps": _distribution([proof.steps for proof in train]),
            "tokens": _distribution([length(proof) for proof in train]),
            "subgoals": len(facts),
            "subgoals_held_out": held,
        }


def _distribution(counts: Sequence[int]) -> dict[str, float]:
    ordered = sorted(counts)
    rank = len(ordered) - 1
    return {
        "p50": ordered[rank // 2],
        "mean": round(mean(ordered), 2),
        "p90": ordered[rank * 9 // 10],
        "max": ordered[-1],
    }
