"""How a task runs inside a Slurm job, and makes way when it is told to.

Slurm signals a job before its time limit, and where it is set up so before it preempts it. The task is then stopped
as by Ctrl-C: it saves what it has and lets KeyboardInterrupt through. Rank 0 puts the job back into the queue, and when
Slurm starts it again the same call goes on from what is on disk. A task that says how far it has come, and comes no
further time and again, fails instead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import submitit
from attrs import define

from fwd.launch.attempts import attempt
from fwd.launch.base import LaunchError, Task
from fwd.launch.perform import fail, perform
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
        world = _world()
        os.environ.update(world.environ())
        heard = _listen()
        try:
            perform(self.task, Path(self.folder), world)
        except KeyboardInterrupt:
            if world.rank == 0 and set(os.read(heard, 4096)) & set(SIGNALS):
                self._make_way(world)
            time.sleep(GRACE_SECONDS)
            raise

    def _make_way(self, world: World) -> None:
        """Put this job back into the queue. Raises `LaunchError` if that has led nowhere too often."""
        if self.task.progress:
            another, attempts = attempt(self.task, Path(self.folder))
            if not another:
                error = (
                    f"told to make way {attempts.vain} times in a row before it came any further: give it more time "
                    "(--time, launch.minutes)"
                )
                fail(self.task, Path(self.folder), world, error)
                raise LaunchError(error)
        _requeue()


def _world() -> World:
    """This process among the tasks of its job."""
    job = submitit.JobEnvironment()
    launch = f"{job.job_id}.{os.environ.get('SLURM_RESTART_COUNT', '0')}"
    return World(job.global_rank, job.num_tasks, job.local_rank, job.num_tasks // job.num_nodes, launch)


def _listen() -> int:
    """Let the signals act like Ctrl-C, at most once. Returns what the numbers of all signals are read from that come
    to this process, whoever else handles them by then.

    Slurm signals every process of a job. The signals are blocked here, which processes that the task starts inherit,
    so that they survive; a thread waits for them.
    """
    heard, told = os.pipe()
    for end in (heard, told):
        os.set_blocking(end, False)
    os.write(told, b"\0")  # so that there is always something to read
    main, left = threading.get_ident(), [signal.SIGINT]

    def stop(number: int, frame: object = None) -> None:
        if left:
            signal.pthread_kill(main, left.pop())

    def wait() -> None:
        while True:
            number = signal.sigwait(SIGNALS)
            os.write(told, bytes([number]))
            stop(number)

    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in SIGNALS:
        signal.signal(number, stop)  # where a thread gets one that was there before
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    threading.Thread(target=wait, daemon=True, name="signals").start()
    return heard


def _requeue() -> None:
    """Put this job back into the queue, which ends all its processes."""
    job = submitit.JobEnvironment().job_id
    sys.stderr.write(f"told to make way: job {job} goes back into the queue\n")
    subprocess.run(["scontrol", "requeue", job], check=True)
