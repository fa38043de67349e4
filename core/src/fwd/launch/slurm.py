"""Runs tasks as a Slurm job array, through submitit: each task a job, each rank a task of its `srun`.

What Slurm itself starts again (a preempted job, a failed node, a job that was told to make way) keeps its number. A job
that ends without an outcome, because it was killed or ran into its time limit, is submitted anew. Jobs outlive the
process that submitted them; when the same work is launched again, jobs that are still there are taken up again.

Slurm counts how many jobs of an array run, but not those of another array. So where only a few tasks may run at a time,
what is submitted anew waits until so few jobs are left.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import submitit
from attrs import asdict, define, evolve, frozen
from submitit.core.utils import FailedJobError, FailedSubmissionError

from fwd.files import replace
from fwd.launch.attempts import attempt, begin, reached
from fwd.launch.base import LaunchError, Task, TaskState
from fwd.launch.perform import forget, outcome
from fwd.launch.requeue import Work
from fwd.settings import count, setting

WAITING = ("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD")
"""States of a job that does not run yet, or not again yet; in any other state that `squeue` lists it runs."""


OWN = {
    "account": "launch.account",
    "array": "launch.jobs (--n-jobs)",
    "cpus-per-task": "launch.cpus",
    "job-name": "launch.name",
    "nodes": "launch.nodes",
    "partition": "launch.partition (--partition)",
    "qos": "launch.qos",
    "signal": "launch.signal_seconds",
    "time": "launch.minutes (--time)",
}
"""Options of sbatch that are settings here, which is how the launcher knows of them."""


@frozen
class SlurmConfig:
    """What to ask Slurm for. All but the first four are for each task."""

    jobs: int | None = setting(None, "most tasks at a time; all at once if not set", least=1)
    restarts: int = count(3, "how often in a row a task that died or made way is started again without coming further")
    poll_seconds: float = setting(5.0, "seconds between two looks at the queue", least=0.1)
    name: str = setting("fwd", "name of the jobs in the queue")
    partition: str | None = setting(None, "the partition; Slurm's default one if not set")
    account: str | None = setting(None, "the account to charge")
    qos: str | None = setting(None, "the quality of service")
    minutes: int = count(60, "time limit; work that takes longer is requeued and goes on", least=1)
    signal_seconds: int = count(90, "how long before its time limit a job is told to stop and requeue", least=1)
    nodes: int = count(1, "nodes; the ranks are spread over them evenly", least=1)
    cpus: int = count(1, "cores of each rank", least=1)
    gpus: int = count(0, "GPUs of each rank")
    memory_gb: float | None = setting(None, "memory on each node in GB; Slurm's default if not set", least=0.1)
    more: Mapping[str, str] = setting({}, 'other options of sbatch, e.g. more.constraint="a100"')


@define(eq=False)
class _Running:
    """A task in this round, and its job."""

    task: Task
    state: TaskState
    job: str = ""
    requeues: int = 0
    """How often jobs before this one went back into the queue."""
    missing: int = 0
    """In how many looks at the queue in a row its job was not there."""


@frozen
class SlurmLauncher:
    """The launcher `slurm`."""

    config: SlurmConfig = SlurmConfig()

    def __attrs_post_init__(self) -> None:
        """Raises `LaunchError` for settings that contradict each other."""
        for option in self.config.more:
            if own := OWN.get(option.replace("_", "-")):
                raise LaunchError(f"launch.more.{option}: this is a setting of its own, {own}")
        seconds, warning = 60 * self.config.minutes, self.config.signal_seconds
        if seconds - warning < min(60, seconds // 2):
            raise LaunchError(
                f"a job of {self.config.minutes} min that is told to stop {warning} s before its end gets nothing "
                f"done: give it more time (--time {warning // 60 + 2}), or less warning (launch.signal_seconds)"
            )

    def run(self, tasks: Sequence[Task], folder: Path) -> Iterator[list[TaskState]]:
        """As `Launcher.run` says. Closing the iterator cancels the jobs."""
        if shutil.which("sbatch") is None:
            raise LaunchError("there is no Slurm here (no sbatch): log in where jobs are submitted, or work locally")
        for task in tasks:
            if task.ranks % self.config.nodes:
                raise LaunchError(
                    f"{task.ranks} ranks cannot be spread evenly over {self.config.nodes} nodes: change launch.nodes"
                )
        folder = folder.absolute()
        everything = [_Running(task, TaskState(task.name)) for task in tasks]
        try:
            self._take_up(everything, folder)
            while True:
                self._submit(everything, folder)
                yield [one.state for one in everything]
                if all(one.state.ended for one in everything):
                    return
                time.sleep(self.config.poll_seconds)
                self._look_after(everything, folder)
        finally:
            _cancel([one.job for one in everything if one.job and not one.state.ended])

    def _take_up(self, everything: list[_Running], folder: Path) -> None:
        """Find the jobs of an earlier launch that are still there."""
        queue = _queue() or {}
        for one in everything:
            path = folder / one.task.name / "job.json"
            before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            if before.get("job") not in queue:
                continue
            if before["task"] != asdict(one.task):
                raise LaunchError(f"job {before['job']} of an earlier launch still runs: wait for it, or scancel it")
            self._follow(one, before["job"], folder)

    def _submit(self, everything: list[_Running], folder: Path) -> None:
        """Submit tasks that have no job, those of as many ranks together, as far as there is room."""
        those = [one for one in everything if not one.job and not one.state.ended]
        for ranks in sorted({one.task.ranks for one in those}):
            together = [one for one in those if one.task.ranks == ranks]
            busy = sum(bool(one.job) and not one.state.ended for one in everything)
            if self.config.jobs and busy:
                together = together[: max(0, self.config.jobs - busy)]
            if not together:
                continue
            for one in together:
                forget(one.task, folder)
                if not one.state.restarts:
                    begin(one.task, folder, self.config.restarts)
            jobs = _submitted(self._executor(ranks, folder), [Work(one.task, str(folder)) for one in together])
            for one, job in zip(together, jobs, strict=True):
                replace(folder / one.task.name / "job.json", json.dumps({"job": job, "task": asdict(one.task)}))
                self._follow(one, job, folder)

    def _follow(self, one: _Running, job: str, folder: Path) -> None:
        one.job, one.missing = job, 0
        one.state = evolve(one.state, status="waiting", log=folder / "slurm" / f"{job}_0_log.out")

    def _executor(self, ranks: int, folder: Path) -> submitit.AutoExecutor:
        """What submits jobs of so many ranks."""
        config = self.config
        per_node = ranks // config.nodes
        optional = {
            "slurm_partition": config.partition,
            "slurm_account": config.account,
            "slurm_qos": config.qos,
            "slurm_array_parallelism": config.jobs,
            "mem_gb": config.memory_gb,
            "gpus_per_node": config.gpus * per_node or None,
        }
        executor = submitit.AutoExecutor(folder / "slurm", cluster="slurm")
        executor.update_parameters(
            name=config.name,
            timeout_min=config.minutes,
            nodes=config.nodes,
            tasks_per_node=per_node,
            cpus_per_task=config.cpus,
            slurm_signal_delay_s=config.signal_seconds,
            slurm_stderr_to_stdout=True,
            slurm_srun_args=["--kill-on-bad-exit=1"],
            slurm_additional_parameters={"requeue": True, **config.more},
            **{key: value for key, value in optional.items() if value is not None},
        )
        return executor

    def _look_after(self, everything: list[_Running], folder: Path) -> None:
        """Note what became of the jobs since the last look."""
        queue = _queue()
        if queue is None:
            return  # the controller does not answer; the jobs do not mind
        for one in everything:
            if one.state.ended or not one.job:
                continue
            if one.job in queue:
                one.missing = 0
                self._note(one, *queue[one.job])
                continue
            one.missing += 1
            ended = outcome(one.task, folder)
            if ended is not None and not ended.error:
                one.state = evolve(one.state, status="done")
            elif ended is not None:
                one.state = evolve(one.state, status="failed", error=ended.error, traceback=ended.traceback)
            elif one.missing > 1:  # by now an outcome would have come through a network file system
                self._restart(one, folder)

    def _note(self, one: _Running, status: str, requeues: int) -> None:
        """Note what the queue says of a task's job."""
        if one.requeues + requeues > one.state.requeues:
            one.state = evolve(one.state, requeues=one.requeues + requeues, reached=reached(one.task))
        one.state = evolve(one.state, status="waiting" if status in WAITING else "running")

    def _restart(self, one: _Running, folder: Path) -> None:
        """Let a task that died be submitted again, unless that led nowhere too often."""
        another, attempts = attempt(one.task, folder)
        if another:
            one.job, one.requeues = "", one.state.requeues
            one.state = evolve(one.state, status="waiting", restarts=one.state.restarts + 1, reached=attempts.reached)
        else:
            further = " that came no further" if one.task.progress else ""
            error = f"its job ended as {_ending(one.job)}, and so in {attempts.vain - 1} restarts{further}"
            one.state = evolve(one.state, status="failed", error=error)


