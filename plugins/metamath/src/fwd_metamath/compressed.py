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
    words = proof.split()
    if words[:1] != ["("]:
        if "?" in words:
            raise Mistake("the proof is incomplete: it has an unknown step (?)")
        return words, range(FIRST, FIRST + len(words)), False
    if ")" not in words:
        raise Mistake("the labels of the compressed proof are not closed by )")
    close = words.index(")")
    labels = words[1:close]
    if len(set(labels)) < len(labels):
        raise Mistake("the compressed proof lists a label twice")
    letters = _WORD.findall("".join(words[close + 1 :]))
    return labels, map(_NUMBERS.__getitem__, letters), True
