"""What steps may name, what it says, and how HOL Light writes terms: asked of a worker once, then cached."""

from __future__ import annotations

import json
import os
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from attrs import frozen

from fwd_hollight import folders, types
from fwd_hollight.keys import key
from fwd_hollight.types import TACTIC, THEOREM, Type

Order = tuple[int, int, int]
"""Where a name was defined last: number of the file in order of loading, line, column."""
Ask = Callable[[list[str]], list[str]]
"""A worker's answer to a request."""
BATCH = 100
"""Theorems that are asked for at a time."""


@frozen(eq=False)
class Library:
    """The names of one library set.

    `order` has every name of the toplevel that the library defines, `usable` the types of those that steps may use.
    `syntax` has names by kind: "infix", "prefix", "binder", "reserved", "constant", "type". `statements` are those of
    usable theorems; `keys` their keys, and after each those of its conjuncts.
    """

    order: Mapping[str, Order]
    usable: Mapping[str, Type]
    syntax: Mapping[str, tuple[str, ...]]
    files: Mapping[str, int]
    """Number of each file, by its name without folders."""
    statements: Mapping[str, str]
    keys: Mapping[str, tuple[str, ...]]

    @cached_property
    def theorems(self) -> tuple[str, ...]:
        """Usable names of theorems, in order of definition."""
        names = [name for name, kind in self.usable.items() if kind == THEOREM]
        return tuple(sorted(names, key=lambda name: (self.order[name], name)))

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """Usable names of anything else, sorted."""
        return tuple(sorted(name for name, kind in self.usable.items() if kind != THEOREM))

    @cached_property
    def by_key(self) -> Mapping[str, frozenset[str]]:
        """The names of the theorems with each key."""
        return _names((name, keys[:1]) for name, keys in self.keys.items())

    @cached_property
    def by_part(self) -> Mapping[str, frozenset[str]]:
        """The names of the theorems that have each key, or a conjunct that has it."""
        return _names(self.keys.items())

    @cached_property
    def sequence(self) -> tuple[tuple[Order, str], ...]:
        """All names with their orders, in order."""
        return tuple(sorted((order, name) for name, order in self.order.items()))

    def first_after(self, file: str, line: int) -> str | None:
        """The first name that is defined after a line of a file; None if there is none."""
        place = bisect_right(self.sequence, ((self.files[file], line + 1, -1), ""))
        return self.sequence[place][1] if place < len(self.sequence) else None

    def is_tactic(self, label: str) -> bool:
        """Whether a step with this label states what a tactic proves, rather than let a rule compute it."""
        end = types.result(self.usable[label])
        return end == TACTIC or end.variable

    def saying_more(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and those of theorems that say the same as one of them, alone or beside other things."""
        found = [self.by_part[self.keys[name][0]] for name in names if name in self.keys]
        return frozenset(names).union(*found)

    def permits(self, name: str, before: str | None, forbidden: frozenset[str]) -> bool:
        """Whether a goal with these limits may use the name."""
        if name not in self.usable or name in forbidden:
            return False
        return before is None or self.order[name] < self.order[before]


def _names(keys: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, several in keys:
        for one in several:
            found.setdefault(one, set()).add(name)
    return {one: frozenset(names) for one, names in found.items()}


def load(name: str, ask: Ask) -> Library:
    """The library of the zygote with this name; a worker is asked, should it not be cached."""
    path = folders.cache() / "library" / f"{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = {kind: ask(["listing", kind]) for kind in ("order", "names", "syntax", "files")}
        names = [row.split("\t")[0] for row in content["names"] if row.split("\t")[4] == THEOREM.name]
        content["theorems"] = _said(ask, names)
        write(path, json.dumps(content))
    return _library(content)


def _said(ask: Ask, names: list[str]) -> list[str]:
    """For each theorem its name, its statement (empty if it has no spelling), its key and those of its conjuncts."""
    rows = []
    batches = [names[first : first + BATCH] for first in range(0, len(names), BATCH)]
    said = [row for batch in batches for row in ask(["theorems", " ".join(batch)])]
    for name, row in zip(names, said, strict=True):
        statement, *shapes = row.split("\t")
        rows.append("\t".join([name, statement, *(key([shape]) for shape in shapes)]))
    return rows


def write(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, path)


def _library(content: Mapping[str, list[str]]) -> Library:
    order: dict[str, Order] = {}
    for row in content["order"]:
        name, file, line, column = row.split("\t")
        order[name] = (int(file), int(line), int(column))
    texts = {row.split("\t")[0]: row.split("\t")[4] for row in content["names"]}
    tactic = texts["ALL_TAC"]
    usable = {name: types.parse(text.replace(tactic, TACTIC.name)) for name, text in texts.items()}
    syntax: dict[str, list[str]] = {}
    for row in content["syntax"]:
        kind, name = row.split("\t")
        syntax.setdefault(kind, []).append(name)
    files = {name: int(place) for name, place in (row.split("\t") for row in content["files"])}
    theorems = [row.split("\t") for row in content["theorems"]]
    return Library(
        order,
        usable,
        {kind: tuple(sorted(set(names))) for kind, names in syntax.items()},
        files,
        statements={name: statement for name, statement, *_ in theorems if statement},
        keys={name: tuple(keys) for name, _, *keys in theorems},
    )
