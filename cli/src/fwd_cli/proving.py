"""The work of `fwd prove`: searches in, each result and proof on disk before the next."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence, Set
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import frozen
from fwd.api import Goal
from fwd.config import unstructure
from fwd.hooks import Run
from fwd.loading import Player
from fwd.plugins import Events, PluginSet
from fwd.prover import Prover
from fwd.search.base import ProofSearch, Strategy
from fwd.store import ProofRecord, ProofWriter

from fwd_cli import output, record
from fwd_cli.asked import Asked
from fwd_cli.ending import tell_proving
from fwd_cli.record import Result, ResultWriter, Task


@frozen(eq=False)
class Proving:
    """One call of `fwd prove`, its mistakes already ruled out."""

    plugins: PluginSet
    player: Player
    strategy: Strategy
    asked: Asked
    goals: Sequence[Goal]
    task: Task
    folder: Path
    file: bytes | None = None
    """The goals file, if one was given."""

    def run(self, settled: list[Result], wanted: Set[tuple[str, int]] | None = None) -> bool:
        """Search what `settled` does not answer yet, then write and print the summary. `wanted` are the goals and
        trials to search if not all are. False if the env failed in any."""
        started = time.monotonic()
        if wanted is None:
            wanted = {(goal.name, trial) for goal in self.goals for trial in range(self.task.trials)}
        results = settled + self._search(settled, wanted)
        elapsed = time.monotonic() - started if not settled else None
        return conclude(self.plugins, self.folder, self.task, unstructure(self.player.config.env), results, elapsed)

    def _search(self, settled: list[Result], wanted: Set[tuple[str, int]]) -> list[Result]:
        """The results of all searches that are not settled, each recorded when it comes."""
        known = {(result.name, result.trial) for result in settled}
        proved = {result.name for result in settled if result.solved}
        left: dict[str, list[int]] = {}
        for name, trial in sorted(wanted - known):
            left.setdefault(name, []).append(trial)
        run = Run("prove", self.folder, self.task.env, self.player.config)
        found = []
        with (
            output.Progress("proving", len(known | wanted)) as progress,
            ResultWriter(self.folder) as results,
            ProofWriter(self.folder / "proofs", "prove") as proofs,
            self.plugins.running(run) as events,
            closing(self._prover(events).prove(self.goals, lambda goal: left.get(goal.name, []))) as searches,
        ):
            for search in searches:
                result = Result.of(search, self.asked.human_steps(search.goal.name))
                with record.uninterrupted():
                    if search.traceback:
                        record.note_failure(self.folder, search)
                    if search.solved:
                        proofs.append(self._proof(search))
                    results.append(result)
                found.append(result)
                if result.solved:
                    proved.add(result.name)
                progress.update(len(known) + len(found), f"{len(proved)} proved")
        return found

    def _prover(self, events: Events) -> Prover:
        return Prover(self.player.policy, self.player.env, self.strategy, seed=self.task.seed, events=events)

    def _proof(self, search: ProofSearch) -> ProofRecord:
        return ProofRecord.of(
            search,
            env=self.task.env,
            fingerprint=self.player.env.fingerprint,
            strategy=self.task.strategy,
            model=self.player.model,
            model_step=self.player.step,
        )


def conclude(
    plugins: PluginSet,
    folder: Path,
    task: Task,
    env_settings: Mapping[str, Any],
    results: Sequence[Result],
    elapsed: float | None,
) -> bool:
    """All searches are done: write the summary and print what came of them. False if the env failed in any."""
    summary = record.summarize(task, env_settings, results, elapsed)
    record.write_summary(folder, summary)
    tell_proving(folder, task, summary, results, outside=plugins.env(task.env).external is not None)
    failed = [result for result in results if result.stopped == "env-error"]
    if failed:
        first, count = failed[0], f"{len(failed)} searches" if len(failed) > 1 else "a search"
        logs = " ".join(map(str, record.failure_logs(folder)))
        output.say(f"error: the env {task.env} failed in {count}, {first.name}: {first.message}; see {logs}")
    return not failed
