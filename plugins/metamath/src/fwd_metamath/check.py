"""The second gate: judges a whole proof by the verifier's kernel, which knows nothing of terms, patterns or `apply`.

Every fact is verified as a small theorem of its own, whose essential hypotheses are the facts that it cites. Terms are
only used to write down the labels of that theorem's proof; if they were wrong, the kernel would refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from fwd.api import Fact, Goal, Proof, Step, Verdict
from fwd.errors import FwdError
from fwd.text import printable

from fwd_metamath.canonical import LONGEST
from fwd_metamath.database import PROVABLE, Assertion, Database, Essential, Pair
from fwd_metamath.library import Library, Theorem
from fwd_metamath.syntax import Syntax
from fwd_metamath.terms import Term, postorder
from fwd_metamath.verifier import Kernel, ProofError


class Refused(Exception):
    """The proof has a mistake."""


def plain(proof: Proof) -> tuple[Fact, ...]:
    """The facts of what claims to be a proof. Raises `Refused` unless they are made of texts and whole numbers, and of
    nothing that only behaves like them."""
    facts = proof.facts
    if type(facts) is not tuple:
        raise Refused("the facts should be a tuple")
    for number, fact in enumerate(facts):
        if type(fact) is not Fact or not _texts((fact.statement,)):
            raise Refused(f"fact {number} is none")
        step = fact.step
        if step is None:
            continue
        if type(step) is not Step or not _texts((step.label,)) or not _texts(step.arguments):
            raise Refused(f"the step of fact {number} is none")
        premises = step.premises
        if type(premises) is not tuple or any(type(one) is not int or not 0 <= one < number for one in premises):
            raise Refused(f"fact {number} cites facts that are not there yet")
    return facts


def _texts(values: object) -> bool:
    """Whether this is a tuple of texts, none of them endless."""
    return type(values) is tuple and all(type(one) is str and one.count(" ") <= LONGEST for one in values)


class Checker:
    """Checks proofs of goals of one database. `refused` are theorems that no step may use."""

    def __init__(self, database: Database, compiler: Compiler, refused: Collection[str]):
        self.database = database
        self.compiler = compiler
        self._refused = refused
        self._kernel = Kernel(database)

    def check(self, goal: Goal, limit: int, forbidden: frozenset[str], proof: Proof) -> Verdict:
        """Whether the facts prove the canonical goal with assertions of an index below `limit` and none of those that
        are `forbidden`. Never raises, whatever the proof is."""
        try:
            self._facts(goal, limit, forbidden, plain(proof))
        except ProofError as mistake:
            return Verdict(False, printable(mistake.reason))
        except (Refused, FwdError) as mistake:
            return Verdict(False, printable(str(mistake)))
        except Exception as mistake:
            return Verdict(False, printable(f"not a proof at all: {mistake!r}"))
        return Verdict(True)

    def _facts(self, goal: Goal, limit: int, forbidden: frozenset[str], facts: tuple[Fact, ...]) -> None:
        proved: list[str] = []
        hypotheses = set(goal.hypotheses)
        conditions = Conditions(goal, self.compiler.syntax)
        verified: set[object] = set()
        for number, fact in enumerate(facts):
            step = fact.step
            if step is None:
                if fact.statement not in hypotheses:
                    raise Refused(f"fact {number} has no step and is no hypothesis of the goal")
            elif step.label in forbidden:
                raise Refused(f"{step.label} may not be used")
            else:
                premises = tuple([proved[premise] for premise in step.premises])
                same = (fact.statement, step.label, premises, step.arguments)
                if same not in verified:
                    self._step(conditions, limit, premises, fact.statement, step)
                    verified.add(same)
            proved.append(fact.statement)
        if goal.statement not in proved:
            raise Refused("the goal is not among the facts")

    def _step(self, conditions: Conditions, limit: int, premises: Sequence[str], statement: str, step: Step) -> None:
        """Verify that the statement follows from the premises by the one assertion that the step names."""
        assertion = self.database.assertions.get(step.label)
        if assertion is None or assertion.typecode != PROVABLE or assertion.label in self._refused:
            raise Refused(f"{step.label!r} is no theorem that may be used")
        if assertion.index >= limit:
            raise Refused(f"{step.label} may not be used")
        values = self.compiler.values(step.label, premises, step.arguments)
        labels = self.compiler.labels(assertion, values, [f"fact {number}" for number in range(len(premises))])
        frame = Assertion(
            label=step.label,
            index=limit,
            typecode=PROVABLE,
            statement=statement,
            essentials=tuple(Essential(f"fact {number}", text) for number, text in enumerate(premises)),
            scope_distinct=conditions.among(value.text for value in values),
        )
        self._kernel.verify_steps(frame, labels)


class Conditions:
    """The pairs of variables that a proof of a goal may take to be distinct: those of the goal's conditions, and every
    dummy with every other variable."""

    def __init__(self, goal: Goal, syntax: Syntax):
        self._known = syntax.variables
        self.own = self._variables([goal.statement, *goal.hypotheses])
        self.pairs = {(x, y) for x, y in (condition.split() for condition in goal.conditions)}

    def among(self, texts: Iterable[str]) -> frozenset[Pair]:
        """Those pairs of which both variables occur in the texts."""
        pairs = combinations(sorted(self._variables(texts)), 2)
        own, granted = self.own, self.pairs
        return frozenset([pair for pair in pairs if pair in granted or pair[0] not in own or pair[1] not in own])

    def _variables(self, texts: Iterable[str]) -> set[str]:
        return {symbol for text in texts for symbol in text.split() if symbol in self._known}


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
