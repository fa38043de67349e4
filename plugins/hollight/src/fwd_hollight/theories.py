"""The files that are loaded on top of HOL Light's core: where they are, what they load in turn, what they say.

A name that HOL Light's own library has means that file, in every folder; any other is a file of one's own, by its
place.
What one's own files load is found by reading them; the server refuses what was loaded beyond that.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import evolve
from fwd.errors import UserError

from fwd_hollight import install
from fwd_hollight.settings import HolLightConfig

_LOADS = re.compile(rb'(?:\b(?:needs|loadt|loads|use_file)|#use|#load)\s*\(?\s*"([^"\n]+)"')


def place(name: str) -> Path:
    """The absolute place of a library. What is nowhere is said to be in HOL Light's own library."""
    own = Path(os.path.abspath(install.SOURCES / name))
    if (name.startswith(("./", "../")) or not own.is_file()) and Path(name).is_file():
        return Path(os.path.abspath(name))
    return own


def is_own(path: Path) -> bool:
    """Whether a file is none of the installed HOL Light's."""
    return not path.resolve().is_relative_to(install.SOURCES.resolve())


def resolve(config: HolLightConfig) -> HolLightConfig:
    """The settings with files of one's own by absolute place; HOL Light's own keep their names."""
    return evolve(config, libraries=tuple(map(_resolved, config.libraries)))


def _resolved(name: str) -> str:
    found = place(name)
    return str(found) if is_own(found) and found.is_file() else name


def programs(config: HolLightConfig) -> list[Path]:
    """The files that are no part of HOL Light and run when the env starts, those included that others of them load."""
    return [path for path in loaded(config.libraries) if is_own(path)]


def loaded(names: Iterable[str]) -> list[Path]:
    """The files that are loaded for libraries, each once, as far as their texts say. Libraries that cannot be read are
    among them."""
    found: dict[Path, None] = {}
    waiting = [place(name) for name in reversed(list(names))]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        try:
            text = path.read_bytes()
        except OSError:
            continue
        inner = [os.fsdecode(name).removeprefix("$/") for name in _LOADS.findall(text)]
        waiting += [one for one in (_beside(path, name) for name in reversed(inner)) if one.is_file()]
    return list(found)


def _beside(path: Path, name: str) -> Path:
    """The file that a file loads by this name: HOL Light's own, else one in the same folder."""
    own = install.SOURCES / name
    return own if own.is_file() or not is_own(path) else Path(os.path.abspath(path.parent / name))


def digest(path: Path) -> str:
    """The SHA-256 of a file's content. Raises `UserError`."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(
            f"cannot read {path}: {error.strerror}; env.libraries names files in {install.SOURCES}, or your own"
        ) from None


def described(names: Iterable[str]) -> tuple[str, ...]:
    """A line for each file, the core first: what it is, its place, its digest. Raises `UserError`."""
    core = f"HOL Light {install.SOURCES} (SHA-256 {install.digest()})"
    kinds = {path: "theory" if is_own(path) else "library" for path in loaded(names)}
    return (core, *(f"{kind} {path} (SHA-256 {digest(path)})" for path, kind in kinds.items()))


def fingerprint(names: Iterable[str]) -> str:
    """Changes with the text of HOL Light's core and of what is loaded on top of it, wherever that is."""
    parts = [install.digest(), *(f"{path.name} {digest(path)}" for path in loaded(names))]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
