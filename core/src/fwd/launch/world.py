"""Which of a task's processes this one is."""

from __future__ import annotations

import os

from attrs import frozen


@frozen
class World:
    """This process among those of its task. `attempt` differs each time the task is started, and is the same for all
    of its ranks: a name for what must not be mixed up with an earlier start."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    """Rank among the task's processes on this machine, e.g. the number of its GPU."""
    attempt: str = "0"

    @classmethod
    def detect(cls) -> World:
        """As the environment tells: torchrun's variables, which the local launcher sets as well, or those of a Slurm
        job, or else a process of its own."""
        told = os.environ
        if "RANK" in told and "WORLD_SIZE" in told:
            rank, attempt = int(told["RANK"]), told.get("FWD_ATTEMPT") or told.get("TORCHELASTIC_RUN_ID", "0")
            return cls(rank, int(told["WORLD_SIZE"]), int(told.get("LOCAL_RANK", rank)), attempt)
        if "SUBMITIT_EXECUTOR" in told:
            import submitit

            job = submitit.JobEnvironment()
            attempt = f"{job.job_id}.{told.get('SLURM_RESTART_COUNT', '0')}"
            return cls(job.global_rank, job.num_tasks, job.local_rank, attempt)
        return cls()
