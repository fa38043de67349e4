"""The text of one file, read token by token: comments, statement ends and line numbers (Metamath book, 4.1 and 4.2.1).

Nothing is tokenised ahead of need, so that a file that is no Metamath database is refused at its first wrong token.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import define, field
from fwd.errors import DatabaseError

_LONGEST = 1 << 16  # characters of a token: far beyond any real name, and a file of no white space is refused at once
# All that is allowed is printable ASCII or white space; a range is found sooner than what is no white space.
_TOKEN = re.compile(rf"\s*+([!-~]{{1,{_LONGEST}}}+)")
_ALLOWED = bytes(range(33, 127)) + b" \t\r\n\f"
_CHUNK = 1 << 20
_AGAIN = "again"


def shown(token: str) -> str:
    """A token for a message, cut short if it is long."""
    return repr(token if len(token) <= 40 else token[:40] + "...")


@define
class Reading:
    """Which files are read, in order, and their content: what makes one database another.

    A file counts once, by its real place; a later mention of it is remembered as such, since it stands for nothing.
    """

    files: list[str] = field(factory=list)
    _known: set[str] = field(factory=set)
    _content: list[str] = field(factory=list)

    def again(self, path: Path) -> bool:
        """Note that a file is mentioned; whether it was before."""
        self.files.append(str(path))
        place = os.path.realpath(path)
        if place in self._known:
            self._content.append(_AGAIN)
            return True
        self._known.add(place)
        return False

    def add(self, content: bytes) -> None:
        """The content of the file just mentioned."""
        self._content.append(hashlib.sha256(content).hexdigest())

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """The files that were read, each with the SHA-256 of its content."""
        return tuple([pair for pair in zip(self.files, self._content, strict=True) if pair[1] != _AGAIN])

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the file if there is only one, and of the list of their SHA-256 otherwise."""
        if len(self._content) == 1:
            return self._content[0]
        return hashlib.sha256("\n".join(self._content).encode()).hexdigest()


def fingerprint(files: Iterable[str]) -> str:
    """The fingerprint that these files, mentioned in this order, have now; empty if one cannot be read."""
    reading = Reading()
    try:
        for name in files:
            if not reading.again(Path(name)):
                reading.add(Path(name).read_bytes())
    except OSError:
        return ""
    return reading.fingerprint


@define(eq=False)
class Source:
    """One file. `position` is where reading goes on, `start` where the last token began."""

    path: Path
    text: str = field(repr=False)
    position: int = 0
    start: int = 0
    _line: int = field(default=1, init=False)
    _counted: int = field(default=0, init=False)

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a file. `DatabaseError` if it cannot be read or is not printable ASCII."""
        chunks = []
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    if wrong := chunk.translate(None, _ALLOWED):
                        line = sum(part.count("\n") for part in chunks) + chunk[: chunk.index(wrong[0])].count(b"\n")
                        raise DatabaseError(
                            f"{path}:{line + 1}: byte 0x{wrong[0]:02x} is not allowed in a Metamath database "
                            "(printable ASCII only)"
                        )
                    chunks.append(chunk.decode("ascii"))
        except OSError as error:
            raise DatabaseError(f"{path}: cannot be read ({error.strerror}); name a Metamath database file") from error
        return cls(path, "".join(chunks))

    def token(self) -> str:
        """The next token that is not in a comment; empty at the end of the file. `DatabaseError` if it is too long."""
        while match := _TOKEN.match(self.text, self.position):
            self.start = match.start(1)
            self.position = match.end()
            if (token := match[1]) != "$(":
                if len(token) == _LONGEST:
                    raise self.error(f"{shown(token)} is too long: tokens have less than {_LONGEST:,} characters")
                return token
            self._skip_comment()
        self.start = self.position
        return ""

    def body(self, label: str) -> str:
        """The text up to the next `$.`, without comments; reading goes on behind it."""
        text, begin, start = self.text, self.start, self.position
        parts = []
        end = text.find("$.", start)
        while end >= 0 and (comment := text.find("$(", start, end)) >= 0:
            if not text[comment - 1].isspace():
                raise self.error("there must be white space before $(", label, comment)
            parts.append(text[start:comment])
            self.position = comment + 2
            self._skip_comment()
            start = self.position
            if end < start:
                end = text.find("$.", start)
        if end < 0:
            raise self.error("the statement is not closed by $.", label, begin)
        if not text[end - 1].isspace() or not text[end + 2 : end + 3].strip() == "":
            raise self.error("there must be white space around $.", label, end)
        self.position = end + 2
        parts.append(text[start:end])
        return " ".join(parts)

    def line(self, offset: int) -> int:
        """Line number, from 1, of an offset. Cheap if asked in rising order."""
        if offset < self._counted:
            return self.text.count("\n", 0, offset) + 1
        self._line += self.text.count("\n", self._counted, offset)
        self._counted = offset
        return self._line

    def error(self, message: str, label: str = "", offset: int | None = None) -> DatabaseError:
        """An error at an offset, by default that of the last token."""
        line = self.line(self.start if offset is None else offset)
        name = f"{label}: " if label else ""
        return DatabaseError(f"{self.path}:{line}: {name}{message}")

    def _skip_comment(self) -> None:
        begin = self.position
        close = self.text.find("$)", begin)
        if close < 0:
            raise self.error("the comment is not closed by $)", offset=begin)
        if self.text.find("$(", begin, close) >= 0:
            raise self.error("a comment may not contain $(", offset=begin)
        if not self.text[begin : begin + 1].isspace() or not self.text[close - 1].isspace():
            raise self.error("there must be white space inside $( and $)", offset=begin)
        if self.text[close + 2 : close + 3].strip():
            raise self.error("there must be white space after $)", offset=close)
        self.position = close + 2
