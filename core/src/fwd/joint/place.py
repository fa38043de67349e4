"""Which of a run's processes this is, and where the others are."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrs import frozen

from fwd.errors import UserError

LAUNCH = "FWD_LAUNCH"
"""Names a launch to the processes that belong to it."""


@frozen
class Place:
    """One process of a run: of `size` processes number `rank`. `here` of them share this machine. `launch` is the same
    for all of them and never used again, also not when a job is requeued."""

    rank: int
    size: int
    here: int
    launch: str

    @classmethod
    def found(cls, environ: Mapping[str, str] = os.environ) -> Place | None:
        """The place that a launcher of this project or torchrun gave to this process, if any did. Raises `UserError` if
        what they say makes no sense."""
        if "RANK" not in environ or "WORLD_SIZE" not in environ:
            return None
        elastic = (environ.get(f"TORCHELASTIC_{key}", "0") for key in ("RUN_ID", "RESTART_COUNT"))
        launch = environ.get(LAUNCH) or ".".join([*elastic, environ.get("MASTER_PORT", "0")])
        try:
            rank, size = int(environ["RANK"]), int(environ["WORLD_SIZE"])
            here = int(environ.get("LOCAL_WORLD_SIZE", size))
        except ValueError:
            raise UserError("RANK, WORLD_SIZE and LOCAL_WORLD_SIZE must be numbers") from None
        if not 0 <= rank < size or not 0 < here <= size:
            raise UserError(f"RANK={rank}, WORLD_SIZE={size} and LOCAL_WORLD_SIZE={here} do not go together")
        return cls(rank, size, here, launch)

    def environ(self) -> dict[str, str]:
        """What `found` understands."""
        return {
            "RANK": str(self.rank),
            "WORLD_SIZE": str(self.size),
            "LOCAL_WORLD_SIZE": str(self.here),
            LAUNCH: self.launch,
        }
