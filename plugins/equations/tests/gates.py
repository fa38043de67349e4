"""The second gate, asked about a step by algebra."""

from __future__ import annotations

from fwd.api import Applied, Fact, Proof, ProofGraph, Rejected, Step
from fwd_equations.env import ALGEBRA, EquationsEnv


def kernel_accepts(env: EquationsEnv, graph: ProofGraph, answer: Applied | Rejected) -> bool:
    """Whether the kernel lets the goal follow by algebra: as `apply` answered, or from all facts if it refused."""
    every = tuple(range(len(graph.facts)))
    fact = answer.fact if isinstance(answer, Applied) else Fact(graph.goal.statement, Step(ALGEBRA), every)
    return env.check(graph.goal, Proof(graph.goal, (*graph.facts, fact))).proved
