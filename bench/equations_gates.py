"""Whether both gates give the same answers: random questions of algebra, with irrelevant facts among the hypotheses.

    python bench/equations_gates.py --count 4000

A question on which `apply` says yes and the kernel no is a proof that is lost. The kernel is also asked whether the
goal follows from all facts where `apply` says no: where it does, less is found than could be. Exit code 1 for either.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from fwd.api import Applied, Fact, Proof, Step
from fwd_equations.env import ALGEBRA, EquationsEnv
from fwd_equations.questions import Asker
from fwd_equations.settings import EquationsConfig


def main() -> int:
    """Ask and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    env = EquationsEnv(EquationsConfig(max_statement=400))
    asker = Asker(random.Random(options.seed))
    counts: Counter[tuple[bool, bool]] = Counter()
    started = time.process_time()
    for number in range(options.count):
        goal = asker.question(f"question {number}")
        graph = env.begin(goal)
        if graph.solved:
            continue
        answer = env.apply(graph, Step(ALGEBRA))
        every = Fact(goal.statement, Step(ALGEBRA), tuple(range(len(graph.facts))))
        fact = answer.fact if isinstance(answer, Applied) else every
        verdict = env.check(goal, Proof(goal, (*graph.facts, fact)))
        counts[isinstance(answer, Applied), verdict.proved] += 1
        if isinstance(answer, Applied) is not verdict.proved:
            print(f"{goal.name}: {', '.join(goal.hypotheses)} |- {goal.statement}: {answer}: {verdict.reason}")
    print(f"{counts.total()} questions in {time.process_time() - started:.0f} s: both say yes to {counts[True, True]},")
    print(f"both no to {counts[False, False]}, only apply yes to {counts[True, False]},", end=" ")
    print(f"only the kernel yes to {counts[False, True]}")
    return 1 if counts[True, False] or counts[False, True] else 0


if __name__ == "__main__":
    sys.exit(main())
