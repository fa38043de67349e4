"""Records that somebody made by hand: goals and facts as plain data, in a frame that claims to be solved."""

from __future__ import annotations

from typing import Any

import msgpack
import zstandard
from attrs import frozen

Plain = list[Any]
ITEMS = ("name", "statement", "hypotheses", "conditions", "forbidden", "before")


@frozen
class Raw:
    """Bytes that a writer takes for a record."""

    content: bytes
    model_step: int | None = None

    def pack(self) -> bytes:
        return self.content


def frame(layout: Any) -> bytes:
    """What a record is packed in."""
    return zstandard.ZstdCompressor().compress(msgpack.packb(layout, unicode_errors="surrogatepass"))


def claim(goal: Plain, facts: Any, env: str, fingerprint: str) -> Raw:
    """A record that claims to be a proof."""
    return Raw(frame([1, goal, facts, [True, "solved", env, fingerprint, "forged"], ["nobody", None, 0, 0]]))


def altered(goal: Plain, changes: dict[str, Any]) -> Plain:
    """A goal with some items changed, by their names."""
    return [changes.get(name, old) for name, old in zip(ITEMS, goal, strict=True)]


def fact(statement: Any, label: Any, premises: Any = (), arguments: Any = (), own: Any = None) -> Plain:
    """A fact as a record has it."""
    return [statement, list(premises) if type(premises) is tuple else premises, label, own, list(arguments)]


def given(statement: Any) -> Plain:
    """A hypothesis as a record has it."""
    return [statement, [], None, None, None]
