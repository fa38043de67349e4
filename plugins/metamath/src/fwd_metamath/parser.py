"""Reads Metamath databases (Metamath book, sections 4.1 and 4.2): statements, scopes, frames and includes.

Proofs are kept as text; `fwd_metamath.verifier` judges them.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations, islice
from pathlib import Path

from attrs import evolve, frozen
from fwd.errors import DatabaseError

from fwd_metamath.database import Assertion, Database, Essential, Float, Pair
from fwd_metamath.source import Reading, Source, shown

MAX_DEPTH = 10_000
"""Most scopes inside one another; real databases use two."""

MAX_STATEMENT = 1 << 22
"""Longest statement in characters, its proof not counted; set.mm's longest has some thousands."""

MAX_PROOF = 1 << 24
"""Longest proof in characters; set.mm's longest has some ten thousands."""

_LABEL = re.compile(r"[A-Za-z0-9._-]{1,4096}")
_NO_PAIRS: frozenset[Pair] = frozenset()


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """For building millions of objects of which none is in a cycle: the collector would look for what is not there.

    What has been built is frozen (`gc.freeze`), so that later collections need not look at it either.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.enable()


def parse(path: Path) -> tuple[Database, list[str]]:
    """Read a database and the files that it includes; also return the files as they are mentioned, the first one first.

    Raises `DatabaseError` with file, line and label at the first violation of the language.
    """
    reader = _Reader(path)
    with without_garbage_collection():
        reader.read()
    database = Database(
        path=str(path),
        fingerprint=reader.reading.fingerprint,
        constants=frozenset(reader.constants),
        variables=reader.variables,
        floats=reader.floats,
        assertions=reader.assertions,
        files=reader.reading.digests,
    )
    return database, reader.reading.files


@frozen
class _Scope:
    """How much was active when a `${` was read."""

    variables: int
    floats: int
    essentials: int
    distinct: int


class _Reader:
    """The state of reading: what is declared, and what of it is active."""

    def __init__(self, path: Path) -> None:
        self.reading = Reading()
        self.reading.again(path)
        self.including: list[Source] = []
        self.source = self.opened(path)

        self.constants: set[str] = set()
        self.variables: dict[str, str] = {}
        self.ever_variables: set[str] = set()
        self.floats: dict[str, Float] = {}
        self.assertions: dict[str, Assertion] = {}
        self.labels: set[str] = set()

        self.scopes: list[_Scope] = []
        self.active_variables: list[str] = []
        self.active_floats: list[Float] = []
        self.active_essentials: list[tuple[int, Essential]] = []
        self.active_distinct: list[Pair] = []
        self.typed: dict[str, tuple[int, Float]] = {}
        self.usable: set[str] = set()
        self.active: set[str] = set()
        self.hypothesis_count = 0
        self.scope_pairs: frozenset[Pair] | None = _NO_PAIRS

    def read(self) -> None:
        """Read everything, statement by statement."""
        unlabelled = {
            "${": self.open_scope,
            "$}": self.close_scope,
            "$c": self.declare_constants,
            "$v": self.declare_variables,
            "$d": self.declare_distinct,
            "$[": self.include,
        }
        labelled = {"$f": self.add_float, "$e": self.add_essential, "$a": self.add_axiom, "$p": self.add_theorem}
        while True:
            token = self.source.token()
            if action := unlabelled.get(token):
                action()
            elif token:
                start = self.source.start
                self.check_label(token)
                keyword = self.source.token()
                if keyword not in labelled:
                    what = shown(keyword) if keyword else "the end of the file"
                    raise self.source.error(f"expected $f, $e, $a or $p after the label, found {what}", shown(token))
                self.source.start = start
                labelled[keyword](token)
                self.labels.add(token)
            elif self.including:
                self.source = self.including.pop()
            else:
                break
        if self.scopes:
            raise self.source.error(f"{len(self.scopes)} scopes are not closed by $}}")

    # Scopes and files

    def open_scope(self) -> None:
        if len(self.scopes) >= MAX_DEPTH:
            raise self.source.error(f"more than {MAX_DEPTH} scopes inside one another")
        self.scopes.append(
            _Scope(
                len(self.active_variables),
                len(self.active_floats),
                len(self.active_essentials),
                len(self.active_distinct),
            )
        )

    def close_scope(self) -> None:
        if not self.scopes:
            raise self.source.error("$} closes no scope")
        scope = self.scopes.pop()
        for item in self.active_floats[scope.floats :]:
            self.floats[item.label] = evolve(item, last=len(self.assertions))
            del self.typed[item.variable]
            self.usable.discard(item.variable)
        if len(self.active_floats) > scope.floats:
            self.finish_frames(self.active_floats[scope.floats].first)
        self.active.difference_update(self.active_variables[scope.variables :])
        del self.active_variables[scope.variables :]
        del self.active_floats[scope.floats :]
        del self.active_essentials[scope.essentials :]
        if len(self.active_distinct) > scope.distinct:
            del self.active_distinct[scope.distinct :]
            self.scope_pairs = None if self.active_distinct else _NO_PAIRS

    def finish_frames(self, first: int) -> None:
        """Tell the assertions from `first` on where the floats end that a scope has just closed."""
        for label in list(islice(reversed(self.assertions), len(self.assertions) - first)):
            item = self.assertions[label]
            self.assertions[label] = evolve(item, floats=tuple([self.floats[one.label] for one in item.floats]))

    def include(self) -> None:
        name = self.source.token()
        if self.source.token() != "$]":
            raise self.source.error(f"expected $[ file-name $], found {shown(name)}")
        if self.scopes:
            raise self.source.error("$[ $] must stand in the outermost scope")
        if "$" in name:
            raise self.source.error(f"{shown(name)} is no file name: a file name has no $")
        path = Path(name)
        if self.reading.again(path):
            return
        if not path.is_file():
            raise self.source.error(self.missing(path))
        try:
            included = self.opened(path)
        except DatabaseError as error:
            raise self.source.error(f"included file: {error}") from error
        self.including.append(self.source)
        self.source = included

    def missing(self, path: Path) -> str:
        folder = self.source.path.parent.absolute()
        message = f"there is no file {shown(str(path))}: included files are looked for from the current folder"
        return f"{message}; it lies beside this file, so run in {folder}" if (folder / path).is_file() else message

    def opened(self, path: Path) -> Source:
        source = Source.read(path)
        self.reading.add(source.text.encode("ascii"))
        return source

    # Symbols

    def declare_constants(self) -> None:
        if self.scopes:
            raise self.source.error("$c must stand in the outermost scope")
        for symbol in self.new_symbols():
            if symbol in self.ever_variables:
                raise self.source.error(f"{shown(symbol)} was declared as a variable before")
            if symbol in self.constants:
                raise self.source.error(f"constant {shown(symbol)} is declared twice")
            self.constants.add(symbol)
            self.usable.add(symbol)
            self.active.add(symbol)

    def declare_variables(self) -> None:
        for symbol in self.new_symbols():
            if symbol in self.constants:
                raise self.source.error(f"{shown(symbol)} was declared as a constant before")
            if symbol in self.active:
                raise self.source.error(f"variable {shown(symbol)} is declared twice")
            self.ever_variables.add(symbol)
            self.active_variables.append(symbol)
            self.active.add(symbol)

    def new_symbols(self) -> list[str]:
        symbols = self.statement("").split()
        if not symbols:
            raise self.source.error("the statement declares nothing")
        for symbol in symbols:
            if "$" in symbol:
                raise self.source.error(f"{shown(symbol)} is no symbol: a symbol has no $")
            if symbol in self.labels:
                raise self.source.error(f"symbol {shown(symbol)} is a label as well")
        return symbols

    def declare_distinct(self) -> None:
        variables = self.statement("").split()
        if len(variables) < 2:
            raise self.source.error("$d needs at least two variables")
        for variable in variables:
            if variable not in self.active or variable in self.constants:
                raise self.source.error(f"{shown(variable)} in $d is no active variable")
        if len(set(variables)) < len(variables):
            raise self.source.error("a variable stands twice in $d")
        self.active_distinct.extend(combinations(sorted(variables), 2))
        self.scope_pairs = None

    # Hypotheses and assertions

    def add_float(self, label: str) -> None:
        symbols = self.statement(label).split()
        if len(symbols) != 2:
            raise self.source.error("$f must give one typecode and one variable", label)
        typecode, variable = symbols
        if typecode not in self.constants:
            raise self.source.error(f"typecode {shown(typecode)} is no constant", label)
        if variable not in self.active or variable in self.constants:
            raise self.source.error(f"{shown(variable)} is no active variable", label)
        if variable in self.typed:
            raise self.source.error(f"variable {shown(variable)} has a $f already", label)
        item = Float(label, typecode, variable, first=len(self.assertions))
        self.floats[label] = item
        self.variables[variable] = typecode
        self.active_floats.append(item)
        self.typed[variable] = (self.hypothesis_count, item)
        self.usable.add(variable)
        self.hypothesis_count += 1

    def add_essential(self, label: str) -> None:
        statement = " ".join(self.symbols(label, self.statement(label)))
        self.active_essentials.append((self.hypothesis_count, Essential(label, statement)))
        self.hypothesis_count += 1

    def add_axiom(self, label: str) -> None:
        self.add_assertion(label, self.statement(label), None)

    def add_theorem(self, label: str) -> None:
        body = self.source.body(label)
        split = body.find("$=")
        if split < 0:
            raise self.source.error("the proof does not begin with $=", label)
        statement, proof = body[:split], body[split + 2 :]
        if not statement[-1:].isspace() or not proof[:1].isspace():
            raise self.source.error("there must be white space around $=", label)
        if "$" in proof:
            raise self.source.error("the proof contains a $, or the statement is not closed by $.", label)
        self.check_length(statement, label)
        if len(proof) > MAX_PROOF:
            raise self.source.error(f"a proof of more than {MAX_PROOF} characters", label)
        self.add_assertion(label, statement, proof.strip())

    def add_assertion(self, label: str, text: str, proof: str | None) -> None:
        symbols = self.symbols(label, text)
        essentials = [item for _, item in self.active_essentials]
        mentioned = set(symbols)
        for item in essentials:
            mentioned.update(item.statement.split(" "))
        mandatory = self.typed.keys() & mentioned
        hypotheses = sorted([self.typed[variable] for variable in mandatory], key=_place)
        floats = tuple([item for _, item in hypotheses])
        if essentials:
            hypotheses = sorted(hypotheses + self.active_essentials, key=_place)
        if self.scope_pairs is None:
            self.scope_pairs = frozenset(self.active_distinct)
        distinct = self.scope_pairs
        if distinct:
            distinct = frozenset([pair for pair in distinct if pair[0] in mandatory and pair[1] in mandatory])
        self.assertions[label] = Assertion(
            label=label,
            index=len(self.assertions),
            typecode=symbols[0],
            statement=" ".join(symbols),
            floats=floats,
            essentials=tuple(essentials),
            hypotheses=tuple([item.label for _, item in hypotheses]),
            distinct=distinct,
            scope_distinct=self.scope_pairs,
            proof=proof,
            file=str(self.source.path),
            line=self.source.line(self.source.start),
        )

    # Checks

    def statement(self, label: str) -> str:
        text = self.source.body(label)
        self.check_length(text, label)
        return text

    def check_length(self, text: str, label: str) -> None:
        if len(text) > MAX_STATEMENT:
            raise self.source.error(f"a statement of more than {MAX_STATEMENT} characters", label)

    def check_label(self, token: str) -> None:
        if not _LABEL.fullmatch(token):
            raise self.source.error(f"{shown(token)} is neither a keyword that may stand here nor a label")
        if token in self.labels:
            raise self.source.error("the label is used twice", token)
        if token in self.constants or token in self.ever_variables:
            raise self.source.error("the label is a symbol as well", token)

    def symbols(self, label: str, text: str) -> list[str]:
        """The symbols of a `$e`, `$a` or `$p` statement, all known: constants, and variables that have a `$f`."""
        symbols = text.split()
        if not symbols:
            raise self.source.error("the statement is empty", label)
        if symbols[0] not in self.constants:
            raise self.source.error(f"the statement begins with {shown(symbols[0])}, which is no constant", label)
        if not self.usable.issuperset(symbols):
            wrong = next(symbol for symbol in symbols if symbol not in self.usable)
            why = "has no active $f" if wrong in self.active else "is not declared or not active"
            raise self.source.error(f"symbol {shown(wrong)} {why}", label)
        return symbols


def _place(hypothesis: tuple[int, Float | Essential]) -> int:
    return hypothesis[0]
