"""The transformer: what may influence what, and what its switches do."""

from __future__ import annotations

import pytest
import torch
from attrs import evolve
from fwd.errors import ConfigError
from fwd.model import Transformer
from fwd.model.features import BUCKETS, ngrams
from fwd.model.transformer import Dropout
from fwd.settings import ModelConfig

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=48, dropout=0.0, max_tokens=64)
SIZE = 40
DESCRIPTIONS = {7: [1, 2, 3, 4], 8: [1, 2, 3, 5], 9: [11, 12, 13, 14]}


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(3)
    return Transformer(SMALL, SIZE, DESCRIPTIONS)


def test_no_token_sees_a_later_one(model):
    tokens = torch.randint(0, SIZE, (3, 20))
    changed = tokens.clone()
    changed[:, 12:] = (changed[:, 12:] + 1) % SIZE
    table = model.table()
    before, after = (model(table, t).view(3, 20, SIZE) for t in (tokens, changed))
    assert torch.allclose(before[:, :12], after[:, :12], atol=1e-5)
    assert not torch.allclose(before[:, 12:], after[:, 12:], atol=1e-2)


def test_order_matters_and_sequences_of_a_batch_do_not_meet(model):
    table = model.table()
    one, other = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[2, 1, 3, 4]])
    alone = model(table, one).view(4, SIZE)[-1]
    assert not torch.allclose(alone, model(table, other).view(4, SIZE)[-1], atol=1e-4)
    together = model(table, torch.cat([other, one])).view(2, 4, SIZE)
    assert torch.allclose(together[1, -1], alone, atol=1e-5)


def test_rows_pick_what_the_head_is_computed_for(model):
    tokens = torch.randint(0, SIZE, (2, 9))
    rows = torch.tensor([0, 5, 17])
    table = model.table()
    assert torch.allclose(model(table, tokens, rows), model(table, tokens)[rows], atol=1e-6)


def test_a_label_is_read_and_predicted_by_its_description(model):
    with torch.no_grad():
        model.features.buckets.normal_()
    table, plain = model.table(), model.embedding
    changed = (table - plain).abs().sum(-1).nonzero().flatten().tolist()
    assert changed == [7, 8, 9]
    alike, unlike = (table[7] - plain[7]) @ (table[8] - plain[8]), (table[7] - plain[7]) @ (table[9] - plain[9])
    assert alike > unlike + 1
    assert Transformer(evolve(SMALL, label_features=False), SIZE, DESCRIPTIONS).features is None


def test_the_hash_of_ngrams_is_part_of_the_checkpoint_format():
    assert sorted(ngrams([5, 6, 7]).tolist()) == [159, 2134, 2950, 3047, 3057, 3267]
    assert ngrams([]).size == 0
    assert len(ngrams([1])) == 1
    many = ngrams(range(1, 90))
    assert many.min() >= 0
    assert many.max() < BUCKETS
    assert len(set(many.tolist())) > 0.9 * len(many)


def test_dropout_drops_its_share_keeps_the_mean_and_repeats_by_seed():
    x = torch.ones(1000, 101)
    drop = Dropout(0.25, torch.Generator().manual_seed(5))
    y = drop(x)
    assert (y == 0).float().mean() == pytest.approx(0.25, abs=0.01)
    assert y.mean() == pytest.approx(1.0, abs=0.01)
    assert torch.equal(y, Dropout(0.25, torch.Generator().manual_seed(5))(x))
    assert not torch.equal(y, drop(x))


@pytest.mark.parametrize("wrong", [{"n_heads": 5}, {"n_kv_heads": 3}, {"d_model": 1 << 16, "n_layers": 1024}])
def test_sizes_that_do_not_fit_are_named(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Transformer(evolve(SMALL, **wrong), SIZE)


def test_it_learns_to_copy():
    torch.manual_seed(0)
    model = Transformer(SMALL, 12)
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(150):
        half = torch.randint(0, 12, (32, 6))
        tokens = torch.cat([half, half], 1)
        odds = model(model.table(), tokens).view(32, 12, 12)[:, 5:-1]
        loss = torch.nn.functional.cross_entropy(odds.flatten(0, 1), tokens[:, 6:].flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.3
