"""The one place where training sequences are made.

Whatever the source of a proof, its goal passes the same filter here: nothing that has the key of a held-out theorem
is learned, be it a whole proof, a fact on the way of one, or a generated theorem.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from attrs import define, evolve, field, frozen

from fwd.api import Codec, Dataset, Env, Goal, Proof, select
from fwd.config import RunConfig
from fwd.errors import CodecError, ConfigError, UserError
from fwd.plugins import PluginSet, load, load_env
from fwd.train.generated import GeneratedProofs

MOST_REFUSALS = 10_000
"""Draws in a row without a usable sequence after which the data is surely to blame."""
DROPPED = ("dropped_held_out", "dropped_too_long", "dropped_empty")
"""Why a draw is not learned from: its goal's key is held out, it does not fit the model, there is no step in it."""
MEMO = 200_000
"""Keys that are remembered at a time."""


@frozen(eq=False)
class Sequence:
    """One transcript: `tokens` (int32) and for each the `weights` (float32) of predicting it."""

    tokens: np.ndarray
    weights: np.ndarray


@frozen(eq=False)
class Pool:
    """Many sequences, one after the other: `lengths` (int32) of each, all `tokens` (int32), all `weights` (float32),
    and `counts` of what was kept and dropped on the way."""

    lengths: np.ndarray
    tokens: np.ndarray
    weights: np.ndarray
    counts: Mapping[str, int]


@define(eq=False)
class SequenceMaker:
    """Draws training sequences from a mixture of datasets.

    In joint training a share `generated_prob` of the sequences comes from `generated`, once that has enough. Everything
    is a function of the `rng` handed to `draw` and the window of `generated`. `counts` says what became of the draws:
    `sequences` kept, `generated` of them and of those `new` ones, `dropped_held_out`, `dropped_too_long`,
    `dropped_empty`.
    """

    env: Env
    codec: Codec
    datasets: Mapping[str, Dataset]
    mix: Mapping[str, float]
    subgoal_prob: float
    fact_loss: float
    max_tokens: int
    generated: GeneratedProofs | None = None
    generated_prob: float = 0.0
    counts: Counter[str] = field(factory=Counter)
    _held_out: frozenset[str] = field(init=False)
    _names: list[str] = field(init=False)
    _shares: list[float] = field(init=False)
    _keys: dict[Goal, str] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._held_out = frozenset().union(*(dataset.held_out() for dataset in self.datasets.values()))
        self._names = [name for name, share in self.mix.items() if share > 0]
        self._shares = [self.mix[name] for name in self._names]

    def pool(self, number: int, size: int, seed: int) -> Pool:
        """Pool `number` of a run: `size` sequences that depend on nothing but the seed and the number."""
        rng = random.Random(f"{seed}/{number}")
        before = self.counts.copy()
        drawn = [self.draw(rng) for _ in range(size)]
        return Pool(
            np.array([len(sequence.tokens) for sequence in drawn], dtype=np.int32),
            np.concatenate([sequence.tokens for sequence in drawn]),
            np.concatenate([sequence.weights for sequence in drawn]),
            dict(self.counts - before),
        )

    def draw(self, rng: random.Random) -> Sequence:
        """The next sequence. Raises `UserError` if the datasets give nothing to learn from."""
        joint = self.generated_prob and self.generated and self.generated.enough
        found = self.generated if joint and rng.random() < self.generated_prob else None
        for _ in range(MOST_REFUSALS):
            proof = found.draw(rng) if found else self._mixed(rng)
            sequence = self._sequence(proof, rng, strict=found is not None)
            if sequence is not None:
                self.counts["sequences"] += 1
                if found:
                    self.counts.update(generated=1, new=found.fresh)
                return sequence
        raise UserError(
            f"no usable training sequence in {MOST_REFUSALS} draws ({dict(self.counts)}): "
            "look at train.mix and model.max_tokens"
        )

    def survey(self, rng: random.Random, draws: int) -> dict[str, int]:
        """What becomes of so many draws from the mixture: how many are kept, and how many dropped for which reason."""
        before = self.counts.copy()
        kept = sum(self._sequence(self._mixed(rng), rng, strict=False) is not None for _ in range(draws))
        dropped = self.counts - before
        return {"kept": kept, **{why: dropped[why] for why in DROPPED}}

    def _mixed(self, rng: random.Random) -> Proof | None:
        """A proof of the mixture, or with some luck of a fact on its way."""
        (name,) = rng.choices(self._names, self._shares)
        proof = self.datasets[name].draw(rng)
        if proof is None or not proof.steps or rng.random() >= self.subgoal_prob:
            return proof
        steps = [index for index, fact in enumerate(proof.facts) if fact.step is not None]
        return self._part(proof, rng.choice(steps))

    def _sequence(self, proof: Proof | None, rng: random.Random, strict: bool) -> Sequence | None:
        """The transcript of a proof, or None (counted) where there is nothing that may be learned."""
        if proof is None or not proof.steps:
            self.counts["dropped_empty"] += 1
            return None
        if self._key(proof.goal) in self._held_out or (strict and self._passes_held_out(proof)):
            self.counts["dropped_held_out"] += 1
            return None
        proof = shuffled(self.codec.augment(proof, rng), rng)
        try:
            sequence = encode(self.codec, proof, self.fact_loss)
        except CodecError:
            sequence = None
        if sequence is None or len(sequence.tokens) > self.max_tokens:
            self.counts["dropped_too_long"] += 1
            return None
        return sequence

    def _passes_held_out(self, proof: Proof) -> bool:
        """Whether a fact on the way is held out. People cite such a theorem; who proves it anew on the way to another
        goal would teach its proof."""
        steps = [index for index, fact in enumerate(proof.facts) if fact.step is not None]
        return any(self._key(self._part(proof, index).goal) in self._held_out for index in steps)

    def _part(self, proof: Proof, target: int) -> Proof:
        """A fact on the way as the goal, with the hypotheses and conditions that it needs."""
        part = proof.subproof(target)
        return evolve(part, goal=self.env.canonical(part.goal))

    def _key(self, goal: Goal) -> str:
        """`Env.key`, remembered by what it depends on: not by name nor by what the proof may use."""
        plain = Goal("", goal.statement, goal.hypotheses, goal.conditions)
        key = self._keys.get(plain)
        if key is None:
            if len(self._keys) >= MEMO:
                self._keys.clear()
            key = self._keys[plain] = self.env.key(goal)
        return key


