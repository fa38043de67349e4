"""Proofs as text: normal and compressed (Metamath book, appendix B).

A compressed proof is `( label ... ) letters`. Numbers are written in the letters `A` to `T` (last digit, base 20) and
`U` to `Y` (digits before it, base 5); `Z` keeps the statement just proved for later reference, `?` is an unknown step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

KEEP = 0
"""The step `Z`."""

UNKNOWN = 1
"""The step `?`."""

FIRST = 2
"""The number of the first step that stands for something."""


class Mistake(Exception):
    """A mistake in a proof; whoever knows which proof turns it into a `ProofError`."""


_WORD = re.compile(r"[U-Y]*[A-T]|.", re.DOTALL)


class _Numbers(dict[str, int]):
    """Numbers by how they are written, computed when first needed."""

    def __missing__(self, word: str) -> int:
        if not "A" <= word[-1] <= "T" or len(word) > 16:
            raise Mistake(f"{word[:16]!r} is no step of a compressed proof")
        number = 0
        for letter in word[:-1]:
            number = 5 * number + ord(letter) - ord("T")
        number = self[word] = 20 * number + ord(word[-1]) - ord("A") + FIRST
        return number


_NUMBERS = _Numbers({"Z": KEEP, "?": UNKNOWN})


def split_proof(proof: str) -> tuple[list[str], Iterable[int], bool]:
    """A proof as labels, step numbers, and whether it is compressed.

    A number is `KEEP`, `UNKNOWN`, or counts from `FIRST`: through the labels of a normal proof; through the mandatory
    hypotheses, the labels, and what `KEEP` kept in a compressed one, whose numbers are read as they are drawn. Raises
    `Mistake`.
    """
    if not proof.startswith("("):
        labels = proof.split()
        if "?" in labels:
            raise Mistake("the proof is incomplete: it has an unknown step (?)")
        return labels, range(FIRST, FIRST + len(labels)), False
    close = proof.find(")")
    if close < 0:
        raise Mistake("the labels of the compressed proof are not closed by )")
    letters = _WORD.findall("".join(proof[close + 1 :].split()))
    return proof[1:close].split(), map(_NUMBERS.__getitem__, letters), True
