"""The kernel: judges Metamath proofs, and nothing else (Metamath book, section 4.1.4 and 4.3, appendix B).

A proof is a program for a stack. A hypothesis is pushed. An assertion takes one entry off the stack for each of its
mandatory hypotheses, which fixes the substitution (floating hypotheses) that must turn its essential hypotheses into
the entries found; it then pushes its own statement under that substitution, if the distinct-variable conditions hold.
A proof is right if the statement to prove is all that remains.

Entries are statements as strings, typecode first. Three things make this fast without adding to what must be trusted:
an assertion is compiled once into a `%s` template; which strings are statements of a typecode is looked up in a table
of statements already made, by dropping the typecode; and results of assertions without essential hypotheses and
conditions (all of syntax) are remembered by their arguments. Without its typecode an expression begins with a blank,
so that templates spell empty expressions, which Metamath allows, as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Protocol

from fwd.errors import DatabaseError

from fwd_metamath.compressed import UNKNOWN, Mistake, split_proof
from fwd_metamath.database import Assertion, Database

MAX_REMEMBERED = 2_000_000
"""Results that a kernel remembers before it forgets them all."""


class ProofError(DatabaseError):
    """A proof is wrong; the message has file, line, label and the first mistake."""


class Observer(Protocol):
    """Is told of each application of an assertion that is not remembered as syntax."""

    def __call__(self, assertion: Assertion, substitution: Sequence[str], premises: Sequence[str], result: str) -> None:
        """`substitution` follows `assertion.floats` (typecodes dropped), `premises` follows `assertion.essentials`."""


class Rule:
    """An assertion made ready to apply.

    `pick` draws from the substitution what the blanks of `template` need, which spells the essential hypotheses and
    the conclusion, one a line. `bare` has for each float the table that drops its typecode. `reorder` brings
    arguments in the order floats, essentials (None: they are). `remembered` is None if results are not kept.
    """

    __slots__ = ("arity", "assertion", "bare", "distinct", "pick", "remembered", "reorder", "template", "typecode")

    def __init__(self, assertion: Assertion, tables: dict[str, dict[str, str]]) -> None:
        place = {item.variable: index for index, item in enumerate(assertion.floats)}
        lines = [item.statement for item in assertion.essentials] + [assertion.statement]
        blanks: list[int] = []
        spelled = []
        for line in lines:
            symbols = line.split(" ")
            blanks += [place[symbol] for symbol in symbols if symbol in place]
            spelled.append("".join(["%s" if symbol in place else _escaped(symbol) for symbol in symbols])[1:])
        self.assertion = assertion
        self.typecode = assertion.typecode
        self.arity = len(assertion.hypotheses)
        self.template = "\n".join(spelled)
        self.pick: Callable[[Sequence[str]], object] = itemgetter(*blanks) if blanks else _nothing
        self.bare = [tables[item.typecode] for item in assertion.floats]
        self.distinct = [(place[x], place[y]) for x, y in sorted(assertion.distinct)]
        order = [item.label for item in assertion.floats] + [item.label for item in assertion.essentials]
        self.reorder = None
        if tuple(order) != assertion.hypotheses:
            self.reorder = itemgetter(*[assertion.hypotheses.index(label) for label in order])
        plain = not assertion.essentials and not assertion.distinct and self.typecode in tables
        self.remembered: dict[tuple[str, ...], str] | None = {} if plain else None


class Kernel:
    """Verifies proofs over one database. It keeps what it has learned about statements, never about proofs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._rules: dict[str, Rule] = {}
        self._tables: dict[str, dict[str, str]] = {item.typecode: {} for item in database.floats.values()}
        self._variables: dict[str, frozenset[str]] = {}
        self._all_variables = frozenset(database.variables)
        self._remembered = 0

    def verify(self, frame: Assertion, observer: Observer | None = None) -> None:
        """Verify an assertion's own proof. Raises `ProofError`; an axiom and an unknown step (`?`) do so too."""
        try:
            if frame.proof is None:
                raise Mistake("it has no proof")
            labels, numbers, compressed = split_proof(frame.proof)
            if compressed:
                for label in labels:
                    if label in frame.hypotheses:
                        raise Mistake(f"the compressed proof lists its own mandatory hypothesis {label}")
                labels = [*frame.hypotheses, *labels]
            self._run(frame, labels, numbers, observer)
        except Mistake as mistake:
            raise ProofError(f"{frame.place}: {mistake}") from None

    def verify_steps(self, frame: Assertion, steps: Sequence[str]) -> None:
        """Verify a proof given as labels (a normal proof) of a frame that need not be in the database.

        The frame's `index` bounds the assertions that the proof may use. Raises `ProofError`.
        """
        try:
            self._run(frame, steps, range(len(steps)), None)
        except Mistake as mistake:
            raise ProofError(f"{frame.place}: {mistake}") from None

    def _run(self, frame: Assertion, labels: Sequence[str], numbers: Iterable[int], observer: Observer | None) -> None:
        """Run the steps `table[number]`, where `table` has what the labels stand for, then what `KEEP` has kept."""
        essentials = {item.label: item.statement for item in frame.essentials}
        table = [self._meaning(frame, essentials, label) for label in labels]
        apart: dict[str, set[str]] = {}
        for x, y in frame.scope_distinct:
            apart.setdefault(x, set()).add(y)
            apart.setdefault(y, set()).add(x)
        stack: list[str] = []
        for number in numbers:
            if number < 0:
                if number == UNKNOWN:
                    raise Mistake("the proof is incomplete: it has an unknown step (?)")
                if not stack:
                    raise Mistake("Z stands before the first step")
                table.append(stack[-1])
                continue
            if number >= len(table):
                raise Mistake(f"the compressed proof refers to step {number} of {len(table)}")
            item = table[number]
            if item.__class__ is str:
                stack.append(item)
                continue
            arguments: tuple[str, ...] = ()
            if item.arity:
                arguments = tuple(stack[-item.arity :])
                del stack[-item.arity :]
            if item.remembered is None:
                stack.append(self._apply(item, arguments, apart, observer))
                continue
            result = item.remembered.get(arguments)
            if result is None:
                result = self._apply(item, arguments, apart, observer)
                item.remembered[arguments] = result
                self._remembered += 1
            stack.append(result)
        if len(stack) != 1:
            raise Mistake(f"the proof leaves {len(stack)} statements, not one")
        if stack[0] != frame.statement:
            raise Mistake(f"the proof proves {_short(stack[0])}, not {_short(frame.statement)}")
        if self._remembered > MAX_REMEMBERED:
            self._forget()

    def _meaning(self, frame: Assertion, essentials: dict[str, str], label: str) -> str | Rule:
        """What a label stands for in a proof: a hypothesis in scope, or an earlier assertion."""
        rule = self._rules.get(label)
        if rule is None:
            assertion = self.database.assertions.get(label)
            if assertion is None:
                return self._hypothesis(frame, essentials, label)
            rule = self._rules[label] = Rule(assertion, self._tables)
        if rule.assertion.index >= frame.index:
            raise Mistake(f"the proof uses {label}, which is not declared before it")
        return rule

    def _hypothesis(self, frame: Assertion, essentials: dict[str, str], label: str) -> str:
        if (statement := essentials.get(label)) is not None:
            return statement
        item = self.database.floats.get(label)
        if item is None:
            raise Mistake(f"the proof uses the label {label[:40]!r}, which is unknown or not active here")
        if not item.first <= frame.index < item.last:
            raise Mistake(f"the proof uses the hypothesis {label}, which is not active here")
        self._tables[item.typecode][item.statement] = " " + item.variable
        return item.statement

    def _apply(
        self, rule: Rule, arguments: tuple[str, ...], apart: dict[str, set[str]], observer: Observer | None
    ) -> str:
        """The conclusion of a rule for arguments off the stack, all conditions checked."""
        label = rule.assertion.label
        if len(arguments) != rule.arity:
            raise Mistake(f"{label} needs {rule.arity} statements, but only {len(arguments)} are there")
        if rule.reorder:
            arguments = rule.reorder(arguments)
        try:
            substitution = [bare[argument] for bare, argument in zip(rule.bare, arguments, strict=False)]
        except KeyError:
            raise Mistake(self._wrong_typecode(rule, arguments)) from None
        lines = (rule.template % rule.pick(substitution)).split("\n")
        conclusion = lines.pop()
        premises = list(arguments[len(rule.bare) :])
        if lines != premises:
            wrong = next(pair for pair in zip(lines, premises, strict=True) if pair[0] != pair[1])
            raise Mistake(f"{label} needs {_short(wrong[0])}, but finds {_short(wrong[1])}")
        for i, j in rule.distinct:
            others = self._variables_in(substitution[j])
            for variable in self._variables_in(substitution[i]):
                if not others <= apart.get(variable, _NONE):
                    raise Mistake(self._not_distinct(rule, variable, others - apart.get(variable, _NONE)))
        if rule.typecode in self._tables:
            self._tables[rule.typecode][conclusion] = conclusion[len(rule.typecode) :]
        if observer is not None:
            observer(rule.assertion, [text[1:] for text in substitution], premises, conclusion)
        return conclusion

    def _variables_in(self, expression: str) -> frozenset[str]:
        found = self._variables.get(expression)
        if found is None:
            found = self._variables[expression] = self._all_variables.intersection(expression.split())
        return found

    def _forget(self) -> None:
        for rule in self._rules.values():
            if rule.remembered:
                rule.remembered.clear()
        for table in self._tables.values():
            table.clear()
        self._variables.clear()
        self._remembered = 0

    def _wrong_typecode(self, rule: Rule, arguments: tuple[str, ...]) -> str:
        for item, argument in zip(rule.assertion.floats, arguments, strict=False):
            if argument not in self._tables[item.typecode]:
                break
        return f"{rule.assertion.label} needs a {item.typecode} for {item.variable}, but finds {_short(argument)}"

    def _not_distinct(self, rule: Rule, variable: str, others: frozenset[str]) -> str:
        pair = f"{variable} and {min(others)}"
        return f"{rule.assertion.label} needs {pair} to be distinct ($d), which is not given"


def verify_steps(database: Database, frame: Assertion, steps: Sequence[str]) -> None:
    """Verify one proof, given as labels, of a frame that need not be in the database. Raises `ProofError`.

    For many proofs over one database, keep a `Kernel` and call its method of the same name.
    """
    Kernel(database).verify_steps(frame, steps)


_NONE: frozenset[str] = frozenset()


def _escaped(symbol: str) -> str:
    return " " + symbol.replace("%", "%%")


def _nothing(_: Sequence[str]) -> tuple[()]:
    return ()


def _short(statement: str) -> str:
    return statement if len(statement) <= 120 else statement[:117] + "..."
