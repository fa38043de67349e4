"""Our OCaml sources: compiled once for each version, and the script that makes a HOL Light serve with them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import string
import subprocess
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

from fwd.errors import UserError

from fwd_hollight import folders, install, theories

OCAML = resources.files("fwd_hollight") / "ocaml"
FUNCTIONS = resources.files("fwd_hollight") / "data" / "functions.txt"

_DEFINITION = re.compile(r"let (?:rec )?([A-Za-z_][A-Za-z0-9_']*)")

COMPILED = ("fwd_lex", "fwd_wire", "fwd_expr", "fwd_names", "fwd_record")
"""In order of dependence. HOL Light's own lexer would not read them."""
THEORIES = ("theories",)
TERMS = ("spelling", "terms")
SERVER = (*TERMS, "steps", "check", "listing", "state", "serve")
RECORDER = ("recorder", "extract")
ALL = (*COMPILED, *THEORIES, *SERVER, *RECORDER)


def functions() -> list[str]:
    """The names of functions that steps may use, beside all theorems."""
    lines = FUNCTIONS.read_text(encoding="ascii").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def fingerprint() -> str:
    """Changes with our sources and with the functions that steps may use."""
    texts = [(OCAML / f"{name}.ml").read_bytes() for name in ALL]
    return hashlib.sha256(b"\0".join([*texts, FUNCTIONS.read_bytes()])).hexdigest()[:16]


def folder() -> Path:
    """A folder with all sources and the compiled ones, made if need be. Raises `UserError`."""
    install.require()
    ready = folders.cache() / "ocaml" / fingerprint()
    if not ready.is_dir():
        _compile(ready)
    return ready


def _compile(ready: Path) -> None:
    """Compile in a temporary folder and rename it, so that the folder is complete or not there."""
    ready.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=ready.parent))
    try:
        for name in ALL:
            (work / f"{name}.ml").write_bytes((OCAML / f"{name}.ml").read_bytes())
        for name in COMPILED:
            command = ["ocamlc", "-I", "+compiler-libs", "-c", f"{name}.ml"]
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
            if done.returncode:
                raise UserError(f"ocamlc cannot compile {name}.ml: {' '.join(done.stderr.split())[:300]}")
        os.replace(work, ready)
    except OSError:
        if not ready.is_dir():  # else somebody else was faster
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


_PLAIN = frozenset(string.ascii_letters + string.digits + " .,=+-<>!?/~:_()[]|&@^")


def quoted(text: str) -> str:
    """An OCaml string of the text's bytes. All but harmless ones are numbers, so that nothing in it can end the string,
    a phrase or a quotation, even for a reader that is lost."""
    data = text.encode("utf-8", "surrogatepass")
    return '"' + "".join(chr(byte) if chr(byte) in _PLAIN else f"\\{byte:03d}" for byte in data) + '"'


def strings(items: list[str]) -> str:
    """An OCaml list of strings."""
    return "[" + ";".join(map(quoted, items)) + "]"


def loading(compiled: tuple[str, ...], plain: tuple[str, ...]) -> str:
    """Phrases that load compiled sources, then others."""
    at = folder()
    lines = [f"Topdirs.dir_directory {quoted(str(at))};;"]
    lines += [f"Topdirs.dir_load Format.std_formatter {quoted(str(at / name))};;" for name in _objects(compiled)]
    lines += [f"loadt {quoted(str(at / name))};;" for name in (f"{name}.ml" for name in plain)]
    return "\n".join(lines) + "\n"


def _objects(names: tuple[str, ...]) -> list[str]:
    return [f"{name}.cmo" for name in names]


def libraries(names: tuple[str, ...]) -> str:
    """Phrases that load libraries on top of the core, each from its absolute place; what they load in turn is HOL
    Light's own, or lies beside a file of one's own."""
    return "\n".join(
        [
            loading((), THEORIES),
            load_path(names),
            *(f"fwd_library {number} {quoted(str(theories.place(name)))};;" for number, name in enumerate(names, 1)),
            *([_known(names)] if names else []),
        ]
    )


def load_path(names: tuple[str, ...]) -> str:
    """The phrase that says where files are looked for that a library loads."""
    own = [str(path.parent) for path in map(theories.place, names) if theories.is_own(path)]
    return f"load_path := {strings(['$', *dict.fromkeys(own)])};;"


def _known(names: tuple[str, ...]) -> str:
    """The phrase that ends HOL Light if it loaded files that `theories.loaded` does not name."""
    installed = sorted({path.name for path in install.SOURCES.rglob("*.ml")})
    own = [folder() / f"{THEORIES[0]}.ml", *filter(theories.is_own, theories.loaded(names))]
    known = [f"({quoted(one.name)},{quoted(hashlib.md5(one.read_bytes()).hexdigest())})" for one in own]
    return f"fwd_loaded {strings(installed)} [{';'.join(known)}];;"


def _definitions(names: tuple[str, ...]) -> str:
    """Where each function is defined that is defined more than once, as an OCaml list: name, file, line."""
    known = set(functions())
    found: dict[str, list[tuple[str, int]]] = {}
    for path in [*install.SOURCES.glob("*.ml"), *theories.loaded(names)]:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
            defined = _DEFINITION.match(line)
            if defined and defined[1] in known:
                found.setdefault(defined[1], []).append((path.name, number))
    rows = [(name, *place) for name, places in sorted(found.items()) if len(places) > 1 for place in places]
    return "[" + ";".join(f"({quoted(name)},{quoted(file)},{line})" for name, file, line in rows) + "]"


def server(socket: Path, lock: int, idle: float, names: tuple[str, ...]) -> str:
    """The script of a zygote: HOL Light reads it after its own library. `lock` is a file that it closes when it
    serves."""
    return "\n".join(
        [
            '#load "unix.cma";;',
            libraries(names),
            "let fwd_files = rev (map fst !loaded_files);;",
            loading(COMPILED[:4], SERVER),
            "Fwd_names.set_files fwd_files;;",
            f"allow {strings(functions())} {_definitions(names)};;",
            "Gc.compact ();;",
            f"Fwd_wire.serve {quoted(str(socket))} {lock} {float(idle)} worker;;",
        ]
    )
