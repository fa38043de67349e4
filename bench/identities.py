"""The benchmark of identities and inequalities: what a model proves, beside other programs measured in the same run.

    fwd train --env equations --preset cpu --out RUN
    python bench/identities.py --model RUN --strategy sampling --trials 64 --seconds 10

Prints a table by category and by difficulty, equalities and inequalities apart, goals that are an instance of one rule
counted too. A proof of fwd counts after the env's checker has accepted it; the others give an answer and no proof.
Peers that are not installed are left out (see `peers.py`). With `--goals FILE` other goals in the benchmark's format.

The rules that are carried along were not tuned to the goals that are carried along.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fwd.api import ProofGraph
from fwd.loading import load_prover
from fwd_equations.env import EquationsEnv
from fwd_equations.match import Derivation, compiled
from fwd_equations.reserved import Item, identities
from fwd_equations.settings import EquationsConfig
from fwd_equations.terms import binary
from peers import PEERS, installed, judge


def main() -> None:
    """Measure and print."""
    options = _options()
    items = _items(options.goals)
    if options.every > 1:
        items = items[:: options.every]
    env = EquationsEnv(EquationsConfig())
    goals = [env.canonical(item.goal) for item in items]
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    print(f"{len(items)} goals, seed {options.seed}, {options.seconds:g} s a goal for the peers")
    solved: dict[str, set[str]] = {"one rule": {goal.name for goal in goals if one_rule(env, env.begin(goal))}}
    for model in options.model:
        name = f"fwd {options.strategy}" if len(options.model) == 1 else f"fwd {Path(model).name}"
        started = time.perf_counter()
        prover = load_prover(
            model,
            options.strategy,
            env="equations" if model == "uniform" else None,
            preset=options.preset if model == "uniform" else None,
            settings=options.settings,
            seed=options.seed,
        )
        solved[name] = {one.goal.name for one in prover.prove(goals, options.trials) if one.solved}
        print(f"{name}: {options.trials} trials, {time.perf_counter() - started:.0f} s in all")
    for peer in PEERS if options.peers else ():
        if not installed(peer):
            print(f"{peer}: not installed, left out")
            continue
        started = time.perf_counter()
        solved[peer] = {name for name, proved in judge(peer, goals, options.seconds).items() if proved}
        print(f"{peer}: {time.perf_counter() - started:.0f} s in all")
    print()
    print(table(items, solved))
    if options.out:
        found = {
            "goals": len(items),
            "seed": options.seed,
            "solved": {name: sorted(one) for name, one in solved.items()},
        }
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", default=[], help="a run, a named model or uniform; may be repeated")
    parser.add_argument("--preset", default="cpu", help="the preset of uniform")
    parser.add_argument("--strategy", default="sampling")
    parser.add_argument("--trials", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10.0, help="time of a peer for each goal")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th goal")
    parser.add_argument("--goals", type=Path, help="a file in the format of the benchmark")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--set", dest="settings", action="append", default=[], help="as in fwd prove")
    parser.add_argument("--out", type=Path, help="a JSON file for the names of what was solved")
    return parser.parse_args()


def _items(path: Path | None) -> list[Item]:
    if path is None:
        return list(identities())
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Item(
            one["name"],
            tuple(one.get("hyps", ())),
            one["statement"],
            one.get("category", ""),
            one.get("difficulty", ""),
        )
        for one in found
    ]


def one_rule(env: EquationsEnv, graph: ProofGraph) -> bool:
    """Whether a goal is what one rule says, with the hypotheses as premises and conditions."""
    state = env.state(graph)
    goal = env.texts.read(graph.goal.statement)
    ways = [goal, binary(goal.head, *goal.args[::-1])] if goal.head in ("=", "!=") else [goal]
    for move in env.library.derivations:
        for statement in ways:
            values = move.unknown.copy()
            if move.conclusion.match(statement, values) and _given(state.support, move, values):
                return True
    return False


def _given(support: Callable, move: Derivation, values: list) -> bool:
    """Whether the premises and conditions are given. Rules with variables that the conclusion does not name are not
    looked at."""
    if any(value is None for value in values):
        return False
    places = {name: place for place, name in enumerate(move.rule.variables)}
    premises = [compiled(one, places)(values) for one in move.rule.premises]
    return all(support(one) is not None for one in (*premises, *(condition(values) for condition in move.conditions)))


def table(items: Sequence[Item], solved: dict[str, set[str]]) -> str:
    """Counts by kind, difficulty and category, in Markdown."""
    groups: dict[str, list[Item]] = {"all": list(items)}
    groups["equalities"] = [item for item in items if item.equality]
    groups["inequalities"] = [item for item in items if not item.equality]
    for level in ("easy", "medium", "hard"):
        groups[level] = [item for item in items if item.difficulty == level]
    for item in items:
        groups.setdefault(item.category, []).append(item)
    rows = [["", "goals", *solved], ["---", *["---:"] * (len(solved) + 1)]]
    for group, members in groups.items():
        names = {item.name for item in members}
        rows.append([group, str(len(members)), *(str(len(names & found)) for found in solved.values())])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


if __name__ == "__main__":
    main()
