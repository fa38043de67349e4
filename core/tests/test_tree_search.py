"""The strategies `best-first` and `beam`, on a world where a step simply names the fact that it makes."""

from __future__ import annotations

import math
import random
from collections import Counter
from concurrent.futures import Future

import pytest
from attrs import evolve
from fwd.api import Applied, Ask, Fact, Goal, Proof, ProofGraph, Proposal, Rejected, Reply, Step, Verdict
from fwd.prover import Prover
from fwd.search.base import Drop, ProofSearch
from fwd.search.beam import Beam, BeamConfig, perturbed
from fwd.search.best_first import BestFirst, BestFirstConfig
from fwd.search.linear import Greedy


class World:
    """Accepts every step but those whose name begins with `!`."""

    name = "world"
    fingerprint = "1"

    def begin(self, goal: Goal) -> ProofGraph:
        return ProofGraph(goal, [Fact(text) for text in goal.hypotheses])

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        future: Future[Applied | Rejected] = Future()
        if step.label.startswith("!"):
            future.set_result(Rejected("bad"))
        else:
            future.set_result(Applied(Fact(step.label, step)))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict(proof.facts[-1].statement == goal.statement)


class Table:
    """A policy that looks up what to propose: for the facts of a graph, as sorted letters, steps with probabilities.

    Counts what it is asked and what it knows; with `batch`, it answers so many requests at a time, the latest first.
    """

    name = "table"

    def __init__(self, table: dict[str, dict[str, float]], slots: int = 100, batch: int = 100) -> None:
        self.table, self.slots, self.batch = table, slots, batch
        self.queue: list[Ask] = []
        self.asked: list[str] = []
        self.known: set[ProofGraph] = set()
        self.most = 0

    def submit(self, ask: Ask) -> None:
        self.asked.append(name_of(ask.graph))
        self.known.add(ask.graph)
        self.most = max(self.most, len(self.known))
        self.queue.append(ask)

    def advance(self) -> list[Reply]:
        done, self.queue = self.queue[-self.batch :], self.queue[: -self.batch]
        return [self.reply(ask) for ask in done]

    def reply(self, ask: Ask) -> Reply:
        steps = self.table.get(name_of(ask.graph), {})
        if "full" in steps:
            return Reply(ask, (), full=True)
        best = sorted(steps.items(), key=lambda step: -step[1])[: ask.count]
        found = [Proposal(Step(label), math.log(odds), tokens=3) for label, odds in best]
        return Reply(ask, tuple(found) or (Proposal(None, tokens=1, failure="dead-end"),))

    def forget(self, graph: ProofGraph) -> None:
        self.known.discard(graph)


class Endless(Table):
    """Two new facts for every graph, equally likely."""

    def __init__(self, **limits: int) -> None:
        super().__init__({}, **limits)

    def reply(self, ask: Ask) -> Reply:
        depth = len(ask.graph.facts)
        return Reply(ask, tuple(Proposal(Step(f"{side}{depth}"), math.log(0.5), tokens=3) for side in "lr"))


def name_of(graph: ProofGraph) -> str:
    return "".join(sorted(fact.statement for fact in graph.facts))


def prove(policy: Table, strategy, goal: str = "z", trials: int = 1) -> ProofSearch:
    found = list(Prover(policy, World(), strategy, seed=3).prove([Goal("g", goal, ("a",))], trials))
    assert not policy.known, "everything is forgotten in the end"
    return found[0]


def best_first(**settings) -> BestFirst:
    return BestFirst(BestFirstConfig(**settings))


def beam(**settings) -> Beam:
    return Beam(BeamConfig(**settings))


BOTH = [best_first(), best_first(parallel=3), beam(), beam(temperature=0)]

# Best-first


def test_the_likeliest_graph_comes_next_wherever_it_is():
    policy = Table({"a": {"b": 0.6, "c": 0.4}, "ab": {"d": 0.5, "e": 0.5}, "ac": {"f": 0.9}, "acf": {"z": 1.0}})
    search = prove(policy, best_first())
    assert policy.asked == ["a", "ab", "ac", "acf"]
    assert search.solved
    assert name_of(search.graph) == "acfz"
    assert (search.steps, search.rejected, search.tokens) == (6, 0, 18)


def test_equal_scores_are_taken_in_the_order_in_which_they_were_found():
    policy = Table({"a": {"e": 0.25, "b": 0.25, "d": 0.25, "c": 0.25}})
    assert prove(policy, best_first()).stopped == "exhausted"
    assert policy.asked == ["a", "ae", "ab", "ad", "ac"]


def test_two_ways_to_the_same_facts_are_one_and_the_likelier_counts():
    """By `c` then `b` the state abc has 0.4, by `b` then `c` only 0.06, which would come after abd."""
    policy = Table({"a": {"b": 0.6, "c": 0.4}, "ab": {"c": 0.1, "d": 0.5}, "ac": {"b": 1.0}, "abc": {"z": 1.0}})
    search = prove(policy, best_first())
    assert policy.asked == ["a", "ab", "ac", "abc"]
    assert search.solved
    assert [fact.statement for fact in search.graph.facts] == ["a", "c", "b", "z"]


