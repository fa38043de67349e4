"""The kernel: judges Metamath proofs, and nothing else (Metamath book, section 4.1.4 and 4.3, appendix B).

A proof is a program for a stack. A hypothesis is pushed. An assertion takes one entry off the stack for each of its
mandatory hypotheses, which fixes the substitution (floating hypotheses) that must turn its essential hypotheses into
the entries found; it then pushes its own statement under that substitution, if the distinct-variable conditions hold.
A proof is right if the statement to prove is all that remains.

Entries are statements as strings, typecode first. Three things make this fast without adding to what must be trusted:
an assertion is compiled once into a template with gaps; which strings are statements of a typecode is looked up in a
table of statements already made, by dropping the typecode; and results of assertions without essential hypotheses and
conditions (all of syntax) are remembered by their arguments. Without its typecode an expression begins with a blank,
so that a template spells empty expressions, which Metamath allows, as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import getitem, itemgetter
from typing import Protocol

from fwd.errors import DatabaseError

from fwd_metamath import partial
from fwd_metamath.compressed import KEEP, UNKNOWN, Mistake, spelled, split_proof
from fwd_metamath.database import PROVABLE, Assertion, Database

MAX_REMEMBERED = 2_000_000
"""Results that a kernel remembers before it forgets them all."""


class ProofError(DatabaseError):
    """A proof is wrong; the message has file, line, label and the first mistake, `reason` the mistake alone."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.reason = reason


class Observer(Protocol):
    """Is told of each application of an assertion that is not remembered as syntax."""

    def __call__(self, assertion: Assertion, substitution: Sequence[str], premises: Sequence[str], result: str) -> None:
        """`substitution` follows `assertion.floats` (typecodes dropped), `premises` follows `assertion.essentials`."""


class Rule:
    """An assertion made ready to apply.

    `pieces` spells the essential hypotheses and the conclusion, one a line, with a gap at every other place; `pick`
    draws from the substitution what fills the gaps. `bare` has for each float the table that drops its typecode,
    `table` is that of the conclusion's typecode if variables may have it. `reorder` brings arguments in the order
    floats, essentials (None: they are). `top` is where they lie on the stack. `remembered` is None if results are not
    kept.
    """

    __slots__ = (
        "arity",
        "assertion",
        "bare",
        "distinct",
        "index",
        "pick",
        "pieces",
        "remembered",
        "reorder",
        "table",
        "top",
    )

    def __init__(self, assertion: Assertion, tables: dict[str, dict[str, str]]) -> None:
        place = {item.variable: index for index, item in enumerate(assertion.floats)}
        self.assertion = assertion
        self.index = assertion.index
        self.arity = len(assertion.hypotheses)
        self.top = slice(-self.arity, None)
        self.pieces, self.pick = _template(assertion, place)
        self.bare = [tables[item.typecode] for item in assertion.floats]
        self.table = tables.get(assertion.typecode)
        self.distinct = [(place[x], place[y]) for x, y in sorted(assertion.distinct)]
        order = [item.label for item in assertion.floats] + [item.label for item in assertion.essentials]
        self.reorder = None
        if tuple(order) != assertion.hypotheses:
            self.reorder = itemgetter(*[assertion.hypotheses.index(label) for label in order])
        syntax = self.table is not None and assertion.typecode != PROVABLE
        plain = syntax and not assertion.essentials and not assertion.distinct
        self.remembered: dict[tuple[str, ...], str] | None = {} if plain else None


