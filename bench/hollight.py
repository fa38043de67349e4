"""The HOL Light env's processes: how fast they are, and that killing them changes nothing.

    python bench/hollight.py speed
    python bench/hollight.py kills --goals 200 --kills 12 --out runs/hollight-kills
    python bench/hollight.py kills --victims worker --model runs/hollight --out runs/hollight-kills

`speed` forks workers and lets eight of them do a cheap step again and again. `kills` proves goals without disturbance,
and again for each kind of victim (a worker, the zygote, the proving Python itself, which is then started again with
`--continue`), killed with SIGKILL at random moments. Each run must solve the same goals, and nothing may remain.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from contests import FWD, machine
from fwd_hollight.worker import Worker
from fwd_hollight.zygote import Zygote

FORKS = 50
WORKERS = 8
SECONDS = 10.0
STEP = ["step", "0", "", "", "REFL_TAC", "( x : num ) = x"]
"""A cheap step: a tactic, its parsed statement, the printed theorem."""


def speed(options: argparse.Namespace) -> int:
    """Time of a fork until its first reply, memory of a new worker, steps a second."""
    zygote = Zygote()
    zygote.connect().close()
    times, memory = [], []
    for _ in range(FORKS):
        started = time.perf_counter()
        worker = Worker(zygote, 512, 20000)
        times.append(time.perf_counter() - started)
        memory.append(worker.memory_mib())
        worker.kill()
    print(f"fork to first reply: {1000 * statistics.median(times):.1f} ms (median of {FORKS})")
    print(f"private memory of a new worker: {max(memory)} MiB at most")
    workers = [Worker(zygote, 512, 20000) for _ in range(WORKERS)]
    counts = [0] * WORKERS
    for worker in workers:
        worker.ask(60.0, ["goal", "0", "", "", "T"])
    end = time.perf_counter() + SECONDS

    def work(place: int) -> None:
        while time.perf_counter() < end:
            workers[place].ask(2.0, STEP)
            counts[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:
        worker.kill()
    cores = len(os.sched_getaffinity(0))
    print(f"cheap steps with {WORKERS} workers: {sum(counts) / SECONDS:.0f} a second on {cores} cores")
    return 0


class Stage:
    """A zygote of its own, whose processes carry the name of a folder in their environment."""

    def __init__(self, folder: str) -> None:
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": folder}
        os.environ["XDG_RUNTIME_DIR"] = folder
        self._mark = f"XDG_RUNTIME_DIR={folder}".encode()

    def processes(self) -> set[int]:
        """All that were started here, this one not counted."""
        found = set()
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                alive = (place / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
                if alive and self._mark in (place / "environ").read_bytes().split(b"\0"):
                    found.add(int(place.name))
        return found - {os.getpid()}

    def prove(self, options: argparse.Namespace, out: Path, *more: str) -> subprocess.Popen[bytes]:
        """Start `fwd prove`."""
        which = ["--env", "hollight", "--preset", options.preset] if options.model == "uniform" else []
        command = [str(FWD), "prove", "--model", options.model, *which, "--split", "train", "--out", str(out), *more]
        command += ["--limit", str(options.goals), "--strategy", "sampling", "--trials", str(options.trials)]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def disturbed(self, options: argparse.Namespace, victim: str, out: Path) -> int:
        """A whole run with kills; how many there were."""
        rng, kills, more = random.Random(f"{options.seed} {victim}"), 0, []
        while True:
            prover = self.prove(options, out, *more)
            more = ["--continue"]
            while prover.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    prover.wait(rng.uniform(0.2, options.pause))
                if kills < options.kills and prover.poll() is None:
                    kills += self._kill(victim, prover.pid, rng)
            if prover.returncode != -signal.SIGKILL:
                return kills

    def _kill(self, victim: str, prover: int, rng: random.Random) -> bool:
        zygote = Zygote().pid()
        if victim == "python":
            chosen: int | None = prover
        elif victim == "zygote":
            chosen = zygote
        else:
            workers = sorted(self.processes() - {prover, zygote})
            chosen = rng.choice(workers) if workers else None
        if chosen is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(chosen, signal.SIGKILL)
        return True


def solved(out: Path) -> set[tuple[str, int]]:
    """Goals and trials that a run solved."""
    results = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    return {(one["name"], one["trial"]) for one in results if one["solved"]}


def kills(options: argparse.Namespace) -> int:
    """Compare runs with and without kills."""
    options.out.mkdir(parents=True)
    good = True
    with tempfile.TemporaryDirectory(prefix="fwd") as folder:
        stage = Stage(folder)
        Zygote().connect().close()
        if stage.prove(options, options.out / "quiet").wait():
            sys.exit("the undisturbed run failed")
        expected = solved(options.out / "quiet")
        print(f"undisturbed: {len(expected)} searches solved", flush=True)
        for victim in options.victims:
            count = stage.disturbed(options, victim, options.out / victim)
            same = solved(options.out / victim) == expected
            good &= same and count > 0
            print(f"{victim}: killed {count} times, {'the same' if same else 'OTHERS'} solved", flush=True)
        Zygote().stop()
        time.sleep(2.0)
        left = stage.processes()
        print(f"processes that remain: {len(left)}")
    return 0 if good and not left else 1


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True)
    parts.add_parser("speed").set_defaults(run=speed)
    part = parts.add_parser("kills")
    part.set_defaults(run=kills)
    part.add_argument("--victims", nargs="+", choices=("worker", "zygote", "python"))
    part.add_argument("--model", default="uniform")
    part.add_argument("--preset", default="cpu", help="of uniform")
    part.add_argument("--goals", type=int, default=200)
    part.add_argument("--trials", type=int, default=1)
    part.add_argument("--kills", type=int, default=12, help="most kills of a run")
    part.add_argument("--pause", type=float, default=6.0, help="most seconds between two kills")
    part.add_argument("--seed", type=int, default=0)
    part.add_argument("--out", type=Path, required=True, help="a new folder")
    options = parser.parse_args()
    if "victims" in options and not options.victims:
        options.victims = ["worker", "zygote", "python"]
    run: Callable[[argparse.Namespace], int] = options.run
    print(machine(), flush=True)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
