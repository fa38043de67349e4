"""Datasets that lie."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from attrs import evolve

from fwd.api import Goal, Proof
from fwd.testing.toy import ToyCodec, ToyEnv, ToyHuman, ToySynthetic


class SplitsLeak(ToyHuman):
    """A valid goal is a train goal too, with its letters renamed."""

    def __init__(self, env: ToyEnv) -> None:
        super().__init__(env)
        proof = self._proofs["valid"][0]
        renamed = ToyCodec(env).augment(proof, random.Random(1))
        self._proofs["train"].append(evolve(renamed, goal=evolve(renamed.goal, name="leak")))


class HoldsOutNothing(ToyHuman):
    """Forgets to say which keys are held out."""

    def held_out(self) -> frozenset[str]:
        return frozenset()


class DrawsFromTest(ToyHuman):
    """Learns from the test split as well."""

    def draw(self, rng: random.Random) -> Proof | None:
        return rng.choice([*self._proofs["train"], *self._proofs["test"]])


class DrawsByChance(ToySynthetic):
    """Draws with the global generator."""

    def draw(self, rng: random.Random) -> Proof | None:
        return super().draw(random.Random(random.random()))


class DrawsInTurn(ToyHuman):
    """Draws one after the other, whatever the generator says."""

    def draw(self, rng: random.Random) -> Proof | None:
        self._proofs["train"].append(self._proofs["train"].pop(0))
        return self._proofs["train"][0]


class DropsSteps(ToyHuman):
    """Its proofs lack a step."""

    def proofs(self, split: str) -> Sequence[Proof]:
        return [evolve(one, facts=(*one.facts[:-2], one.facts[-1])) for one in super().proofs(split)]


class NeverTheSame(ToyHuman):
    """Splits differently every time."""

    _seeds: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self, env: ToyEnv) -> None:
        super().__init__(ToyEnv(evolve(env.config, seed=next(self._seeds))))


class AllOneName(ToyHuman):
    """Its goals cannot be told apart by name."""

    def goals(self, split: str) -> Sequence[Goal]:
        return [evolve(goal, name="theorem") for goal in super().goals(split)]


class CountsInObjects(ToyHuman):
    """Its stats are no plain data."""

    def stats(self) -> dict[str, Any]:
        return {"env": self}
