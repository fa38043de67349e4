"""Loads databases, from a compiled copy under `FWD_HOME` where there is a valid one.

A copy is a sealed msgpack map of columns. It names the files that were read for it; if their content has not the
fingerprint of the copy, or anything else is odd, the database is parsed again.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import msgpack
from fwd.home import home

from fwd_metamath import sealed
from fwd_metamath.database import Assertion, Database, Essential, Float
from fwd_metamath.parser import parse, without_garbage_collection
from fwd_metamath.source import fingerprint

_MAGIC = b"fwd metamath database 3\n"


def load(path: Path, *, cache: bool = True) -> Database:
    """The database in a file, parsed but not verified. Raises `DatabaseError`.

    With `cache`, a compiled copy is read if it is up to date, and written otherwise; not of a pipe, which can be read
    once only.
    """
    if not cache or not path.is_file():
        return parse(path)[0]
    copy = _copy_of(path)
    database = _read(copy, path)
    if database is None:
        database, files = parse(path)
        sealed.write(copy, _MAGIC, msgpack.packb({"mentioned": files, **_compile(database)}))
    return database


def _copy_of(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    return home() / "metamath" / "compiled" / f"{path.stem}-{name}.mmc"


def _read(copy: Path, path: Path) -> Database | None:
    data = sealed.read(copy, _MAGIC)
    if data is None:
        return None
    with without_garbage_collection():
        columns = msgpack.unpackb(data, use_list=False)
        if columns["path"] != str(path) or fingerprint(columns["mentioned"]) != columns["fingerprint"]:
            return None
        return _restore(columns)


def _compile(database: Database) -> dict[str, Any]:
    """The database as plain columns; what many assertions share (frames, conditions, file names) is written once."""
    number = {label: index for index, label in enumerate(database.floats)}
    shared: defaultdict[Any, int] = defaultdict(lambda: len(shared))
    rows = []
    for item in database.assertions.values():
        floats = tuple([number[one.label] for one in item.floats])
        pairs = tuple(sorted(item.distinct)), tuple(sorted(item.scope_distinct))
        rows.append(
            (
                item.label,
                item.typecode,
                item.statement,
                shared["floats", floats],
                tuple([(one.label, one.statement) for one in item.essentials]),
                item.hypotheses if _mixed(item) else None,
                shared["pairs", pairs[0]],
                shared["pairs", pairs[1]],
                item.proof,
                shared["file", item.file],
                item.line,
            )
        )
    return {
        "path": database.path,
        "fingerprint": database.fingerprint,
        "constants": sorted(database.constants),
        "variables": database.variables,
        "floats": [(one.label, one.typecode, one.variable, one.first, one.last) for one in database.floats.values()],
        "shared": list(shared),
        "assertions": rows,
        "files": database.files,
    }


def _restore(columns: dict[str, Any]) -> Database:
    """The inverse of `_compile`."""
    floats = [Float(*row) for row in columns["floats"]]
    shared: list[Any] = []
    for kind, value in columns["shared"]:
        if kind == "floats":
            chosen = tuple([floats[index] for index in value])
            shared.append((chosen, tuple([item.label for item in chosen])))
        else:
            shared.append(frozenset(value) if kind == "pairs" else value)
    assertions = {}
    for row in columns["assertions"]:
        label, typecode, statement, frame, essentials, hypotheses, distinct, scope, proof, file, line = row
        chosen, labels = shared[frame]
        essentials = tuple([Essential(*item) for item in essentials])
        if hypotheses is None:
            hypotheses = (*labels, *[item.label for item in essentials]) if essentials else labels
        assertions[label] = Assertion(
            label,
            len(assertions),
            typecode,
            statement,
            chosen,
            essentials,
            hypotheses,
            shared[distinct],
            shared[scope],
            proof,
            shared[file],
            line,
        )
    return Database(
        path=columns["path"],
        fingerprint=columns["fingerprint"],
        constants=frozenset(columns["constants"]),
        variables=columns["variables"],
        floats={item.label: item for item in floats},
        assertions=assertions,
        files=columns["files"],
    )


def _mixed(assertion: Assertion) -> bool:
    """Whether an essential hypothesis is declared before a floating one."""
    labels = [item.label for item in assertion.floats] + [item.label for item in assertion.essentials]
    return tuple(labels) != assertion.hypotheses
