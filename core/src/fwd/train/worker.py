"""Makes pools of sequences in a process of its own, ahead of the trainer.

The worker builds its own env from the config and answers requests for pools by number, so what it makes depends on
nothing else but, in joint training, how far it read the proof store: it looks for new graphs now and then, and says
with each pool what position of the store that is of. It ends with the trainer, however that ended.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from fwd.config import RunConfig
from fwd.errors import DeathError, FwdError, UserError, WorkError
from fwd.plugins import PluginSet
from fwd.processes.lifeline import fate, hold_on_to
from fwd.train import UNGUARDED
from fwd.train.sequences import Pool, SequenceMaker, maker


@frozen(eq=False)
class Delivery:
    """A pool, the `position` of the proof store that it is of, and what was in the store's window (both empty in
    supervised training)."""

    pool: Pool
    position: Mapping[str, int]
    window: Mapping[str, float]

    def frames(self) -> list[bytes]:
        """As bytes, for pipes and networks."""
        head = {"counts": dict(self.pool.counts), "position": dict(self.position), "window": dict(self.window)}
        arrays = (self.pool.lengths, self.pool.tokens, self.pool.weights)
        return [json.dumps(head).encode(), *(array.tobytes() for array in arrays)]

    @classmethod
    def of(cls, frames: list[bytes]) -> Delivery:
        """What `frames` wrote."""
        head, lengths, tokens, weights = frames
        told = json.loads(head)
        pool = Pool(
            np.frombuffer(lengths, dtype=np.int32),
            np.frombuffer(tokens, dtype=np.int32),
            np.frombuffer(weights, dtype=np.float32),
            told["counts"],
        )
        return cls(pool, told["position"], told["window"])


class PoolWorker:
    """One such process: ask for pools, then receive them in the same order."""

    def __init__(self, config: RunConfig, plugins: PluginSet, store: Path | None) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would inherit torch's threads half-way
        self._pipe, far = context.Pipe()
        modules = [plugin.module for plugin in plugins.plugins if plugin.module != "fwd.builtin"]
        arguments = (os.getpid(), far, config.dumps(), modules, store)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        far.close()

    def ask(self, number: int, position: Mapping[str, int] | None) -> None:
        """Ask for a pool; `position` is where the proof store is to be read up to, if that is settled."""
        try:
            self._pipe.send_bytes(json.dumps([number, position and dict(position)]).encode())
        except OSError:
            raise self._ended() from None

    def receive(self, patience: float) -> Delivery | str | None:
        """The next pool, or a line about what it waits for, or None if nothing comes within some seconds. Raises what
        went wrong in the worker as `UserError` or `WorkError`, and `DeathError` if it is gone."""
        try:
            if not self._pipe.poll(patience):
                return None
            told: dict[str, Any] = json.loads(head := self._pipe.recv_bytes())
            if "error" in told:
                raise UserError(told["error"])
            if "failed" in told:
                raise WorkError(f"making training sequences failed: {told['failed']}; its traceback is above")
            if "waiting" in told:
                return told["waiting"]
            return Delivery.of([head, *(self._pipe.recv_bytes() for _ in range(3))])
        except (EOFError, OSError):
            raise self._ended() from None

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid or 0

    def close(self) -> None:
        """End the process: it holds nothing that could be lost."""
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _ended(self) -> FwdError:
        self._process.join(1)
        code = self._process.exitcode
        if code == UNGUARDED:
            return UserError(
                'training starts processes that import your script again: call it under `if __name__ == "__main__":`'
            )
        return DeathError(f"the process that makes training sequences {fate(code)}")


def _serve(parent: int, pipe: Connection, config: str, modules: list[str], store: Path | None) -> None:
    """The worker's process: pools by number until the pipe closes."""
    # Ctrl-C, `timeout` and batch systems signal the whole group; the trainer decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hold_on_to(parent, signal.SIGKILL)
    try:
        try:
            plugins = PluginSet.of(*modules)
            run = RunConfig.loads(config, plugins)
            made = maker(run, plugins, store)
            while True:
                number, position = json.loads(pipe.recv_bytes())
                _refresh(pipe, run, made, number, position)
                pool = made.pool(number, run.train.pool, run.train.seed)
                window = made.generated.stats() if made.generated else {}
                for frame in Delivery(pool, made.generated.position if made.generated else {}, window).frames():
                    pipe.send_bytes(frame)
        except FwdError as error:
            pipe.send_bytes(json.dumps({"error": str(error)}).encode())
        except (EOFError, OSError):
            raise
        except Exception as error:  # of a plugin, which starting again would not mend
            traceback.print_exc()
            pipe.send_bytes(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
    except (EOFError, OSError):
        pass


def _refresh(pipe: Connection, run: RunConfig, made: SequenceMaker, number: int, position: dict | None) -> None:
    """Bring the window to where it should be for a pool. While there is not enough to learn from, tell and wait."""
    generated = made.generated
    if generated is None:
        return
    if position is not None or not generated.theorems or number % run.generated.refresh_every == 0:
        generated.refresh(position)
    while run.generated.wait and generated.theorems < run.generated.start and position is None:
        line = f"{generated.theorems} of {run.generated.start} theorems that training begins with"
        pipe.send_bytes(json.dumps({"waiting": line}).encode())
        time.sleep(1.0)
        generated.refresh()
