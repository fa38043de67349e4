"""A few workers, each with a thread of its own. All steps of a goal go to the same one, which knows its facts."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from fwd.api import Goal

from fwd_hollight.session import Session
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.zygote import Zygote

T = TypeVar("T")


class Pool:
    """Sessions and their threads; nothing is started before it is needed."""

    def __init__(self, zygote: Zygote, config: HolLightConfig) -> None:
        self.sessions = [Session(zygote, config) for _ in range(config.workers)]
        self._threads: list[ThreadPoolExecutor | None] = [None] * config.workers

    def submit(self, goal: Goal, job: Callable[[Session], T]) -> Future[T]:
        """Do something in the session of a goal."""
        place = zlib.crc32("\n".join([goal.statement, *goal.hypotheses]).encode()) % len(self.sessions)
        thread = self._threads[place]
        if thread is None:
            thread = self._threads[place] = ThreadPoolExecutor(1, thread_name_prefix=f"hol-light-{place}")
        return thread.submit(job, self.sessions[place])

    def close(self) -> None:
        """End all workers and threads. May be called twice."""
        for place, thread in enumerate(self._threads):
            if thread is not None:
                thread.shutdown(cancel_futures=True)
            self.sessions[place].close()
        self._threads = [None] * len(self._threads)
