"""The loop: goals in, many searches in flight over one policy and one env, finished searches out.

The prover is a scheduler of coroutines. A search always waits for something: for the policy, which works on all its
requests at once, or for the env, whose slow answers arrive as futures from other threads. The policy runs whenever it
has anything to do, so a slow env delays the searches that wait for it and no others.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeAlias

from attrs import define, field

from fwd.api import Applied, Ask, Env, Goal, Policy, Proof, ProofGraph, Rejected, Reply
from fwd.errors import FwdError, GoalError
from fwd.search.base import SOLVED, Answer, Drop, Moves, ProofSearch, Request, Strategy, Try

log = logging.getLogger(__name__)

Trials: TypeAlias = int | Callable[[Goal], Sequence[int]]
"""How many trials every goal gets, or which ones a goal does: their numbers."""


class Prover:
    """Proves goals with one policy, one env and one strategy.

    `seed` decides all randomness. `events` is a relay of plugin hooks (`fwd.plugins.Events`); `fwd_goal_finished` is
    called on it for every search before it is yielded.
    """

    def __init__(self, policy: Policy, env: Env, strategy: Strategy, *, seed: int = 0, events: Any = None) -> None:
        self.policy = policy
        self.env = env
        self.strategy = strategy
        self.seed = seed
        self.events = events

    def prove(self, goals: Iterable[Goal], trials: Trials = 1) -> Generator[ProofSearch, None, None]:
        """Search every goal `trials` times and yield each search when it is done, so not in order. A function names
        the trials of each goal instead: 5 of 8 trials are what they are without the other 3.

        Goals are taken from the iterable only when the policy has room for them; it may be endless. A goal that the
        env refuses is yielded as a search that stopped with "invalid-goal". What an env raises ends one search with
        "env-error"; what a policy, a strategy or an event raises comes through. Closing the iterator early ends all
        searches in flight and lets the policy forget their graphs.

        The trials of a goal are forks of one graph that is itself never asked about, so that a policy may share what
        it computes for the goal; that graph is forgotten when the last trial ends.
        """
        return _Run(self, goals, trials).results()


@define(eq=False)
class _Attempt:
    """A search in flight: its coroutine and the answers to the last thing that it yielded."""

    search: ProofSearch
    moves: Moves
    root: ProofGraph
    started: float
    graphs: set[ProofGraph] = field(factory=set)
    """All graphs that the policy was asked about and that were not dropped."""
    requests: list[Request] = field(factory=list)
    answers: list[Answer] = field(factory=lambda: [None])
    listed: bool = False
    """Whether it yielded a list, and so is sent one."""
    waiting: int = 0
    """How many of `answers` are still to come."""
    error: Exception | None = None


class _Run:
    """One call of `Prover.prove`."""

    def __init__(self, prover: Prover, goals: Iterable[Goal], trials: Trials) -> None:
        self.policy, self.env, self.strategy = prover.policy, prover.env, prover.strategy
        self.seed, self.events = prover.seed, prover.events
        self.attempts = self._start(goals, trials)
        self.trials_left: dict[ProofGraph, int] = {}
        self.running: set[_Attempt] = set()
        self.finished: deque[ProofSearch] = deque()
        self.most = max(1, self.policy.slots // getattr(self.strategy, "graphs", 1))
        """How many searches are in flight at most."""
        self.asked: dict[Ask, tuple[_Attempt, int]] = {}
        self.arrived: SimpleQueue[tuple[_Attempt, int, Future]] = SimpleQueue()

    def results(self) -> Generator[ProofSearch, None, None]:
        try:
            while self._admit() or self.running or self.finished:
                while self.finished:
                    yield self.finished.popleft()
                self._collect(wait=bool(self.running) and not self.asked)
                if self.asked:
                    for reply in self.policy.advance():
                        self._answer(*self.asked.pop(reply.ask), reply)
        finally:
            for attempt in list(self.running):
                self._leave(attempt)
            for root in self.trials_left:
                self.policy.forget(root)

    def _admit(self) -> bool:
        """Start searches while there is room for more and nothing to yield; False if none was started."""
        started = False
        while not self.finished and len(self.running) < self.most:
            attempt = next(self.attempts, None)
            if attempt is None:
                break
            started = True
            self.running.add(attempt)
            self._resume(attempt)
        return started

    def _start(self, goals: Iterable[Goal], trials: Trials) -> Iterator[_Attempt]:
        """Attempts in the order of the goals; one that is over already, by its `error`, where the env refuses."""
        for goal in goals:
            numbers = range(trials) if isinstance(trials, int) else trials(goal)
            if not numbers:
                continue
            error = None
            try:
                root = self.env.begin(goal)
            except Exception as raised:
                root, error = ProofGraph(goal), raised
            if len(numbers) > 1:
                self.trials_left[root] = len(numbers)
            for trial in numbers:
                search = ProofSearch(goal, trial, self.seed, root.fork() if len(numbers) > 1 else root)
                yield _Attempt(search, self.strategy.search(search), root, time.perf_counter(), error=error)

    def _resume(self, attempt: _Attempt) -> None:
        """Run a coroutine until it has to wait for an answer, or to its end."""
        while not attempt.waiting:
            if attempt.error is not None:
                return self._fail(attempt, attempt.error)
            try:
                moves = attempt.moves.send(attempt.answers if attempt.listed else attempt.answers[0])
            except StopIteration as end:
                return self._end(attempt, end.value)
            attempt.listed = isinstance(moves, list)
            requests = attempt.requests = moves if isinstance(moves, list) else [moves]
            for request in requests:
                if not isinstance(request, (Ask, Try, Drop)):
                    self._refuse(attempt, request)
            attempt.answers = [None] * len(requests)
            attempt.waiting = len(requests)
            for request in requests:
                if isinstance(request, Drop):
                    self._drop(attempt, request.graph)
            for place, request in enumerate(requests):
                if not isinstance(request, Drop):
                    self._request(attempt, place, request)
        return None

    def _refuse(self, attempt: _Attempt, request: Any) -> None:
        """Raises TypeError for what no strategy may yield, from the place where this one did: it is not the env's."""
        wrong = f"strategy {self.strategy.name!r} yields {request!r}: it may yield Ask, Try, Drop, or a list of them"
        attempt.moves.throw(TypeError(wrong))
        raise TypeError(wrong)  # it went on in spite of that

    def _drop(self, attempt: _Attempt, graph: ProofGraph) -> None:
        """Let go of a graph, if the policy was asked about it."""
        attempt.waiting -= 1
        if graph in attempt.graphs:
            attempt.graphs.remove(graph)
            self.policy.forget(graph)

    def _request(self, attempt: _Attempt, place: int, request: Ask | Try) -> None:
        if isinstance(request, Ask):
            attempt.graphs.add(request.graph)
            self.asked[request] = attempt, place
            self.policy.submit(request)
            return
        try:
            future = self.env.submit(request.graph, request.step)
        except Exception as error:
            attempt.error = error
            attempt.waiting -= 1
            return
        if future.done():
            self._take(attempt, place, future)
        else:
            future.add_done_callback(lambda done: self.arrived.put((attempt, place, done)))

    def _collect(self, wait: bool) -> None:
        """Take the env's late answers, with `wait` at least one, and resume who waited for them."""
        while wait or not self.arrived.empty():
            attempt, place, future = self.arrived.get()
            self._take(attempt, place, future)
            self._resume(attempt)
            wait = False

    def _take(self, attempt: _Attempt, place: int, future: Future[Applied | Rejected]) -> None:
        """Note the env's answer, or that it raised."""
        try:
            answer = future.result()
        except Exception as error:
            attempt.error = error
            attempt.waiting -= 1
        else:
            self._note(attempt, place, answer)

    def _answer(self, attempt: _Attempt, place: int, reply: Reply) -> None:
        self._note(attempt, place, reply)
        self._resume(attempt)

    @staticmethod
    def _note(attempt: _Attempt, place: int, answer: Reply | Applied | Rejected) -> None:
        attempt.search.observe(answer)
        attempt.answers[place] = answer
        request = attempt.requests[place]
        if isinstance(answer, Applied) and isinstance(request, Try):
            attempt.search.yields.note(request.graph, answer.fact)
        attempt.waiting -= 1

    def _fail(self, attempt: _Attempt, error: Exception) -> None:
        """End a search that the env left without an answer."""
        search = attempt.search
        search.message = str(error) if isinstance(error, FwdError) else f"{type(error).__name__}: {error}"
        search.stopped = "invalid-goal" if isinstance(error, GoalError) else "env-error"
        if search.stopped == "env-error":
            search.traceback = "".join(traceback.format_exception(error))
            log.warning("the search for %s ended because the env failed: %s", search.goal.name, search.message)
        self._finish(attempt)

    def _end(self, attempt: _Attempt, stopped: str) -> None:
        """End a search as its strategy did; "solved" is for `Env.check` to say."""
        search = attempt.search
        search.stopped = stopped
        if search.graph.solved or stopped == SOLVED:
            try:
                proof = Proof.of(search.graph)
                verdict = self.env.check(search.goal, proof)
            except Exception as error:
                return self._fail(attempt, error)
            search.solved = verdict.proved
            search.proof = proof if verdict.proved else None
            search.stopped = SOLVED if verdict.proved else "check-failed"
            if not verdict.proved:
                search.message = verdict.reason
                log.warning("the check refuses a proof of %s that search found: %s", search.goal.name, verdict.reason)
        env, goal = self.env, search.goal  # not the search itself, which would hold itself
        search.holds = lambda proof: env.check(goal, proof).proved
        self._finish(attempt)
        return None

    def _finish(self, attempt: _Attempt) -> None:
        attempt.search.seconds = time.perf_counter() - attempt.started
        self._leave(attempt)
        if self.events is not None:
            self.events.fwd_goal_finished(search=attempt.search)
        self.finished.append(attempt.search)

    def _leave(self, attempt: _Attempt) -> None:
        """Let go of everything that a search holds."""
        self.running.discard(attempt)
        attempt.moves.close()
        for graph in attempt.graphs:
            self.policy.forget(graph)
        root = attempt.root
        if root in self.trials_left:
            self.trials_left[root] -= 1
            if not self.trials_left[root]:
                del self.trials_left[root]
                self.policy.forget(root)
