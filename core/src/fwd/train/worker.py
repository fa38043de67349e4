"""Makes pools of sequences in a process of its own, ahead of the trainer.

The worker builds its own env from the config and answers requests for pools by number, so what it makes depends on
nothing else. It ends when the trainer's end of the pipe closes, however the trainer ended.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import time
from collections import deque
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

import numpy as np

from fwd.config import RunConfig
from fwd.errors import FwdError, UserError
from fwd.plugins import PluginSet
from fwd.train.sequences import Pool, maker

AHEAD = 2
"""Pools that are asked for before they are needed."""


class PoolWorker:
    """Pools of a run in order, from number `first` on. A context manager; leaving it ends the process."""

    def __init__(self, config: RunConfig, plugins: PluginSet, first: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would inherit torch's threads half-way
        self._pipe, far = context.Pipe()
        modules = [plugin.module for plugin in plugins.plugins if plugin.module != "fwd.builtin"]
        self._process = context.Process(target=_serve, args=(far, config.dumps(), modules), daemon=True)
        self._process.start()
        far.close()
        self._asked: deque[int] = deque()
        self._next = first
        self._waited = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.kill()  # it holds nothing that could be lost
        self._process.join()

    def next(self) -> Pool:
        """The next pool, waiting for it if need be. Raises what went wrong in the worker as `UserError`."""
        started = time.perf_counter()
        try:
            while len(self._asked) < AHEAD + 1:
                self._pipe.send_bytes(b"%d" % self._next)
                self._asked.append(self._next)
                self._next += 1
            pool = _receive(self._pipe)
        except (EOFError, OSError):
            self._process.join(1)
            code = self._process.exitcode
            raise UserError(
                f"the process that makes training sequences ended (exit code {code}); resume the run"
            ) from None
        self._asked.popleft()
        self._waited += time.perf_counter() - started
        return pool

    def waited(self) -> float:
        """Seconds that `next` took since the last call of this."""
        waited, self._waited = self._waited, 0.0
        return waited


def _serve(pipe: Connection, config: str, modules: list[str]) -> None:
    """The worker's process: pools by number until the pipe closes."""
    # Ctrl-C, `timeout` and batch systems signal the whole group; the trainer decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        try:
            plugins = PluginSet.of(*modules)
            run = RunConfig.loads(config, plugins)
            made = maker(run, plugins)
            while True:
                number = int(pipe.recv_bytes())
                _send(pipe, made.pool(number, run.train.pool, run.train.seed))
        except FwdError as error:
            pipe.send_bytes(json.dumps({"error": str(error)}).encode())
    except (EOFError, OSError):
        pass


def _send(pipe: Connection, pool: Pool) -> None:
    pipe.send_bytes(json.dumps(dict(pool.counts)).encode())
    for array in (pool.lengths, pool.tokens, pool.weights):
        pipe.send_bytes(array.tobytes())


def _receive(pipe: Connection) -> Pool:
    counts = json.loads(pipe.recv_bytes())
    if "error" in counts:
        raise UserError(counts["error"])
    lengths = np.frombuffer(pipe.recv_bytes(), dtype=np.int32)
    tokens = np.frombuffer(pipe.recv_bytes(), dtype=np.int32)
    return Pool(lengths, tokens, np.frombuffer(pipe.recv_bytes(), dtype=np.float32), counts)
