"""A theorem in the making: facts as terms, and hypotheses that are adopted when a step needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, field
from fwd.api import Applied, Fact, Goal, ProofGraph, Step

from fwd_equations import exact
from fwd_equations.algebra import Algebra
from fwd_equations.env import CALC, EquationsEnv
from fwd_equations.match import Move, Values
from fwd_equations.sites import SIMPLE
from fwd_equations.state import implying
from fwd_equations.terms import Term

MOST_HYPOTHESES = 3
"""More hypotheses than this soon contradict each other, or their proofs do not need them."""


@define(eq=False)
class Draft:
    """Facts under numbers, which stay as they are: hypotheses -1, -2, ... and derived facts 0, 1, ..."""

    holds: Callable[[Term], bool]
    """Whether a statement may be adopted as a hypothesis."""
    largest: int
    algebra: Algebra = field(factory=Algebra)
    """One of its own: in what order atoms were met before must not matter."""
    index: dict[Term, int] = field(factory=dict)
    hypotheses: list[Term] = field(factory=list)
    facts: list[Term] = field(factory=list)
    steps: list[tuple[str, tuple[int, ...], tuple[str, ...]]] = field(factory=list)

    def term(self, number: int) -> Term:
        """The fact with this number."""
        return self.facts[number] if number >= 0 else self.hypotheses[-1 - number]

    def numbers(self) -> list[int]:
        """All numbers, hypotheses first."""
        return [*range(-1, -1 - len(self.hypotheses), -1), *range(len(self.facts))]

    def adopt(self, statement: Term) -> int | None:
        """The number of a fact, which becomes a hypothesis if it is none yet and may be one."""
        known = self.index.get(statement)
        if known is not None:
            return known
        if len(self.hypotheses) >= MOST_HYPOTHESES or not self.holds(statement):
            return None
        self.hypotheses.append(statement)
        self.index[statement] = -len(self.hypotheses)
        return -len(self.hypotheses)

    def supports(self, move: Move, values: Values) -> bool:
        """Whether the conditions of the move are given, adopting hypotheses for them."""
        return all(self._supported(condition(values)) for condition in move.conditions)  # type: ignore[arg-type]

    def _supported(self, condition: Term) -> bool:
        decided = exact.decide(condition)
        if decided is not None:
            return decided
        if any(one in self.index for one in (condition, *implying(condition))):
            return True
        return self.adopt(condition) is not None

    def calculate(self, statement: Term) -> None:
        """Note the statement as a fact if it is a true comparison of different simple numbers."""
        left, right = statement.args
        simple = left in SIMPLE and right in SIMPLE and left is not right
        if simple and statement.head != "=" and exact.decide(statement):
            self.add(CALC, (), (statement.text,), statement)

    def is_side(self, term: Term) -> bool:
        """Whether a fact says something of the term."""
        return any(term in self.term(number).args for number in self.numbers())

    def add(self, label: str, premises: Sequence[int], arguments: Sequence[str], statement: Term) -> bool:
        """Note a step and what it gives; False if that is known or too long."""
        if statement in self.index or statement.size > self.largest:
            return False
        self.index[statement] = len(self.facts)
        self.facts.append(statement)
        self.steps.append((label, tuple(premises), tuple(arguments)))
        return True

    def replay(self, env: EquationsEnv) -> ProofGraph | None:
        """The draft as a graph, each step judged by the env; None if one is refused. The goal is the last fact."""
        goal = Goal("generated", self.facts[-1].text, tuple(one.text for one in self.hypotheses))
        graph = ProofGraph(goal)
        for hypothesis in goal.hypotheses:
            graph.add(Fact(hypothesis))
        known = len(self.hypotheses)
        for label, premises, arguments in self.steps:
            places = tuple([number + known if number >= 0 else -1 - number for number in premises])
            answer = env.apply(graph, Step(label, places, arguments))
            if not isinstance(answer, Applied):
                return None
            graph.add(answer.fact)
        return graph
