"""Proofs as text: normal and compressed (Metamath book, appendix B).

A compressed proof is `( label ... ) letters`. The letters spell numbers: `A` to `T` are the last digit (base 20), `U`
to `Y` the digits before it (base 5, without a zero), so every number has exactly one spelling. `Z` keeps the statement
just proved for later reference, `?` is an unknown step.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from fwd_metamath.database import Assertion

KEEP = "Z"
"""The word of a compressed proof that keeps a statement under the next free number."""

UNKNOWN = "?"
"""The word that stands for an unknown step."""

_WORD = re.compile(r"[U-Y]*[A-T]|.", re.DOTALL)


class Mistake(Exception):
    """A mistake in a proof; whoever knows which proof turns it into a `ProofError`."""


def split_proof(proof: str) -> tuple[list[str], list[str], bool]:
    """The labels that a proof lists, the words that are its steps, and whether it is compressed.

    The words of a normal proof are its labels and `UNKNOWN`, which ends a label as a blank does. A compressed proof's
    words are spelled numbers, `KEEP` and `UNKNOWN`, or single characters that are none of these. Raises `Mistake`.
    """
    if not proof.startswith("("):
        labels = proof.replace(UNKNOWN, f" {UNKNOWN} ").split()
        return labels, labels, False
    close = proof.find(")")
    if close < 0:
        raise Mistake("the labels of the compressed proof are not closed by )")
    return proof[1:close].split(), _WORD.findall("".join(proof[close + 1 :].split())), True


def applied(theorem: Assertion, among: Container[str]) -> list[str]:
    """Which of these labels a theorem's proof uses, as it lists them; none in a proof that cannot be read."""
    try:
        labels, words, compressed = split_proof(theorem.proof or "")
    except Mistake:
        return []
    if not compressed:
        return [label for label in labels if label in among]
    chosen = [(spelled(number), label) for number, label in enumerate(labels, len(theorem.hypotheses))]
    steps = set(words)
    return [label for word, label in chosen if label in among and word in steps]


@cache
def spelled(number: int) -> str:
    """How a number is written in a compressed proof, counting from 0."""
    number, last = divmod(number, 20)
    word = chr(ord("A") + last)
    while number:
        number, digit = divmod(number - 1, 5)
        word = chr(ord("U") + digit) + word
    return word
