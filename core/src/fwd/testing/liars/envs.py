"""Envs that lie."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import evolve

from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import GoalError
from fwd.testing.toy import ToyConfig, ToyEnv
from fwd.testing.toy_rules import parse


class YesToAll(ToyEnv):
    """Its checker says yes to everything."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(True)


class NoToAll(ToyEnv):
    """Its checker says no to everything, which nobody could call unsound."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(False, "no")


class LooksAtTheEnd(ToyEnv):
    """Its checker only looks whether the goal is among the facts."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(goal.statement in [fact.statement for fact in proof.facts], "the goal is missing")


class TrustsTheProof(ToyEnv):
    """Its checker believes the proof about which goal it proves."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return super().check(proof.goal, proof)


class ChecksByPlace(ToyEnv):
    """Its checker lets Python count premises from the end."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        size = len(proof.facts)
        facts = [
            evolve(fact, step=evolve(fact.step, premises=places), premises=places) if fact.step else fact
            for at, fact in enumerate(proof.facts[:size])
            for places in [tuple(p + at if -at <= p < 0 else p for p in fact.premises)]
        ]
        return super().check(goal, Proof(goal, tuple(facts)))


class IgnoresForbidden(ToyEnv):
    """Its checker lets a theorem prove itself."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return super().check(evolve(goal, forbidden=frozenset(), before=None), proof)


class Mutates(ToyEnv):
    """Its apply adds the fact itself."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Applied):
            graph.add(answer.fact)
        return answer


class Raises(ToyEnv):
    """Its apply raises for a label that it does not know."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code == "unknown-label":
            raise KeyError(step.label)
        return answer


class Counts(ToyEnv):
    """Its apply refuses every seventh step."""

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self._calls = itertools.count(1)

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        return Rejected("tired") if next(self._calls) % 7 == 0 else super().apply(graph, step)


class RepeatsItself(ToyEnv):
    """Its apply takes a fact that is known already."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code == "duplicate":
            return super().apply(ProofGraph(graph.goal, _without(graph, answer.message.split()[0])), step)
        return answer


class Chatty(ToyEnv):
    """Its codes are sentences, different every time."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code != "duplicate":
            return Rejected(f"Step {step} did not work!")
        return answer


class AnswersTwice(ToyEnv):
    """Its submit answers something else than apply."""

    def submit(self, graph: ProofGraph, step: Step) -> Any:
        return super().submit(graph, Step("no such label"))


class TakesAnything(ToyEnv):
    """Its canonical lets every text be a statement."""

    def canonical(self, goal: Goal) -> Goal:
        try:
            return super().canonical(goal)
        except GoalError:
            return goal


class KeyByName(ToyEnv):
    """Its key depends on the name."""

    def key(self, goal: Goal) -> str:
        return f"{goal.name} {super().key(goal)}"


class KeyByStatement(ToyEnv):
    """Its key forgets the hypotheses."""

    def key(self, goal: Goal) -> str:
        return super().key(evolve(goal, hypotheses=()))


class KeyInOrder(ToyEnv):
    """Its key depends on the order of hypotheses, as plain text does."""

    def key(self, goal: Goal) -> str:
        return repr((goal.statement, tuple(dict.fromkeys(goal.hypotheses))))


class BeginsBackwards(ToyEnv):
    """Its graphs have the hypotheses in another order than the goal."""

    def begin(self, goal: Goal) -> ProofGraph:
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(statement) for statement in goal.hypotheses[::-1]])


class NeverDone(ToyEnv):
    """Its canonical finds something to change every time."""

    def canonical(self, goal: Goal) -> Goal:
        goal = super().canonical(goal)
        return evolve(goal, hypotheses=goal.hypotheses[1:] + goal.hypotheses[:1])


class KeepsRepeats(ToyEnv):
    """Its canonical leaves a hypothesis that is given twice."""

    def canonical(self, goal: Goal) -> Goal:
        return evolve(super().canonical(goal), hypotheses=tuple(one.replace(" ", "") for one in goal.hypotheses))


class Narrow(ToyEnv):
    """Its apply refuses a rule that its proofs use."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        return Rejected("not-today") if step.label == "left" else super().apply(graph, step)


class ChecksEitherWay(ToyEnv):
    """Its checker does not mind the order of premises."""

    def _honest(self, goal: Goal, proof: Proof) -> Verdict:
        return super().check(goal, proof)

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        tidy: list[Fact] = []
        for fact in proof.facts:
            aim = evolve(goal, statement=fact.statement)
            ways = [fact, _backwards(fact)]
            tidy.append(next((one for one in ways if self._honest(aim, Proof(aim, (*tidy, one))).proved), fact))
        return super().check(goal, Proof(goal, tuple(tidy)))


class ClosesOnce(ToyEnv):
    """Its close cannot be called twice."""

    closed = False

    def close(self) -> None:
        if self.closed:
            raise RuntimeError("already closed")
        self.closed = True


class AnotherEveryTime(ToyEnv):
    """Its fingerprint counts how often it was made."""

    _made: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self.fingerprint = str(next(self._made))


def _backwards(fact: Fact) -> Fact:
    premises = fact.premises[::-1]
    return evolve(fact, step=fact.step and evolve(fact.step, premises=premises), premises=premises)


def _without(graph: ProofGraph, statement: str) -> list[Fact]:
    """The facts of a graph with one statement spelled so that it is not found."""
    return [
        evolve(fact, statement=f" {fact.statement}") if fact.statement == statement else fact for fact in graph.facts
    ]


class Unsound(ToyEnv):
    """Its apply forgets the condition of a rule, which neither its grammar nor its proofs do."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if step.label == "strict" and isinstance(answer, Rejected) and answer.code not in ("arity", "duplicate"):
            parts = [parse(graph.facts[place].statement) for place in step.premises if 0 <= place < len(graph.facts)]
            if parts and parts[0] and parts[0][1] == "<=" and graph.find(f"{parts[0][0]}<{parts[0][2]}") is None:
                return Applied(Fact(f"{parts[0][0]}<{parts[0][2]}", step, step.premises))
        return answer


class TrustsApply(ToyEnv):
    """Its checker asks the other gate."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        graph = self.begin(goal)
        for fact in proof.facts[len(graph.facts) :]:
            answer = self.apply(graph, fact.step) if fact.step else Rejected("no-step")
            if not isinstance(answer, Applied) or answer.fact.statement != fact.statement:
                return Verdict(False, "apply says no")
            graph.add(answer.fact)
        return Verdict(graph.solved, "the goal is missing")


class Fickle(ToyEnv):
    """Every other one of its kind spells goals in another order."""

    _made: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self._odd = next(self._made) % 2

    def canonical(self, goal: Goal) -> Goal:
        goal = super().canonical(goal)
        return evolve(goal, hypotheses=tuple(sorted(goal.hypotheses))) if self._odd else goal


class Literal(ToyEnv):
    """Blanks make another statement."""

    def canonical(self, goal: Goal) -> Goal:
        return evolve(super().canonical(goal), statement=goal.statement)