def _template(assertion: Assertion, place: dict[str, int]) -> tuple[list[str], Callable[[list[str]], Sequence[str]]]:
    """`Rule.pieces` and `Rule.pick`, for variables that have a `place` in the substitution."""
    lines = [item.statement.split(" ") for item in assertion.essentials] + [assertion.statement.split(" ")]
    texts = ["".join([_GAP if symbol in place else " " + symbol for symbol in line])[1:] for line in lines]
    literals = "\n".join(texts).split(_GAP)
    pieces = [""] * (2 * len(literals) - 1)
    pieces[::2] = literals
    gaps = [place[symbol] for line in lines for symbol in line if symbol in place]
    if len(gaps) > 1:
        return pieces, itemgetter(*gaps)
    return pieces, itemgetter(slice(gaps[0], gaps[0] + 1) if gaps else slice(0))


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
            if frame.incomplete:
                raise Mistake(_INCOMPLETE)
            names, words = self._steps(frame)
            self._run(frame, names, words, observer)
        except Mistake as mistake:
            raise ProofError(frame.place, str(mistake)) from None

    def outline(self, frame: Assertion) -> None:
        """Judge what is known of an assertion's own proof, which has unknown steps (`?`) and so proves nothing. Raises
        `ProofError` if it is wrong."""
        try:
            names, words = self._steps(frame)
            partial.judge(self.database, _apart(frame), names, self._meanings(frame, names, None), words)
        except Mistake as mistake:
            raise ProofError(frame.place, str(mistake)) from None

    def _steps(self, frame: Assertion) -> tuple[dict[str, str], list[str]]:
        """The labels that the words of an assertion's own proof stand for, and its words."""
        if frame.proof is None:
            raise Mistake("it has no proof")
        labels, words, compressed = split_proof(frame.proof)
        if not compressed:
            return {label: label for label in labels if label != UNKNOWN}, words
        for label in labels:
            if label in frame.hypotheses:
                raise Mistake(f"the compressed proof lists its own mandatory hypothesis {label}")
        return {spelled(number): label for number, label in enumerate([*frame.hypotheses, *labels])}, words

    def verify_steps(self, frame: Assertion, steps: Sequence[str]) -> None:
        """Verify a proof given as labels (a normal proof) of a frame that need not be in the database.

        The frame's `index` bounds the assertions that the proof may use. Raises `ProofError`.
        """
        try:
            self._run(frame, {label: label for label in steps}, steps, None)
        except Mistake as mistake:
            raise ProofError(frame.place, str(mistake)) from None

    def _run(self, frame: Assertion, names: Mapping[str, str], words: Iterable[str], observer: Observer | None) -> None:
        """Run a proof whose steps are `words`; `names` has the labels that they stand for."""
        table = self._meanings(frame, names, observer)
        apart = _apart(frame)
        stack: list[str] = []
        push = stack.append
        last: str | None = ""  # the word that pushed the last statement, None if it was made by applying a rule
        for word in words:
            try:
                item = table[word]
            except KeyError:
                raise Mistake(f"the compressed proof has the step {word[:40]!r}, which means nothing") from None
            if item.__class__ is str:
                push(item)
                last = word
            elif item is None:
                if last is not None and names.get(last) not in self.database.assertions:
                    raise Mistake("Z must follow a step that applies an assertion")
                table[spelled(len(table) - 2)] = stack[-1]
            else:
                last = None
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

    def _meanings(
        self, frame: Assertion, names: Mapping[str, str], observer: Observer | None
    ) -> dict[str, str | Rule | None]:
        """What each word of a proof stands for: a statement to push, a rule to apply, None for `KEEP` and `UNKNOWN`.

        A rule without hypotheses is as good as its statement.
        """
        essentials = {item.label: item.statement for item in frame.essentials}
        table: dict[str, str | Rule | None] = {KEEP: None, UNKNOWN: None}
        for word, label in names.items():
            rule = self._rules.get(label)
            if rule is None:
                assertion = self.database.assertions.get(label)
                if assertion is None:
                    table[word] = self._hypothesis(frame, essentials, label)
                    continue
                rule = self._rules[label] = Rule(assertion, self._tables)
            if rule.index >= frame.index:
                raise Mistake(f"the proof uses {label}, which is not declared before it")
            table[word] = rule if rule.arity else self._constant(rule, observer)
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
            # A hypothesis may also state a syntax ("wff ( p -> )") and stand where a variable's typecode is asked.
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
        pieces = rule.pieces[:]
        pieces[1::2] = rule.pick(substitution)
        conclusion = "".join(pieces)
        premises = arguments[len(substitution) :]
        if premises:
            found = "\n".join(premises) + "\n"
            if not conclusion.startswith(found):
                raise Mistake(self._wrong_premise(rule, conclusion.split("\n"), premises))
            conclusion = conclusion[len(found) :]
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

    def _wrong_premise(self, rule: Rule, wanted: Sequence[str], premises: Sequence[str]) -> str:
        pair = next(pair for pair in zip(wanted, premises, strict=False) if pair[0] != pair[1])
        return f"{rule.assertion.label} needs {_short(pair[0])}, but finds {_short(pair[1])}"

    def _not_distinct(self, rule: Rule, variable: str, others: frozenset[str]) -> str:
        pair = f"{variable} and {min(others)}"
        return f"{rule.assertion.label} needs {pair} to be distinct ($d), which is not given"


def verify_steps(database: Database, frame: Assertion, steps: Sequence[str]) -> None:
    """Verify one proof, given as labels, of a frame that need not be in the database. Raises `ProofError`.

    For many proofs over one database, keep a `Kernel` and call its method of the same name.
    """
    Kernel(database).verify_steps(frame, steps)


def _apart(frame: Assertion) -> dict[str, set[str]]:
    """For each variable those that are distinct from it."""
    apart: dict[str, set[str]] = {}
    for x, y in frame.scope_distinct:
        apart.setdefault(x, set()).add(y)
        apart.setdefault(y, set()).add(x)
    return apart


_GAP = "\0"
_INCOMPLETE = "the proof is incomplete: it has an unknown step (?)"
_NONE: frozenset[str] = frozenset()


def _short(statement: str) -> str:
    return statement if len(statement) <= 120 else statement[:117] + "..."
