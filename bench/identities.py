"""The benchmark of identities and inequalities: what a model proves, beside other programs measured in the same run.

    fwd train --env equations --preset cpu --out runs/equations
    python bench/identities.py --model runs/equations --out runs/identities \\
        --try "sampling 64" --try "best-first 1 strategy.expansions=512"

A `--try` is a strategy, how often it may try, and settings. Prints a table by kind of goal, difficulty and category. A
goal counts for fwd when `fwd check` has accepted the proof; the others give an answer and no proof. Peers that are not
installed are left out (see `peers.py`). With `--goals FILE` other goals in the benchmark's format.

The rules that are carried along were not tuned to the goals that are carried along.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

from attrs import evolve
from contests import Contest, hold, machine, processor_time
from fwd_equations.env import EquationsEnv
from fwd_equations.report import groups, table
from fwd_equations.reserved import Item, identities, read_items
from fwd_equations.settings import EquationsConfig
from peers import PEERS, installed, judge


def main() -> int:
    """Measure and print."""
    options = _options()
    items = read_items(options.goals.read_text(encoding="utf-8")) if options.goals else identities()
    env = EquationsEnv(EquationsConfig())
    print(f"{machine()}; {len(items)} goals, seed {options.seed}, {options.seconds:g} s a goal for the peers")
    solved: dict[str, frozenset[str]] = {}
    times: dict[str, list[float]] = {}
    accepted = True
    for contest in _contests(options):
        told = [f"{key.rpartition('.')[2]} {value}" for key, value in contest.settings.items()]
        name = " ".join(["fwd", contest.strategy, str(contest.trials), *told])
        outcome = hold(contest, "equations", options.preset, options.out, external=False)
        accepted &= outcome.accepted
        solved[name], times[name] = outcome.solved, [outcome.seconds, outcome.processor]
    for peer in filter(installed, PEERS if options.peers else ()):
        solved[peer], times[peer] = _peer(peer, env, items, options)
    if len(solved) > 1:
        ours = [names for name, names in solved.items() if name not in PEERS]
        solved = {**({"fwd, all of these": frozenset().union(*ours)} if len(ours) > 1 else {}), **solved}
    text = table(groups(env, items), solved)
    print(f"\n{text}\n")
    for name, (wall, busy) in times.items():
        print(f"{name}: {wall:.0f} s, {busy:.0f} s of processor time")
    found = {"machine": machine(), "seed": options.seed, "seconds": options.seconds, "times": times}
    found["solved"] = {name: sorted(names) for name, names in solved.items()}
    (options.out / "table.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if accepted else 1


def _contests(options: argparse.Namespace) -> list[Contest]:
    """The searches that were asked for."""
    found = []
    for text in options.tries if options.model else ():
        strategy, trials, *settings = shlex.split(text)
        contest = Contest(options.model, strategy, int(trials), dict(one.split("=", 1) for one in settings))
        found.append(evolve(contest, split="identities", goals=options.goals, seed=options.seed))
    return found


def _peer(
    peer: str, env: EquationsEnv, items: tuple[Item, ...], options: argparse.Namespace
) -> tuple[frozenset[str], list[float]]:
    """What a peer solves, and how long it took."""
    started, busy = time.monotonic(), processor_time()
    answers = judge(peer, [env.canonical(item.goal) for item in items], options.seconds, options.jobs)
    print(f"{peer}: done", flush=True)
    return frozenset(name for name, yes in answers.items() if yes), [
        time.monotonic() - started,
        processor_time() - busy,
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a run, a named model or uniform; without it only the peers are measured")
    parser.add_argument("--preset", default="cpu", help="the preset of uniform")
    parser.add_argument("--try", dest="tries", action="append", metavar="TRY", help="default: sampling 64")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10.0, help="processor time of a peer for each goal")
    parser.add_argument("--jobs", type=int, default=2, help="goals that a peer works on at a time")
    parser.add_argument("--goals", type=Path, help="a file in the format of the benchmark")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of results, proofs and the table; what is there is kept"
    )
    parser.set_defaults(tries=[])
    options = parser.parse_args()
    options.tries = options.tries or ["sampling 64"]
    options.out.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    sys.exit(main())
