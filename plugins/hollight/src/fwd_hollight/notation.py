"""What people type: notations that can mean one thing only, in HOL Light's own; and what to write instead of others.

Nothing that HOL Light itself can read is changed: it knows neither the characters that are replaced here nor the marks
around a term that are taken off. What stands in strings stays.
"""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise

from fwd_hollight.words import QUOTE, TOKEN, TURNSTILE, tokens

_TABLE = resources.files("fwd_hollight") / "data" / "notations.txt"


def _words(kind: str) -> dict[str, str]:
    rows = [line.split(" ", 2) for line in _TABLE.read_text(encoding="utf-8").splitlines()]
    return {row[1]: row[2] for row in rows if row[0] == kind}


SYMBOLS, INSTEAD, DOUBTFUL = map(_words, ("read", "instead", "doubtful"))
_SIGNS = frozenset(["(", ",", "[", "{", ";", "=", "<", ">", "<=", ">=", "+", "-", "*", "/", "==>", "<=>", "~"])
"""After these a minus is a sign."""

REASONS = {
    "no term": "something is missing, or stands where it cannot",
    "Unparsed input": "a character that it does not know",
    "Unparsed input following term": "something stands behind the end of a term",
    "not a proposition": "it is no proposition: its type must be bool",
}
"""What HOL Light says, in other words."""


def plain(text: str) -> str:
    """The text as HOL Light writes it: without the back quotes or the turnstile of a term or theorem."""
    inner = text.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == QUOTE and inner.count(QUOTE) == 2:
        text = inner[1:-1]
    text = _replaced(text)
    stripped = text.lstrip()
    return stripped.removeprefix(TURNSTILE) if stripped.startswith(TURNSTILE) else text


def _replaced(text: str) -> str:
    if text.isascii():
        return text
    parts, place = [], 0
    for found in TOKEN.finditer(text):
        if found.start() < place:
            continue
        word = "∃!" if text.startswith("∃!", found.start()) else found[0]
        parts.append(text[place : found.start()])
        parts.append(f" {SYMBOLS[word]} " if word in SYMBOLS else word)
        place = found.start() + len(word)
    return "".join([*parts, text[place:]])


def advice(text: str, reason: str) -> str:
    """What to write instead of what HOL Light cannot read, where that is known, and why it cannot."""
    reason = re.sub(r"\?[0-9]+", "_", reason)  # types that HOL Light numbers as it goes
    words = list(dict.fromkeys(word for word in tokens(text) if not word.startswith('"')))
    hints = [f"for {word} write {INSTEAD[word]}" for word in words if word in INSTEAD]
    hints += [f"it reads no {word!r}, only ASCII" for word in words if not word.isascii() and word not in INSTEAD]
    if any(word == "-" and before in _SIGNS for before, word in pairwise(["(", *tokens(text)])):
        hints.append("write --x for the negative of x, --(&1) for minus one")
    if "cannot have type num" in reason or "overload" in reason:
        hints.append("numerals of the reals and integers are &1, &2, ...")
    if reason in REASONS:
        hints += [f"write {what}" for pattern, what in DOUBTFUL.items() if re.search(pattern, text)]
    return "; ".join([*hints[:3], REASONS.get(reason, reason)])