def test_a_state_that_was_grown_is_not_grown_again():
    policy = Table({"a": {"b": 0.6, "c": 0.4}, "ab": {"c": 1.0}, "ac": {"b": 1.0}})
    assert prove(policy, best_first()).stopped == "exhausted"
    assert policy.asked == ["a", "ab", "abc", "ac"]


def test_length_normalisation_prefers_depth():
    table = {"a": {"b": 0.45, "c": 0.55}, "ac": {"d": 0.5}, "acd": {"e": 0.5}}
    plain, normal = Table(table), Table(table)
    prove(plain, best_first())
    prove(normal, best_first(length_power=1.0))
    assert plain.asked == ["a", "ac", "ab", "acd", "acde"]
    assert normal.asked == ["a", "ac", "acd", "acde", "ab"]


def test_several_at_a_time():
    policy = Table({"a": {"b": 0.6, "c": 0.4}, "ab": {"d": 0.9}, "ac": {"e": 0.9}}, batch=1)
    assert prove(policy, best_first(parallel=2)).stopped == "exhausted"
    assert policy.asked == ["a", "ab", "ac", "abd", "ace"]


def test_expansions_are_counted_and_what_cannot_be_grown_any_more_is_let_go():
    policy = Endless()
    search = prove(policy, best_first(expansions=20))
    assert search.stopped == "max-expansions"
    assert len(policy.asked) == 20
    assert policy.most <= 11, "a graph is held only while it has children that may still be grown"
    assert len(prove(Endless(), best_first(expansions=20, parallel=8)).graph.facts) > 1
    policy = Endless()
    prove(policy, best_first(expansions=20, parallel=8))
    assert len(policy.asked) == 20


def test_no_room_for_a_graph_ends_only_its_branch():
    table = {"a": {"b": 0.6, "c": 0.4}, "ab": {"full": 1.0}, "ac": {"!": 0.5, "z": 0.3}}
    search = prove(Table(table), best_first())
    assert search.solved
    assert search.rejections == {"bad": 1}
    assert prove(Table({"a": {"full": 1.0}}), best_first()).stopped == "exhausted"


def test_the_largest_graph_remains_of_a_failure():
    table = {"a": {"b": 0.9, "c": 0.1}, "ab": {"d": 1.0}}
    search = prove(Table(table), best_first())
    assert search.stopped == "exhausted"
    assert name_of(search.graph) == "abd"


# Beam


def test_without_noise_the_likeliest_go_on():
    policy = Table(
        {
            "a": {"b": 0.5, "c": 0.3, "d": 0.2},
            "ab": {"e": 0.5, "f": 0.3},
            "ac": {"g": 0.9},
            "acg": {"z": 1.0},
        }
    )
    search = prove(policy, beam(width=2, branch=3, temperature=0))
    assert policy.asked == ["a", "ab", "ac", "acg", "abe"]
    assert search.solved


def test_a_narrow_beam_loses_what_a_wider_one_finds():
    table = {"a": {"b": 0.6, "c": 0.4}, "ab": {"d": 0.9}, "ac": {"z": 0.9}}
    assert prove(Table(table), beam(width=1, temperature=0)).stopped == "exhausted"
    assert prove(Table(table), beam(width=2, temperature=0)).solved


def test_ways_to_the_same_facts_share_a_place_and_their_probabilities_add():
    """abc has 0.3 + 0.35; each way alone is less than abd's 0.6 * 0.6 = 0.36."""
    table = {"a": {"b": 0.6, "c": 0.4}, "ab": {"c": 0.5, "d": 0.6}, "ac": {"b": 0.875}, "abc": {"z": 1.0}}
    strategy = beam(width=2, temperature=0)
    policy = Table(table)
    assert prove(policy, strategy).solved
    assert policy.asked == ["a", "ab", "ac", "abc", "abd"]


def test_beams_let_go_of_what_did_not_go_on():
    policy = Endless()
    search = prove(policy, beam(width=4, max_depth=9, temperature=0))
    assert search.stopped == "max-depth"
    assert len(policy.asked) == 1 + 2 + 7 * 4
    assert policy.most <= 8


def test_noise_draws_without_replacement_by_probability():
    """The first of two to go on is drawn by the probabilities, the other by what is left; trials differ."""
    table = {"a": {"b": 0.6, "c": 0.3, "d": 0.1}}
    policy = Table(table)
    strategy = beam(width=2, branch=3, max_depth=2)
    list(Prover(policy, World(), strategy).prove([Goal(f"g{i}", "z", ("a",)) for i in range(1000)]))
    asked = [name for name in policy.asked if name != "a"]
    counts = Counter(asked)
    with_b = 0.6 + 0.3 * 0.6 / 0.7 + 0.1 * 0.6 / 0.9
    with_d = 0.1 + 0.6 * 0.1 / 0.4 + 0.3 * 0.1 / 0.7
    assert counts["ab"] / 1000 == pytest.approx(with_b, abs=0.045)
    assert counts["ad"] / 1000 == pytest.approx(with_d, abs=0.045)
    assert sum(counts.values()) == 2000


