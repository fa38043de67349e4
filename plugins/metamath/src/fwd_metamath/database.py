"""What a Metamath database says: symbols, floating hypotheses and assertions with their frames.

Plain data, made by `fwd_metamath.parser` and kept by `fwd_metamath.cache`. Terms and rules are those of the Metamath
book, chapter 4. A statement is a string, its symbols joined by single blanks, typecode first: `"|- ( ph -> ph )"`.
"""

from __future__ import annotations

from functools import cached_property

from attrs import field, frozen
from fwd.errors import DatabaseError

PROVABLE = "|-"
"""The typecode of statements that assert something; all other typecodes say how symbols may be put together."""

Pair = tuple[str, str]
"""Two variables that must be distinct, in alphabetical order."""


@frozen
class Float:
    """A `$f` statement: it gives a variable its typecode.

    It is active in the frames of assertions whose index is in `range(first, last)`.
    """

    label: str
    typecode: str
    variable: str
    first: int = 0
    last: int = 1 << 62

    @property
    def statement(self) -> str:
        """Typecode and variable."""
        return f"{self.typecode} {self.variable}"


@frozen
class Essential:
    """An `$e` statement: a logical hypothesis."""

    label: str
    statement: str


@frozen(eq=False)
class Assertion:
    """A `$a` or `$p` statement with its extended frame (Metamath book, section 4.2.7).

    `floats` and `essentials` are the mandatory hypotheses of each kind in order of declaration, `hypotheses` the
    labels of both as declared. `distinct` holds the mandatory pairs of distinct variables, `scope_distinct` all pairs
    in scope (a proof may use dummy variables). `index` is the place among all assertions. `proof` is the text between
    `$=` and `$.` without comments, None for an axiom. `file` and `line` say where it stands.
    """

    label: str
    index: int
    typecode: str
    statement: str
    floats: tuple[Float, ...] = ()
    essentials: tuple[Essential, ...] = ()
    hypotheses: tuple[str, ...] = ()
    distinct: frozenset[Pair] = frozenset()
    scope_distinct: frozenset[Pair] = frozenset()
    proof: str | None = None
    file: str = ""
    line: int = 0

    @property
    def axiom(self) -> bool:
        """Whether it is stated without proof (`$a`)."""
        return self.proof is None

    @property
    def incomplete(self) -> bool:
        """Whether its proof has unknown steps (`?`), so that it proves nothing yet."""
        return self.proof is not None and "?" in self.proof

    @property
    def place(self) -> str:
        """`file:line: label`, to begin a message with; the label alone of what stands in no file."""
        return f"{self.file}:{self.line}: {self.label}" if self.file else self.label


@frozen(eq=False)
class Database:
    """A whole database, immutable; parsed but not verified.

    `variables` maps each variable to its typecode, `floats` each `$f` label to its statement, `assertions` each label
    to its assertion in order of declaration. `files` has the files that were read, each with the SHA-256 of its
    content; `fingerprint` is that of the only one, or a digest of all.
    """

    path: str
    fingerprint: str
    constants: frozenset[str]
    variables: dict[str, str]
    floats: dict[str, Float]
    assertions: dict[str, Assertion] = field(repr=False)
    files: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _by_variable(self) -> dict[str, Float]:
        return {item.variable: item for item in self.floats.values()}

    def float_of(self, variable: str) -> Float:
        """The floating hypothesis of a variable (the last one, if scopes declare several)."""
        return self._by_variable[variable]

    def assertion(self, label: str) -> Assertion:
        """The assertion with this label; `DatabaseError` if there is none."""
        found = self.assertions.get(label)
        if found is None:
            raise DatabaseError(f"{self.path}: no $a or $p statement has the label {label!r}")
        return found
