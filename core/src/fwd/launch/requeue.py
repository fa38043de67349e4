"""How a task runs inside a Slurm job, and makes way when it is told to.

Slurm signals a job before its time limit, and where it is set up so before it preempts it. The task is then stopped
as by Ctrl-C: it saves what it has and lets KeyboardInterrupt through. Rank 0 puts the job back into the queue, and when
Slurm starts it again the same call goes on from what is on disk.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import submitit
from attrs import define

from fwd.launch.base import Task
from fwd.launch.perform import perform
from fwd.launch.world import World

SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
GRACE_SECONDS = 900.0
"""How long to wait for Slurm to end the job. A process that ends by itself while its job is preempted makes the job a
failed one, which is not requeued."""


@define
class Work:
    """What a job calls: submitit pickles it by reference to this class, with plain data."""

    task: Task
    folder: str

    def __call__(self) -> None:
        told: list[int] = []

        def stop(number: int, frame: object) -> None:
            told.append(number)
            if len(told) == 1:
                signal.raise_signal(signal.SIGINT)

        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in SIGNALS:
            signal.signal(number, stop)
        world = World.detect()
        try:
            perform(self.task, Path(self.folder), world)
        except KeyboardInterrupt:
            if told and world.rank == 0:
                _requeue()
            time.sleep(GRACE_SECONDS)
            raise


def _requeue() -> None:
    """Put this job back into the queue, which ends all its processes."""
    job = submitit.JobEnvironment().job_id
    sys.stderr.write(f"told to make way: job {job} goes back into the queue\n")
    subprocess.run(["scontrol", "requeue", job], check=True)
