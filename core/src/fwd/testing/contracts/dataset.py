"""What every dataset must keep: the same every time, proofs that hold, splits that do not leak."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from fwd.api import Dataset, Env, Proof
from fwd.testing.contracts.running import require, spread

SPLITS = ("train", "valid", "test")
PLAIN = (str, int, float, bool, type(None))


class DatasetContract:
    """Fixtures: `env`, `dataset`, and `make_dataset` (a fresh one over the same env)."""

    draws = 100
    """How many draws to look at."""
    looks = 50
    """How many goals and proofs of a split to look at closely."""

    def test_goals_are_canonical_and_have_names_of_their_own(self, env: Env, dataset: Dataset) -> None:
        names: list[str] = []
        for split in SPLITS:
            goals = dataset.goals(split)
            names += [goal.name for goal in goals]
            for goal in spread(goals, self.looks):
                require(env.canonical(goal) == goal, f"{split}: {goal.name} is not canonical")
        require(len(set(names)) == len(names), "two goals have the same name")

    def test_proofs_hold(self, env: Env, dataset: Dataset) -> None:
        for split in SPLITS:
            goals, proofs = dataset.goals(split), dataset.proofs(split)
            require(len(proofs) in (0, len(goals)), f"{split}: there must be a proof for every goal, or none at all")
            for index in spread(range(len(proofs)), self.looks):
                require(proofs[index].goal == goals[index], f"{split}: proof {index} is of another goal")
                verdict = env.check(goals[index], proofs[index])
                require(verdict.proved, f"{split}: the proof of {goals[index].name} does not hold: {verdict.reason}")

    def test_the_same_every_time(self, dataset: Dataset, make_dataset: Callable[[], Dataset]) -> None:
        other = make_dataset()
        for split in SPLITS:
            require(list(dataset.goals(split)) == list(other.goals(split)), f"{split}: a fresh dataset has other goals")
        require(dataset.held_out() == other.held_out(), "a fresh dataset holds out other keys")

    def test_splits_are_disjoint_by_key(self, env: Env, dataset: Dataset) -> None:
        keys = {split: {env.key(goal) for goal in dataset.goals(split)} for split in SPLITS}
        for one, other in (("train", "valid"), ("train", "test"), ("valid", "test")):
            shared = keys[one] & keys[other]
            require(not shared, f"{one} and {other} share {len(shared)} goals up to renaming: {sorted(shared)[:1]}")

    def test_held_out_covers_valid_and_test(self, env: Env, dataset: Dataset) -> None:
        held_out = dataset.held_out()
        for split in ("valid", "test"):
            for goal in dataset.goals(split):
                require(env.key(goal) in held_out, f"{split}: the key of {goal.name} is not held out")
        for goal in dataset.goals("train"):
            require(env.key(goal) not in held_out, f"train: {goal.name} is held out")

    def test_draws_depend_on_the_rng_alone(self, dataset: Dataset, make_dataset: Callable[[], Dataset]) -> None:
        other = make_dataset()
        first = [dataset.draw(random.Random(seed)) for seed in range(10)]
        random.seed(0)
        second = [other.draw(random.Random(seed)) for seed in reversed(range(10))][::-1]
        require(first == second, "draw depends on more than its rng: earlier draws, global state or the instance")

    def test_draws_may_be_learned_from(self, env: Env, dataset: Dataset) -> None:
        drawn = self._drawn(dataset)
        held_out = dataset.held_out()
        require(len({proof.goal.statement for proof in drawn}) > 1, "draw gives the same goal every time")
        for proof in drawn:
            require(env.key(proof.goal) not in held_out, f"draw gives {proof.goal.name}, whose key is held out")
            require(env.canonical(proof.goal) == proof.goal, f"draw gives {proof.goal.name}, which is not canonical")
            verdict = env.check(proof.goal, proof)
            require(verdict.proved, f"draw gives a proof of {proof.goal.name} that does not hold: {verdict.reason}")

    def test_stats_are_plain(self, dataset: Dataset) -> None:
        require(_plain(dataset.stats()), "stats must hold only text, numbers, lists and tables")

    def _drawn(self, dataset: Dataset) -> Sequence[Proof]:
        """Draws with different seeds that are not None; there must be some."""
        drawn = [dataset.draw(random.Random(seed)) for seed in range(self.draws)]
        proofs = [proof for proof in drawn if proof is not None]
        require(len(proofs) * 20 >= self.draws, "more than 19 of 20 draws give nothing")
        return proofs


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_plain, value))
    return isinstance(value, PLAIN)
