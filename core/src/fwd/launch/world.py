"""Which of a task's processes this one is."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrs import frozen

LAUNCH = "FWD_LAUNCH"


@frozen
class World:
    """This process among those of its task.

    `here` of the `size` processes share this machine; `local_rank` counts among them, e.g. to choose a GPU. `launch`
    is the same for all of them and never used again, also not when a job is requeued: a name for what must not be
    mixed up with an earlier start.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    here: int = 1
    launch: str = "0"

    @classmethod
    def detect(cls, told: Mapping[str, str] = os.environ) -> World:
        """As torchrun's variables tell, which every launcher sets as well; without them, a process of its own."""
        if "RANK" not in told or "WORLD_SIZE" not in told:
            return cls()
        rank, size = int(told["RANK"]), int(told["WORLD_SIZE"])
        elastic = (told.get(f"TORCHELASTIC_{key}", "0") for key in ("RUN_ID", "RESTART_COUNT"))
        return cls(
            rank,
            size,
            int(told.get("LOCAL_RANK", rank)),
            int(told.get("LOCAL_WORLD_SIZE", size)),
            told.get(LAUNCH) or ".".join(elastic),
        )

    def environ(self) -> dict[str, str]:
        """What `detect` understands."""
        return {
            "RANK": str(self.rank),
            "WORLD_SIZE": str(self.size),
            "LOCAL_RANK": str(self.local_rank),
            "LOCAL_WORLD_SIZE": str(self.here),
            LAUNCH: self.launch,
        }
