"""The pools of a run in order, whoever makes them.

Pool `n` is made by trainer `n` modulo their number, by one of its worker processes in turn, and shared with the other
trainers. What a pool holds depends on its number (and in joint training on how far the proof store was read), so the
pools are the same for any number of workers and of trainers. All trainers cut them into the same optimiser steps.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from fwd.config import RunConfig
from fwd.errors import DeathError, WorkError
from fwd.launch.attempts import Attempts
from fwd.plugins import PluginSet
from fwd.processes.lifeline import StopWatch
from fwd.screen import say
from fwd.train.group import Group
from fwd.train.worker import Delivery, PoolWorker

AHEAD = 2
"""Pools beyond one for each worker that are asked for before they are needed; none in joint training, where older
ones would know less of what the actors found."""
RESTARTS = 3
"""How often in a row a worker that died is started again without having made a pool."""
TELL_SECONDS = 10.0
"""Between two lines about what is waited for."""


class Loader:
    """Pools from number `first` on, as `Delivery`s. A context manager; leaving it ends the workers.

    `position` is how far the proof store was read for pool `first`, if it was drawn before. Ends early once `stopped`
    is set while it waits for data. A worker that dies, as when memory runs out, is started again and asked for the same
    pools; raises `WorkError` if that leads nowhere.
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
        self._start = partial(PoolWorker, config, plugins, store)
        self._workers = [self._start() for _ in range(config.train.workers)]
        self._turn = itertools.cycle(range(config.train.workers))
        self._asked: deque[tuple[int, int]] = deque()
        """Numbers of pools that were asked for, and the places of the workers that make them."""
        self._attempts = Attempts(RESTARTS)
        self._delivered = 0
        self._stops = StopWatch()
        self._waited = 0.0
        self._told = time.monotonic()

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
        since = time.monotonic()
        while not self._stopped.is_set():
            try:
                while len(self._asked) < self._most:
                    self._asked.append((next(self._mine), next(self._turn)))
                    self._ask(*self._asked[-1])
                answer = self._workers[self._asked[0][1]].receive(patience=0.5)
            except DeathError as death:
                self._replace(death)
                continue
            if isinstance(answer, Delivery):
                self._asked.popleft()
                self._delivered += 1
                return answer
            self._tell(answer, time.monotonic() - since)
        return None

    def _ask(self, number: int, place: int) -> None:
        self._workers[place].ask(number, self._position if number == self._first else None)

    def _replace(self, death: DeathError) -> None:
        """Start the workers that are gone again, and ask them for what they owe."""
        if not self._attempts.another(self._delivered):
            raise WorkError(f"{death}, and so {self._attempts.vain} times without making any: is there enough memory?")
        say(f"{death} and is started again")
        for place, worker in enumerate(self._workers):
            if not worker.alive:
                worker.close()
                self._workers[place] = self._start()
                for number, maker in self._asked:
                    if maker == place:
                        self._ask(number, place)

    def _tell(self, answer: str | None, seconds: float) -> None:
        """Say now and then what is waited for, and whose fault it is where that can be seen."""
        self._stops.look({f"maker {place} of training sequences": one.pid for place, one in enumerate(self._workers)})
        if time.monotonic() - self._told >= TELL_SECONDS and (answer or seconds >= TELL_SECONDS):
            self._told = time.monotonic()
            say(f"waiting for the actors: {answer}" if answer else f"waiting for training sequences: {seconds:.0f} s")
