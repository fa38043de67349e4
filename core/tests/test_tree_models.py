"""`best-first` and `beam` keep the contract of strategies, and search alike with a model however few slots it has."""

from __future__ import annotations

import random

import pytest
import torch
from fwd.api import Ask, ProofGraph, Reply
from fwd.model import Transformer
from fwd.model.policy import ModelPolicy
from fwd.plugins import PluginSet, load
from fwd.prover import Prover
from fwd.search.beam import Beam, BeamConfig
from fwd.search.best_first import BestFirst, BestFirstConfig
from fwd.settings import EngineConfig, ModelConfig
from fwd.testing import StrategyContract
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman


@pytest.fixture(scope="module")
def env():
    return ToyEnv(ToyConfig())


@pytest.fixture(scope="module")
def codec(env):
    return ToyCodec(env)


@pytest.fixture(scope="module")
def proofs(env):
    return ToyHuman(env).proofs("train")[:6]


class TestTheContract(StrategyContract):
    """Both strategies, registered by core."""

    @pytest.fixture(params=[("best-first", {"expansions": 6}), ("beam", {"width": 4})])
    def make_strategy(self, request):
        name, settings = request.param
        spec = PluginSet.of().strategies.get(name)
        return lambda limit: load(spec.factory)(load(spec.config)(max_steps=limit, **settings))


@pytest.fixture(scope="module")
def model(codec):
    torch.manual_seed(2)
    shape = ModelConfig(d_model=16, n_layers=1, n_heads=2, n_kv_heads=2, d_ff=24, dropout=0.0, max_tokens=160)
    return Transformer(shape, len(codec.vocabulary))


def engine(slots: int) -> EngineConfig:
    return EngineConfig(slots=slots, memory_mib=16, token_budget=256, precision="fp32", threads=1)


FEW = [
    BestFirst(BestFirstConfig(expansions=4, branch=3, parallel=2)),
    Beam(BeamConfig(width=3, branch=3, max_depth=2)),
]


@pytest.mark.parametrize("strategy", FEW)
def test_models_search_alike_whatever_the_slots(env, codec, model, strategy):
    goals = ToyHuman(env).goals("valid")[:3]

    def outcome(slots: int):
        policy = ModelPolicy(model, codec, engine(slots), "test")
        found = list(Prover(policy, env, strategy, seed=1).prove(goals, trials=2))
        assert not policy._rows
        assert len(policy._free) == slots
        return {(one.goal.name, one.trial): (one.stopped, one.tokens, tuple(one.graph.facts)) for one in found}

    assert outcome(1) == outcome(3) == outcome(30)


def test_a_fork_takes_over_from_the_nearest_ancestor_that_is_known(env, codec, model):
    policy = ModelPolicy(model, codec, engine(8), "test")

    def ask(graph: ProofGraph) -> tuple[Reply, int]:
        """The reply, and how many tokens of the transcript were computed for it rather than taken over."""
        policy.submit(Ask(graph, random.Random(0), temperature=0.0))
        share, taken = policy.engine.share, []
        policy.engine.share = lambda source, target: (share(source, target), taken.append(target))[0]
        while not (replies := policy.advance()):
            pass
        policy.engine.share = share
        return replies[0], len(taken)

    graph = env.begin(ToyHuman(env).goals("valid")[0])
    reply, taken = ask(graph)
    assert taken == 0
    chain = [graph]
    for _ in range(2):
        answer = env.apply(chain[-1], reply.proposals[0].step)
        chain.append(chain[-1].fork())
        chain[-1].add(answer.fact)
        reply, taken = ask(chain[-1])
        assert taken == 1
    policy.forget(chain[1])
    policy.forget(chain[2])
    grandchild = chain[2].fork()
    again, taken = ask(grandchild)
    assert taken == 1
    assert again.proposals[0].step == reply.proposals[0].step
