"""`fwd data build --env hollight`: record the library's proofs, replay them forward, keep those that hold exactly."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from attrs import define, evolve, field
from fwd.api import BuildOptions, Goal
from rich.console import Console
from rich.progress import Progress, TaskID

from fwd_hollight import corpus
from fwd_hollight.env import HolLightEnv
from fwd_hollight.recording import RecordedProof, recording
from fwd_hollight.replay import Outcome, Replayer
from fwd_hollight.settings import HolLightConfig

ROOM = 10_000
"""Facts of a graph while replaying; what is too long for a preset is left out when it is used."""


def build(config: HolLightConfig, options: BuildOptions) -> None:
    """Prepare the corpus of the config's library set. What is done is cached; an interrupted build goes on."""
    env = HolLightEnv(evolve(config, max_facts=ROOM))
    try:
        path = corpus.path_of(env.zygote.library_name)
        part = path.with_suffix(".part")
        if options.force:
            path.unlink(missing_ok=True)
            part.unlink(missing_ok=True)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            with _Bars() as bars:
                recorded = recording(env.zygote, bars.show, options.force)
                _replay_all(env, recorded, part, bars)
            os.replace(part, path)
        _report(corpus.load(env.zygote.library_name))
    finally:
        env.close()


def _replay_all(env: HolLightEnv, recorded: list[RecordedProof], part: Path, bars: _Bars) -> None:
    """Replay what the part does not have yet, and append it."""
    done = {row["name"] for row in corpus.read_rows(part)}
    replayer = Replayer(env, recorded)
    theorems = list(replayer.theorems())
    waiting = [(name, one) for name, one in theorems if name not in done]
    with part.open("a", encoding="utf-8") as out, ThreadPoolExecutor(2 * env.config.workers) as threads:
        for count, outcome in enumerate(threads.map(lambda pair: replayer.replay(*pair), waiting), 1):
            _append(out, corpus.to_json(outcome, _keys(env, outcome)))
            bars.show("replaying", len(done) + count, len(theorems))


def _keys(env: HolLightEnv, outcome: Outcome) -> dict[str, str]:
    facts = outcome.proof.facts if outcome.proof else ()
    return {fact.statement: env.key(Goal("", fact.statement)) for fact in facts}


def _append(out: IO[str], row: object) -> None:
    out.write(json.dumps(row) + "\n")
    out.flush()


def _report(built: corpus.Corpus) -> None:
    """The table at the end."""
    left = sum(built.problems.values())
    steps = sum(proof.steps for proof in built.proofs)
    print(f"theorems recorded            {len(built.proofs) + left}")
    print(f"  with an exact forward proof {len(built.proofs)}, of {steps} steps")
    share = 100 * built.exact / max(built.tried, 1)
    print(f"steps replayed               {built.tried}, exactly {built.exact} ({share:.2f} %)")
    print(f"left out                     {left}")
    for problem, count in Counter(built.problems).most_common():
        print(f"  {count:6d}  {problem}")


@define(eq=False)
class _Bars:
    """Progress: bars for a terminal, else a line every so often."""

    _progress: Progress = field(factory=lambda: Progress(console=Console(stderr=True)))
    _tasks: dict[str, TaskID] = field(factory=dict)
    _last: float = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        """How far something has come."""
        if not sys.stderr.isatty():
            if time.monotonic() - self._last > 10 or done == total:
                self._last = time.monotonic()
                print(f"{what}: {done}" + (f" of {total}" if total else ""), file=sys.stderr, flush=True)
            return
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total or None)
        self._progress.update(self._tasks[what], completed=done)

    def __enter__(self) -> _Bars:
        if sys.stderr.isatty():
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
