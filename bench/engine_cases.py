"""Three cases of the decoding engine that are not about its top speed.

    python bench/engine_cases.py sharing     many trials of long goals, with the goals' cache shared and without
    python bench/engine_cases.py memory      a thousand searches in much memory and in little
    python bench/engine_cases.py slow-env    an env that takes two seconds for one step in fifty

Goals of all of set.mm, the 5M model with random weights, fp32, one thread.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
from attrs import evolve
from contests import machine
from engine import CONTEXT, apart
from engine_work import SIZES, World, clock
from fwd.api import Goal
from fwd.model.policy import ModelPolicy
from fwd.prover import Prover
from fwd.search.linear import Sampling, SamplingConfig
from fwd.settings import EngineConfig

TRIALS = 128


class Alone(ModelPolicy):
    """Forks take over nothing from each other."""

    def _relative(self, row: Any) -> None:
        return None


class Slow:
    """The world's env, but one step in `every` takes `seconds`, in a thread of its own."""

    def __init__(self, world: World, every: int, seconds: float) -> None:
        self.begin, self.check, self._world = world.env.begin, world.env.check, world
        self._every, self._seconds = every, seconds
        self._pool, self._count = ThreadPoolExecutor(64), itertools.count(1)

    def submit(self, *step: Any) -> Future:
        """See `fwd.api.Env`."""
        answer = self._world.submit(*step)
        if next(self._count) % self._every:
            return answer
        return self._pool.submit(lambda: (time.sleep(self._seconds), answer.result())[1])


def prover(world: World, env: Any, kind: type[ModelPolicy], slots: int, memory: int, steps: int) -> Prover:
    """A prover whose searches take so many steps."""
    torch.set_num_threads(1)
    model = world.model(evolve(SIZES["5M"], max_tokens=CONTEXT), seed=0)
    engine = EngineConfig(slots=slots, memory_mib=memory, precision="fp32", threads=1)
    return Prover(kind(model, world.codec, engine, "5M"), env, Sampling(SamplingConfig(max_steps=steps)))


def sharing(world: World) -> Iterator[str]:
    """Trials a second of 20 goals of about 200 tokens."""
    goals = sorted(world.goals, key=lambda goal: abs(len(world.codec.encode_goal(goal)) - 200))[:20]
    speeds = {}
    for name, kind in (("shared", ModelPolicy), ("not shared", Alone)):
        speeds[name] = apart(_trials, world, goals, kind)
        yield f"{name}: {speeds[name]['trials']:.2f} trials/s"
    yield f"ratio: {speeds['shared']['trials'] / speeds['not shared']['trials']:.2f}"


def _trials(world: World, goals: list[Goal], kind: type[ModelPolicy], warm: int = 200, count: int = 400) -> dict:
    found = prover(world, Slow(world, sys.maxsize, 0.0), kind, 256, 8192, steps=8)
    done = iter(found.prove(goals, TRIALS))
    for _ in range(warm):
        next(done)
    started = clock()
    for _ in range(count):
        next(done)
    return {"trials": count / (clock() - started)}


def memory(world: World) -> Iterator[str]:
    """1,024 searches to their end, all in flight."""
    for budget in (4096, 1024):
        found = apart(_all, world, budget)
        yield f"{budget} MiB: {found['searches']} searches in {found['seconds']:.0f} s, peak {found['peak']:.0f} MiB"


def _all(world: World, budget: int) -> dict:
    goals = (world.goals * 2)[:1024]
    found = prover(world, Slow(world, sys.maxsize, 0.0), ModelPolicy, 1024, budget, steps=6)
    started = clock()
    searches = sum(1 for _ in found.prove(goals))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"searches": searches, "seconds": clock() - started, "peak": peak}


def slow_env(world: World) -> Iterator[str]:
    """Steps a second by the wall clock, with an env that is always fast and one that is not."""
    speeds = [apart(_steps, world, seconds)["speed"] for seconds in (0.0, 2.0)]
    yield f"{speeds[0]:.1f} steps/s, with slow steps {speeds[1]:.1f}: {100 * speeds[1] / speeds[0]:.0f} %"


def _steps(world: World, seconds: float) -> dict:
    found = prover(world, Slow(world, 50, seconds), ModelPolicy, 256, 8192, steps=8)
    started = time.perf_counter()
    steps = sum(one.steps + one.rejected for one in found.prove((world.goals * 2)[:600]))
    return {"speed": steps / (time.perf_counter() - started)}


CASES = {"sharing": sharing, "memory": memory, "slow-env": slow_env}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help=f"any of {', '.join(CASES)}; all if none is named")
    cases = parser.parse_args().cases or list(CASES)
    if unknown := set(cases) - CASES.keys():
        parser.error(f"no case {', '.join(sorted(unknown))}")
    print(machine())
    world = World.of("full")
    for case in cases:
        for line in CASES[case](world):
            print(f"{case}: {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
