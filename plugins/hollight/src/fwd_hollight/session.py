"""A worker with what it knows of goals and facts, renewed when it dies. Not for several threads at once.

A fact that the present worker does not know (it is a new one, or another derived it) is derived again from the facts
that it names, so a lost worker costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, evolve, field
from fwd.api import Applied, Fact, Goal, Rejected, Step

from fwd_hollight import texts
from fwd_hollight.library import Library
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.words import spaced
from fwd_hollight.worker import Refused, Worker, WorkerLost
from fwd_hollight.zygote import Zygote

TRIES = 3
"""How often a request is made that workers die of, in case something else killed them."""
SECONDS = 60.0
"""Processor time for what is no step: reading a goal, listing names."""
RENEWAL = 4000
"""Facts after which a worker is replaced, since it keeps them all."""


@define(eq=False)
class _Known:
    """What the worker knows of a goal: its number there, and the numbers of statements."""

    key: str
    facts: dict[str, int] = field(factory=dict)


@define(eq=False)
class Session:
    """Judges steps for many graphs, in one worker at a time."""

    zygote: Zygote
    config: HolLightConfig
    worker: Worker | None = None
    _known: dict[Goal, _Known] = field(factory=dict)
    _facts: int = 0

    def ask(self, request: Sequence[str], seconds: float = SECONDS) -> list[str]:
        """The results of a request that depends on nothing before. Raises `Refused`."""
        for _ in range(TRIES):
            try:
                return self._worker().ask(seconds, request)
            except WorkerLost as lost:
                self.close()
                if lost.overdue:
                    break
        raise Refused("crash", "HOL Light did not survive this")

    def step(self, library: Library, goal: Goal, facts: Sequence[Fact], step: Step) -> Applied | Rejected:
        """Judge a step on a graph's facts."""
        try:
            text, statement = texts.parts(library, goal, step)
        except texts.Malformed as error:
            return Rejected(error.code, str(error))
        longest = self.config.longest
        if 2 * len(statement) > longest and len(spaced(statement)) > longest:
            return Rejected("too-long", f"a statement of more than {longest} characters")
        if any(type(premise) is not int or not 0 <= premise < len(facts) for premise in step.premises):
            return Rejected("premises", "there is no such fact")
        for _ in range(TRIES):
            try:
                return self._step(library, goal, facts, step, text, statement)
            except Refused as refused:
                return Rejected(refused.code, str(refused))
            except WorkerLost as lost:
                self.close()
                if lost.overdue:
                    return Rejected("timeout", "the step takes too long")
        return Rejected("crash", "HOL Light did not survive the step")

    def close(self) -> None:
        """End the worker. May be called twice, and the session used again."""
        if self.worker is not None:
            self.worker.kill()
        self.worker = None
        self._known.clear()
        self._facts = 0

    def _worker(self) -> Worker:
        if self.worker is None:
            self.worker = Worker(self.zygote, self.config.step_memory, self.config.longest)
        return self.worker

    def _step(
        self, library: Library, goal: Goal, facts: Sequence[Fact], step: Step, text: str, statement: str
    ) -> Applied | Rejected:
        if self._facts > RENEWAL:
            self.close()
        known = self._context(goal)
        numbers = [self._number(library, goal, known, facts, index) for index in range(len(facts))]
        places = {number: index for index, number in reversed(list(enumerate(numbers))) if number is not None}
        if any(numbers[premise] is None for premise in step.premises):
            return Rejected("premises", "a premise does not hold")
        premises = [numbers[premise] for premise in step.premises]
        number, spelling, used = self._ask_step(known, list(places), premises, text, statement)
        found = tuple(places[int(one)] for one in used.split())[len(premises) :]
        if spelling not in known.facts:
            known.facts[spelling] = int(number)
        if statement and step.arguments[0] != texts.GOAL:
            step = evolve(step, arguments=(spelling, *step.arguments[1:]))
        return Applied(Fact(spelling, step, (*step.premises, *found)))

    def _ask_step(
        self, known: _Known, numbers: Sequence[int], premises: Sequence[int | None], text: str, statement: str
    ) -> list[str]:
        self._facts += 1
        lists = [" ".join(map(str, one)) for one in (numbers, premises)]
        return self._worker().ask(self.config.step_seconds, ["step", known.key, *lists, text, statement])

    def _context(self, goal: Goal) -> _Known:
        """The goal in the worker, where it is told of it if need be."""
        goal = evolve(goal, name="")
        known = self._known.get(goal)
        if known is None:
            known = _Known(str(len(self._known)))
            limits = [goal.before or "", " ".join(sorted(goal.forbidden))]
            self._worker().ask(SECONDS, ["goal", known.key, *limits, goal.statement, *goal.hypotheses])
            known.facts = {statement: number for number, statement in reversed(list(enumerate(goal.hypotheses)))}
            self._known[goal] = known
        return known

    def _number(self, library: Library, goal: Goal, known: _Known, facts: Sequence[Fact], index: int) -> int | None:
        """The fact's number in the worker, where it is derived if need be; None if it does not follow."""
        fact = facts[index]
        number = known.facts.get(fact.statement)
        if number is not None or fact.step is None:
            return number
        premises = [known.facts.get(facts[premise].statement) for premise in fact.premises]
        if None in premises or len(premises) < len(fact.step.premises):
            return None
        try:
            text, statement = texts.parts(library, goal, fact.step)
            count = len(fact.step.premises)
            answer = self._ask_step(known, premises[count:], premises[:count], text, statement)  # type: ignore[arg-type]
        except texts.Malformed:
            return None
        except Refused as refused:
            if refused.code == "busy":
                raise
            return None
        if answer[1] != fact.statement:
            return None
        known.facts[fact.statement] = int(answer[0])
        return int(answer[0])
