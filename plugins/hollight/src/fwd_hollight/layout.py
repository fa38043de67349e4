"""Which token id means what."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from fwd.api import Vocabulary

from fwd_hollight.corpus import Corpus
from fwd_hollight.library import Library
from fwd_hollight.splits import used_words
from fwd_hollight.words import ASSUMED, TURNSTILE
from fwd_hollight.writing import ATOM, BINDER, INFIX, KEYWORDS, PREFIX, TYPE, TYPE_OPERATORS

SPECIALS = ("<goal>", "<hyp>", "<step>", "<by>", "<end>")
GOAL, HYP, STEP, BY, END = range(len(SPECIALS))
NAME, WORD = "@", "%"
"""What the tokens of a step's names, and of its other words, begin with; those of terms are as they are."""
WORDS = ("`", "(", ")", "[", "]", ",", ";", "->", "fun", "_", "th", "0", "1", "2")
"""What steps need beside names, whatever they say."""


@frozen(eq=False)
class Layout:
    """The vocabulary: special tokens, pointers to facts, tokens of terms, words of steps, names, in this order."""

    vocabulary: Vocabulary
    library: Library
    max_facts: int
    first_word: int
    """Where the words of steps begin."""

    @property
    def pointers(self) -> int:
        """The id of the pointer to fact 0."""
        return len(SPECIALS)

    @cached_property
    def terms(self) -> dict[int, tuple[str, str]]:
        """Token and kind of each id that may stand in a term."""
        first = self.pointers + self.max_facts
        tokens = self.vocabulary.tokens[first : self.first_word]
        return {number: (token, self._kind(token)) for number, token in enumerate(tokens, first)}

    def _kind(self, token: str) -> str:
        syntax = self.library.syntax
        if token in KEYWORDS or token in (TURNSTILE, ASSUMED):
            return token
        for kind, names in ((BINDER, "binder"), (PREFIX, "prefix"), (INFIX, "infix")):
            if token in syntax.get(names, ()):
                return kind
        return ATOM

    @cached_property
    def by_kind(self) -> dict[str, np.ndarray]:
        """Ids of terms' tokens by kind; those of types may be anything that is a word."""
        found: dict[str, list[int]] = {}
        for number, (token, kind) in self.terms.items():
            found.setdefault(kind, []).append(number)
            if token[0].isalnum() and kind not in KEYWORDS:
                found.setdefault(TYPE, []).append(number)
            if token in TYPE_OPERATORS and kind != token:
                found.setdefault(token, []).append(number)
        return {kind: np.array(numbers, dtype=np.int64) for kind, numbers in found.items()}


def layout(library: Library, corpus: Corpus | None, max_facts: int) -> Layout:
    """The vocabulary for a library: everything that its syntax, its theorems and, if there is one, its corpus use."""
    terms = {TURNSTILE, ASSUMED, *KEYWORDS, *TYPE_OPERATORS}
    terms.discard("")
    for names in library.syntax.values():
        terms.update(names)
    words = set(WORDS)
    for statement in (*library.statements.values(), *(corpus.keys if corpus else ())):
        terms.update(statement.split(" "))
    for proof in corpus.proofs if corpus else ():
        outside, inside = used_words(proof)
        words |= outside
        terms |= inside
    tokens = [*SPECIALS, *(f"<{number}>" for number in range(max_facts)), *sorted(terms)]
    first_word = len(tokens)
    tokens += [WORD + word for word in sorted(words - library.usable.keys())]
    tokens += [NAME + name for name in (*library.functions, *library.theorems)]
    return Layout(Vocabulary(tuple(tokens)), library, max_facts, first_word)
