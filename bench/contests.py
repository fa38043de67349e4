"""Contests between provers: run `fwd prove` and `fwd check` as a user would, and gather the figures."""

from __future__ import annotations

import json
import os
import platform
import resource
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

FWD = Path(sys.executable).with_name("fwd")


@frozen
class Contest:
    """Who proves, and how. `settings` go to `--set`; `split` of the env's goals, or the first `limit` of them; or those
    of a file."""

    model: str
    strategy: str
    trials: int = 1
    settings: Mapping[str, object] = field(factory=dict)
    split: str = "valid"
    limit: int | None = None
    seed: int = 0
    goals: Path | None = None

    @property
    def folder(self) -> str:
        """Name of its folder of results."""
        extra = "".join(f"-{key.rsplit('.')[-1]}-{value}" for key, value in self.settings.items())
        return f"{Path(self.model).name}-{self.strategy}-{self.trials}{extra}"


@frozen
class Outcome:
    """What came of a contest. `solved` are names; `hard` and `hard_proved` count the goals whose known proof has three
    or more steps. `processor` is the time that all cores together worked on proving, `seconds` that on the clock."""

    goals: int
    solved: frozenset[str]
    hard: int
    hard_proved: int
    proofs: int
    accepted: bool
    seconds: float
    processor: float
    tokens: int

    @property
    def proved(self) -> int:
        """How many goals were proved."""
        return len(self.solved)

    @property
    def share(self) -> str:
        """Proved goals in per cent."""
        return f"{100 * self.proved / self.goals:.1f} %"

    @property
    def verdict(self) -> str:
        """What the check said."""
        if not self.proofs:
            return "no proofs"
        return f"accepted all {self.proofs} proofs" if self.accepted else "REFUSED some"


def fwd(*arguments: object) -> int:
    """Run a command and show it. A mistake (exit code 2 and above) ends the script."""
    command = [str(FWD), *(str(one) for one in arguments)]
    print(f"\n$ fwd {shlex.join(command[1:])}", flush=True)
    code = subprocess.run(command, check=False).returncode
    if code > 1:
        sys.exit(code)
    return code


def hold(contest: Contest, env: str, preset: str, folder: Path, external: bool = True, quiet: bool = False) -> Outcome:
    """Prove, check by the env and (if `external`) by an outside program, and count. The model "uniform" is told env and
    preset. `quiet` shows no progress. What an interrupted run left in `folder` is kept; times are those of the rest."""
    out = folder / contest.folder
    which = ["--env", env, "--preset", preset] if contest.model == "uniform" else []
    arguments = ["--model", contest.model, *which, "--strategy", contest.strategy]
    arguments += ["--split", contest.split] if contest.goals is None else ["--goals", contest.goals]
    arguments += ["--trials", contest.trials, "--seed", contest.seed]
    if contest.limit is not None:
        arguments += ["--limit", contest.limit]
    for key, value in contest.settings.items():
        arguments += ["--set", f"{key}={value}"]
    started, busy = time.monotonic(), processor_time()
    fwd("prove", *arguments, "--out", out, *(["--continue"] * out.exists()), *(["--quiet"] * quiet))
    seconds, busy = time.monotonic() - started, processor_time() - busy
    solved = '"solved": true' in (out / "results.jsonl").read_text()
    accepted = not solved or fwd("check", out, *(("--external",) if external else ())) == 0
    return _outcome(out, accepted, seconds, busy)


def processor_time() -> float:
    """Processor time of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _outcome(out: Path, accepted: bool, seconds: float, processor: float) -> Outcome:
    results = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    steps = {result["name"]: result["human_steps"] or 0 for result in results}
    solved = frozenset(result["name"] for result in results if result["solved"])
    hard = {name for name, count in steps.items() if count >= 3}
    return Outcome(
        goals=len(steps),
        solved=solved,
        hard=len(hard),
        hard_proved=len(hard & solved),
        proofs=sum(result["solved"] for result in results),
        accepted=accepted,
        seconds=seconds,
        processor=processor,
        tokens=sum(result["tokens"] for result in results),
    )


def machine() -> str:
    """Processor, cores and Python, for the line above a table."""
    names = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    processor = names[0].partition(":")[2].strip() if names else platform.processor() or "unknown processor"
    return f"{os.cpu_count()} cores of {processor}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
