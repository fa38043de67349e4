"""The policy writes steps that a plain, unbatched decoder would write."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest
import torch
from attrs import evolve
from fwd.api import Applied, Ask, Fact, Goal, ProofGraph
from fwd.model import Transformer
from fwd.model.policy import ModelPolicy
from fwd.model.sampling import Choice
from fwd.plugins import PluginSet, load
from fwd.prover import Prover
from fwd.search.linear import Greedy, Sampling
from fwd.settings import EngineConfig, ModelConfig
from fwd.testing.clauses import ClausesCodec, ClausesConfig, ClausesDrill, ClausesEnv
from fwd.testing.clauses import new_steps as clause_steps
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman

from .models import decided

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=48, dropout=0.0, max_tokens=200)
CONFIG = EngineConfig(slots=8, memory_mib=64, token_budget=256, precision="fp32", threads=1)


@pytest.fixture(scope="module")
def env() -> ToyEnv:
    return ToyEnv(ToyConfig())


@pytest.fixture(scope="module")
def codec(env) -> ToyCodec:
    return ToyCodec(env)


@pytest.fixture(scope="module")
def goals(env) -> list[Goal]:
    return list(ToyHuman(env).goals("valid"))[:12]


@pytest.fixture(scope="module")
def model(codec) -> Transformer:
    return decided(SMALL, codec)


def transcript(codec, graph: ProofGraph) -> list[int]:
    tokens = list(codec.encode_goal(graph.goal))
    for index, fact in enumerate(graph.facts):
        if fact.step is not None:
            tokens += [codec.step_token, *codec.encode_step(fact.step), *codec.encode_fact(index, fact)]
    return tokens


def plain_greedy(model, codec, graph: ProofGraph):
    """Step and log-probability by encoding everything anew for every token."""
    cursor, tokens, logprob = codec.cursor(graph), [], 0.0
    while not cursor.complete:
        allowed = cursor.allowed()
        text = [*transcript(codec, graph), codec.step_token, *tokens]
        with torch.no_grad():
            odds = model(model.table(), torch.tensor([text]))[-1].double().numpy()
        live = [int(token) for token in allowed]
        while True:
            token = max(live, key=lambda one: odds[one])
            if cursor.push(token):
                break
            live.remove(token)
        logprob += odds[token] - np.logaddexp.reduce(odds[live])
        tokens.append(token)
    return cursor.step(), logprob


def finish(policy: ModelPolicy, asks: list[Ask]):
    for ask in asks:
        policy.submit(ask)
    replies = {}
    for _ in range(10_000):
        for reply in policy.advance():
            assert reply.ask not in replies
            replies[reply.ask] = reply
        if len(replies) == len(asks):
            return [replies[ask] for ask in asks]
    raise AssertionError("the policy does not answer")


@pytest.mark.parametrize("slots", [1, 3, 8])
def test_greedy_steps_and_logprobs_equal_plain_decoding(env, codec, goals, model, slots):
    policy = ModelPolicy(model, codec, evolve(CONFIG, slots=slots), "test")
    graphs = [env.begin(goal) for goal in goals]
    for _ in range(4):
        replies = finish(policy, [Ask(graph, random.Random(0), temperature=0.0) for graph in graphs])
        for graph, reply in zip(graphs, replies, strict=True):
            (proposal,) = reply.proposals
            step, logprob = plain_greedy(model, codec, graph)
            assert proposal.step == step
            assert proposal.logprob == pytest.approx(logprob, abs=1e-3)
            assert proposal.tokens == len(codec.encode_step(step))
            assert reply.transcript == len(transcript(codec, graph))
            answer = env.apply(graph, step)
            assert isinstance(answer, Applied)
            graph.add(answer.fact)


def test_a_step_that_was_not_taken_is_rolled_back(env, codec, goals, model):
    policy = ModelPolicy(model, codec, CONFIG, "test")
    graph = env.begin(goals[0])
    rng = random.Random(1)
    for turn in range(12):
        (reply,) = finish(policy, [Ask(graph, rng, temperature=3.0)])
        if turn % 3 == 0 and isinstance(answer := env.apply(graph, reply.proposals[0].step), Applied):
            graph.add(answer.fact)
    (reply,) = finish(policy, [Ask(graph, rng, temperature=0.0)])
    step, logprob = plain_greedy(model, codec, graph)
    assert reply.proposals[0].step == step
    assert reply.proposals[0].logprob == pytest.approx(logprob, abs=1e-3)


def plain_logprob(model, codec, graph: ProofGraph, step) -> float:
    """Of a step under the grammar's distribution, by encoding everything anew for every token."""
    cursor, tokens, logprob = codec.cursor(graph), [], 0.0
    for token in codec.encode_step(step):
        probe = lambda one: _replayed(codec, graph, tokens).push(one)  # noqa: E731
        live = [one for one in cursor.allowed().tolist() if probe(one)]
        text = [*transcript(codec, graph), codec.step_token, *tokens]
        with torch.no_grad():
            odds = model(model.table(), torch.tensor([text]))[-1].double().numpy()
        logprob += odds[token] - np.logaddexp.reduce(odds[live])
        assert cursor.push(token)
        tokens.append(token)
    return logprob


def _replayed(codec, graph: ProofGraph, tokens: list[int]):
    cursor = codec.cursor(graph)
    for token in tokens:
        cursor.push(token)
    return cursor


