"""One attempt at one goal, and what a strategy must offer to steer it.

A strategy is a coroutine. It yields what it wants done (`Ask` a policy for a step, `Try` a step on the env, `Drop` a
graph, or a list of those) and is sent the answers. It holds no loop over goals, no batching and no clock: the `Prover`
drives many such coroutines over one policy and one env, so a strategy reads like the search of a single goal.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Generator
from functools import cached_property
from typing import Any, Protocol, TypeAlias, runtime_checkable

from attrs import define, field, frozen

from fwd.api import Applied, Ask, Goal, Proof, ProofGraph, Rejected, Reply, Step
from fwd.search.yields import Yields

log = logging.getLogger(__name__)

SOLVED = "solved"
"""The stop reason of a search whose goal is among its facts and passed `Env.check`."""


@frozen(eq=False)
class Try:
    """Ask the env whether a step holds. The fact of an `Applied` is not yet in the graph: the strategy adds it."""

    graph: ProofGraph
    step: Step


@frozen(eq=False)
class Drop:
    """Let go of a graph: the policy may use its memory for others. The answer is None, at once; in a list, drops come
    before everything else. Graphs that are still held when a search ends are let go of by the prover.

    A graph may be asked about again later, at the price of computing everything anew. What a policy computes for a
    fork it takes over from the nearest ancestor that it still knows, so a parent is best held until its forks have
    been asked about.
    """

    graph: ProofGraph


Request: TypeAlias = Ask | Try | Drop
Answer: TypeAlias = Reply | Applied | Rejected | None
Moves: TypeAlias = Generator[Request | list[Request], Any, str]
"""What `Strategy.search` returns: yields a request and is sent its answer, or yields a list of requests and is sent
the list of their answers in the same order; returns why it stopped."""


@define(eq=False)
class ProofSearch:
    """One attempt at one goal: its state while it runs, its result once `stopped` says why it ended.

    `goal` is the goal as it was given; `graph.goal` its canonical form. A strategy that forks sets `graph` to the
    fork that counts. `rng` depends on the seed, the goal's name and the trial only, so that a result does not depend
    on what else is in flight.
    """

    goal: Goal
    trial: int
    seed: int
    graph: ProofGraph
    rng: random.Random = field(init=False, repr=False)
    stopped: str = ""
    """Why the search ended, a short stable word: "solved", "mistake", "mistakes", "exhausted", "max-steps",
    "max-tokens", "max-depth", "max-expansions", "context-full" from the strategies of core; "env-error",
    "check-failed", "invalid-goal" from the prover."""
    message: str = ""
    """For people: what the env said when it ended the search."""
    traceback: str = ""
    """Where the env failed, of a search that stopped with "env-error"."""
    solved: bool = False
    """The goal is proved: `Env.check` said so."""
    proof: Proof | None = None
    steps: int = 0
    """Steps that the env applied."""
    rejected: int = 0
    """Mistakes: steps that the env rejected and steps that the policy could not finish."""
    rejections: Counter[str] = field(factory=Counter)
    """Mistakes by code."""
    tokens: int = 0
    """Tokens that the policy wrote for steps, good or bad."""
    seconds: float = 0.0
    """Wall-clock time from admission to the verdict."""
    holds: Callable[[Proof], bool] | None = field(default=None, repr=False)
    """Whether `Env.check` accepts a proof of the goal; None until the search ended as its strategy did."""
    yields: Yields = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        digest = hashlib.sha256(f"{self.seed}\n{self.trial}\n{self.goal.name}".encode()).digest()
        self.rng = random.Random(int.from_bytes(digest[:16], "big"))
        self.yields = Yields(self.graph.goal)

    @cached_property
    def others(self) -> tuple[ProofGraph, ...]:
        """Once it stopped: graphs beside `graph` with what else it derived, see `fwd.search.yields`. In those that are
        `solved`, `Env.check` accepted the proof of the goal. Put together when first asked for, while the env is open:
        few ask, and there may be many."""
        if self.holds is None:
            return ()
        try:
            return tuple(self.yields.others(self.graph, self.holds))
        except Exception:
            log.warning("what else the search for %s derived is lost", self.goal.name, exc_info=True)
            return ()

    def observe(self, answer: Reply | Applied | Rejected) -> None:
        """Count an answer. The prover calls this before it passes the answer on."""
        if isinstance(answer, Reply):
            for proposal in answer.proposals:
                self.tokens += proposal.tokens
                if proposal.step is None:
                    self._mistake(proposal.failure or "no-step")
        elif isinstance(answer, Applied):
            self.steps += 1
        else:
            self._mistake(answer.code)

    def _mistake(self, code: str) -> None:
        self.rejected += 1
        self.rejections[code] += 1


@runtime_checkable
class Strategy(Protocol):
    """A named kind of search with its settings.

    A strategy that holds many graphs at once says about how many in an attribute `graphs`: the prover then keeps fewer
    searches in flight, so that the policy need not compute anything twice. Without it one is meant.
    """

    name: str

    def search(self, search: ProofSearch) -> Moves:
        """The coroutine of one attempt, starting from `search.graph`; returns the reason why it stopped.

        It must stop when the goal is among the facts and may be closed at any `yield`. Randomness comes from
        `search.rng` alone.
        """
        ...
