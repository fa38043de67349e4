"""The second gate: judges a whole proof by the verifier's kernel, which knows nothing of terms, patterns or `apply`.

Every fact is verified as a small theorem of its own, whose essential hypotheses are the facts that it cites. Terms are
only used to write down the labels of that theorem's proof; if they were wrong, the kernel would refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from fwd.api import Fact, Goal, Proof, Verdict
from fwd.errors import FwdError

from fwd_metamath.canonical import LONGEST
from fwd_metamath.database import PROVABLE, Assertion, Database, Essential, Pair
from fwd_metamath.library import Library, Theorem
from fwd_metamath.syntax import Syntax
from fwd_metamath.terms import Term, postorder
from fwd_metamath.verifier import Kernel


class Refused(Exception):
    """The proof has a mistake."""


class Checker:
    """Checks proofs of goals of one database."""

    def __init__(self, database: Database, compiler: Compiler):
        self.database = database
        self.compiler = compiler
        self._kernel = Kernel(database)

    def check(self, goal: Goal, limit: int, proof: Proof) -> Verdict:
        """Whether the facts prove the canonical goal with assertions of an index below `limit`. Never raises for a bad
        proof."""
        try:
            self._facts(goal, limit, proof.facts)
        except (Refused, FwdError) as mistake:
            return Verdict(False, str(mistake))
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as mistake:
            return Verdict(False, f"not a proof at all: {mistake!r}")
        return Verdict(True)

    def _facts(self, goal: Goal, limit: int, facts: tuple[Fact, ...]) -> None:
        proved: list[str] = []
        hypotheses = set(goal.hypotheses)
        for number, fact in enumerate(facts):
            if fact.step is None:
                if fact.statement not in hypotheses:
                    raise Refused(f"fact {number} has no step and is no hypothesis of the goal")
            else:
                self._step(goal, limit, proved, fact)
            proved.append(fact.statement)
        if goal.statement not in proved:
            raise Refused("the goal is not among the facts")

    def _step(self, goal: Goal, limit: int, proved: list[str], fact: Fact) -> None:
        """Verify that the fact follows from those proved before, by the one assertion that its step names."""
        step = fact.step
        assert step is not None
        assertion = self.database.assertions.get(step.label)
        if assertion is None or assertion.typecode != PROVABLE or assertion.incomplete:
            raise Refused(f"{step.label!r} is no theorem that may be used")
        if assertion.index >= limit or step.label in goal.forbidden:
            raise Refused(f"{step.label} may not be used")
        if any(type(premise) is not int or not 0 <= premise < len(proved) for premise in step.premises):
            raise Refused(f"{step.label} cites facts that are not there yet")
        premises = [proved[premise] for premise in step.premises]
        values = self.compiler.values(step.label, premises, step.arguments)
        labels = self.compiler.labels(assertion, values, [f"fact {number}" for number in range(len(premises))])
        frame = Assertion(
            label=goal.name,
            index=limit,
            typecode=PROVABLE,
            statement=fact.statement,
            essentials=tuple(Essential(f"fact {number}", statement) for number, statement in enumerate(premises)),
            scope_distinct=self.compiler.distinct(goal, [fact.statement, *premises, *(v.text for v in values)]),
        )
        self._kernel.verify_steps(frame, labels)


class Compiler:
    """Writes steps as the labels of a Metamath proof. Nothing depends on its being right."""

    def __init__(self, database: Database, syntax: Syntax, library: Library):
        self.database = database
        self.syntax = syntax
        self.library = library

    def values(self, label: str, premises: Iterable[str], arguments: Iterable[str]) -> list[Term]:
        """What the step puts for the assertion's variables, by place. Raises `Refused`."""
        theorem: Theorem | None = self.library.get(label)
        if theorem is None:
            raise Refused(f"{label!r} is no theorem that may be used")
        values = list(theorem.unknown)
        premises, arguments = list(premises), list(arguments)
        if len(premises) != len(theorem.essentials) or len(arguments) != len(theorem.free):
            raise Refused(f"{label} has {len(premises)} premises and {len(arguments)} arguments, which does not fit")
        for pattern, premise in zip(theorem.essentials, premises, strict=True):
            if not pattern.match(self.syntax.statement(premise), values):
                raise Refused(f"{label} does not fit {premise[:80]!r}")
        for place, text in zip(theorem.free, arguments, strict=True):
            if text.count(" ") > LONGEST:
                raise Refused(f"{label} is given an expression of more than {LONGEST} symbols")
            values[place] = self.syntax.parse(text, theorem.typecodes[place])
        return [value for value in values if value is not None]

    def labels(self, assertion: Assertion, values: list[Term], premises: list[str]) -> list[str]:
        """The steps that apply an assertion: what it needs in its own order, then itself."""
        floats = {item.label: value for item, value in zip(assertion.floats, values, strict=True)}
        essentials = {item.label: premise for item, premise in zip(assertion.essentials, premises, strict=True)}
        labels: list[str] = []
        for hypothesis in assertion.hypotheses:
            if hypothesis in essentials:
                labels.append(essentials[hypothesis])
            else:
                labels.extend(self.building(floats[hypothesis]))
        labels.append(assertion.label)
        return labels

    def building(self, term: Term) -> list[str]:
        """The steps that build an expression."""
        return [
            self.database.float_of(part.label).label if part.rule is None else part.label for part in postorder(term)
        ]

    def distinct(self, goal: Goal, statements: Iterable[str]) -> frozenset[Pair]:
        """The pairs that a proof of the goal may take to be distinct: its conditions, and every dummy of the given
        texts with every other variable."""
        own = self._variables([goal.statement, *goal.hypotheses])
        pairs = {(x, y) for x, y in (condition.split() for condition in goal.conditions)}
        everything = sorted(own | self._variables(statements))
        pairs.update((x, y) for x, y in combinations(everything, 2) if x not in own or y not in own)
        return frozenset(pairs)

    def _variables(self, statements: Iterable[str]) -> set[str]:
        return {symbol for text in statements for symbol in text.split() if symbol in self.syntax.variables}
