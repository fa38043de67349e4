"""Where a GPU is, it computes what the CPU does. Skipped elsewhere."""

from __future__ import annotations

import copy
import random

import pytest
import torch
from attrs import evolve
from fwd.config import resolve
from fwd.model import Transformer
from fwd.model.checkpoint import load_checkpoint
from fwd.model.policy import ModelPolicy
from fwd.plugins import PluginSet
from fwd.prover import Prover
from fwd.search.linear import Greedy
from fwd.settings import EngineConfig, ModelConfig
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman
from fwd.train import train
from fwd.train.batching import optimiser_steps
from fwd.train.gradients import Gradients
from fwd.train.sequences import SequenceMaker

from .models import decided

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=48, dropout=0.0, max_tokens=200)
ENV = ToyEnv(ToyConfig())
CODEC = ToyCodec(ENV)


@pytest.fixture
def model() -> Transformer:
    return decided(SMALL, CODEC)


def test_greedy_decoding_takes_the_same_steps(model):
    def steps(device):
        config = EngineConfig(slots=8, memory_mib=64, token_budget=256, precision="fp32", threads=1, device=device)
        found = Prover(ModelPolicy(model, CODEC, config, "model"), ENV, Greedy()).prove(ToyHuman(ENV).goals("valid"))
        return {search.goal.name: [fact.step for fact in search.graph.facts] for search in found}

    assert steps("cuda") == steps("cpu")


def test_gradients_are_those_of_the_cpu(model):
    human = ToyHuman(ENV)
    maker = SequenceMaker(ENV, CODEC, {"human": human}, {"human": 1.0}, 0.3, 0.0, SMALL.max_tokens)
    (batches,) = optimiser_steps(maker.pool(0, 50, 0), 2000, 10**6, random.Random(0))

    def gradients(where):
        moved = copy.deepcopy(model).to(where)
        with Gradients(moved, CODEC.step_token, 0, "fp32", 2) as found:
            stats = found.compute(0, batches)
        return stats, [parameter.grad.cpu() for parameter in moved.parameters()]

    (here, expected), (there, found) = gradients("cpu"), gradients("cuda")
    assert (there.told, there.tokens) == (here.told, here.tokens)
    assert there.loss == pytest.approx(here.loss, rel=1e-4)
    for one, other in zip(found, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-4 * float(other.abs().max()))


def test_a_run_learns_and_goes_on(tmp_path):
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    small = ["model.d_model=16", "model.n_layers=1", "model.n_heads=2", "model.n_kv_heads=1", "model.d_ff=24"]
    rest = ["train.batch_tokens=600", "train.pool=40", "train.device=cuda", "train.evaluate_every=20"]
    config = resolve(plugins, env="toy", assignments=[*small, *rest, "train.steps=20"])
    train(config, plugins, tmp_path / "run")
    longer = evolve(config, train=evolve(config.train, steps=30))
    train(longer, plugins, tmp_path / "run", resume=True)
    assert load_checkpoint(tmp_path / "run", plugins).step == 30
