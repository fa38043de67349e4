"""Many generated theorems: how fast they come, and that each proof replays and no statement is falsified.

    python bench/equations_generated.py --count 20000 --points 20 --jobs 2

Each theorem is drawn with a seed of its own, so that the counts do not depend on the number of jobs. The proof is
judged by the kernel, which shares no code with the generator; the statement is evaluated with mpmath at random points
that keep its hypotheses. The time of the generator alone is measured first, in one process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import random
import time
from collections import Counter
from functools import cache

from attrs import evolve
from fwd.config import structure
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv
from fwd_equations.falsify import falsify
from fwd_equations.parse import read_prefix
from fwd_equations.presets import PRESETS
from fwd_equations.settings import EquationsConfig


@cache
def theorems(preset: str) -> Theorems:
    """The dataset of a preset, without splits."""
    config = structure(EquationsConfig, PRESETS[preset]["env"])
    return Theorems(EquationsEnv(evolve(config, valid=0, test=0)))


def judge(work: tuple[str, int, int, int]) -> Counter[str]:
    """What became of the theorems with the seeds from `first` on."""
    preset, first, count, points = work
    dataset = theorems(preset)
    counts: Counter[str] = Counter()
    for seed in range(first, first + count):
        proof = dataset.draw(random.Random(seed))
        if proof is None:
            counts["no theorem"] += 1
            continue
        counts["theorems"] += 1
        counts["steps"] += proof.steps
        verdict = dataset.env.check(proof.goal, proof)
        counts["replayed" if verdict.proved else "REFUSED"] += 1
        hypotheses = [read_prefix(text) for text in proof.goal.hypotheses]
        report = falsify(hypotheses, read_prefix(proof.goal.statement), random.Random(seed), points) if points else None
        if report is not None:
            counts["points"] += report.points
            counts["judged at a point"] += report.points > 0
            counts["FALSIFIED"] += report.counterexample is not None
            if report.counterexample is not None:
                print(f"seed {seed}: {proof.goal} is false at {report.counterexample}", flush=True)
        if not verdict.proved:
            print(f"seed {seed}: {proof.goal}: {verdict.reason}", flush=True)
    return counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="debug", choices=tuple(PRESETS))
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--points", type=int, default=20, help="points at which each statement is evaluated")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, preset {options.preset}")
    dataset = theorems(options.preset)
    for number in range(2):  # the first round fills caches
        started, clock = time.perf_counter(), time.process_time()
        drawn = [dataset.draw(random.Random(f"speed {number} {seed}")) for seed in range(1000)]
        steps = sum(proof.steps for proof in drawn if proof is not None)
        wall, busy = time.perf_counter() - started, time.process_time() - clock
        print(f"generator: {steps / wall:.0f} facts/s, {steps / busy:.0f} a second of processor time")
    batch = 250
    works = [
        (options.preset, first, min(batch, options.count - first), options.points)
        for first in range(0, options.count, batch)
    ]
    counts: Counter[str] = Counter()
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for found in pool.imap_unordered(judge, works):
            counts += found
    for name, number in sorted(counts.items()):
        print(f"{name}: {number}")
    if counts["REFUSED"] or counts["FALSIFIED"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
