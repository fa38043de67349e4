"""What trainers see of the actors' work: how much there is, how fast it comes, how new it is."""

from __future__ import annotations

import time

from attrs import define

from fwd.train.worker import Delivery


@define(eq=False)
class Arrivals:
    """Kept from pool to pool of joint training; there is nothing to tell in supervised training."""

    latest: Delivery | None = None
    rate: float = 0.0
    """Graphs a second that came into the store between two looks."""
    _seen: float = 0.0
    _when: float = 0.0

    def note(self, delivery: Delivery) -> None:
        """Take a look at what came with a pool."""
        if not delivery.window:
            return
        now, stored = time.monotonic(), delivery.window["stored"]
        if self.latest is None:
            self._seen, self._when = stored, now
        elif stored > self._seen:
            self.rate = (stored - self._seen) / max(1e-9, now - self._when)
            self._seen, self._when = stored, now
        self.latest = delivery

    def metrics(self, step: int) -> dict[str, float]:
        """For a line of metrics at optimiser step `step`:

        graphs_stored, graphs_per_second   in the store, and how many came into it
        window_graphs, window_theorems     what can be learned from now
        window_solved                      share of the window's graphs whose goal is proved
        window_steps_behind                optimiser steps since the weights that found the newest graphs
        generated_share, new_share         sequences of the pool that are generated, and of those the share of theorems
                                           that their maker drew for the first time
        """
        if self.latest is None:
            return {}
        window, counts = self.latest.window, self.latest.pool.counts
        generated = counts.get("generated", 0)
        return {
            "graphs_stored": window["stored"],
            "graphs_per_second": self.rate,
            "window_graphs": window["graphs"],
            "window_theorems": window["theorems"],
            "window_solved": window["solved"],
            "window_steps_behind": step - window["model_step"],
            "generated_share": generated / max(1, counts["sequences"]),
            "new_share": counts.get("new", 0) / max(1, generated),
        }
