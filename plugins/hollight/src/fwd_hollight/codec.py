"""Tokens for goals, steps and facts.

A transcript is

    <goal> statement  <hyp> statement ...
    <step> @TACTIC statement <by> arguments <end>  <3>
    <step> @TACTIC <goal> <by> arguments <end>  <5>
    <step> @RULE arguments <end>  <4> statement
    ...

where `<goal>` stands for the goal's statement, `<by>` and the arguments are left out if there are none, and a tactic's
statement is not told again as a fact.
In arguments, `@NAME` is a name, `<3>` a fact, `%word` any other word, and what is quoted is tokens of terms.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from attrs import evolve
from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.errors import CodecError

from fwd_hollight import corpus, texts
from fwd_hollight.cursor import StepCursor
from fwd_hollight.env import HolLightEnv
from fwd_hollight.grammar import Grammar
from fwd_hollight.layout import BY, END, GOAL, HYP, NAME, STEP, WORD, layout

REFUSALS = frozenset(
    {
        *("crash", "duplicate", "fails", "forbidden", "invalid", "memory", "metavariables", "missing", "premises"),
        *("spelling", "stack", "syntax", "system-names", "timeout", "too-long", "type", "unknown"),
    }
)
DESCRIBED = 48
"""Tokens of a theorem's statement that describe its name to a model."""


class HolLightCodec:
    """The codec of one env; see `fwd.api.Codec`. Where the library's proofs are not prepared, the vocabulary has no
    more than its theorems use."""

    step_token = STEP
    tolerated = REFUSALS
    """Codes with which the env may refuse what the grammar allows: what a tactic does only HOL Light knows."""

    def __init__(self, env: HolLightEnv) -> None:
        self.env = env
        name = env.zygote.library_name
        self.layout = layout(env.library, corpus.load(name) if corpus.is_built(name) else None, env.config.max_facts)
        self.vocabulary = self.layout.vocabulary
        self.grammar = Grammar(self.layout, env.config)

    def encode_goal(self, goal: Goal) -> list[int]:
        """See `fwd.api.Codec`."""
        ids = [GOAL, *self._statement(goal.statement)]
        for hypothesis in goal.hypotheses:
            ids += [HYP, *self._statement(hypothesis)]
        return ids

    def encode_step(self, step: Step) -> list[int]:
        """See `fwd.api.Codec`."""
        if step.label not in self.env.library.usable:
            raise CodecError(f"{step.label!r} is nothing that a step may name")
        ids = [self._id(NAME + step.label)]
        arguments = list(step.arguments)
        if self.env.library.is_tactic(step.label):
            if not arguments:
                raise CodecError(f"a step by {step.label} has no statement")
            statement = arguments.pop(0)
            ids += [GOAL] if statement == texts.GOAL else self._statement(statement)
            ids += [BY] if arguments else []
        for text in arguments:
            ids += self._argument(text, step.premises)
        return [*ids, END]

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """See `fwd.api.Codec`."""
        pointer = self._pointer(index)
        if fact.step is not None and self.env.library.is_tactic(fact.step.label):
            return [pointer]
        return [pointer, *self._statement(fact.statement)]

    def cursor(self, graph: ProofGraph) -> StepCursor:
        """See `fwd.api.Codec`."""
        return StepCursor(self.grammar, graph)

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """The proof with steps that state the goal saying so. Names of variables stay, since they matter to tactics."""
        return evolve(proof, facts=tuple(self._aimed(proof.goal, fact) for fact in proof.facts))

    def _aimed(self, goal: Goal, fact: Fact) -> Fact:
        step = fact.step
        if step is None or fact.statement != goal.statement or not self.env.library.is_tactic(step.label):
            return fact
        return evolve(fact, step=evolve(step, arguments=(texts.GOAL, *step.arguments[1:])))

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """For the name of each theorem, the beginning of its statement."""
        found = {}
        for name, statement in self.env.library.statements.items():
            number = self.vocabulary.ids.get(NAME + name)
            if number is not None:
                found[number] = self._statement(statement)[:DESCRIBED]
        return found

    def _argument(self, text: str, premises: Sequence[int]) -> list[int]:
        """The words of a step, and the tokens of what it quotes."""
        ids: list[int] = []
        quoted = False
        for word in text.split(" "):
            if word == "`":
                quoted = not quoted
                ids.append(self._id(WORD + word))
            elif quoted:
                ids.append(self._term(word))
            elif word.startswith("#"):
                ids.append(self._pointer(self._premise(word, premises)))
            else:
                ids.append(self._id((NAME if word in self.env.library.usable else WORD) + word))
        return ids

    @staticmethod
    def _premise(word: str, premises: Sequence[int]) -> int:
        if not word[1:].isdigit() or int(word[1:]) >= len(premises):
            raise CodecError(f"{word} is no premise of the step")
        return premises[int(word[1:])]

    def _pointer(self, index: int) -> int:
        if not 0 <= index < self.layout.max_facts:
            raise CodecError(f"fact {index} is one too many: env.max_facts is {self.layout.max_facts}")
        return self.layout.pointers + index

    def _statement(self, text: str) -> list[int]:
        return [self._term(token) for token in text.split(" ")]

    def _term(self, token: str) -> int:
        number = self._id(token)
        if number not in self.layout.terms:
            raise CodecError(f"{token!r} is no token of terms")
        return number

    def _id(self, token: str) -> int:
        number = self.vocabulary.ids.get(token)
        if number is None:
            raise CodecError(f"the vocabulary has no token {token!r}")
        return number
