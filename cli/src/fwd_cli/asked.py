"""The goals that a task asks for: a split of the env's dataset, or a goals file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from fwd.api import Dataset, Env, Goal, Proof
from fwd.errors import UserError
from fwd.plugins import PluginSet, load

from fwd_cli.goals import GoalsFile, read_goals

SPLITS = ("valid", "test", "train")
FILE = "goals"
"""Stands for the split where the goals come from a file."""


def splits(dataset: Dataset) -> tuple[str, ...]:
    """The names of a dataset's splits; a dataset may have `more_splits` than the usual ones, such as a benchmark."""
    return (*SPLITS, *getattr(dataset, "more_splits", ()))


class Asked:
    """Goals in order, and how long their known proofs are. `file` is read if `split` is `FILE`."""

    def __init__(self, plugins: PluginSet, env: Env, split: str, file: Path | GoalsFile | None = None) -> None:
        self._plugins, self._env = plugins, env
        self._split, self._file = split, file

    @cached_property
    def goals(self) -> Sequence[Goal]:
        """Raises `UserError` if the file is wrong, or the env has no dataset or nothing in this split."""
        if self._split == FILE:
            assert self._file is not None
            return read_goals(self._file, self._env, lambda: self._known)
        known = splits(self._dataset)
        if self._split not in known:
            raise UserError(f"unknown split {self._split!r}: choose {', '.join(known)}")
        goals = self._dataset.goals(self._split)
        if not goals:
            raise UserError(
                f"{self._env.name} has no goals in its split {self._split!r}: choose another, or give --goals"
            )
        return goals

    def human_steps(self, name: str) -> int | None:
        """Steps of the dataset's proof of a goal; None for goals from a file and for a dataset without proofs."""
        if self._split == FILE or not self._proofs:
            return None
        return self._proofs[self._places[name]].steps

    @cached_property
    def _dataset(self) -> Dataset:
        spec = self._plugins.env(self._env.name)
        if spec.main is None:
            raise UserError(f"{self._env.name} brings no dataset: give the goals with --goals FILE")
        return load(spec.datasets[spec.main])(self._env)

    @cached_property
    def _known(self) -> dict[str, Goal]:
        return {goal.name: goal for split in reversed(splits(self._dataset)) for goal in self._dataset.goals(split)}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {goal.name: index for index, goal in enumerate(self.goals)}

    @cached_property
    def _proofs(self) -> Sequence[Proof]:
        return self._dataset.proofs(self._split)
