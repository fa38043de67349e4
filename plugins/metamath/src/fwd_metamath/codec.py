"""Tokens for goals, steps and facts.

A transcript is, without the `|-` that every statement begins with:

    <goal> statement  <0> hypothesis  <1> hypothesis ...  <distinct> x y  z w
    <step> L:label <3> <0> expression ...      <2> statement
    <step> ...
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.errors import CodecError

from fwd_metamath.augment import rename
from fwd_metamath.env import MetamathEnv
from fwd_metamath.grammar import Grammar, StepCursor
from fwd_metamath.layout import DISTINCT, END, GOAL, HYP, STEP, layout
from fwd_metamath.library import Theorem


class MetamathCodec:
    """The codec of one env; see `fwd.api.Codec`."""

    step_token = STEP

    def __init__(self, env: MetamathEnv):
        self.env = env
        self.layout = layout(env.syntax, env.library, env.limit, env.config.max_facts)
        self.vocabulary = self.layout.vocabulary
        self.grammar = Grammar(env, self.layout)
        self._argument = lru_cache(1 << 14)(self._encode_argument)

    def encode_goal(self, goal: Goal) -> list[int]:
        """See `fwd.api.Codec`. Conditions on variables that the goal does not mention are left out."""
        ids = [GOAL, *self._statement(goal.statement)]
        for index, hypothesis in enumerate(goal.hypotheses):
            ids.append(self._pointer(index))
            ids.extend(self._statement(hypothesis))
        if goal.conditions:
            present = set(goal.statement.split(" ")).union(*(text.split(" ") for text in goal.hypotheses))
            pairs = [names for names in map(str.split, goal.conditions) if present.issuperset(names)]
            if pairs:
                ids.append(DISTINCT)
                ids.extend(self._symbols([name for names in pairs for name in names]))
        return ids

    def encode_step(self, step: Step) -> list[int]:
        """See `fwd.api.Codec`."""
        theorem = self.env.library.get(step.label)
        if theorem is None or len(step.arguments) != len(theorem.free):
            raise CodecError(f"{step.label} is no theorem that this step fits")
        ids = [self.layout.labels + theorem.number, *map(self._pointer, step.premises)]
        for place, text in zip(theorem.free, step.arguments, strict=True):
            ids.extend(self._argument(theorem.typecodes[place], text))
        return ids

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """See `fwd.api.Codec`."""
        return [self._pointer(index), *self._statement(fact.statement)]

    def cursor(self, graph: ProofGraph) -> StepCursor:
        """See `fwd.api.Codec`."""
        return StepCursor(self.grammar, graph)

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """With the chance `config.renaming` the variables renamed at random; always the dummies named as the grammar
        names them."""
        return rename(self.env, proof, rng if rng.random() < self.env.config.renaming else None)

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """For each label its hypotheses, each ended by `<hyp>`, then what it proves. Variables are renamed to the first
        ones of their typecode in order of occurrence."""
        return {self.layout.labels + theorem.number: self._describe(theorem) for theorem in self.env.library}

    def _describe(self, theorem: Theorem) -> list[int]:
        texts = [item.statement for item in theorem.assertion.essentials]
        names: dict[str, str] = {}
        used: dict[str, int] = {}
        ids: list[int] = []
        for number, text in enumerate([*texts, theorem.assertion.statement]):
            if number:
                ids.append(HYP)
            for symbol in text.split(" ")[1:]:
                leaf = self.env.syntax.variables.get(symbol)
                if leaf is not None:
                    if symbol not in names:
                        place = used[leaf.typecode] = used.get(leaf.typecode, -1) + 1
                        names[symbol] = self.layout.variables[leaf.typecode][place]
                    symbol = names[symbol]
                ids.append(self.layout.symbols[symbol])
        return ids

    def _pointer(self, index: int) -> int:
        if index >= self.layout.max_facts:
            raise CodecError(f"fact {index} is one too many: env.max_facts is {self.layout.max_facts}")
        return self.layout.pointers + index

    def _statement(self, text: str) -> list[int]:
        """The symbols after `|-`."""
        return self._symbols(text.split(" ")[1:])

    def _symbols(self, symbols: Sequence[str]) -> list[int]:
        ids = self.layout.symbols
        try:
            return [ids[symbol] for symbol in symbols]
        except KeyError as error:
            raise CodecError(f"the symbol {error.args[0]} is not in the vocabulary") from None

    def _encode_argument(self, typecode: str, text: str) -> tuple[int, ...]:
        """An expression of a step, with the mark of its end where a longer one could begin like it."""
        syntax = self.env.syntax
        symbols = text.split(" ")
        if typecode in syntax.open:
            return (*self._symbols(symbols), END)
        parse = syntax.start(typecode)
        for number, symbol in enumerate(symbols):
            if not parse.push(symbol):
                raise CodecError(f"{text[:80]!r} is no {typecode}")
            if (parse.column.accepted is not None) != (number == len(symbols) - 1):
                raise CodecError(f"{text[:80]!r} cannot be told from its beginning")
        return tuple(self._symbols(symbols))
