"""The decoding engine computes what a plain forward pass over the whole sequence computes, whatever happened before."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from attrs import evolve
from fwd.errors import ConfigError
from fwd.model import Transformer
from fwd.model.engine import Engine
from fwd.settings import EngineConfig, ModelConfig

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=48, dropout=0.0, max_tokens=96)
SIZE = 50
CONFIG = EngineConfig(slots=6, memory_mib=64, token_budget=64, precision="fp32", threads=1)


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(1)
    model = Transformer(SMALL, SIZE, {4: [1, 2, 3], 5: [9, 8, 7]})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3.0)  # far from the flat distributions of a new model
    return model


def fresh(model: Transformer, tokens: list[int], allowed: np.ndarray) -> np.ndarray:
    """Log-odds after the last token by the training forward pass."""
    with torch.no_grad():
        return model(model.table(), torch.tensor([tokens]))[-1].numpy()[allowed]


@pytest.mark.parametrize(("slots", "budget"), [(1, 7), (3, 16), (6, 64), (6, 1000)])
def test_any_history_gives_the_odds_of_a_fresh_pass(model, slots, budget):
    rng = random.Random(slots)
    engine = Engine(model, evolve(CONFIG, slots=slots, token_budget=budget))
    truth: list[list[int]] = [[] for _ in range(slots)]
    compared = 0
    for _ in range(120):
        for slot in rng.sample(range(slots), rng.randint(1, slots)):
            change = rng.random()
            if change < 0.1 or len(truth[slot]) > 80:  # another graph takes the slot
                engine.clear(slot)
                truth[slot] = []
            keep = len(truth[slot]) if change < 0.6 else rng.randint(0, len(truth[slot]))  # a rollback
            more = [rng.randrange(SIZE) for _ in range(1 if rng.random() < 0.6 else rng.randint(2, 30))]
            if engine.write(slot, keep, more):
                truth[slot] = truth[slot][:keep] + more
        asked = [slot for slot in rng.sample(range(slots), slots) if truth[slot]]
        ready, hidden = engine.run(asked)
        if not ready:
            continue
        allowed = [np.array(sorted(rng.sample(range(SIZE), rng.choice([1, 3, SIZE])))) for _ in ready]
        for slot, tokens, odds in zip(ready, allowed, engine.odds(hidden, allowed), strict=True):
            np.testing.assert_allclose(odds, fresh(model, truth[slot], tokens), atol=2e-4)
            compared += 1
    assert compared > 50


def test_what_is_computed_is_not_computed_again(model):
    engine = Engine(model, CONFIG)
    engine.write(0, 0, [1, 2, 3, 4, 5, 6])
    engine.run([0])
    assert engine.computed(0) == 6
    engine.write(0, 2, [3, 4, 9])  # the same up to the fourth token
    assert (engine.length(0), engine.computed(0)) == (5, 4)
    engine.write(0, 5, [1])
    assert engine.computed(0) == 4


def test_the_budget_slices_a_long_text_and_serves_the_first(model):
    engine = Engine(model, evolve(CONFIG, token_budget=10))
    engine.write(0, 0, list(range(25)))
    engine.write(1, 0, [1, 2])
    assert engine.run([0, 1])[0] == []
    assert engine.run([0, 1])[0] == []
    assert engine.run([0, 1])[0] == [0, 1]


def test_sharing_copies_only_the_common_beginning(model):
    engine = Engine(model, CONFIG)
    engine.write(0, 0, [1, 2, 3, 4])
    engine.run([0])
    engine.write(1, 0, [1, 2, 8, 4, 9])
    engine.share(0, 1)
    assert engine.computed(1) == 2
    _, hidden = engine.run([1])
    allowed = np.arange(SIZE)
    np.testing.assert_allclose(engine.odds(hidden, [allowed])[0], fresh(model, [1, 2, 8, 4, 9], allowed), atol=2e-4)


def test_a_sequence_past_the_capacity_is_refused_whole(model):
    engine = Engine(model, CONFIG)
    assert engine.write(0, 0, [1] * 96)
    assert not engine.write(0, 90, [1] * 7)
    assert engine.length(0) == 96


def test_memory_for_not_even_one_sequence_is_a_mistake(model):
    big = Transformer(evolve(SMALL, max_tokens=8192), SIZE)
    with pytest.raises(ConfigError, match=r"memory_mib = 1: one sequence of this model needs 2"):
        Engine(big, evolve(CONFIG, memory_mib=1))


def test_bf16_is_close(model):
    engine = Engine(model, evolve(CONFIG, precision="bf16"))
    engine.write(0, 0, [3, 1, 4, 1, 5])
    _, hidden = engine.run([0])
    allowed = np.arange(SIZE)
    near = engine.odds(hidden, [allowed])[0]
    exact = fresh(model, [3, 1, 4, 1, 5], allowed)
    assert np.abs(near - exact).max() < 0.05 * np.abs(exact).max()
    assert not np.array_equal(near, exact)
