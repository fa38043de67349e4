"""What the tests of launchers let them run. Each works on a file, and goes on from it when it is started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from fwd.errors import UserError
from fwd.launch import World


def write(path: str, text: str) -> None:
    Path(path).write_text(text)


def refuse() -> None:
    raise UserError("there is no such thing")


def fail() -> None:
    raise ValueError("the sum is wrong")


def die(path: str, times: int) -> None:
    """Be killed so many times, then end well."""
    lives = Path(path)
    with lives.open("a") as file:
        file.write("x")
    if len(lives.read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)


def lives(path: str, times: int) -> float:
    """How far `die` has come, if each life counts."""
    return float(len(Path(path).read_text())) if Path(path).exists() else 0.0


def nowhere(**_: object) -> float:
    """How far something has come that never comes any further."""
    return 7.0


def fail_on_rank(rank: int) -> None:
    """Fail on one rank; the others wait for it."""
    if World.detect().rank == rank:
        raise ValueError("this rank gives up")
    time.sleep(600)


def linger(folder: str) -> None:
    """Never end, with a process of its own that never ends either."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(folder, "pids.part").write_text(f"{os.getpid()} {child.pid}")
    os.replace(Path(folder, "pids.part"), Path(folder, "pids"))
    time.sleep(600)


def work(folder: str, steps: int, seconds: float = 0.05) -> None:
    """A stand-in for the joint job: each rank counts steps and saves where it is when it is interrupted. The ranks of
    one launch find each other before they begin; a log has one line for each start and each end."""
    world, home = World.detect(), Path(folder)
    place, log = home / f"rank-{world.rank}.step", home / "log.jsonl"
    done = int(place.read_text()) if place.exists() else 0
    _tell(log, "start", world, done)
    (home / f"here.{world.launch}.{world.rank}").touch()
    while len(list(home.glob(f"here.{world.launch}.*"))) < world.size:
        time.sleep(0.05)
    try:
        while done < steps:
            time.sleep(seconds)
            done += 1
    except KeyboardInterrupt:
        _save(place, done)
        _tell(log, "stop", world, done)
        raise
    _save(place, done)
    _tell(log, "end", world, done)


def _save(place: Path, done: int) -> None:
    part = place.with_suffix(".part")
    part.write_text(str(done))
    os.replace(part, place)


def _tell(log: Path, what: str, world: World, step: int) -> None:
    with log.open("a") as file:
        file.write(json.dumps([what, world.launch, world.rank, world.size, step]) + "\n")


def rank_of(job: str) -> int:
    """The process that makes the call of a job of one rank, given its number in an array."""
    array, _, number = job.partition("_")
    wanted = {f"SLURM_ARRAY_JOB_ID={array}", f"SLURM_ARRAY_TASK_ID={number}", "SLURM_PROCID=0", "SLURM_STEP_ID=0"}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_text()
            told = set((process / "environ").read_text().split("\0"))
            if "submitit" in command and "srun" not in command and wanted <= told:
                return int(process.name)
    raise LookupError(f"no process of job {job}")


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]


def surroundings(pid: int) -> set[str]:
    """The variables with which a process was started."""
    return set(Path(f"/proc/{pid}/environ").read_text().split("\0"))


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
