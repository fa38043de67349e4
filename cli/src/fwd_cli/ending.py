"""How commands end: what came of the work, why some of it did not succeed, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fwd.screen import quiet

from fwd_cli.record import Result, Task

FEW = 5
"""So many goals that are not proved are named."""
REASONS = {
    "mistake": "a step was refused, which ends a greedy search: --strategy sampling or best-first tries others",
    "mistakes": "too many steps in a row were refused: more --trials, or a larger strategy.max_mistakes",
    "max-steps": "a larger strategy.max_steps lets them go on",
    "max-tokens": "a larger strategy.max_tokens lets them go on",
    "max-expansions": "a larger strategy.expansions lets them go on",
    "max-depth": "a larger strategy.max_depth lets them go on",
    "exhausted": "nothing was left to try: a larger strategy.branch, or --strategy sampling",
    "context-full": "goal and facts no longer fit into what the model reads: more --trials, or a model with more "
    "model.max_tokens",
    "env-error": "the env failed; the log says how",
    "check-failed": "a proof was found, but the check refused it",
    "invalid-goal": "the env does not understand the goal",
}
"""Why searches end that do not prove their goal, by the word in `Result.stopped`."""


def tell_proving(
    folder: Path, task: Task, summary: Mapping[str, Any], results: Sequence[Result], outside: bool
) -> None:
    """How many goals are proved, why the others are not, and how to judge the proofs again: `outside` says that there
    is a program of others for that."""
    metric = next(iter(summary))
    proved = f"{summary['proved']} of {summary['goals']} goals proved"
    print(f"{proved} by {task.strategy} with {task.model} ({metric} {summary[metric]:.4f})")
    solved = {result.name for result in results if result.solved}
    failed = [result for result in results if result.name not in solved]
    names = list(dict.fromkeys(result.name for result in failed))
    if names:
        print(f"{len(names)} not proved" + (f": {', '.join(names)}" if len(names) <= FEW else ""))
    for reason, count in Counter(result.stopped for result in failed).most_common():
        meaning = f": {REASONS[reason]}" if reason in REASONS else ""
        print(f"  {count} of their searches ended by {reason}{meaning}")
    if solved:
        suggest(f"fwd check {_word(folder)}{' --external' if outside else ''}", "judges every proof again")
    elif task.model == "uniform":
        suggest(f"fwd train --env {task.env} --out runs/{task.env}", "a model that learned proves more")


def tell_training(run: Path, step: int, metric: str, score: float | None) -> None:
    """Where the model of a run is, how good it is, and how to use it."""
    known = f"; greedy proves {100 * score:.1f} % of unseen goals ({metric})" if score is not None else ""
    print(f"{run} holds the model, at step {step}{known}")
    results = _word(run.with_name(f"{run.name}-valid"))
    suggest(
        f"fwd prove --model {_word(run)} --strategy sampling --trials 8 --out {results}",
        "proves goals that it has not seen",
    )


def _word(path: Path) -> str:
    return shlex.quote(str(path))


def suggest(command: str, why: str) -> None:
    """The last line: a command to go on with."""
    if not quiet():
        print(f"next: {command}    ({why})")
