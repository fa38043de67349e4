"""Rules, and the files that people write them in.

    # a comment
    [ring]                                          a section; goes on until the next
    add_comm: A + B = B + A                         an equation: rewrites terms, in both directions
    mul_cancel: A*C = B*C <=> A = B if C != 0       an equivalence: rewrites whole statements, in both directions
    lt_trans: A < B, B < C |- A < C                 an assertion: from facts to a fact
    include "mine.rules"                            another file, relative to this one

Variables are single capital letters and stand for any real number. All functions are total, as in Mathlib: 1/0 = 0,
sqrt(x) = 0 for x < 0, ln(x) = ln(abs(x)), ln(0) = 0, so a rule must hold for all reals. `if` names side conditions,
which the env looks up among the facts. A mistake is a `DatabaseError` that begins with file and line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Literal

from attrs import evolve, field, frozen
from fwd.errors import DatabaseError
from fwd.files import regular

from fwd_equations.parse import Reader, Unreadable, shown
from fwd_equations.show import show
from fwd_equations.terms import Term, variables

LARGEST_FILE = 4_000_000
"""Most bytes of a rules file."""
LARGEST_PART = 100
"""Most nodes of one side, premise or condition of a rule."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
_SECTION = re.compile(r"\[\s*([a-z][a-z0-9_-]*)\s*\]")
_INCLUDE = re.compile(r'include\s+"([^"]+)"')
_VARIABLE = re.compile(r"[A-Z]")


