"""Loads databases, from a compiled copy under `FWD_HOME` where there is a valid one.

A copy is one file: a magic line, a checksum, and a msgpack map of columns. It names the files that it was made from
with their sizes and times; if any of them changed, or anything else is odd, the database is parsed again. A copy that
cannot be written is no error: the next start is only slower.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgpack
from fwd.home import home

from fwd_metamath.database import Assertion, Database, Essential, Float
from fwd_metamath.parser import parse, without_garbage_collection

_MAGIC = b"fwd metamath database 1\n"
_DIGEST = 16


def load(path: Path, *, cache: bool = True) -> Database:
    """The database in a file, parsed but not verified. Raises `DatabaseError`.

    With `cache`, a compiled copy is read if it is up to date, and written otherwise.
    """
    if not cache:
        return parse(path)[0]
    copy = _copy_of(path)
    database = _read(copy, path)
    if database is None:
        stamp = _stamps([path])
        database, files = parse(path)
        _write(copy, {"files": _stamps(files), **_compile(database)}, stamp)
    return database


def _copy_of(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    return home() / "metamath" / "compiled" / f"{path.stem}-{name}.mmc"


def _stamps(files: Sequence[Path | str]) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of files; of none if one of them is gone."""
    try:
        states = [os.stat(file) for file in files]
    except OSError:
        return ()
    return tuple([(str(file), at.st_size, at.st_mtime_ns) for file, at in zip(files, states, strict=True)])


def _read(copy: Path, path: Path) -> Database | None:
    try:
        data = memoryview(copy.read_bytes())
    except OSError:
        return None
    start = len(_MAGIC) + _DIGEST
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : start] != _checksum(data[start:]):
        return None
    with without_garbage_collection():
        columns = msgpack.unpackb(data[start:], use_list=False)
        if columns["path"] != str(path) or _stamps([name for name, *_ in columns["files"]]) != columns["files"]:
            return None
        return _restore(columns)


def _write(copy: Path, columns: dict[str, Any], before: tuple[tuple[str, int, int], ...]) -> None:
    """Write a copy under a temporary name and rename it, unless the main file changed since `before`."""
    if columns["files"][:1] != before:
        return
    data = msgpack.packb(columns)
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{copy.name}.", dir=copy.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_MAGIC + _checksum(data) + data)
            os.replace(temporary, copy)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError:
        return


def _checksum(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


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
    )


def _mixed(assertion: Assertion) -> bool:
    """Whether an essential hypothesis is declared before a floating one."""
    labels = [item.label for item in assertion.floats] + [item.label for item in assertion.essentials]
    return tuple(labels) != assertion.hypotheses
