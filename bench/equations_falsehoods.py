"""What is false is never proved: false goals that differ from true ones in a single node, tried by every strategy.

    python bench/equations_falsehoods.py --model runs/equations --out runs/falsehoods

The goals are those of the benchmark with one node changed, each false at a point that keeps its hypotheses, and some
that are absurd. Limits are set so high that searches end only where they have nothing left to try, or after many
thousand tokens. Exit code 1 if anything is proved.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from attrs import evolve
from contests import Contest, hold, machine
from fwd_equations.mutants import absurd, mutants
from fwd_equations.reserved import identities

STRATEGIES = (
    Contest("", "greedy", settings={"strategy.max_steps": 1000, "strategy.max_tokens": 20_000}),
    Contest("", "sampling", trials=8, settings={"strategy.max_steps": 1000, "strategy.max_mistakes": 100}),
    Contest("", "beam", settings={"strategy.max_depth": 64}),
    Contest("", "best-first", settings={"strategy.expansions": 256}),
)
BRANCHING = ("beam", "best-first")


def main() -> int:
    """Try them all and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="uniform", help="a run, a named model or uniform")
    parser.add_argument("--preset", default="cpu", help="the preset of uniform")
    parser.add_argument("--count", type=int, default=200, help="how many mutants")
    parser.add_argument("--tokens", type=int, default=40_000, help="most tokens of a search by beam or best-first")
    parser.add_argument("--seed", type=int, default=0)
    names = [contest.strategy for contest in STRATEGIES]
    parser.add_argument("--strategies", nargs="+", choices=names, default=names, help="all, if not said")
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    sources = [item.goal for item in identities()]
    false = [*absurd(), *mutants(sources, options.count, random.Random(options.seed))]
    path = options.out / "false.jsonl"
    lines = [{"name": goal.name, "hyps": goal.hypotheses, "statement": goal.statement} for goal in false]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    rows, proved = [], 0
    for contest in STRATEGIES:
        if contest.strategy not in options.strategies:
            continue
        limits = {"strategy.max_tokens": options.tokens} if contest.strategy in BRANCHING else {}
        settings = {**contest.settings, **limits}
        contest = evolve(contest, model=options.model, goals=path, seed=options.seed, settings=settings)
        outcome = hold(contest, "equations", options.preset, options.out, external=False)
        proved += outcome.proved
        rows.append(f"{contest.strategy}: proved {outcome.proved} of {outcome.goals}, {outcome.tokens} tokens")
    print("\n" + "\n".join([f"{machine()}; model {options.model}, seed {options.seed}", *rows]))
    return 1 if proved else 0


if __name__ == "__main__":
    sys.exit(main())
