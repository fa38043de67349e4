"""HOL Light's lexical rules: the tokens of a text (`ocaml/fwd_lex.ml` has the same rules)."""

from __future__ import annotations

import re

_WORD = r"[A-Za-z0-9_']+"
_SYMBOL = r"[\\!@#$%^&*+|<=>/?~.:-]+"
TOKEN = re.compile(
    rf'"(?:\\.|[^"\\])*"?|[()\[\]{{}}]|[,;]+|_+(?:{_WORD}|{_SYMBOL})?(?:_+(?:{_WORD}|{_SYMBOL})?)*'
    rf"|(?:{_WORD}|{_SYMBOL})(?:_+(?:{_WORD}|{_SYMBOL})?)*|[^ \t\r\n]",
    re.DOTALL,
)

TURNSTILE = "|-"
ASSUMED = ";;"
"""Stands between the assumptions of a sequent."""
QUOTE = "`"


def tokens(text: str) -> list[str]:
    """The tokens of a text of terms."""
    return TOKEN.findall(text)


def spaced(text: str) -> str:
    """The text with one space between any two tokens."""
    return " ".join(tokens(text))
