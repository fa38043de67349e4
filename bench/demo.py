"""The main job in small: train on the embedded theorems, prove unseen ones, let an outside program judge each proof.

    python bench/demo.py [--out FOLDER] [--minutes M]

Everything goes through the `fwd` command, as a user would type it. Ends with a table; exit code 1 if any proof was
refused, and whatever `fwd` said otherwise.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from rich.console import Console
from rich.table import Table

FWD = Path(sys.executable).with_name("fwd")
ENV = ("--env", "metamath", "--preset", "debug")


@frozen
class Contest:
    """One row of the table: who proves, and how."""

    model: str
    strategy: str
    trials: int

    @property
    def folder(self) -> str:
        """Name of its folder of results."""
        return f"{self.model}-{self.strategy}-{self.trials}"


CONTESTS = (
    Contest("uniform", "sampling", 8),
    Contest("trained", "greedy", 1),
    Contest("trained", "sampling", 8),
)


def fwd(*arguments: object) -> int:
    """Run a command and show it. A mistake (exit code 2 and above) ends the demo."""
    command = [str(FWD), *(str(one) for one in arguments)]
    print(f"\n$ fwd {shlex.join(command[1:])}", flush=True)
    code = subprocess.run(command, check=False).returncode
    if code > 1:
        sys.exit(code)
    return code


def contest(one: Contest, folder: Path) -> tuple[list[str], bool]:
    """Prove and check; a row of the table, and whether every proof was accepted."""
    out = folder / one.folder
    who = ["--model", folder / "run"] if one.model == "trained" else ["--model", "uniform", *ENV]
    started = time.monotonic()
    fwd("prove", *who, "--strategy", one.strategy, "--trials", one.trials, "--out", out)
    seconds = time.monotonic() - started
    accepted = fwd("check", out, "--external") == 0
    summary = json.loads((out / "summary.json").read_text())
    proofs = summary["stopped"].get("solved", 0)
    verdict = "REFUSED some" if not accepted else f"accepted all {proofs}" if proofs else "nothing to judge"
    how = one.strategy if one.trials == 1 else f"{one.strategy}, {one.trials} trials"
    share = f"{100 * summary['proved'] / summary['goals']:.0f} %"
    return [one.model, how, str(summary["goals"]), str(summary["proved"]), share, verdict, f"{seconds:.0f} s"], accepted


def show(rows: Sequence[Sequence[str]]) -> None:
    """The table."""
    table = Table(title="Theorems that the model had not seen", title_justify="left")
    for column in ("model", "strategy", "goals", "proved", "share", "proofs, by metamath", "time"):
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
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
    if fwd("train", *ENV, *minutes, "--out", folder / "run"):
        return 1
    results = [contest(one, folder) for one in CONTESTS]
    print()
    show([row for row, _ in results])
    print(f"Everything is in {folder}; it took {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0 if all(accepted for _, accepted in results) else 1


if __name__ == "__main__":
    sys.exit(main())
