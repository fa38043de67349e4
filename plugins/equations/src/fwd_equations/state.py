"""What the env and the grammar know of a proof graph: its facts as terms, and which side conditions they give."""

from __future__ import annotations

from fwd.api import Goal, ProofGraph

from fwd_equations import exact
from fwd_equations.algebra import Algebra, Reason
from fwd_equations.closing import Closing
from fwd_equations.match import Library, Move
from fwd_equations.parse import read_prefix
from fwd_equations.terms import Term, binary, is_statement

NOTE = "equations"
"""The key of a graph's notes."""
DECIDED = -1
"""In place of a fact's index: the condition holds by arithmetic."""
MEMO = 100_000
"""Most texts that a reader remembers."""


class Texts:
    """Reads prefix texts of statements that were mostly seen before. Not for texts of users."""

    def __init__(self) -> None:
        self._memo: dict[str, Term] = {}

    def read(self, text: str) -> Term:
        """The statement. Raises `Unreadable`."""
        term = self._memo.get(text)
        if term is None:
            term = read_prefix(text)
            self.remember(text, term)
        return term

    def remember(self, text: str, term: Term) -> None:
        """The text will be read soon."""
        if len(self._memo) >= MEMO:
            self._memo.clear()
        self._memo[text] = term


class State:
    """A graph's facts as terms, kept up to date by `EquationsEnv.state`."""

    def __init__(self, goal: Goal, library: Library, algebra: Algebra):
        self.goal = goal
        self._algebra = algebra
        self._closing: Closing | None = None
        self.limit = len(library.rules) if goal.before is None else library.index[goal.before]
        self.terms: list[Term] = []
        self.index: dict[Term, int] = {}

    def update(self, texts: Texts, graph: ProofGraph) -> None:
        """Take in the facts that the graph has got since."""
        for fact in graph.facts[len(self.terms) :]:
            term = texts.read(fact.statement)
            self.index.setdefault(term, len(self.terms))
            self.terms.append(term)

    def permits(self, move: Move) -> bool:
        """Whether the goal allows the rule."""
        return move.index < self.limit and move.rule.name not in self.goal.forbidden

    def support(self, condition: Term) -> int | None:
        """The index of a fact that gives the condition at once, `DECIDED`, or None if there is neither."""
        index = self.index.get(condition)
        if index is not None:
            return index
        if exact.decide(condition):
            return DECIDED
        for stronger in implying(condition):
            index = self.index.get(stronger)
            if index is not None:
                return index
        return None

    def closes(self, texts: Texts) -> Reason | None:
        """The facts from which the goal follows by algebra; None if it does not (`fwd_equations.closing`)."""
        if self._closing is None:
            self._closing = Closing(self._algebra, texts.read(self.goal.statement))
        return self._closing.reason(self.terms)


def implying(condition: Term) -> tuple[Term, ...]:
    """The statements other than itself from which the condition follows by the meaning of its relation alone."""
    assert is_statement(condition)
    left, right = condition.args
    match condition.head:
        case "=":
            return (binary("=", right, left),)
        case "!=":
            return (binary("<", left, right), binary("<", right, left), binary("!=", right, left))
        case "<=":
            return (binary("<", left, right), binary("=", left, right), binary("=", right, left))
        case _:
            return ()
