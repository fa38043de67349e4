"""Named things, who brought them, and helpful refusals."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Generic, TypeVar

from fwd.errors import PluginError

T = TypeVar("T")


class Registry(Generic[T]):
    """Values of one `kind` ("env", "strategy", ...) by name; each remembers the distribution that it came from. `hint`
    says where they come from, for somebody who has none."""

    def __init__(self, kind: str, hint: str = "") -> None:
        self.kind, self.hint = kind, hint
        self._values: dict[str, T] = {}
        self._origins: dict[str, str] = {}

    def add(self, name: str, value: T, origin: str) -> None:
        """Register a value. Raises `PluginError` that names both origins if the name is taken."""
        if name in self._values:
            both = f"{self._origins[name]} and {origin}"
            raise PluginError(f"{self.kind} {name!r} is registered by both {both}: uninstall one of them")
        self._values[name] = value
        self._origins[name] = origin

    def get(self, name: str) -> T:
        """The value. Raises `PluginError` with the nearest names and all known ones if there is none."""
        if name not in self._values:
            raise PluginError(f"unknown {self.kind} {name!r}{suggestion(name, self._values)} ({self._known()})")
        return self._values[name]

    def origin(self, name: str) -> str:
        """Which distribution registered the value. Raises `PluginError` as `get` does."""
        self.get(name)
        return self._origins[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __len__(self) -> int:
        return len(self._values)

    def _known(self) -> str:
        return f"known: {', '.join(self.names())}" if self._values else f"none is installed{self.hint}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """`"; did you mean 'x' or 'y'?"` with the names nearest to a mistyped one, or nothing if none is near."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(repr(one) for one in near)}?" if near else ""
