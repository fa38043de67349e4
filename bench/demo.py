"""The main jobs in small: a proof at once, then training on embedded and on generated theorems, proofs of unseen ones,
and a verdict on each.

    python bench/demo.py [--out FOLDER] [--minutes M] [--only ENV]

Everything goes through the `fwd` command, as a user would type it. Ends with a table, three of the proofs, and what to
try next; exit code 1 if any proof was refused, and whatever `fwd` said otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import frozen
from contests import Contest, Outcome, fwd, hold
from fwd import Proof, load_env
from fwd.store import ProofReader
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
    write: Callable[[Any, Proof], str]
    """A proof for people."""


OPENING = "sin(x)^2 + cos(x)^2 = 1"
"""What is proved before anything is trained."""
SHOWN = 3
"""So many proofs are shown in the end."""
MOST_STEPS = 8
"""A proof to be shown has no more."""


def listed(env: Any, proof: Proof) -> str:
    """A numbered list of facts, each with the theorem that gives it and the facts that this takes."""
    rows = []
    for number, fact in enumerate(proof.facts, start=1):
        used = " ".join(str(premise + 1) for premise in fact.premises)
        reason = "given" if fact.step is None else f"by {fact.step.label}" + (f" from {used}" if used else "")
        rows.append(f"{number:3}. {fact.statement:50}  {reason}")
    return "\n".join(rows)


def spoken(env: Any, proof: Proof) -> str:
    """As `fwd equations prove` prints it."""
    from fwd_equations.export import text

    return text(env, proof)


PARTS = (
    Part(
        "metamath",
        [Contest("uniform", "sampling", trials=8)],
        [Contest("", "greedy"), Contest("", "sampling", trials=8)],
        judge="the metamath program",
        external=True,
        write=listed,
    ),
    Part(
        "equations",
        [Contest("uniform", "greedy")],
        [Contest("", "greedy")],
        judge="the env's own checker",
        external=False,
        write=spoken,
    ),
)


def play(part: Part, folder: Path, minutes: Sequence[str]) -> list[tuple[Part, Contest, Outcome]]:
    """Train and hold the contests. A training that fails ends the script."""
    run = folder / "run"
    if code := fwd("train", "--env", part.env, "--preset", "debug", *minutes, "--out", run):
        sys.exit(code)
    contests = [*part.untrained, *(Contest(str(run), one.strategy, one.trials) for one in part.trained)]
    return [(part, one, hold(one, part.env, "debug", folder, external=part.external, quiet=True)) for one in contests]


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
    print()
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def proofs(part: Part, contest: Contest, folder: Path) -> list[tuple[str, str]]:
    """What a contest proved and how, the most interesting first: name and statement, and the proof."""
    records = [entry.record for entry in ProofReader(folder / part.env / contest.folder / "proofs")]
    found = {record.goal.name: record.proof() for record in records if record.solved}
    fit = [proof for proof in found.values() if proof.steps <= MOST_STEPS] or list(found.values())
    with closing(load_env(part.env, preset="debug")) as env:
        return [(f"{part.env}: {one.goal.name}", part.write(env, one)) for one in sorted(fit, key=_size, reverse=True)]


def _size(proof: Proof) -> int:
    return proof.steps


def show_proofs(results: Sequence[tuple[Part, Contest, Outcome]], folder: Path) -> None:
    """Some of what was found, of all envs in turn, by the last contest of each that found anything."""
    best = {part.env: (part, contest) for part, contest, outcome in results if outcome.proved}
    piles = [proofs(part, contest, folder) for part, contest in best.values()]
    turns = [pile[place] for place in range(SHOWN) for pile in piles if place < len(pile)]
    for title, written in turns[:SHOWN]:
        print(f"\n{title}\n{written}")


def show_next(folder: Path, parts: Sequence[Part]) -> None:
    """What to type next."""
    print("\nTry next:")
    for part in parts:
        run = folder / part.env / "run"
        if part.env == "equations":
            print(f'  fwd equations prove "x > 0 |- ln(x^2) = 2*ln x" --model {run}')
        print(f"  fwd prove --model {run} --strategy best-first --split test --out {run.parent}/test")
    print("  fwd train --env metamath --preset cpu --out runs/cpu        (an hour, theorems of set.mm)")


def main() -> int:
    """Prove, train, prove more, check, and say how it went."""
    parser = argparse.ArgumentParser(description="The main jobs in small, end to end.")
    parser.add_argument("--out", type=Path, help="a new folder (default: runs/demo-DATE)")
    parser.add_argument("--minutes", type=float, help="train each model for so long (default: the preset's)")
    parser.add_argument("--only", choices=[part.env for part in PARTS], help="only this env")
    options = parser.parse_args()
    folder = options.out or Path("runs") / time.strftime("demo-%Y%m%d-%H%M%S")
    started = time.monotonic()
    minutes = [] if options.minutes is None else ["--set", f"train.minutes={options.minutes}"]
    parts = [part for part in PARTS if options.only in (None, part.env)]
    if any(part.env == "equations" for part in parts):
        fwd("equations", "prove", OPENING, "--model", "uniform")
    results = [row for part in parts for row in play(part, folder / part.env, minutes)]
    show(results)
    show_proofs(results, folder)
    show_next(folder, parts)
    print(f"\nEverything is in {folder}; it took {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0 if all(outcome.accepted for _, _, outcome in results) else 1


if __name__ == "__main__":
    sys.exit(main())
