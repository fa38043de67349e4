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
from operator import getitem, itemgetter
from typing import Protocol

from fwd.errors import DatabaseError

from fwd_metamath.compressed import FIRST, KEEP, UNKNOWN, Mistake, split_proof
from fwd_metamath.database import Assertion, Database

APPLIED = -1
"""In place of the number of the last step: it applied an assertion to hypotheses."""

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
    the conclusion, one a line. `bare` has for each float the table that drops its typecode, `table` is that of the
    conclusion's typecode if variables may have it. `reorder` brings arguments in the order floats, essentials (None:
    they are). `top` is where they lie on the stack.
    `remembered` is None if results are not kept.
    """

    __slots__ = (
        "arity",
        "assertion",
        "bare",
        "distinct",
        "index",
        "pick",
        "remembered",
        "reorder",
        "table",
        "template",
        "top",
    )

    def __init__(self, assertion: Assertion, tables: dict[str, dict[str, str]]) -> None:
        place = {item.variable: index for index, item in enumerate(assertion.floats)}
        lines = [item.statement for item in assertion.essentials] + [assertion.statement]
        symbols = " \n ".join(lines).split(" ")
        blanks = [place[symbol] for symbol in symbols if symbol in place]
        template = "".join(["%s" if symbol in place else " " + symbol.replace("%", "%%") for symbol in symbols])
        self.assertion = assertion
        self.index = assertion.index
        self.arity = len(assertion.hypotheses)
        self.top = slice(-self.arity, None)
        self.template = template[1:].replace(" \n ", "\n")
        self.pick: Callable[[Sequence[str]], object] = itemgetter(*blanks) if blanks else _nothing
        self.bare = [tables[item.typecode] for item in assertion.floats]
        self.table = tables.get(assertion.typecode)
        self.distinct = [(place[x], place[y]) for x, y in sorted(assertion.distinct)]
        order = [item.label for item in assertion.floats] + [item.label for item in assertion.essentials]
        self.reorder = None
        if tuple(order) != assertion.hypotheses:
            self.reorder = itemgetter(*[assertion.hypotheses.index(label) for label in order])
        plain = self.table is not None and not assertion.essentials and not assertion.distinct
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
            self._run(frame, steps, range(FIRST, FIRST + len(steps)), None)
        except Mistake as mistake:
            raise ProofError(f"{frame.place}: {mistake}") from None

    def _run(self, frame: Assertion, labels: Sequence[str], numbers: Iterable[int], observer: Observer | None) -> None:
        """Run the steps `table[number]`, where `table` has what the labels stand for, then what `KEEP` has kept."""
        table = self._meanings(frame, labels, observer)
        apart: dict[str, set[str]] = {}
        for x, y in frame.scope_distinct:
            apart.setdefault(x, set()).add(y)
            apart.setdefault(y, set()).add(x)
        stack: list[str] = []
        push = stack.append
        last = KEEP
        for number in numbers:
            try:
                item = table[number]
            except IndexError:
                raise Mistake("the compressed proof refers to a step that it does not have") from None
            if item.__class__ is str:
                push(item)
                last = number
            elif item is None:
                self._keep(number, last, labels)
                table.append(stack[-1])
            else:
                last = APPLIED
                top = item.top
                arguments = tuple(stack[top])
                del stack[top]
                remembered = item.remembered
                if remembered is None:
                    push(self._apply(item, arguments, apart, observer))
                elif (result := remembered.get(arguments)) is not None:
                    push(result)
                else:
                    result = remembered[arguments] = self._apply(item, arguments, apart, observer)
                    push(result)
                    self._remembered += 1
        if len(stack) != 1:
            raise Mistake(f"the proof leaves {len(stack)} statements, not one")
        if stack[0] != frame.statement:
            raise Mistake(f"the proof proves {_short(stack[0])}, not {_short(frame.statement)}")
        if self._remembered > MAX_REMEMBERED:
            self._forget()

    def _keep(self, number: int, last: int, labels: Sequence[str]) -> None:
        """Whether `KEEP` may stand after step `last`: only what an assertion has just proved may be kept."""
        if number == UNKNOWN:
            raise Mistake("the proof is incomplete: it has an unknown step (?)")
        place = last - FIRST
        if last != APPLIED and not (0 <= place < len(labels) and labels[place] in self.database.assertions):
            raise Mistake("Z must follow a step that applies an assertion")

    def _meanings(self, frame: Assertion, labels: Sequence[str], observer: Observer | None) -> list[str | Rule | None]:
        """What each step number stands for: statements to push, rules to apply, None for `KEEP` and `UNKNOWN`.

        A rule without hypotheses is as good as its statement.
        """
        essentials = {item.label: item.statement for item in frame.essentials}
        table: list[str | Rule | None] = [None] * FIRST
        for label in labels:
            rule = self._rules.get(label)
            if rule is None:
                assertion = self.database.assertions.get(label)
                if assertion is None:
                    table.append(self._hypothesis(frame, essentials, label))
                    continue
                rule = self._rules[label] = Rule(assertion, self._tables)
            if rule.index >= frame.index:
                raise Mistake(f"the proof uses {label}, which is not declared before it")
            table.append(rule if rule.arity else self._constant(rule, observer))
        return table

    def _constant(self, rule: Rule, observer: Observer | None) -> str:
        remembered = rule.remembered
        if remembered:
            return remembered[()]
        statement = self._apply(rule, (), {}, observer)
        if remembered is not None:
            remembered[()] = statement
        return statement

    def _hypothesis(self, frame: Assertion, essentials: dict[str, str], label: str) -> str:
        if (statement := essentials.get(label)) is not None:
            # A hypothesis may also state a syntax ("wff ( p -> )"), and then stand where a variable's typecode is asked.
            typecode = statement.partition(" ")[0]
            if typecode in self._tables:
                self._tables[typecode][statement] = statement[len(typecode) :]
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
        if len(arguments) != rule.arity:
            raise Mistake(f"{rule.assertion.label} needs {rule.arity} statements, but finds {len(arguments)}")
        if rule.reorder:
            arguments = rule.reorder(arguments)
        try:
            substitution = list(map(getitem, rule.bare, arguments))
        except KeyError:
            raise Mistake(self._wrong_typecode(rule, arguments)) from None
        conclusion = rule.template % rule.pick(substitution)
        premises = arguments[len(substitution) :]
        if premises:
            *wanted, conclusion = conclusion.split("\n")
        if premises and wanted != list(premises):
            pair = next(pair for pair in zip(wanted, premises, strict=True) if pair[0] != pair[1])
            raise Mistake(f"{rule.assertion.label} needs {_short(pair[0])}, but finds {_short(pair[1])}")
        for i, j in rule.distinct:
            others = self._variables_in(substitution[j])
            for variable in self._variables_in(substitution[i]):
                if not others <= apart.get(variable, _NONE):
                    raise Mistake(self._not_distinct(rule, variable, others - apart.get(variable, _NONE)))
        if rule.table is not None:
            rule.table[conclusion] = conclusion[len(rule.assertion.typecode) :]
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


def _nothing(_: Sequence[str]) -> tuple[()]:
    return ()


def _short(statement: str) -> str:
    return statement if len(statement) <= 120 else statement[:117] + "..."
