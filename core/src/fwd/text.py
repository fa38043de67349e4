"""Text from elsewhere, made fit to be shown on one line of a terminal, a log or a report."""

from __future__ import annotations

SHOWN = 400
"""Characters of one piece of text that are shown at most."""
LONGEST = 10_000
"""Characters of a whole line."""


def printable(text: str, most: int = SHOWN) -> str:
    """The text on one line, with every character escaped that would not be seen as itself: control characters, line
    ends, lone surrogates, and marks that change the direction of writing. At most about `most` characters of it."""
    if len(text) > most:
        text = f"{text[: most - 3]}..."
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode("ascii") for one in text
    )
