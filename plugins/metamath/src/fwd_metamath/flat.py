"""A database as one text for other programs: as the parser reads it, without comments and with its includes put in."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen
from fwd.errors import DatabaseError

from fwd_metamath.database import Database
from fwd_metamath.source import Reading

_COMMENT = re.compile(r"\$\(.*?\$\)", re.DOTALL)
_INCLUDE = re.compile(r"\$\[\s*(\S+)\s*\$\]")
_EVENT = re.compile(r"\$[fe{}](?=\s|\Z)")


def flat(database: Database) -> str:
    """The text. Raises `DatabaseError` if the files are no longer those that the database was read from."""
    reading = Reading()
    pieces: list[str] = []
    todo: list[str | Path] = [Path(database.path)]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif not reading.again(item):
            try:
                content = item.read_bytes()
            except OSError as error:
                raise DatabaseError(f"{item}: cannot be read again ({error.strerror})") from None
            reading.add(content)
            # Text and names of included files take turns.
            parts = _INCLUDE.split(_COMMENT.sub(" ", content.decode("ascii", errors="replace")))
            todo += [Path(part) if place % 2 else part for place, part in reversed(list(enumerate(parts)))]
    if reading.fingerprint != database.fingerprint:
        raise DatabaseError(f"{database.path} has changed since it was read: begin again")
    return "".join(pieces)


@frozen
class Hypothesis:
    """A `$f` or `$e` statement (`keyword` is `"f"` or `"e"`) as it is written."""

    label: str
    keyword: str
    symbols: tuple[str, ...]


def outermost(text: str) -> list[Hypothesis]:
    """The hypotheses in the outermost scope of a flat database, which hold wherever it goes on."""
    found = []
    depth = 0
    for event in _EVENT.finditer(text):
        keyword = event.group()[1]
        if keyword in "{}":
            depth += 1 if keyword == "{" else -1
        elif depth == 0:
            end = text.index("$.", event.end())
            found.append(
                Hypothesis(_token_before(text, event.start()), keyword, tuple(text[event.end() : end].split()))
            )
    return found


def _token_before(text: str, end: int) -> str:
    while text[end - 1].isspace():
        end -= 1
    begin = end
    while begin and not text[begin - 1].isspace():
        begin -= 1
    return text[begin:end]
