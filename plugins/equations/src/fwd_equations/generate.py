"""Theorems without end: random walks and random graphs, each with its proof.

Both begin with instances of random rules, so that every rule is met. All hypotheses hold at one point that is chosen
first, so they never contradict each other, and the env judges every step. What comes out depends on the random numbers
alone.
"""

from __future__ import annotations

import random

from fwd.api import Proof

from fwd_equations.drafting import Drafter
from fwd_equations.env import EquationsEnv
from fwd_equations.graphs import Grapher
from fwd_equations.walks import Walker


class Generator:
    """Random theorems of one env."""

    def __init__(self, env: EquationsEnv):
        self.drafter = Drafter(env)
        self._walker = Walker(self.drafter)
        self._grapher = Grapher(self.drafter)

    def walk(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof is a chain of rewrites, or None if this attempt gave none."""
        return self._walker.walk(rng)

    def graph(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof uses several facts, or None if this attempt gave none."""
        return self._grapher.graph(rng)
