"""Deliberate liars: envs, codecs, datasets and strategies over the toy that each break one promise.

A contract that does not catch them is worth nothing, so a test demands that each is caught, by the promise named here.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import evolve, frozen

from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import GoalError
from fwd.search.base import SOLVED, Moves, ProofSearch
from fwd.search.linear import Sampling, SamplingConfig
from fwd.testing.contracts import CodecContract, DatasetContract, EnvContract, StrategyContract
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman, ToySynthetic
from fwd.testing.toy_codec import ToyCursor

# Envs.


class YesToAll(ToyEnv):
    """Its checker says yes to everything."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(True)


class NoToAll(ToyEnv):
    """Its checker says no to everything, which nobody could call unsound."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(False, "no")


class LooksAtTheEnd(ToyEnv):
    """Its checker only looks whether the goal is among the facts."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(goal.statement in [fact.statement for fact in proof.facts], "the goal is missing")


class TrustsTheProof(ToyEnv):
    """Its checker believes the proof about which goal it proves."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return super().check(proof.goal, proof)


class ChecksByPlace(ToyEnv):
    """Its checker lets Python count premises from the end."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        size = len(proof.facts)
        facts = [
            evolve(fact, step=evolve(fact.step, premises=places), premises=places) if fact.step else fact
            for at, fact in enumerate(proof.facts[:size])
            for places in [tuple(p + at if -at <= p < 0 else p for p in fact.premises)]
        ]
        return super().check(goal, Proof(goal, tuple(facts)))


class IgnoresForbidden(ToyEnv):
    """Its checker lets a theorem prove itself."""

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return super().check(evolve(goal, forbidden=frozenset(), before=None), proof)


class Mutates(ToyEnv):
    """Its apply adds the fact itself."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Applied):
            graph.add(answer.fact)
        return answer


class Raises(ToyEnv):
    """Its apply raises for a label that it does not know."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code == "unknown-label":
            raise KeyError(step.label)
        return answer


class Counts(ToyEnv):
    """Its apply refuses every seventh step."""

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self._calls = itertools.count(1)

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        return Rejected("tired") if next(self._calls) % 7 == 0 else super().apply(graph, step)


