"""Tokens and grammar of the toy env.

A goal is `goal x R y`, `differ x y` per condition and `fact @i x R y` per hypothesis; a step is a label with pointers
`@i`, or `refl` with a letter; the answer is `fact @i x R y`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import evolve

from fwd.api import Cursor, Fact, Goal, Proof, ProofGraph, Step, Vocabulary
from fwd.errors import CodecError
from fwd.testing.toy_env import ToyEnv
from fwd.testing.toy_rules import LABELS, LETTERS, RELATIONS, RULES, goal_letters, match, new_steps, parse, usable

_NAMES = dict(zip("xyz", LETTERS, strict=False))


class ToyCodec:
    """Tokens for goals, steps and facts of the toy env, and its grammar."""

    def __init__(self, env: ToyEnv) -> None:
        self.max_facts = env.config.max_facts
        pointers = [f"@{index}" for index in range(self.max_facts)]
        self.vocabulary = Vocabulary(("goal", "differ", "fact", "step", *RELATIONS, *LETTERS, *LABELS, *pointers))
        self.ids = self.vocabulary.ids
        self.step_token = self.ids["step"]

    def encode_goal(self, goal: Goal) -> list[int]:
        """`goal x R y`, the conditions, the hypotheses as facts."""
        tokens = [self.ids["goal"], *self._statement(goal.statement)]
        for a, _, b in goal.conditions:
            tokens += [self.ids["differ"], self.ids[a], self.ids[b]]
        for index, statement in enumerate(goal.hypotheses):
            tokens += self.encode_fact(index, Fact(statement))
        return tokens

    def encode_step(self, step: Step) -> list[int]:
        """The label, then pointers, then letters."""
        try:
            return [self.ids[word] for word in (step.label, *(f"@{one}" for one in step.premises), *step.arguments)]
        except KeyError as error:
            raise CodecError(f"no token for {error.args[0]!r}") from None

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """`fact @i x R y`."""
        if index >= self.max_facts:
            raise CodecError(f"more than {self.max_facts} facts")
        return [self.ids["fact"], self.ids[f"@{index}"], *self._statement(fact.statement)]

    def cursor(self, graph: ProofGraph) -> Cursor:
        """The grammar: only steps with a new result."""
        return ToyCursor(self, graph)

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """The same proof with the letters shuffled."""
        renaming = str.maketrans(LETTERS, "".join(rng.sample(LETTERS, len(LETTERS))))
        goal = evolve(
            proof.goal,
            statement=proof.goal.statement.translate(renaming),
            hypotheses=tuple(one.translate(renaming) for one in proof.goal.hypotheses),
            conditions=tuple(
                sorted(" ".join(sorted(one.translate(renaming).split())) for one in proof.goal.conditions)
            ),
        )
        return Proof(goal, tuple(_renamed(fact, renaming) for fact in proof.facts))

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """A label's premises and conclusion, with its variables as the first letters."""
        texts = {}
        for label, rule in RULES.items():
            words = [word for parts in (*rule.premises, rule.conclusion) for word in parts]
            texts[self.ids[label]] = [self.ids[_NAMES.get(word, word)] for word in words]
        return texts

    def _statement(self, statement: str) -> list[int]:
        parts = parse(statement)
        if parts is None:
            raise CodecError(f"{statement!r} is not a statement of the toy env")
        return [self.ids[word] for word in parts]


class ToyCursor:
    """A partial step. `allowed` looks at one token; `push` makes sure that a whole step is ahead."""

    def __init__(self, codec: ToyCodec, graph: ProofGraph) -> None:
        self.complete = False
        self._codec = codec
        self._graph = graph
        self._label = ""
        self._premises: tuple[int, ...] = ()
        self._arguments: tuple[str, ...] = ()
        self._refused: set[int] = set()

    def allowed(self) -> np.ndarray:
        """Labels that are not forbidden, pointers that match so far, or letters of the goal."""
        ids = self._codec.ids
        return np.array(sorted(ids[word] for word in self._words() if ids[word] not in self._refused), dtype=np.int64)

    def push(self, token: int) -> bool:
        """Take a token if some step with a new result continues with it."""
        word = self._codec.vocabulary.tokens[token]
        label, premises, arguments = self._label, self._premises, self._arguments
        if not label:
            label = word
        elif word.startswith("@"):
            premises = (*premises, int(word[1:]))
        else:
            arguments = (*arguments, word)
        steps = (step for step, _ in new_steps(self._graph, label, premises))
        ahead = next((step for step in steps if step.arguments[: len(arguments)] == arguments), None)
        if ahead is None:
            self._refused.add(token)
            return False
        self._label, self._premises, self._arguments = label, premises, arguments
        self._refused = set()
        self.complete = ahead == Step(label, premises, arguments)
        return True

    def step(self) -> Step:
        """The step, once complete."""
        if not self.complete:
            raise ValueError("the step is not complete")
        return Step(self._label, self._premises, self._arguments)

    def _words(self) -> list[str]:
        if self.complete or len(self._graph.facts) >= self._codec.max_facts:
            return []
        if not self._label:
            return usable(self._graph.goal)
        rule = RULES[self._label]
        if len(self._premises) < len(rule.premises):
            facts = self._graph.facts
            chosen = [facts[index].statement for index in self._premises]
            return [
                f"@{index}" for index, fact in enumerate(facts) if match(rule, [*chosen, fact.statement]) is not None
            ]
        return goal_letters(self._graph.goal)


def _pair(condition: str) -> str:
    return " ".join(sorted(condition.split()))


def _renamed(fact: Fact, renaming: dict[int, int]) -> Fact:
    step = fact.step
    if step is not None:
        step = evolve(step, arguments=tuple(one.translate(renaming) for one in step.arguments))
    return evolve(fact, statement=fact.statement.translate(renaming), step=step)
