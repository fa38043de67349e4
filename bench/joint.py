"""Joint training against supervised training at equal cost: the same minutes on the same cores, the same proving.

    python bench/joint.py --env equations --preset cpu --minutes 90 --seeds 0 1 --out runs/joint

The supervised trainer has all cores; of the joint run's cores each trainer and each actor has its part. Minutes are
wall-clock time and include what a trainer waits for its actors; neither evaluates on the way. What a run may be told
beside (`--set`) goes to both, `--joint-set` to the joint run only. A run that is there already is gone on with, so the
script can be stopped and started again. Prints the rows of the table in `RESULTS.md`.

With `--only train` and `--only prove` the two halves may be done at different times and on different machines.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from contests import Contest, Outcome, fwd, hold, machine
from fwd.plugins import PluginSet

KINDS = ("supervised", "joint")


def trained(kind: str, seed: int, options: argparse.Namespace) -> Path:
    """The run of one kind and seed, trained to its end."""
    run = options.out / f"{kind}-{seed}"
    if options.only == "prove":
        return run
    if (run / "config.toml").exists():
        return run if not fwd("train", "--resume", run) else sys.exit(1)
    settings = [f"train.minutes={options.minutes}", f"train.seed={seed}", "train.evaluate_every=none", *options.set]
    crew: list[object] = []
    if kind == "joint":
        settings += options.joint_set
        crew = ["--online", "--trainers", options.trainers, "--actors", options.actors]
    told = [word for one in settings for word in ("--set", one)]
    code = fwd("train", "--env", options.env, "--preset", options.preset, *crew, *told, "--out", run)
    return run if not code else sys.exit(1)


def contests(run: Path, seed: int) -> list[Contest]:
    """How a run proves."""
    return [Contest(str(run), "greedy", seed=seed), Contest(str(run), "sampling", trials=8, seed=seed)]


def row(kind: str, seed: int, run: Path, outcomes: Sequence[Outcome]) -> str:
    """One line of Markdown."""
    last = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    proved = [f"{outcome.proved} of {outcome.goals} ({outcome.share})" for outcome in outcomes]
    graphs = f"{last['graphs_stored']:,.0f}" if "graphs_stored" in last else "-"
    return "| " + " | ".join([kind, str(seed), f"{last['step']:,}", graphs, *proved]) + " |"


def main() -> int:
    """Train, prove, check, and print the table."""
    parser = argparse.ArgumentParser(description="Joint against supervised training at equal cost.")
    parser.add_argument("--env", default="equations")
    parser.add_argument("--preset", default="cpu")
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--trainers", type=int, default=1)
    parser.add_argument("--actors", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--joint-set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--only", choices=("train", "prove"), help="half of the work; the other half elsewhere")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    head = "training | seed | optimiser steps | graphs | greedy | 8 samples"
    crew = f"{options.trainers} trainers, {options.actors} actors"
    lines = [
        f"{machine()}; {options.env} {options.preset}, {options.minutes:g} minutes, {crew}; split valid",
        "",
        f"| {head} |",
        "|---" * 6 + "|",
    ]
    external = PluginSet.discover().env(options.env).external is not None
    accepted = True
    for seed in options.seeds:
        for kind in options.kinds:
            run = trained(kind, seed, options)
            if options.only == "train":
                continue
            outcomes = [
                hold(contest, options.env, options.preset, options.out / run.name / "results", external)
                for contest in contests(run, seed)
            ]
            accepted &= all(outcome.accepted for outcome in outcomes)
            lines.append(row(kind, seed, run, outcomes))
    if options.only != "train":
        print("\n".join(["", *lines]))
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