def maker(config: RunConfig, plugins: PluginSet, store: Path | None = None) -> SequenceMaker:
    """The sequence maker of a run, with an env of its own; `store` is where the actors of joint training write. Raises
    `ConfigError` for a mixture of unknown datasets."""
    spec = plugins.env(config.run.env)
    mix = config.train.mix or ({spec.main: 1.0} if spec.main else {})
    for name, share in mix.items():
        if name not in spec.datasets:
            known = ", ".join(sorted(spec.datasets))
            raise ConfigError(f"train.mix.{name}: {spec.name} has no such dataset (known: {known})")
        if share < 0:
            raise ConfigError(f"train.mix.{name}: a share cannot be negative")
    if not mix:
        raise ConfigError(f"{spec.name} brings no dataset: there is nothing to learn from")
    if not any(mix.values()):
        raise ConfigError("train.mix: at least one dataset needs a share above 0")
    env, codec = load_env(spec, config.env)
    # All datasets are built, also those without a share: each may hold out theorems that the others must not teach.
    datasets = {name: load(factory)(env) for name, factory in spec.datasets.items()}
    generated = GeneratedProofs(env, store, config.generated) if store else None
    train = config.train
    return SequenceMaker(
        env,
        codec,
        datasets,
        mix,
        train.subgoal_prob,
        train.fact_loss,
        config.model.max_tokens,
        generated,
        train.generated_prob if store else 0.0,
    )


def shuffled(proof: Proof, rng: random.Random) -> Proof:
    """The same proof with its steps in a random order that respects premises; hypotheses stay where they are.

    The goal stays last where nothing comes after it in any order (`Proof` guarantees that for a minimal proof).
    """
    facts = proof.facts
    missing = [0] * len(facts)
    users: list[list[int]] = [[] for _ in facts]
    for index, fact in enumerate(facts):
        for premise in set(fact.premises):
            missing[index] += 1
            users[premise].append(index)
    # A heap of random priorities: the next fact is any of those whose premises are there.
    ready = [
        (-1.0 if fact.step is None else rng.random(), index) for index, fact in enumerate(facts) if not missing[index]
    ]
    heapq.heapify(ready)
    order = []
    while ready:
        _, index = heapq.heappop(ready)
        order.append(index)
        for user in users[index]:
            missing[user] -= 1
            if not missing[user]:
                heapq.heappush(ready, (rng.random(), user))
    return evolve(proof, facts=select(facts, order))


def encode(codec: Codec, proof: Proof, fact_loss: float) -> Sequence:
    """The transcript of a proof. Step tokens weigh 1, goal and fact tokens `fact_loss`; the token that announces a
    step weighs nothing, since it always comes. The last fact is left out where nothing is learned from it.

    Raises `CodecError` where something does not fit the vocabulary.
    """
    tokens = list(codec.encode_goal(proof.goal))
    weights = [fact_loss] * len(tokens)
    last = len(proof.facts) - 1
    for index, fact in enumerate(proof.facts):
        if fact.step is None:
            continue
        step = codec.encode_step(fact.step)
        tokens += [codec.step_token, *step]
        weights += [0.0] + [1.0] * len(step)
        if index < last or fact_loss:
            told = codec.encode_fact(index, fact)
            tokens += told
            weights += [fact_loss] * len(told)
    weights[0] = 0.0
    return Sequence(np.array(tokens, dtype=np.int32), np.array(weights, dtype=np.float32))