def _submitted(executor: submitit.AutoExecutor, works: list[Work]) -> list[str]:
    """Submit calls as one array and return the jobs' numbers."""
    try:
        with executor.batch():
            jobs = [executor.submit(work) for work in works]
    except (FailedJobError, FailedSubmissionError) as error:
        told = [line for line in str(error).splitlines() if "sbatch: error:" in line] or str(error).splitlines()
        raise LaunchError(f"Slurm refuses the job: {told[0].partition('error:')[2].strip() or told[0]}") from error
    return [job.job_id for job in jobs]


def _queue() -> dict[str, tuple[str, int]] | None:
    """The state of each job of this user, and how often it went back into the queue, by number; None if the controller
    does not answer."""
    columns = "JobArrayID:40,State:40,RestartCnt:40"
    command = ["squeue", "--noheader", "--array", "--user", str(os.getuid()), "--Format", columns]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (subprocess.TimeoutExpired, OSError):
        return None
    if told.returncode:
        return None
    rows = [line.split() for line in told.stdout.splitlines()]
    return {row[0]: (row[1], int(row[2])) for row in rows if len(row) == 3 and row[2].isdigit()}


def _ending(job: str) -> str:
    """The last state of a job, as far as Slurm remembers it."""
    told = subprocess.run(["scontrol", "--oneliner", "show", "job", job], capture_output=True, text=True)
    state = re.search(r"JobState=(\w+)", told.stdout)
    return state[1] if state else "UNKNOWN"


def _cancel(jobs: list[str]) -> None:
    if jobs:
        subprocess.run(["scancel", *jobs], capture_output=True)
