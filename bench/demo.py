"""The main job in small: train on the embedded theorems, prove unseen ones, let an outside program judge each proof.

    python bench/demo.py [--out FOLDER] [--minutes M]

Everything goes through the `fwd` command, as a user would type it. Ends with a table; exit code 1 if any proof was
refused, and whatever `fwd` said otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from contests import Contest, Outcome, fwd, hold
from rich.console import Console
from rich.table import Table


def show(results: Sequence[tuple[Contest, Outcome]]) -> None:
    """The table."""
    table = Table(title="Theorems that the model had not seen", title_justify="left")
    for column in ("model", "strategy", "goals", "proved", "share", "metamath program", "time"):
        table.add_column(column)
    for contest, outcome in results:
        how = contest.strategy if contest.trials == 1 else f"{contest.strategy}, {contest.trials} trials"
        who = "uniform" if contest.model == "uniform" else "trained"
        counts = (str(outcome.goals), str(outcome.proved), outcome.share)
        table.add_row(who, how, *counts, outcome.verdict, f"{outcome.seconds:.0f} s")
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def main() -> int:
    """Train, prove, check, and say how it went."""
    parser = argparse.ArgumentParser(description="The main job in small, end to end.")
    parser.add_argument("--out", type=Path, help="a new folder (default: runs/demo-DATE)")
    parser.add_argument("--minutes", type=float, help="train for so long (default: the preset's)")
    options = parser.parse_args()
    folder = options.out or Path("runs") / time.strftime("demo-%Y%m%d-%H%M%S")
    started = time.monotonic()
    minutes = [] if options.minutes is None else ["--set", f"train.minutes={options.minutes}"]
    run = folder / "run"
    if fwd("train", "--env", "metamath", "--preset", "debug", *minutes, "--out", run):
        return 1
    contests = (
        Contest("uniform", "sampling", trials=8),
        Contest(str(run), "greedy"),
        Contest(str(run), "sampling", trials=8),
    )
    results = [(contest, hold(contest, "metamath", "debug", folder)) for contest in contests]
    print()
    show(results)
    print(f"Everything is in {folder}; it took {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0 if all(outcome.accepted for _, outcome in results) else 1


if __name__ == "__main__":
    sys.exit(main())
