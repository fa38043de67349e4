"""Which of a task's processes this one is."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrs import frozen

from fwd.errors import UserError

LAUNCH = "FWD_LAUNCH"
"""Names a launch to the processes that belong to it."""


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
    def detect(cls, environ: Mapping[str, str] = os.environ) -> World:
        """As `found`; without those variables, a process of its own."""
        return cls.found(environ) or cls()

    @classmethod
    def found(cls, environ: Mapping[str, str] = os.environ) -> World | None:
        """As the variables of torchrun tell, which every launcher sets as well; None without them. Raises `UserError`
        if what they say makes no sense."""
        if "RANK" not in environ or "WORLD_SIZE" not in environ:
            return None
        elastic = (environ.get(f"TORCHELASTIC_{key}", "0") for key in ("RUN_ID", "RESTART_COUNT"))
        launch = environ.get(LAUNCH) or ".".join([*elastic, environ.get("MASTER_PORT", "0")])
        try:
            rank, size = int(environ["RANK"]), int(environ["WORLD_SIZE"])
            here = int(environ.get("LOCAL_WORLD_SIZE", size))
            local_rank = int(environ.get("LOCAL_RANK", rank))
        except ValueError:
            raise UserError("RANK, WORLD_SIZE, LOCAL_RANK and LOCAL_WORLD_SIZE must be numbers") from None
        if not 0 <= rank < size or not 0 < here <= size:
            raise UserError(f"RANK={rank}, WORLD_SIZE={size} and LOCAL_WORLD_SIZE={here} do not go together")
        return cls(rank, size, local_rank, here, launch)

    def environ(self) -> dict[str, str]:
        """What `found` understands."""
        return {
            "RANK": str(self.rank),
            "WORLD_SIZE": str(self.size),
            "LOCAL_RANK": str(self.local_rank),
            "LOCAL_WORLD_SIZE": str(self.here),
            LAUNCH: self.launch,
        }
