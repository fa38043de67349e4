"""The main job in full: how much of the propositional part of set.mm a model proves, by strategy and grammar.

    fwd train --env metamath --preset cpu --out runs/cpu
    python bench/metamath_cpu.py runs/cpu --out runs/cpu-results

Proves the valid split, lets the `metamath` program verify every proof, and prints the rows of the table that
`RESULTS.md` has. Rows of one run share weights and goals; "uniform" is the baseline without weights. Sampling, beam and
best-first have two rows each, so that they can be compared at about the same number of tokens.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from contests import Contest, Outcome, hold, machine

PLAIN = {"env.grammar": "plain"}


def contests(run: str, seed: int) -> list[Contest]:
    """The rows of the table."""
    return [
        Contest("uniform", "greedy", seed=seed),
        Contest("uniform", "sampling", trials=8, seed=seed),
        Contest(run, "greedy", seed=seed),
        Contest(run, "greedy", settings=PLAIN, seed=seed),
        Contest(run, "sampling", trials=8, seed=seed),
        Contest(run, "sampling", trials=8, settings=PLAIN, seed=seed),
        Contest(run, "sampling", trials=16, seed=seed),
        Contest(run, "beam", settings={"strategy.width": 4}, seed=seed),
        Contest(run, "beam", seed=seed),
        Contest(run, "best-first", settings={"strategy.expansions": 32}, seed=seed),
        Contest(run, "best-first", settings={"strategy.expansions": 64}, seed=seed),
    ]


def row(contest: Contest, outcome: Outcome) -> str:
    """One line of Markdown."""
    told = [f"{key.rpartition('.')[2]} {value}" for key, value in contest.settings.items() if "strategy" in key]
    cells = [
        "uniform" if contest.model == "uniform" else "trained",
        ", ".join([contest.strategy, *([f"{contest.trials} trials"] if contest.trials > 1 else []), *told]),
        str(contest.settings.get("env.grammar", "strong")),
        f"{outcome.proved} of {outcome.goals}",
        outcome.share,
        f"{outcome.hard_proved} of {outcome.hard}",
        f"{outcome.tokens / 1000:.0f}k",
        f"{outcome.seconds:.0f} s",
        outcome.verdict,
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Hold all contests and print the table."""
    parser = argparse.ArgumentParser(description="Provers of the propositional part of set.mm, compared.")
    parser.add_argument("run", help="a run of `fwd train --env metamath --preset cpu`")
    parser.add_argument("--out", type=Path, required=True, help="a new folder for results and proofs")
    parser.add_argument("--seed", type=int, default=0, help="seed of all searches")
    options = parser.parse_args()
    head = "model | strategy | grammar | proved | share | of 3 and more human steps | tokens | time | metamath program"
    lines = [f"{machine()}; seed {options.seed}; split valid", "", f"| {head} |", "|---" * 9 + "|"]
    accepted = True
    for contest in contests(options.run, options.seed):
        outcome = hold(contest, "metamath", "cpu", options.out)
        accepted &= outcome.accepted
        lines.append(row(contest, outcome))
        print("\n" + "\n".join(lines), flush=True)
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main())
