"""Whether HOL Light is installed, and which."""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from fwd.errors import UserError

PROGRAM = "hol-light"
SOURCES = Path("/usr/share/hol-light")
"""Where Debian's package keeps the library; `update_database` and what is loaded on top come from here too."""
NUMBERS = Path("/usr/lib/ocaml/nums.cma")
"""From libnum-ocaml-dev, which Debian's hol-light needs and does not ask for."""

ADVICE = "run `make hollight`, or install Debian's packages hol-light and libnum-ocaml-dev"


def missing() -> str:
    """What is not installed, or nothing if all is there."""
    if shutil.which(PROGRAM) is None or not (SOURCES / "hol.ml").is_file():
        return "HOL Light is not installed"
    if not NUMBERS.is_file():
        return "HOL Light lacks OCaml's library of big numbers"
    if shutil.which("ocamlc") is None:
        return "OCaml's compiler ocamlc is not installed"
    return ""


def require() -> None:
    """Raises `UserError` that says what to install if something is missing."""
    what = missing()
    if what:
        raise UserError(f"{what}: {ADVICE}")


@cache
def digest() -> str:
    """The SHA-256 of the installed core: its texts, and the extension of OCaml's parser that reads them."""
    total = hashlib.sha256()
    for path in [*sorted(SOURCES.glob("*.ml")), SOURCES / "pa_j.cmo"]:
        try:
            total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise UserError(f"cannot read {path}: {error.strerror}") from None
    return total.hexdigest()


def surroundings(library: Path = SOURCES) -> dict[str, Any]:
    """How every HOL Light is started, as arguments of `subprocess.Popen`: in the folder of its library and with no
    variables that lead elsewhere, since it prefers files that lie where it stands."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {"cwd": library, "env": {**kept, "HOLLIGHT_DIR": str(library)}, "start_new_session": True}