@frozen
class Rule:
    """One rule, as it was written.

    An equation or equivalence has sides `left` and `right`; an assertion has `premises` and its conclusion on the
    `right` (its `left` is None). `conditions` are what stands after `if`.
    """

    name: str
    kind: Literal["equation", "equivalence", "assertion"]
    left: Term | None
    right: Term
    premises: tuple[Term, ...] = ()
    conditions: tuple[Term, ...] = ()
    section: str = ""
    file: str = field(default="", eq=False)
    line: int = field(default=0, eq=False)
    digest: str = field(default="", eq=False)
    """The SHA-256 of the file, as it was when the rule was read."""

    @property
    def parts(self) -> tuple[Term, ...]:
        """All terms of the rule, as they stand from left to right."""
        left = () if self.left is None else (self.left,)
        return (*self.premises, *left, self.right, *self.conditions)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of its variables in order of first occurrence."""
        return tuple(dict.fromkeys(name for part in self.parts for name in variables(part)))

    @property
    def text(self) -> str:
        """The rule as a line of a rules file, without its name."""
        right = show(self.right)
        if self.kind == "assertion":
            text = f"{', '.join(show(premise) for premise in self.premises)} |- {right}".strip()
        else:
            assert self.left is not None
            text = f"{show(self.left)} {'=' if self.kind == 'equation' else '<=>'} {right}"
        return text + (f" if {', '.join(show(one) for one in self.conditions)}" if self.conditions else "")

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.line}"

    @property
    def source(self) -> str:
        """The file by its absolute place, and its digest, for messages."""
        return f"{Path(self.file).resolve()} (SHA-256 {self.digest})"


def builtin() -> Path:
    """The rules file that is carried along."""
    return Path(str(resources.files("fwd_equations") / "data" / "real.rules"))


def load(*paths: Path) -> tuple[Rule, ...]:
    """The rules of some files and of what they include, in order. Raises `DatabaseError`, with file and line.

    Only reads: whether the rules are true is for `fwd_equations.falsify` to say.
    """
    rules: dict[str, Rule] = {}
    for path in paths:
        for rule in _rules(path):
            if rule.name in rules:
                raise DatabaseError(f"{rule.where}: the name {rule.name} is taken by {rules[rule.name].where}")
            rules[rule.name] = rule
    return tuple(rules.values())


def fingerprint(rules: tuple[Rule, ...]) -> str:
    """Sixteen hex digits that change whenever a rule does."""
    content = "\n".join(f"{rule.name}: {rule.text}" for rule in rules)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _rules(top: Path) -> Iterator[Rule]:
    """The rules of a file and its includes; the stack holds the files that are being read."""
    open_files = [(top.resolve(), _File.read(top, ""), "")]
    before = 0
    while open_files:
        resolved, file, section = open_files.pop()
        path = file.path
        for number, line in file.lines:
            where = f"{path}:{number}"
            line = line.partition("#")[0].strip()
            if not line:
                continue
            if found := _SECTION.fullmatch(line):
                section = found[1]
            elif found := _INCLUDE.fullmatch(line):
                other = path.parent / found[1]
                open_files.append((resolved, file, section))
                if any(other.resolve() == one[0] for one in open_files):
                    raise DatabaseError(f"{where}: {shown(found[1])} is being read already: the include is cyclic")
                open_files.append((other.resolve(), _File.read(other, f"{where}: "), section))
                break
            else:
                before += 1
                yield evolve(_rule(line, section, str(path), number), digest=file.digest)
    if not before:
        raise DatabaseError(f"{top}:1: there are no rules in this file")


@frozen
class _File:
    """A file that is being read: its numbered lines that are left, and what it is."""

    path: Path
    lines: Iterator[tuple[int, str]]
    digest: str

    @classmethod
    def read(cls, path: Path, where: str) -> _File:
        """The file. Raises `DatabaseError` if it is no text; `where` says who asked for it."""
        try:
            with regular(path) as file:
                content = file.read(LARGEST_FILE + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DatabaseError(f"{where}cannot read the rules file {path}: {reason}") from None
        lines = enumerate(_text(path, content).splitlines(), 1)
        return cls(path, lines, hashlib.sha256(content).hexdigest())


def _text(path: Path, content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise DatabaseError(f"{path}:1: more than {LARGEST_FILE} bytes: is this a rules file?")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DatabaseError(f"{path}:{line}: is not UTF-8 text: is this a rules file?") from None
    if "\x00" in text:
        raise DatabaseError(f"{path}:{text[: text.index(chr(0))].count(chr(10)) + 1}: is binary, not a rules file")
    return text


def _rule(line: str, section: str, file: str, number: int) -> Rule:
    """One line of a file as a rule. Raises `DatabaseError`."""
    where = f"{file}:{number}"
    name, colon, body = line.partition(":")
    name = name.strip()
    if not colon:
        raise DatabaseError(f"{where}: write NAME: RULE, not {shown(line)}")
    if not _NAME.fullmatch(name):
        raise DatabaseError(
            f"{where}: {shown(name)} is no name: use small letters, digits and _, beginning with a letter"
        )
    try:
        kind, premises, left, right, conditions = _body(body.strip())
    except Unreadable as error:
        raise DatabaseError(f"{where}: {name}: {error}") from None
    rule = Rule(name, kind, left, right, premises, conditions, section, file, number)
    for variable in rule.variables:
        if not _VARIABLE.fullmatch(variable):
            raise DatabaseError(f"{where}: {name}: {variable}: a rule's variables are single capital letters")
    largest = max(part.size for part in rule.parts)
    if largest > LARGEST_PART:
        raise DatabaseError(
            f"{where}: {name}: a part of {largest} nodes is too long, at most {LARGEST_PART} are allowed"
        )
    if rule.left is rule.right or rule.right in rule.premises:
        raise DatabaseError(f"{where}: {name}: is vacuous: it says nothing new")
    return rule


_Body = tuple[Literal["equation", "equivalence", "assertion"], tuple[Term, ...], Term | None, Term, tuple[Term, ...]]


def _body(text: str) -> _Body:
    """Kind, premises, left side, right side (or conclusion) and conditions of a rule. Raises `Unreadable`."""
    text, condition, conditions_text = _at_if(text)
    conditions: tuple[Term, ...] = ()
    if condition:
        reader = Reader(conditions_text)
        conditions = tuple(reader.statements())
        reader.end()
    reader = Reader(text)
    first = [] if reader.next_is("|-") else reader.statements()
    if reader.take("|-"):
        right = reader.statement()
        reader.end()
        return "assertion", tuple(first), None, right, conditions
    if len(first) == 1 and reader.take("<=>"):
        right = reader.statement()
        reader.end()
        return "equivalence", (), first[0], right, conditions
    reader.end()
    if len(first) != 1 or first[0].head != "=":
        raise Unreadable("write an equation L = R, an equivalence P <=> Q, or an assertion H, ... |- P")
    return "equation", (), *first[0].args, conditions


def _at_if(text: str) -> tuple[str, str, str]:
    """What stands before and after the word `if`."""
    found = re.search(r"(?<![A-Za-z0-9_])if(?![A-Za-z0-9_])", text)
    return (text[: found.start()], "if", text[found.end() :]) if found else (text, "", "")