def test_noise_keeps_its_largest():
    rng = random.Random(1)
    for _ in range(200):
        top = rng.uniform(-30, 3)
        scores = perturbed([rng.uniform(-40, 0) for _ in range(5)], top, rng)
        assert max(scores) == pytest.approx(top)
        assert all(math.isfinite(score) for score in scores)


# Both


@pytest.mark.parametrize("strategy", BOTH)
def test_a_goal_that_is_reached_ends_the_search_however_unlikely(strategy):
    policy = Table({"a": {"b": 0.5, "c": 0.499, "z": 0.001}})
    search = prove(policy, strategy)
    assert search.solved
    assert policy.asked == ["a"]
    assert search.proof is not None
    assert search.proof.steps == 1


@pytest.mark.parametrize("strategy", BOTH)
def test_limits(strategy):
    def limited(**limits: int) -> ProofSearch:
        return prove(Endless(), type(strategy)(evolve(strategy.config, **limits)))

    for limit in (1, 2, 7):
        search = limited(max_steps=limit)
        assert (search.stopped, search.steps) == ("max-steps", limit)
    search = limited(max_tokens=40)
    assert search.stopped == "max-tokens"
    assert 40 <= search.tokens <= 40 + 6 * 4
    search = limited(max_depth=3)
    assert search.stopped in ("exhausted", "max-depth")
    assert len(search.graph.facts) == 3


@pytest.mark.parametrize("strategy", BOTH)
def test_trials_and_batches_forget_everything(strategy):
    for slots, batch in ((1, 1), (100, 3)):
        prove(Endless(slots=slots, batch=batch), type(strategy)(evolve(strategy.config, max_steps=50)), trials=3)


def test_fewer_searches_are_in_flight_where_each_holds_many_graphs():
    policy = Endless(slots=40)
    goals = [Goal(f"g{i}", "z", ("a",)) for i in range(30)]
    list(Prover(policy, World(), beam(width=4, max_depth=4)).prove(goals))
    assert policy.most <= 40


def test_a_dropped_graph_is_forgotten_at_once_and_may_be_asked_about_again():
    policy = Endless()

    class Dropper:
        name = "dropper"

        def search(self, search):
            graph, stranger = search.graph, search.graph.fork()
            assert (yield Drop(stranger)) is None
            yield Ask(graph, search.rng)
            assert policy.known == {graph}
            assert (yield Drop(graph)) is None
            assert not policy.known
            reply, nothing = yield [Ask(graph, search.rng), Drop(graph)]
            assert isinstance(reply, Reply)
            assert nothing is None
            assert policy.known == {graph}
            return "done"

    search = prove(policy, Dropper())
    assert search.stopped == "done"
    assert (search.rejected, search.tokens) == (0, 12)


# What is kept


@pytest.mark.parametrize("strategy", BOTH)
def test_everything_that_was_derived_is_kept(strategy):
    table = {"a": {"b": 0.5, "c": 0.3, "d": 0.2}, "ab": {"e": 0.5, "f": 0.5}, "ac": {"g": 0.9}, "acg": {"z": 1.0}}
    for goal in ("z", "unreachable"):
        search = prove(Table(table), strategy, goal)
        applied = search.steps
        facts = {fact.statement for graph in (search.graph, *search.others) for fact in graph.facts}
        assert facts >= set("abcdefg")
        assert applied >= len(facts) - 1
        for graph in search.others:
            assert ProofGraph(graph.goal, graph.facts).facts == graph.facts, "premises come first"
            assert not graph.notes


class Chain(World):
    """Each fact is made from the one before it. The check takes no proof with an `x` in it."""

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        future: Future[Applied | Rejected] = Future()
        future.set_result(Applied(Fact(step.label, step, (len(graph.facts) - 1,))))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        return Verdict("x" not in [fact.statement for fact in proof.facts])


def test_every_way_to_the_goal_is_kept_if_it_holds():
    table = {"a": {"b": 0.5, "c": 0.3, "x": 0.2}, "ab": {"z": 0.9}, "ac": {"z": 0.8, "d": 0.1}, "ax": {"z": 1.0}}
    prover = Prover(Table(table), Chain(), best_first(parallel=3))
    (search,) = prover.prove([Goal("g", "z", ("a",))])
    assert search.solved
    assert name_of(search.graph) == "abz"
    assert {(graph.solved, name_of(graph)) for graph in search.others} == {(True, "acdz"), (False, "abcx")}


def test_searches_of_one_line_have_nothing_beside_it():
    search = prove(Table({"a": {"b": 1.0}, "ab": {"z": 1.0}}), Greedy())
    assert search.solved
    assert search.others == ()
