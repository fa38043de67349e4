"""The work of `fwd prove`: searches in, each result and proof on disk before the next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from attrs import frozen
from fwd.api import Goal
from fwd.config import unstructure
from fwd.loading import Player
from fwd.plugins import PluginSet
from fwd.prover import Prover
from fwd.search.base import ProofSearch, Strategy
from fwd.store import ProofRecord, ProofWriter

from fwd_cli import output, record
from fwd_cli.asked import Asked
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

    def run(self, settled: list[Result]) -> None:
        """Search what `settled` does not answer yet, then write and print the summary."""
        started = time.monotonic()
        results = settled + self._search(settled)
        elapsed = time.monotonic() - started if not settled else None
        env_settings = unstructure(self.player.config.env)
        summary = record.summarize(self.task, env_settings, results, elapsed)
        record.write_summary(self.folder, summary)
        metric = next(iter(summary))
        proved = f"{summary['proved']} of {summary['goals']} goals proved"
        print(f"{proved} by {self.task.strategy} with {self.task.model} ({metric} {summary[metric]:.4f})")

    def _search(self, settled: list[Result]) -> list[Result]:
        """The results of all searches that are not settled, each recorded when it comes."""
        known = {(result.name, result.trial) for result in settled}
        proved = {result.name for result in settled if result.solved}
        trials = range(self.task.trials)
        # A goal of which some trials are missing is searched again whole; the same seed gives the same trials.
        goals = [goal for goal in self.goals if any((goal.name, trial) not in known for trial in trials)]
        total = len(self.goals) * self.task.trials
        prover = Prover(
            self.player.policy, self.player.env, self.strategy, seed=self.task.seed, events=self.plugins.events
        )
        found = []
        with (
            output.Progress("proving", total) as progress,
            ResultWriter(self.folder) as results,
            ProofWriter(self.folder / "proofs", "prove") as proofs,
            closing(prover.prove(goals, self.task.trials)) as searches,
        ):
            for search in searches:
                if (search.goal.name, search.trial) in known:
                    continue
                result = Result.of(search, self.asked.human_steps(search.goal.name))
                with record.uninterrupted():
                    if search.solved:
                        proofs.append(self._proof(search))
                    results.append(result)
                found.append(result)
                if result.solved:
                    proved.add(result.name)
                progress.update(len(known) + len(found), f"{len(proved)} proved")
        return found

    def _proof(self, search: ProofSearch) -> ProofRecord:
        return ProofRecord.of(
            search,
            env=self.task.env,
            fingerprint=self.player.env.fingerprint,
            strategy=self.task.strategy,
            model=self.player.model,
            model_step=self.player.step,
        )
