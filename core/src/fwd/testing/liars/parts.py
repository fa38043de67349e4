"""External checkers, choices of goals and launchers that lie, and an honest checker to lie about."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from fwd.api import Env, Goal, Proof, Verdict
from fwd.launch import Task, TaskState


class Outsider:
    """Plays the program of others: an honest external checker of the toy."""

    def __init__(self, env: Env) -> None:
        self._env = env

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        (folder / "proofs.txt").write_text("\n".join(proof.goal.statement for proof in proofs), encoding="utf-8")
        return [self._env.check(proof.goal, proof) for proof in proofs]


class Flatterer(Outsider):
    """All proofs hold."""

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        return [Verdict(True) for _ in proofs]


class Skipper(Outsider):
    """Has no verdict of the last proof."""

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        return super().check(proofs, folder)[:-1]


class Peeks:
    """Chooses what is held out."""

    def __init__(self, material: Any) -> None:
        self.goals = material.forbidden

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        return rng.choice(self.goals)


class Whims:
    """Chooses with the global generator."""

    def __init__(self, material: Any) -> None:
        self.goals = material.human

    def next(self, rng: random.Random, visits: Mapping[str, int]) -> Goal:
        return random.choice(self.goals)


class SeesNoFailure:
    """Says that all went well."""

    def __init__(self, honest: Any) -> None:
        self.honest = honest

    def run(self, tasks: Sequence[Task], folder: Path) -> Iterator[list[TaskState]]:
        for states in self.honest.run(tasks, folder):
            yield [evolve(one, status="done") if one.ended else one for one in states]
