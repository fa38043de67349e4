"""A database's text in one piece, and where to write new proofs into it."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen

_COMMENT = re.compile(r"\$\(.*?\$\)", re.DOTALL)
_INCLUDE = re.compile(r"\$\[\s*(\S+)\s*\$\]")
_EVENT = re.compile(r"\$([fap{}])(?=\s)")

MAX_LABEL = 4096
"""How far before its `$p` the label of a statement is looked for."""


@frozen
class Place:
    """Where a statement stands: offsets of its label, of the end of its `$.`, and of the end of the outermost scope
    that holds it (its own end if none does)."""

    start: int
    end: int
    outside: int


class Text:
    """A database without comments and with its includes put in. `places` has `$f`, `$a` and `$p` by label."""

    def __init__(self, path: Path):
        self.text = _flat(path, set())
        self.places: dict[str, Place] = {}
        self._edits: list[tuple[int, int, int, str]] = []
        depth = 0
        inside: list[tuple[str, int, int]] = []
        for event in _EVENT.finditer(self.text):
            brace = event.group(1)
            if brace in "fap":
                end = self.text.index("$.", event.end()) + 2
                label = self.text[max(0, event.start() - MAX_LABEL) : event.start()].split()[-1]
                start = self.text.rindex(label, 0, event.start())
                if depth:
                    inside.append((label, start, end))
                else:
                    self.places[label] = Place(start, end, end)
                continue
            depth += 1 if brace == "{" else -1
            if depth == 0:
                for name, start, end in inside:
                    self.places[name] = Place(start, end, event.end())
                inside.clear()

    def replace_proof(self, label: str, proof: str, distinct: str) -> None:
        """Give a theorem another proof; `distinct` holds `$d` statements for its dummies."""
        place = self.places[label]
        body = self.text.index("$=", place.start) + 2
        self._edits.append((body, place.end, 0, f"\n{proof} $."))
        if distinct:
            self._edits.append((place.start, place.start, 0, f"${{ {distinct}\n"))
            self._edits.append((place.end, place.end, 0, " $}"))

    def insert(self, labels: set[str], statement: str) -> None:
        """Insert text outside of all scopes, right after everything that the labels name."""
        offset = max((self.places[label].outside for label in labels if label in self.places), default=len(self.text))
        self._edits.append((offset, offset, 1, f"\n{statement}\n"))

    def edited(self) -> str:
        """The text with all changes."""
        pieces = []
        position = 0
        # A scope is closed before something new begins at the same place.
        for start, end, _, new in sorted(self._edits, key=lambda edit: edit[:3]):
            pieces += [self.text[position:start], new]
            position = end
        return "".join([*pieces, self.text[position:], "\n"])

    def reset(self) -> None:
        """Forget all changes."""
        self._edits.clear()


def _flat(path: Path, seen: set[Path]) -> str:
    """The file without comments; each file is included the first time it is named only."""
    seen.add(path.resolve())
    text = _COMMENT.sub(" ", path.read_text(encoding="ascii", errors="replace"))
    pieces = []
    position = 0
    for include in _INCLUDE.finditer(text):
        pieces.append(text[position : include.start()])
        other = path.parent / include.group(1)
        if other.resolve() not in seen:
            pieces.append(_flat(other, seen))
        position = include.end()
    return "".join([*pieces, text[position:]])
