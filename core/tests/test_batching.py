"""Batches hold every sequence once, with little padding; gradients are those of the plain mean loss."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from attrs import evolve
from fwd.model import Transformer
from fwd.settings import ModelConfig, TrainConfig
from fwd.train.batching import optimiser_steps
from fwd.train.gradients import Gradients
from fwd.train.optimiser import learning_rate
from fwd.train.sequences import Pool

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=4, d_ff=48, dropout=0.0, max_tokens=128)
SIZE = 60


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def pool(count: int, seed: int = 0) -> Pool:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(3, 100, count).astype(np.int32)
    total = int(lengths.sum())
    weights = (rng.random(total) < 0.2).astype(np.float32)
    weights[np.cumsum(lengths) - 1] = 1.0
    return Pool(lengths, rng.integers(1, SIZE, total).astype(np.int32), weights, {})


def test_every_sequence_comes_once_with_its_losses():
    source = pool(200)
    steps = optimiser_steps(source, 600, 2400, random.Random(0))
    batches = [batch for step in steps for batch in step]
    assert sum(batch.size for batch in batches) == source.lengths.sum()
    found = []
    for batch in batches:
        for row in batch.tokens:
            found.append(tuple(row[row > 0].tolist()))
    starts = np.cumsum(source.lengths) - source.lengths
    expected = [tuple(source.tokens[s : s + n].tolist()) for s, n in zip(starts, source.lengths, strict=True)]
    assert sorted(found) == sorted(expected)
    inner = source.weights.copy()
    inner[starts] = 0.0
    assert sum(float(batch.weights.sum()) for batch in batches) == inner.sum()
    for batch in batches:
        real = batch.weights > 0
        assert torch.equal(batch.tokens.reshape(-1)[batch.rows + 1][real], batch.targets[real])


def test_sizes_keep_to_their_limits_and_padding_is_small():
    source = pool(400)
    steps = optimiser_steps(source, 600, 2400, random.Random(0))
    batches = [batch for step in steps for batch in step]
    assert max(batch.tokens.numel() for batch in batches) <= 600
    assert len({batch.tokens.shape for batch in batches}) < 30
    assert sum(batch.tokens.numel() for batch in batches) < 1.1 * source.lengths.sum()
    sizes = [sum(batch.size for batch in step) for step in steps]
    assert all(1200 <= size <= 3700 for size in sizes)
    again = optimiser_steps(source, 600, 2400, random.Random(0))
    assert all(
        torch.equal(a.tokens, b.tokens) for x, y in zip(steps, again, strict=True) for a, b in zip(x, y, strict=True)
    )


def gradients_of(model: Transformer, threads: int, microbatch: int, seed: int = 0) -> tuple[list[torch.Tensor], float]:
    (batches,) = optimiser_steps(pool(30), microbatch, 10**6, random.Random(0))
    with Gradients(model, 5, seed, "fp32", threads) as gradients:
        stats = gradients.compute(3, batches)
    return [parameter.grad.clone() for parameter in model.parameters()], stats.loss / stats.weight


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    return Transformer(SMALL, SIZE, {3: [1, 2], 4: [1, 2, 9]})


def test_gradients_are_those_of_the_mean_loss_over_all_microbatches(model):
    found, loss = gradients_of(model, 2, 300)
    total, weight = torch.zeros(()), 0.0
    source = pool(30)
    for start, length in zip(np.cumsum(source.lengths) - source.lengths, source.lengths, strict=True):
        tokens = torch.from_numpy(source.tokens[start : start + length].astype(np.int64))
        weights = torch.from_numpy(source.weights[start + 1 : start + length])
        odds = model(model.table(), tokens[None])[:-1]
        total = total + (torch.nn.functional.cross_entropy(odds, tokens[1:], reduction="none") * weights).sum()
        weight += float(weights.sum())
    model.zero_grad()
    (total / weight).backward()
    assert loss == pytest.approx(total.item() / weight, rel=1e-5)
    for gradient, parameter in zip(found, model.parameters(), strict=True):
        assert torch.allclose(gradient, parameter.grad, atol=1e-6)
        assert gradient.abs().sum() > 0


def test_threads_change_nothing_not_even_dropout(model):
    model.config = evolve(SMALL, dropout=0.2)
    alone, _ = gradients_of(model, 1, 300)
    for _ in range(3):
        side_by_side, _ = gradients_of(model, 3, 300)
        assert all(torch.equal(a, b) for a, b in zip(alone, side_by_side, strict=True))
    other, _ = gradients_of(model, 1, 300, seed=1)
    assert not all(torch.equal(a, b) for a, b in zip(alone, other, strict=True))


def test_the_rate_warms_up_then_falls_to_its_floor():
    config = TrainConfig(steps=1000, lr=1.0, warmup_steps=10, lr_floor=0.1)
    assert learning_rate(config, 0, 0.0) == pytest.approx(0.1)
    assert learning_rate(config, 9, 0.0) == pytest.approx(1.0, abs=1e-3)
    assert learning_rate(config, 500, 0.0) == pytest.approx(0.55)
    assert learning_rate(config, 1000, 0.0) == pytest.approx(0.1)
    timed = TrainConfig(minutes=10.0, lr=1.0, warmup_steps=0, lr_floor=0.0)
    assert learning_rate(timed, 7, 5.0) == pytest.approx(0.5)
    assert learning_rate(timed, 7, 11.0) == 0.0
