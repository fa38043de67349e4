"""Codecs that lie."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from fwd.api import Fact, Goal, Proof, ProofGraph, Vocabulary
from fwd.testing.toy import ToyCodec, ToyEnv
from fwd.testing.toy_codec import ToyCursor


class _JunkCursor(ToyCursor):
    """Takes any pointer."""

    def push(self, token: int) -> bool:
        word = self._codec.vocabulary.tokens[token]
        if not word.startswith("@"):
            return super().push(token)
        self._premises = (*self._premises, (int(word[1:]) + 1) % len(self._graph.facts))
        self.complete = len(self._premises) == 2
        return True


class AllowsJunk(ToyCodec):
    """Its grammar lets steps pass that the env rejects."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        return _JunkCursor(self, graph)


class _StubbornCursor(ToyCursor):
    """Names refused tokens again and again."""

    def push(self, token: int) -> bool:
        taken = super().push(token)
        self._refused = set()
        return taken


class Stubborn(ToyCodec):
    """A caller that draws again would never end."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        return _StubbornCursor(self, graph)


class _UnsortedCursor(ToyCursor):
    """Allowed tokens in descending order."""

    def allowed(self) -> np.ndarray:
        return super().allowed()[::-1]


class Unsorted(ToyCodec):
    """Its allowed tokens do not ascend."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        return _UnsortedCursor(self, graph)


class Hides(ToyCodec):
    """Its grammar never offers the rule `left`."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        cursor = super().cursor(graph)
        assert isinstance(cursor, ToyCursor)
        cursor._refused.add(self.ids["left"])
        return cursor


class DropsArguments(ToyCodec):
    """All facts have the same tokens."""

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        return super().encode_fact(index, Fact("a<b"))


class RenamesOnlyTheGoal(ToyCodec):
    """Its augmented proofs prove nothing."""

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        return Proof(super().augment(proof, rng).goal, proof.facts)


class ShufflesFreely(ToyCodec):
    """Its augment uses random numbers of its own."""

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        return super().augment(proof, random.Random())


class OverflowsQuietly(ToyCodec):
    """Facts beyond the last pointer get the last one."""

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        return super().encode_fact(min(index, self.max_facts - 1), fact)


class GrowsWords(ToyCodec):
    """Each codec has a token more than the one before."""

    _made: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self, env: ToyEnv) -> None:
        super().__init__(env)
        self.vocabulary = Vocabulary((*self.vocabulary.tokens, f"extra {next(self._made)}"))


class InventsTokens(ToyCodec):
    """Goals have a token that the vocabulary lacks."""

    def encode_goal(self, goal: Goal) -> list[int]:
        return [*super().encode_goal(goal), len(self.vocabulary)]


class OneCursorForAll(ToyCodec):
    """All cursors of a graph are one."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        return graph.notes.setdefault("cursor", ToyCursor(self, graph))


class _GrudgingCursor(ToyCursor):
    """Keeps refused tokens with the graph, where they outlive its growth."""

    def push(self, token: int) -> bool:
        first = not self._label
        taken = super().push(token)
        if first and not taken:
            self._graph.notes.setdefault("refused", set()).add(token)
        return taken


class NeverForgives(ToyCodec):
    """A label that once led nowhere is not allowed again, though the graph has grown."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        cursor = _GrudgingCursor(self, graph)
        cursor._refused |= graph.notes.get("refused", set())
        return cursor


class DescribesTheUnspeakable(ToyCodec):
    """Descriptions with tokens that do not exist."""

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        return {token: [*text, -1] for token, text in super().descriptions().items()}


class HidesTheUnused(ToyCodec):
    """Its grammar never offers a rule that hardly any proof uses."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        cursor = super().cursor(graph)
        assert isinstance(cursor, ToyCursor)
        cursor._refused.add(self.ids["bind"])
        return cursor


class _FragileCursor(ToyCursor):
    """Falls over a rule."""

    def push(self, token: int) -> bool:
        if self._codec.vocabulary.tokens[token] == "link":
            raise KeyError("link")
        return super().push(token)


class Fragile(ToyCodec):
    """Its cursors raise now and then."""

    def cursor(self, graph: ProofGraph) -> ToyCursor:
        return _FragileCursor(self, graph)
