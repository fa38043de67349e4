"""Which statements of a database its own syntax axioms cannot parse: found out once, and remembered.

What was found is kept in `FWD_HOME/metamath/unreadable`, by the database's fingerprint, `until` and the text of the
modules that parse.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files

from fwd.home import home

from fwd_metamath import sealed
from fwd_metamath.database import PROVABLE, Assertion, Database
from fwd_metamath.progress import progress
from fwd_metamath.syntax import Syntax

UNREADABLE = "its statement cannot be parsed by the database's syntax axioms"

SHOWN = 5
"""Most statements that are named in a notice."""

_MAGIC = b"fwd metamath unreadable 1\n"
_PARSERS = ("earley", "parser", "readable", "source", "syntax", "terms")
_LONG = 5000
"""From so many statements on, people are told that they wait."""


def unreadable(database: Database, syntax: Syntax, limit: int) -> Mapping[str, str]:
    """Why an assertion of an index below `limit` cannot be used, for each that cannot be parsed; told on stderr."""
    digest = hashlib.sha256(f"{database.fingerprint} {limit}".encode())
    for name in _PARSERS:
        digest.update(files("fwd_metamath").joinpath(f"{name}.py").read_bytes())
    file = home() / "metamath" / "unreadable" / f"{digest.hexdigest()[:32]}.bin"
    labels = sealed.once(file, _MAGIC, lambda: _found(database, syntax, limit))
    if labels:
        named = ", ".join(f"{label} (line {database.assertions[label].line})" for label in labels[:SHOWN])
        more = ", ..." if len(labels) > SHOWN else ""
        print(
            f"notice: {database.path}: {len(labels)} statements cannot be parsed by the database's syntax axioms and "
            f"are not used: {named}{more}",
            file=sys.stderr,
        )
    return dict.fromkeys(labels, UNREADABLE)


def _found(database: Database, syntax: Syntax, limit: int) -> list[str]:
    asserted = [item for item in database.assertions.values() if item.typecode == PROVABLE and item.index < limit]
    title = f"parsing the statements of {database.path} once"
    labels = []
    with progress(title, quiet=len(asserted) < _LONG, what="statements") as watch:
        for number, item in enumerate(asserted):
            if any(syntax.read(text.split(" ")[1:], syntax.top) is None for text in _provable(item)):
                labels.append(item.label)
            if watch is not None and number % 100 == 0:
                watch(number, len(asserted))
    return labels


def _provable(assertion: Assertion) -> Iterator[str]:
    yield assertion.statement
    for item in assertion.essentials:
        yield item.statement
