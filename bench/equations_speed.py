"""Speed of the equations env in one process: rewrites, steps, checks and generated facts a second.

    .venv/bin/python bench/equations_speed.py [--repeat 3] [--seed 0] [--json]

rewrites    all single rewrites of random equations (mean size 26 nodes): every rule without conditions and open
            variables, in both directions, at every place; each gives a whole new interned statement
apply       `EquationsEnv.apply` on the steps of generated proofs, the graphs growing as they did in the proof
check       `EquationsEnv.check` on the same proofs, in steps
generator   facts of the proofs that random graphs and walks yield, after all filters

Each figure is the best of the repeats, by CPU time, so that other work on the machine disturbs it less.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time
from collections.abc import Callable, Sequence

from fwd.api import Applied, Proof
from fwd_equations.dataset import Theorems
from fwd_equations.env import EquationsEnv
from fwd_equations.match import Library
from fwd_equations.settings import EquationsConfig
from fwd_equations.terms import BINARY, POWERS, UNARY, Term, binary, leaf, sweep, unary

LEAVES = ("x", "y", "z", "0", "1", "2", "pi")


def random_term(rng: random.Random, depth: int) -> Term:
    """A term of at most this depth, with all kinds of heads."""
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng.choice(LEAVES))
    if rng.random() < 0.53:
        return binary(rng.choice(BINARY[:4]), random_term(rng, depth - 1), random_term(rng, depth - 1))
    return unary(rng.choice((*UNARY[:11], *POWERS[2:4])), random_term(rng, depth - 1))


def rate(work: Callable[[], int]) -> float:
    """Units of work in a second of CPU time."""
    start = time.process_time()
    done = work()
    return done / (time.process_time() - start)


def rewrites(env: EquationsEnv, seed: int) -> float:
    """Rewrites of 400 random equations, by an index that has not seen them."""
    rng = random.Random(seed)
    terms = [binary("=", random_term(rng, 5), random_term(rng, 5)) for _ in range(400)]
    library = Library(env.library.rules)
    return rate(lambda: sum(len(library.rewritten(term).terms) for term in terms))


def steps(env: EquationsEnv, proofs: Sequence[Proof]) -> float:
    """Steps applied."""
    graphs = [(env.begin(proof.goal), proof) for proof in proofs]

    def work() -> int:
        done = 0
        for graph, proof in graphs:
            for fact in proof.facts[len(graph.facts) :]:
                assert fact.step is not None
                answer = env.apply(graph, fact.step)
                assert isinstance(answer, Applied), answer
                graph.add(answer.fact)
                done += 1
        return done

    return rate(work)


def checks(env: EquationsEnv, proofs: Sequence[Proof]) -> float:
    """Steps checked."""

    def work() -> int:
        assert all(env.check(proof.goal, proof).proved for proof in proofs)
        return sum(proof.steps for proof in proofs)

    return rate(work)


def draws(data: Theorems, seed: int, count: int) -> float:
    """Facts generated."""
    rng = random.Random(seed)

    def work() -> int:
        done = found = 0
        while found < count:
            proof = data.draw(rng)
            if proof is not None:
                found += 1
                done += proof.steps
        return done

    return rate(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    env = EquationsEnv(EquationsConfig())
    figures: dict[str, list[float]] = {"rewrites": [], "apply": [], "check": [], "generator": []}
    for repeat in range(options.repeat):
        figures["rewrites"].append(rewrites(env, options.seed + repeat))
        sweep()
    data = Theorems(env)
    rng = random.Random(options.seed)
    proofs: list[Proof] = []
    while len(proofs) < 300:
        proof = data.draw(rng)
        if proof is not None:
            proofs.append(proof)
    for repeat in range(options.repeat):
        figures["apply"].append(steps(env, proofs))
        figures["check"].append(checks(env, proofs))
        figures["generator"].append(draws(data, options.seed + repeat, 300))
    best = {name: round(max(rates)) for name, rates in figures.items()}
    if options.json:
        print(json.dumps({"machine": platform.processor() or platform.machine(), "seed": options.seed, **best}))
        return
    print(f"Python {platform.python_version()}, {platform.machine()}, seed {options.seed}, best of {options.repeat}")
    wanted = {"rewrites": 80_000, "apply": 20_000, "generator": 1_000}
    for name, figure in best.items():
        aim = f"   (aim: {wanted[name]:,})" if name in wanted else ""
        print(f"{name:10} {figure:>10,} a second{aim}")


if __name__ == "__main__":
    main()