class RepeatsItself(ToyEnv):
    """Its apply takes a fact that is known already."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code == "duplicate":
            return super().apply(ProofGraph(graph.goal, _without(graph, answer.message.split()[0])), step)
        return answer


class Chatty(ToyEnv):
    """Its codes are sentences, different every time."""

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        answer = super().apply(graph, step)
        if isinstance(answer, Rejected) and answer.code != "duplicate":
            return Rejected(f"Step {step} did not work!")
        return answer


class AnswersTwice(ToyEnv):
    """Its submit answers something else than apply."""

    def submit(self, graph: ProofGraph, step: Step) -> Any:
        return super().submit(graph, Step("no such label"))


class TakesAnything(ToyEnv):
    """Its canonical lets every text be a statement."""

    def canonical(self, goal: Goal) -> Goal:
        try:
            return super().canonical(goal)
        except GoalError:
            return goal


class KeyByName(ToyEnv):
    """Its key depends on the name."""

    def key(self, goal: Goal) -> str:
        return f"{goal.name} {super().key(goal)}"


class KeyByStatement(ToyEnv):
    """Its key forgets the hypotheses."""

    def key(self, goal: Goal) -> str:
        return super().key(evolve(goal, hypotheses=()))


class KeyInOrder(ToyEnv):
    """Its key depends on the order of hypotheses, as plain text does."""

    def key(self, goal: Goal) -> str:
        return repr((goal.statement, tuple(dict.fromkeys(goal.hypotheses))))


def _without(graph: ProofGraph, statement: str) -> list[Fact]:
    """The facts of a graph with one statement spelled so that it is not found."""
    return [
        evolve(fact, statement=f" {fact.statement}") if fact.statement == statement else fact for fact in graph.facts
    ]


# Codecs.


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


# Datasets.


class SplitsLeak(ToyHuman):
    """A valid goal is a train goal too, with its letters renamed."""

    def __init__(self, env: ToyEnv) -> None:
        super().__init__(env)
        proof = self._proofs["valid"][0]
        renamed = ToyCodec(env).augment(proof, random.Random(1))
        self._proofs["train"].append(evolve(renamed, goal=evolve(renamed.goal, name="leak")))


class HoldsOutNothing(ToyHuman):
    """Forgets to say which keys are held out."""

    def held_out(self) -> frozenset[str]:
        return frozenset()


class DrawsFromTest(ToyHuman):
    """Learns from the test split as well."""

    def draw(self, rng: random.Random) -> Proof | None:
        return rng.choice([*self._proofs["train"], *self._proofs["test"]])


class DrawsByChance(ToySynthetic):
    """Draws with the global generator."""

    def draw(self, rng: random.Random) -> Proof | None:
        return super().draw(random.Random(random.random()))


class DrawsInTurn(ToyHuman):
    """Draws one after the other, whatever the generator says."""

    def draw(self, rng: random.Random) -> Proof | None:
        self._proofs["train"].append(self._proofs["train"].pop(0))
        return self._proofs["train"][0]


class DropsSteps(ToyHuman):
    """Its proofs lack a step."""

    def proofs(self, split: str) -> Sequence[Proof]:
        return [evolve(one, facts=(*one.facts[:-2], one.facts[-1])) for one in super().proofs(split)]


class NeverTheSame(ToyHuman):
    """Splits differently every time."""

    _seeds: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self, env: ToyEnv) -> None:
        super().__init__(ToyEnv(evolve(env.config, seed=next(self._seeds))))


# Strategies.


@frozen
class NeverCounts:
    """Ignores its limit on steps."""

    limit: int
    name: ClassVar[str] = "never-counts"

    def search(self, search: ProofSearch) -> Moves:
        return Sampling(SamplingConfig(max_steps=self.limit + 5)).search(search)


@frozen
class Boasts:
    """Says that it solved every goal."""

    limit: int
    name: ClassVar[str] = "boasts"

    def search(self, search: ProofSearch) -> Moves:
        yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search)
        return SOLVED


@frozen
class SaysNothing:
    """Stops without a reason."""

    limit: int
    name: ClassVar[str] = "says-nothing"

    def search(self, search: ProofSearch) -> Moves:
        reason = yield from Sampling(SamplingConfig(max_steps=self.limit)).search(search)
        return reason if search.graph.solved else ""


@frozen
class Gambles:
    """Draws with a generator of its own."""

    limit: int
    name: ClassVar[str] = "gambles"

    def search(self, search: ProofSearch) -> Moves:
        search.rng = random.Random()
        return Sampling(SamplingConfig(max_steps=self.limit)).search(search)


LIARS: dict[type, tuple[type, str]] = {
    YesToAll: (EnvContract, "test_check_rejects_mutated_proofs"),
    NoToAll: (EnvContract, "test_check_accepts_known_proofs"),
    LooksAtTheEnd: (EnvContract, "test_check_rejects_mutated_proofs"),
    TrustsTheProof: (EnvContract, "test_check_trusts_no_goal_but_its_own"),
    ChecksByPlace: (EnvContract, "test_check_rejects_mutated_proofs"),
    IgnoresForbidden: (EnvContract, "test_forbidden_theorems_cannot_be_used"),
    Mutates: (EnvContract, "test_apply_never_mutates"),
    Raises: (EnvContract, "test_apply_rejects_bad_steps_with_a_code"),
    Counts: (EnvContract, "test_apply_is_deterministic"),
    RepeatsItself: (EnvContract, "test_apply_rejects_duplicates"),
    Chatty: (EnvContract, "test_apply_rejects_bad_steps_with_a_code"),
    AnswersTwice: (EnvContract, "test_submit_is_apply"),
    TakesAnything: (EnvContract, "test_junk_goals_are_goal_errors"),
    KeyByName: (EnvContract, "test_key_ignores_names_and_order"),
    KeyInOrder: (EnvContract, "test_key_ignores_names_and_order"),
    KeyByStatement: (EnvContract, "test_key_tells_goals_apart"),
    AllowsJunk: (CodecContract, "test_sampled_steps_hold"),
    Stubborn: (CodecContract, "test_refused_tokens_leave_the_cursor_as_it_was"),
    Unsorted: (CodecContract, "test_allowed_is_sorted_ids"),
    Hides: (CodecContract, "test_cursor_accepts_known_steps"),
    DropsArguments: (CodecContract, "test_encoding_tells_things_apart"),
    RenamesOnlyTheGoal: (CodecContract, "test_augmented_proofs_are_equivalent"),
    ShufflesFreely: (CodecContract, "test_augmented_proofs_are_equivalent"),
    OverflowsQuietly: (CodecContract, "test_what_does_not_fit_is_a_codec_error"),
    SplitsLeak: (DatasetContract, "test_splits_are_disjoint_by_key"),
    HoldsOutNothing: (DatasetContract, "test_held_out_covers_valid_and_test"),
    DrawsFromTest: (DatasetContract, "test_draws_may_be_learned_from"),
    DrawsByChance: (DatasetContract, "test_draws_depend_on_the_rng_alone"),
    DrawsInTurn: (DatasetContract, "test_draws_depend_on_the_rng_alone"),
    DropsSteps: (DatasetContract, "test_proofs_hold"),
    NeverTheSame: (DatasetContract, "test_the_same_every_time"),
    NeverCounts: (StrategyContract, "test_max_steps_is_kept"),
    Boasts: (StrategyContract, "test_every_search_stops_and_says_why"),
    SaysNothing: (StrategyContract, "test_every_search_stops_and_says_why"),
    Gambles: (StrategyContract, "test_the_same_seed_gives_the_same_search"),
}
"""Each liar with its contract and the promise that catches it. Envs are made from a config, codecs and datasets from
an env, strategies from a limit on steps."""
