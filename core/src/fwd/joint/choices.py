"""Which goal an actor tries next."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from fwd.api import Env, Goal
from fwd.settings import setting, share
from fwd.train.generated import GeneratedProofs

TRIES = 100
"""Draws in a row that may be refused."""


@frozen(eq=False)
class Material:
    """What there is to choose from: the goals of the train split, and what the actors found. No goal may be tried
    whose key is `held_out`."""

    env: Env
    human: Sequence[Goal]
    found: GeneratedProofs
    held_out: frozenset[str]


class GoalChoice(Protocol):
    """Chooses one goal after another. `visits` counts by name how often this actor has tried a goal."""

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        """A goal that may be tried."""
        ...


@frozen
class HumanConfig:
    """Nothing to set."""


@frozen
class GeneratedConfig:
    """What makes a found theorem a likely choice."""

    size_power: float = setting(1.0, "a theorem is chosen in proportion to this power of its proof's steps", least=0)
    rarity_power: float = setting(0.5, "and in inverse proportion to this power of how often it was found", least=0)
    visit_power: float = setting(1.0, "and in inverse proportion to this power of how often it was tried", least=0)


@frozen
class MixedConfig(GeneratedConfig):
    """The settings of `generated`, and its counterweight."""

    human: float = share(0.5, "share of goals from the train split")


@frozen(eq=False)
class Human:
    """The choice `human`."""

    config: HumanConfig
    material: Material

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        """Any goal of the train split, evenly."""
        return rng.choice(self.material.human)


@frozen(eq=False)
class Generated:
    """The choice `generated`; as long as nothing was found it chooses as `human` does."""

    config: GeneratedConfig
    material: Material

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        """A found theorem whose key is not held out. What was tried often is refused most of the time."""
        found = self.material.found
        for _ in range(TRIES if found.theorems else 0):
            goal = found.pick(rng, self.config.size_power, self.config.rarity_power).goal
            tried = 1 + visits.get(goal.name, 0)
            if rng.random() < tried**-self.config.visit_power and self._allowed(goal):
                return goal
        return rng.choice(self.material.human)

    def _allowed(self, goal: Goal) -> bool:
        return self.material.env.key(goal) not in self.material.held_out


class Mixed:
    """The choice `mixed`."""

    def __init__(self, config: MixedConfig, material: Material) -> None:
        self.share = config.human
        self.human = Human(HumanConfig(), material)
        self.generated = Generated(config, material)

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        """By lot, one or the other."""
        return (self.human if rng.random() < self.share else self.generated).next(rng, visits)