@pytest.mark.parametrize("pointers_first", [False, True])
def test_several_steps_are_whole_steps_whatever_comes_first(pointers_first):
    """With two labels as well there are as many steps as are asked for, and most of them are the likeliest of all."""
    env = ClausesEnv(ClausesConfig(pointers_first=pointers_first))
    codec = ClausesCodec(env)
    model = decided(SMALL, codec)
    policy = ModelPolicy(model, codec, evolve(CONFIG, slots=2), "test")
    graphs = [env.begin(goal) for goal in ClausesDrill(env).goals("valid")[:4]]
    replies = finish(policy, [Ask(graph, random.Random(0), count=8) for graph in graphs])
    missed = 0
    for graph, reply in zip(graphs, replies, strict=True):
        found = [proposal.step for proposal in reply.proposals]
        assert len(set(found)) == 8
        odds = {step: plain_logprob(model, codec, graph, step) for step, _ in clause_steps(graph)}
        assert [p.logprob for p in reply.proposals] == pytest.approx([odds[step] for step in found], abs=1e-3)
        assert [p.logprob for p in reply.proposals] == sorted((p.logprob for p in reply.proposals), reverse=True)
        best = sorted(odds, key=lambda step: -odds[step])[:8]
        assert found[0] == best[0]
        missed += len(set(best) - set(found))
    print("MISSED", missed)


@pytest.mark.parametrize("strategy", [Greedy(), Sampling()])
def test_the_same_seed_gives_the_same_whatever_the_slots(env, codec, goals, model, strategy):
    def outcome(slots: int, budget: int):
        policy = ModelPolicy(model, codec, evolve(CONFIG, slots=slots, token_budget=budget), "test")
        found = Prover(policy, env, strategy, seed=7).prove(goals, trials=3)
        return {(one.goal.name, one.trial): (one.stopped, tuple(one.graph.facts)) for one in found}

    reference = outcome(1, 30)
    assert len(reference) == 3 * len(goals)
    assert outcome(5, 64) == reference
    assert outcome(36, 1000) == reference


def test_forks_take_over_what_was_computed(env, codec, goals, model):
    policy = ModelPolicy(model, codec, CONFIG, "test")
    root = env.begin(goals[0])
    children = [root.fork() for _ in range(5)]
    computed = 0
    run = policy.engine.run

    def counted(slots, idle):
        nonlocal computed
        before = policy.engine._cached.sum()
        result = run(slots, idle)
        computed += int(policy.engine._cached.sum() - before)
        return result

    policy.engine.run = counted
    replies = finish(policy, [Ask(child, random.Random(0), temperature=0.0) for child in children])
    assert len({reply.proposals[0].step for reply in replies}) == 1
    assert computed < 2 * replies[0].transcript + 5 * 10


def test_forgetting_frees_slots_and_cancels_requests(env, codec, goals, model):
    policy = ModelPolicy(model, codec, evolve(CONFIG, slots=2), "test")
    graphs = [env.begin(goal) for goal in goals[:3]]
    for graph in graphs:
        policy.submit(Ask(graph, random.Random(0), temperature=0.0))
    policy.advance()
    for graph in graphs[:2]:
        policy.forget(graph)
    (reply,) = [reply for _ in range(20) for reply in policy.advance()]
    assert reply.ask.graph is graphs[2]
    policy.forget(graphs[2])
    assert not policy._rows
    assert sorted(policy._free) == [0, 1]


def test_a_transcript_that_does_not_fit_is_full(env, codec, goals):
    torch.manual_seed(0)
    short = evolve(SMALL, max_tokens=24)
    policy = ModelPolicy(Transformer(short, len(codec.vocabulary)), codec, CONFIG, "test")
    graph = env.begin(max(goals, key=lambda goal: len(goal.hypotheses)))
    (reply,) = finish(policy, [Ask(graph, random.Random(0))])
    assert reply.full
    assert not reply.proposals


def test_a_step_longer_than_asked_for_is_a_failure(env, codec, goals, model):
    policy = ModelPolicy(model, codec, CONFIG, "test")
    (reply,) = finish(policy, [Ask(env.begin(goals[0]), random.Random(0), max_tokens=1)])
    assert reply.proposals[0].failure == "too-long"
    assert reply.proposals[0].step is None


def test_samples_follow_the_distribution_of_what_leads_somewhere():
    odds = np.log(np.array([0.5, 0.2, 0.2, 0.1]))
    rng = random.Random(4)
    counts = Counter()
    for _ in range(8000):
        choice = Choice(np.arange(4), odds)
        while (pick := choice.draw(1.0, rng)) and pick[0] == 1:  # the grammar refuses this one
            choice.refuse(1)
        counts[pick[0]] += 1
    assert counts[0] / 8000 == pytest.approx(0.625, abs=0.02)
    assert counts[3] / 8000 == pytest.approx(0.125, abs=0.02)


def test_refused_tokens_are_never_drawn_and_leave_the_logprob():
    class Edge(random.Random):
        def random(self) -> float:
            return math.nextafter(1.0, 0.0)

    choice = Choice(np.arange(3), np.zeros(3))
    choice.refuse(2)
    assert choice.draw(1.0, Edge()) == (1, pytest.approx(math.log(0.5)))
    choice.refuse(0)
    choice.refuse(1)
    assert choice.draw(1.0, Edge()) is None
    assert choice.draw(0.0, Edge()) is None


def test_facts_without_a_step_are_not_written_twice(env, codec, goals, model):
    policy = ModelPolicy(model, codec, CONFIG, "test")
    graph = env.begin(goals[0])
    (reply,) = finish(policy, [Ask(graph, random.Random(0), temperature=0.0)])
    assert isinstance(graph.facts[0], Fact)
    assert reply.transcript == len(codec.encode_goal(graph.goal))


def test_the_registered_greedy_strategy_is_the_one_of_evaluation():
    spec = PluginSet.of("fwd.testing.toy_plugin").strategies.get("greedy")
    assert load(spec.factory) is Greedy
