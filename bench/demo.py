"""The main jobs in small: train on embedded and on generated theorems, prove unseen ones, let each proof be judged.

    python bench/demo.py [--out FOLDER] [--minutes M] [--only ENV]

Everything goes through the `fwd` command, as a user would type it. Ends with a table; exit code 1 if any proof was
refused, and whatever `fwd` said otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from contests import Contest, Outcome, fwd, hold
from rich.console import Console
from rich.table import Table


@frozen
class Part:
    """An env, what is tried before and after training, and who judges the proofs."""

    env: str
    untrained: Sequence[Contest]
    trained: Sequence[Contest]
    judge: str
    external: bool


PARTS = (
    Part(
        "metamath",
        [Contest("uniform", "sampling", trials=8)],
        [Contest("", "greedy"), Contest("", "sampling", trials=8)],
        judge="the metamath program",
        external=True,
    ),
    Part(
        "equations",
        [Contest("uniform", "greedy")],
        [Contest("", "greedy")],
        judge="the env's own checker",
        external=False,
    ),
)


def play(part: Part, folder: Path, minutes: Sequence[str]) -> list[tuple[Part, Contest, Outcome]]:
    """Train and hold the contests. A training that fails ends the script."""
    run = folder / "run"
    if code := fwd("train", "--env", part.env, "--preset", "debug", *minutes, "--out", run):
        sys.exit(code)
    contests = [*part.untrained, *(Contest(str(run), one.strategy, one.trials) for one in part.trained)]
    return [(part, one, hold(one, part.env, "debug", folder, external=part.external)) for one in contests]


def show(results: Sequence[tuple[Part, Contest, Outcome]]) -> None:
    """The table."""
    table = Table(title="Theorems that the model had not seen", title_justify="left")
    for column in ("env", "model", "strategy", "goals", "proved", "share", "verdict", "of", "time"):
        table.add_column(column)
    for part, contest, outcome in results:
        how = contest.strategy if contest.trials == 1 else f"{contest.strategy}, {contest.trials} trials"
        who = "uniform" if contest.model == "uniform" else "trained"
        counts = (str(outcome.goals), str(outcome.proved), outcome.share)
        table.add_row(part.env, who, how, *counts, outcome.verdict, part.judge, f"{outcome.seconds:.0f} s")
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def main() -> int:
    """Train, prove, check, and say how it went."""
    parser = argparse.ArgumentParser(description="The main jobs in small, end to end.")
    parser.add_argument("--out", type=Path, help="a new folder (default: runs/demo-DATE)")
    parser.add_argument("--minutes", type=float, help="train each model for so long (default: the preset's)")
    parser.add_argument("--only", choices=[part.env for part in PARTS], help="only this env")
    options = parser.parse_args()
    folder = options.out or Path("runs") / time.strftime("demo-%Y%m%d-%H%M%S")
    started = time.monotonic()
    minutes = [] if options.minutes is None else ["--set", f"train.minutes={options.minutes}"]
    parts = [part for part in PARTS if options.only in (None, part.env)]
    results = [row for part in parts for row in play(part, folder / part.env, minutes)]
    print()
    show(results)
    print(f"Everything is in {folder}; it took {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0 if all(outcome.accepted for _, _, outcome in results) else 1


if __name__ == "__main__":
    sys.exit(main())
