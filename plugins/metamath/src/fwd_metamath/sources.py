"""Where databases are found."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from fwd.errors import DatabaseError
from fwd.home import home

EMBEDDED = "embedded"
"""The setting that means the small propositional database that the plugin carries."""

DEBIAN = Path("/usr/share/metamath/databases")
"""Where Debian's package `metamath-databases` puts its files."""


KNOWN = ("set.mm", "iset.mm", "nf.mm", "ql.mm", "hol.mm")
"""Databases that others publish under these names."""


def downloads() -> Path:
    """The folder of downloaded databases."""
    return home() / "metamath" / "databases"


SETTING = "say --set env.database=PATH"
"""How a setting names a database."""


def locate(setting: str | None, way: str = SETTING) -> Path:
    """The file that `env.database` means: "embedded" (also None), a path, or the name of a well-known database.

    A name without a folder, such as `set.mm`, is looked for where `FWD_METAMATH_DB` points (a folder, or a file that
    is not known as another database), among Debian's databases and among the downloaded ones. Raises `DatabaseError`
    if it is in none of them; `way` is what it then advises to give another file.
    """
    if setting is None or setting == EMBEDDED:
        return Path(str(files("fwd_metamath") / "data" / "propositional.mm"))
    path = Path(setting).expanduser()
    if len(path.parts) > 1 or (path.exists() and not path.is_dir()):
        if path.is_dir():
            raise DatabaseError(f"{path}: this is a folder; {way}, a Metamath database")
        if not path.exists():
            raise DatabaseError(f"{path}: there is no such file; {way}, a Metamath database")
        return path
    for place in _places(path.name):
        if place.is_file():
            return place
    raise DatabaseError(
        f"no Metamath database {path.name}: {way}, set FWD_METAMATH_DB to the file or its folder, "
        "install Debian's metamath-databases, or run fwd data build --env metamath --download"
    )


def _places(name: str) -> list[Path]:
    places = [DEBIAN / name, downloads() / name]
    if named := os.environ.get("FWD_METAMATH_DB"):
        path = Path(named).expanduser()
        if path.is_dir():
            places.insert(0, path / name)
        elif path.name == name or path.name not in KNOWN:
            places.insert(0, path)
    return places
