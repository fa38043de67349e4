"""The newest weights of a run, while the run goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from fwd.api import Ask, Policy, ProofGraph, Reply
from fwd.errors import CheckpointError
from fwd.loading import UNIFORM, Player, find_model, load_player
from fwd.model import checkpoint
from fwd.model.policy import ModelPolicy
from fwd.model.transformer import Transformer
from fwd.plugins import PluginSet

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""Between two looks for the first checkpoint."""


class Stopped(Exception):
    """Somebody asked to stop."""


class FreshPolicy(Policy):
    """A policy with the newest weights of a model: before each piece of work it takes over a newer checkpoint, if more
    than `behind` of them are there. Requests that the old weights have not answered go to the new ones.

    A model that is no run, and "uniform", never change. `stopped` ends the work by `Stopped`.
    """

    def __init__(self, player: Player, run: Path | None, behind: int, stopped: Callable[[], bool]) -> None:
        self.player, self.run, self.behind, self.stopped = player, run, behind, stopped
        self.name = player.model
        self.step = player.step
        self._looked = float("-inf")
        self._there: list[int] = []
        """Steps of the checkpoints that there were at the last look."""
        self._damaged: set[int] = set()
        self.most_behind = 0
        """Most checkpoints that were newer than the weights, of all times that work began."""
        self._policy = player.policy
        self._asked: dict[int, Ask] = {}

    @property
    def slots(self) -> int:  # type: ignore[override]
        """As many as the model's own policy has."""
        return self._policy.slots

    def submit(self, ask: Ask) -> None:
        self._asked[id(ask)] = ask
        self._policy.submit(ask)

    def advance(self) -> list[Reply]:
        if self.stopped():
            raise Stopped
        newer = self.newer()
        if newer > self.behind:
            self._reload()
            newer = self.newer()
        self.most_behind = max(self.most_behind, newer)
        replies = self._policy.advance()
        for reply in replies:
            del self._asked[id(reply.ask)]
        return replies

    def forget(self, graph: ProofGraph) -> None:
        self._asked = {key: ask for key, ask in self._asked.items() if ask.graph is not graph}
        self._policy.forget(graph)

    def newer(self) -> int:
        """Checkpoints that are newer than the weights and whole, as far as is known; looked for once a second."""
        if self.run is None or self.step is None:
            return 0
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked, self._there = time.monotonic(), checkpoint.steps(self.run)
        return sum(step > self.step and step not in self._damaged for step in self._there)

    def _reload(self) -> None:
        """Take over the newest checkpoint, unless those that are newer are damaged."""
        assert self.run is not None
        model, step = _patient(self.run, self._read)
        self._damaged.update(one for one in self._there if one > step)
        if step == self.step:
            return
        self.step = step
        del self._policy  # two caches at a time may be too many
        self._policy = ModelPolicy(model, self.player.codec, self.player.config.engine, self.name)
        for ask in self._asked.values():
            self._policy.submit(ask)

    def _read(self) -> tuple[Transformer, int]:
        """The newest weights and their step."""
        assert self.run is not None
        codec = self.player.codec
        folder, about = checkpoint.whole(self.run)
        checkpoint.match_vocabulary(folder, about, codec.vocabulary)
        model = Transformer(self.player.config.model, len(codec.vocabulary), codec.descriptions())
        checkpoint.restore_weights(folder, about, model)
        return model, about["step"]


def _patient(run: Path, read: Callable[[], T]) -> T:
    """What `read` makes of the run's newest checkpoint; again if the trainer removes that one meanwhile."""
    while True:
        before = checkpoint.steps(run)
        try:
            return read()
        except CheckpointError:
            if checkpoint.steps(run) == before:
                raise


def wait_for_player(
    plugins: PluginSet,
    model: str,
    stopped: Callable[[], bool],
    tell: Callable[[str], None],
    *,
    env: str | None = None,
    preset: str | None = None,
    file: Path | None = None,
    settings: Sequence[str] = (),
) -> tuple[Player, Path | None]:
    """The player of a model, and the run to follow if it is one; waits for a run's first checkpoint. Raises `Stopped`,
    and `UserError` as `load_player` does."""
    run = None
    if model != UNIFORM:
        path = find_model(model)
        run = None if (path / "model.json").exists() else path
        told = False
        while run and not checkpoint.steps(run):
            if not told:
                tell(f"waiting for the first checkpoint in {run}")
                told = True
            if stopped():
                raise Stopped
            time.sleep(LOOK_SECONDS)

    def read() -> Player:
        return load_player(plugins, model, env=env, preset=preset, file=file, settings=settings)

    return _patient(run, read) if run else read(), run


def either(stopped: threading.Event, over: Callable[[], bool]) -> Callable[[], bool]:
    """Whether one was asked to stop, or the work is over, which is looked at once a second."""
    looked, ended = time.monotonic(), False

    def check() -> bool:
        nonlocal looked, ended
        if not ended and time.monotonic() - looked >= LOOK_SECONDS:
            looked, ended = time.monotonic(), over()
        return stopped.is_set() or ended

    return check
