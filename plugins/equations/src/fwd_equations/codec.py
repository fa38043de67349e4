"""Tokens for goals, steps and facts.

A transcript is:

    <goal> statement  <0> hypothesis  <1> hypothesis ...
    <step> L:rw:ln_abs:bwd <1> @12 open terms ...      <2> statement
    <step> L:have:lt_trans <0> <2> open terms ...      <3> statement
    <step> L:use:fwd <2> <0> @4                        <4> statement
    <step> L:norm <4>  or  L:norm@ <4> @3              <5> statement
    <step> L:calc statement                            <6> statement
    <step> L:algebra                                   <7> statement, which is the goal
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from attrs import evolve
from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.errors import CodecError

from fwd_equations.cursor import StepCursor
from fwd_equations.env import NORM, USES, EquationsEnv
from fwd_equations.grammar import Grammar
from fwd_equations.layout import GOAL, NAMES, NORM_AT, STEP, Layout
from fwd_equations.match import Derivation, Move
from fwd_equations.sites import result_of
from fwd_equations.terms import is_variable


class EquationsCodec:
    """The codec of one env; see `fwd.api.Codec`."""

    step_token = STEP

    def __init__(self, env: EquationsEnv):
        self.env = env
        self.layout = Layout(env.library, env.config.max_facts, env.config.max_statement)
        self.vocabulary = self.layout.vocabulary
        self.grammar = Grammar(env, self.layout)

    def encode_goal(self, goal: Goal) -> list[int]:
        """See `fwd.api.Codec`."""
        ids = [GOAL, *self.layout.spell(goal.statement)]
        for index, hypothesis in enumerate(goal.hypotheses):
            ids.append(self.layout.point(index))
            ids += self.layout.spell(hypothesis)
        return ids

    def encode_step(self, step: Step) -> list[int]:
        """See `fwd.api.Codec`."""
        layout = self.layout
        label, arguments = step.label, step.arguments
        if label == NORM and arguments:
            label = NORM_AT
        token = layout.labels.get(label)
        if token is None:
            raise CodecError(f"{step.label[:60]!r} is no step with a token of its own")
        ids = [token, *map(layout.point, step.premises)]
        if label == NORM_AT or label in USES or label.startswith("rw:"):
            ids.append(layout.place(arguments[0] if arguments else ""))
            arguments = arguments[1:]
        for text in arguments:
            ids += layout.spell(text)
        return ids

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """See `fwd.api.Codec`."""
        return [self.layout.point(index), *self.layout.spell(fact.statement)]

    def cursor(self, graph: ProofGraph) -> StepCursor:
        """See `fwd.api.Codec`."""
        return StepCursor(self.grammar, graph)

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """With the chance `config.renaming` the variables renamed at random."""
        return renamed(proof, rng) if rng.random() < self.env.config.renaming else proof

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """For each label of a rule what it says, in the direction in which it is used; its variables are the first
        letters of the alphabet."""
        moves = self.env.library.moves
        return {token: self._describe(moves[label]) for label, token in self.layout.labels.items() if label in moves}

    def _describe(self, move: Move) -> list[int]:
        rule = move.rule
        if isinstance(move, Derivation):
            texts = [*(premise.text for premise in rule.premises), result_of(move).text]
        else:
            assert rule.left is not None
            texts = [rule.left.text, rule.right.text]
            texts = [*texts[:: 1 if move.label.endswith(":fwd") else -1], *(one.text for one in rule.conditions)]
        names = dict(zip(rule.variables, NAMES, strict=False))
        return [token for text in texts for token in self.layout.spell(_renamed(text, names))]


def renamed(proof: Proof, rng: random.Random) -> Proof:
    """The same proof with its variables renamed at random."""
    texts = [proof.goal.statement, *(fact.statement for fact in proof.facts)]
    texts += [text for fact in proof.facts if fact.step for text in fact.step.arguments]
    found = dict.fromkeys(head for text in texts for head in text.split(" ") if head[0] != "@" and is_variable(head))
    if len(found) > len(NAMES):
        return proof
    return rename(proof, dict(zip(found, rng.sample(NAMES, len(found)), strict=True)))


def rename(proof: Proof, names: Mapping[str, str]) -> Proof:
    """The same proof with other names for its variables, no two the same."""

    def fact(old: Fact) -> Fact:
        step = old.step and evolve(old.step, arguments=tuple(_renamed(text, names) for text in old.step.arguments))
        return Fact(_renamed(old.statement, names), step, old.premises)

    goal = evolve(
        proof.goal,
        statement=_renamed(proof.goal.statement, names),
        hypotheses=tuple(_renamed(text, names) for text in proof.goal.hypotheses),
    )
    return Proof(goal, tuple(fact(one) for one in proof.facts))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return " ".join([names.get(head, head) for head in text.split(" ")])
