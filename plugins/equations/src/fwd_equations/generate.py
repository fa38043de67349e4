"""Theorems without end: random walks, random graphs and, as graphs too, inequalities, each with its proof.

All begin with instances of random rules, so that every rule is met. All hypotheses hold at one point that is chosen
first, so they never contradict each other, and the env judges every step. What comes out depends on the random numbers
alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from fwd.api import Proof

from fwd_equations.bounds import Bounder
from fwd_equations.drafting import Drafter
from fwd_equations.env import EquationsEnv
from fwd_equations.graphs import Grapher
from fwd_equations.walks import Walker

ATTEMPTS = 3
"""How often a theorem is tried for before there is none."""
SHORT = 0.6
"""The share of proofs of two steps that are thrown away, unless no more are wanted: what is short comes most easily."""


class Generator:
    """Random theorems of one env."""

    def __init__(self, env: EquationsEnv):
        self.drafter = Drafter(env)
        self._walker = Walker(self.drafter)
        self._grapher = Grapher(self.drafter)
        self._bounder = Bounder(self.drafter)
        self._bounds = env.config.drawn_bounds
        self._short = SHORT if env.config.drawn_steps > 2 else 0.0

    def walk(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof is a chain of rewrites, or states equations; None if a few attempts gave none."""
        return self._worthy(rng, self._walker.walk)

    def graph(self, rng: random.Random) -> Proof | None:
        """A theorem whose proof uses several facts, or None if a few attempts gave none."""
        bound = rng.random() < self._bounds
        return self._worthy(rng, self._bounder.bound if bound else self._grapher.graph)

    def _worthy(self, rng: random.Random, make: Callable[[random.Random], Proof | None]) -> Proof | None:
        for _ in range(ATTEMPTS):
            proof = make(rng)
            if proof is not None and (proof.steps > 2 or rng.random() >= self._short):
                return proof
        return None
