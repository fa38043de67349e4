"""The Metamath env: judges steps by matching and substitution of terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path

from attrs import evolve
from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import FwdError, GoalError
from fwd.text import printable

from fwd_metamath import canonical, invariant
from fwd_metamath.cache import load
from fwd_metamath.canonical import LONGEST
from fwd_metamath.check import Checker, Compiler
from fwd_metamath.database import PROVABLE, Database
from fwd_metamath.library import Library, Theorem
from fwd_metamath.proved import rooted, unproved
from fwd_metamath.readable import unreadable
from fwd_metamath.rests import Rests
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.sources import locate
from fwd_metamath.state import NOTE, State
from fwd_metamath.syntax import Syntax
from fwd_metamath.terms import Term, subterms

RULES = "1"
"""Changes when the meaning of steps does."""


class MetamathEnv:
    """Forward proving with the assertions of one database, up to `config.until`.

    A step names an assertion, a fact for each of its `$e` in order, and an expression (without typecode) for each of
    its mandatory variables that no `$e` mentions, in order of their `$f`. Raises `DatabaseError` if the database
    cannot be read.
    """

    name = "metamath"

    def __init__(self, config: MetamathConfig):
        self.config = config
        self.database: Database = load(locate(config.database))
        self.limit = len(self.database.assertions)
        if config.until is not None:
            self.limit = self.database.assertion(config.until).index
        self.syntax = Syntax(self.database, config.until)
        self.unproved = unproved(self.database)
        self.unreadable = unreadable(self.database, self.syntax, self.limit)
        self.refused: Mapping[str, str] = {
            **self.unreadable,
            **(self.unproved if config.unproved == "refuse" else {}),
        }
        self.library = Library(self.database, self.syntax, self.limit, self.refused)
        self.rests = Rests(self.database)
        content = f"{RULES} {self.database.fingerprint} {config.until}"
        self.fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
        self.sources = tuple(
            [f"database {Path(file).resolve()}, SHA-256 {digest}" for file, digest in self.database.files]
        )

    def index_before(self, goal: Goal) -> int:
        """The database index below which the assertions lie that the goal may use. Raises `GoalError`."""
        if goal.before is None:
            return self.limit
        assertion = self.database.assertions.get(goal.before)
        if assertion is None:
            raise GoalError(f"{goal.name}: {self.database.path} has no theorem {goal.before!r}")
        return min(assertion.index, self.limit)

    def forbidden(self, goal: Goal) -> frozenset[str]:
        """The labels that no step of the goal's proof may name."""
        return self.rests.resting(goal.forbidden) if self.config.forbidden == "rests-on" else goal.forbidden

    def canonical(self, goal: Goal) -> Goal:
        """See `fwd.api.Env`."""
        return canonical.canonical(goal, self.syntax, self.database, self.index_before(goal))

    def begin(self, goal: Goal) -> ProofGraph:
        """See `fwd.api.Env`."""
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(hypothesis) for hypothesis in goal.hypotheses])

    def state(self, graph: ProofGraph) -> State:
        """The graph's facts as terms, up to date."""
        state = graph.notes.get(NOTE)
        if state is None:
            goal = graph.goal
            state = graph.notes[NOTE] = State(self.syntax, goal, self.index_before(goal), self.forbidden(goal))
        if len(state.terms) < len(graph.facts):
            state.update(self.syntax, graph)
        return state

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """See `fwd.api.Env`. Codes: unknown, forbidden, premises, mismatch, arguments, syntax, distinct, too-long,
        duplicate."""
        if type(step.label) is not str or type(step.premises) is not tuple or type(step.arguments) is not tuple:
            return Rejected("syntax", "a step is a label, a tuple of premises and a tuple of arguments")
        state = self.state(graph)
        theorem = self.library.get(step.label)
        if theorem is None:
            return Rejected("unknown", self._unknown(step.label))
        if theorem.index >= state.limit or theorem.label in state.forbidden:
            return Rejected("forbidden", f"{theorem.label} may not be used for {graph.goal.name}")
        values = self._premises(state, theorem, step.premises)
        if isinstance(values, Rejected):
            return values
        if theorem.free or step.arguments:
            refused = self._arguments(state, theorem, step.arguments, values)
            if refused is not None:
                return refused
            step = evolve(step, arguments=tuple([values[place].text for place in theorem.free]))
        for i, j in theorem.distinct:
            if not state.apart.holds(values[i].mask, values[j].mask):
                floats = theorem.assertion.floats
                return Rejected(
                    "distinct", f"{theorem.label} wants {floats[i].variable} and {floats[j].variable} apart"
                )
        if theorem.conclusion.length(values) > LONGEST:
            return Rejected("too-long", f"the result has more than {LONGEST} symbols")
        term = theorem.conclusion.substitute(values)
        statement = f"{PROVABLE} {term.text}"
        if graph.find(statement) is not None:
            return Rejected("duplicate", f"{statement} is known already")
        self.syntax.remember(term)
        return Applied(Fact(statement, step, step.premises))

    def _unknown(self, label: str) -> str:
        """Why there is no such theorem."""
        if label in self.refused:
            setting = "" if label in self.unreadable else " (env.unproved)"
            return f"{label} may not be used, since {self.refused[label]}{setting}"
        return f"{label!r} is no theorem that may be used"

    def _premises(self, state: State, theorem: Theorem, premises: Sequence[int]) -> list[Term] | Rejected:
        """The values of variables that the premises determine, by place (None: not determined)."""
        essentials = theorem.essentials
        if len(premises) != len(essentials):
            return Rejected("premises", f"{theorem.label} needs {len(essentials)} premises, not {len(premises)}")
        values = theorem.unknown.copy()
        terms = state.terms
        for pattern, premise in zip(essentials, premises, strict=True):
            if type(premise) is not int or not 0 <= premise < len(terms):
                return Rejected("premises", f"there is no fact {premise!r}")
            if not pattern.match(terms[premise], values):
                return Rejected("mismatch", f"fact {premise} is not what {theorem.label} needs")
        return values  # type: ignore[return-value]

    def _arguments(
        self, state: State, theorem: Theorem, arguments: Sequence[str], values: list[Term]
    ) -> Rejected | None:
        """Add what the step spells out to the values."""
        if len(arguments) != len(theorem.free):
            return Rejected(
                "arguments", f"{theorem.label} leaves {len(theorem.free)} variables open, not {len(arguments)}"
            )
        for place, text in zip(theorem.free, arguments, strict=True):
            if not isinstance(text, str) or text.count(" ") > LONGEST:
                return Rejected("syntax", f"an argument should be an expression of at most {LONGEST} symbols")
            try:
                term = self.syntax.parse(" ".join(text.split()), theorem.typecodes[place])
            except GoalError as error:
                return Rejected("syntax", str(error))
            for part in subterms(term):
                if part.rule is not None and part.rule.index >= state.limit:
                    return Rejected("forbidden", f"the syntax of {part.label} is declared too late")
            for name in self.syntax.names_of(term.mask & ~state.variables):
                item = self.database.float_of(name)
                if not item.first <= state.limit < item.last:
                    return Rejected("forbidden", f"the variable {name} has no typecode here")
            values[place] = term
        return None

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """See `fwd.api.Env`."""
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    @cached_property
    def compiler(self) -> Compiler:
        """Writes steps as Metamath proofs."""
        return Compiler(self.database, self.syntax, self.library)

    @cached_property
    def _checker(self) -> Checker:
        return Checker(self.database, self.compiler, self.refused)

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """See `fwd.api.Env`."""
        try:
            goal = self.canonical(goal)
            limit, forbidden = self.index_before(goal), self.forbidden(goal)
        except FwdError as error:
            return Verdict(False, printable(str(error)))
        except Exception as error:
            return Verdict(False, printable(f"not a goal at all: {error!r}"))
        verdict = self._checker.check(goal, limit, forbidden, proof)
        if not verdict.proved or not self.unproved or self.config.unproved == "refuse":
            return verdict
        relied = rooted(self.rests.on(cited(proof)), self.unproved)
        return evolve(verdict, relies_on=tuple(f"unproved: {label}" for label in relied))

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """See `fwd.api.Env`: the `$a |- ` statements, in order of declaration."""
        return self.rests.axioms(cited(proof))

    def key(self, goal: Goal) -> str:
        """See `fwd.api.Env`. The goal's statements must be spelled canonically."""
        return invariant.key(goal, self.database.variables)

    def dummies(self, goal_variables: int, limit: int) -> dict[str, list[str]]:
        """For each typecode, the variables that are not among the goal's (a mask), in order of declaration."""
        found: dict[str, list[str]] = {}
        for name, leaf in self.syntax.variables.items():
            item = self.database.float_of(name)
            if not leaf.mask & goal_variables and item.first <= limit < item.last:
                found.setdefault(leaf.typecode, []).append(name)
        return found

    def close(self) -> None:
        """See `fwd.api.Env`."""


def cited(proof: Proof) -> set[str]:
    """The labels of a proof's steps."""
    return {fact.step.label for fact in proof.facts if fact.step is not None}
