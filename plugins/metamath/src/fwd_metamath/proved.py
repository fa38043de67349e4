"""Which theorems of a database are not proved: found out once by verifying all of it, and remembered.

What was found is kept in `FWD_HOME/metamath/proved`, by the database's fingerprint and the text of the modules that
read and judge, so that neither another database nor another verifier is answered by it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from importlib.resources import files
from multiprocessing import current_process
from types import MappingProxyType

from fwd.home import home

from fwd_metamath import sealed
from fwd_metamath.batch import CHUNK, Failure, verify
from fwd_metamath.compressed import applied
from fwd_metamath.database import Assertion, Database
from fwd_metamath.progress import progress

INCOMPLETE = "its proof is incomplete"
WRONG = "its proof is wrong: {}"
RESTS = "rests on {}"

_MAGIC = b"fwd metamath proved 1\n"
_JUDGES = ("source", "parser", "database", "compressed", "partial", "verifier", "batch", "proved")
_MOST_JOBS = 16

_LONG = 3_000_000
"""From so many characters of proofs on, people are told that they wait."""


def unproved(database: Database) -> Mapping[str, str]:
    """Why a theorem is not proved, for each that is not: its own proof is incomplete or wrong, or it rests, directly or
    through others, on such a theorem.

    The first time for a database this verifies every proof and says so on stderr if it takes long.
    """
    file = home() / "metamath" / "proved" / f"{database.fingerprint[:32]}-{_judges()}.bin"
    found = sealed.once(file, _MAGIC, lambda: _unproved(database))
    return MappingProxyType(found)


def rooted(labels: Iterable[str], unproved: Mapping[str, str]) -> list[str]:
    """Those of the labels whose own proof is incomplete or wrong."""
    resting = RESTS.format("")
    return [label for label in labels if label in unproved and not unproved[label].startswith(resting)]


def _judges() -> str:
    """A digest of what a verdict depends on beside the database."""
    digest = hashlib.sha256()
    for name in _JUDGES:
        digest.update(files("fwd_metamath").joinpath(f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def _unproved(database: Database) -> dict[str, str]:
    """Verify all, then follow the labels that the proofs use."""
    with progress(f"verifying {database.path} once", quiet=_size(database) < _LONG) as watch:
        failures = verify(database, None, _jobs(database), watch)
    return spread(database, failures)


def spread(database: Database, failures: list[Failure]) -> dict[str, str]:
    """Why theorems are not proved, in order of declaration, given those whose own proof is wrong."""
    wrong = {failure.label: failure.reason for failure in failures}
    found: dict[str, str] = {}
    roots: dict[str, Assertion] = {}
    for item in database.assertions.values():
        if item.label in wrong:
            found[item.label] = WRONG.format(wrong[item.label])
            roots[item.label] = item
        elif item.incomplete:
            found[item.label] = INCOMPLETE
            roots[item.label] = item
        elif roots and (used := applied(item, roots)):
            first = min([roots[label] for label in used], key=lambda root: root.index)
            found[item.label] = RESTS.format(first.label)
            roots[item.label] = first
    return found


def _size(database: Database) -> int:
    return sum(len(item.proof or "") for item in database.assertions.values())


def _jobs(database: Database) -> int:
    """How many processes are worth it. A daemon may have no children."""
    if current_process().daemon:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), _size(database) // (4 * CHUNK), _MOST_JOBS))
