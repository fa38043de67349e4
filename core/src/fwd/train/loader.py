"""The pools of a run in order, whoever makes them.

Pool `n` is made by trainer `n` modulo their number, by one of its worker processes in turn, and shared with the other
trainers. What a pool holds depends on its number (and in joint training on how far the proof store was read), so the
pools are the same for any number of workers and of trainers. All trainers cut them into the same optimiser steps.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from fwd.config import RunConfig
from fwd.plugins import PluginSet
from fwd.train.group import Group
from fwd.train.worker import Delivery, PoolWorker

AHEAD = 2
"""Pools beyond one for each worker that are asked for before they are needed; none in joint training, where older
ones would know less of what the actors found."""
TELL_SECONDS = 10.0
"""Between two lines about what is waited for."""


class Loader:
    """Pools from number `first` on, as `Delivery`s. A context manager; leaving it ends the workers.

    `position` is how far the proof store was read for pool `first`, if it was drawn before. Ends early once `stopped`
    is set while it waits for data.
    """

    def __init__(
        self,
        config: RunConfig,
        plugins: PluginSet,
        group: Group,
        stopped: threading.Event,
        first: int,
        position: Mapping[str, int] | None = None,
        store: Path | None = None,
    ) -> None:
        self._group, self._stopped = group, stopped
        self._first, self._position = first, position
        self._mine = (number for number in itertools.count(first) if number % group.size == group.rank)
        self._most = config.train.workers + (0 if store else AHEAD)
        self._asked: deque[PoolWorker] = deque()
        self._workers = [PoolWorker(config, plugins, store) for _ in range(config.train.workers)]
        self._turn = itertools.cycle(self._workers)
        self._waited = 0.0
        self._told = time.monotonic() - TELL_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.close()

    def __iter__(self) -> Iterator[Delivery]:
        for number in itertools.count(self._first):
            started = time.perf_counter()
            maker = number % self._group.size
            delivery = self._next() if maker == self._group.rank else None
            frames = self._group.share(delivery.frames() if delivery else [], maker)
            self._waited += time.perf_counter() - started
            if not frames:
                return
            yield Delivery.of(frames)

    def waited(self) -> float:
        """Seconds that were spent on waiting for pools since the last call of this."""
        waited, self._waited = self._waited, 0.0
        return waited

    def _next(self) -> Delivery | None:
        """The next pool that this trainer makes, or None once `stopped` is set."""
        while len(self._asked) < self._most:
            number, worker = next(self._mine), next(self._turn)
            worker.ask(number, self._position if number == self._first else None)
            self._asked.append(worker)
        while not self._stopped.is_set():
            answer = self._asked[0].receive(patience=0.5)
            if isinstance(answer, Delivery):
                self._asked.popleft()
                return answer
            if answer and time.monotonic() - self._told >= TELL_SECONDS:
                self._told = time.monotonic()
                print(f"waiting for the actors: {answer}", file=sys.stderr, flush=True)
        return None
