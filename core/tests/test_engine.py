"""The decoding engine computes what a plain forward pass over the whole sequence computes, whatever happened before."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from attrs import evolve
from fwd.errors import ConfigError
from fwd.model import Transformer, kernel
from fwd.model.blocks import Blocks
from fwd.model.engine import Engine
from fwd.settings import EngineConfig, ModelConfig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SMALL = ModelConfig(d_model=32, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=48, dropout=0.0, max_tokens=96)
SIZE = 50
CONFIG = EngineConfig(slots=6, memory_mib=64, token_budget=64, precision="fp32", threads=1)


def sharp(config: ModelConfig) -> Transformer:
    torch.manual_seed(1)
    model = Transformer(config, SIZE, {4: [1, 2, 3], 5: [9, 8, 7]})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3.0)  # far from the flat distributions of a new model
    return model


@pytest.fixture
def model() -> Transformer:
    return sharp(SMALL)


@pytest.fixture(scope="module")
def wide_heads() -> Transformer:
    """With heads that the compiled kernel knows."""
    return sharp(evolve(SMALL, d_model=64, n_heads=2, n_kv_heads=1))


def fresh(model: Transformer, tokens: list[int], allowed: np.ndarray) -> np.ndarray:
    """Log-odds after the last token by the training forward pass."""
    with torch.no_grad():
        return model(model.table(), torch.tensor([tokens]))[-1].numpy()[allowed]


ACTIONS = st.one_of(
    st.tuples(st.just("append"), st.integers(0, 5), st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=30)),
    st.tuples(st.just("roll back"), st.integers(0, 5), st.floats(0, 1), st.integers(0, SIZE - 1)),
    st.tuples(st.just("fork"), st.integers(0, 5), st.integers(0, 5), st.floats(0, 1), st.integers(0, SIZE - 1)),
    st.tuples(st.just("free"), st.integers(0, 5)),
    st.tuples(st.just("run"), st.lists(st.integers(0, 5), min_size=1, unique=True)),
)


class Schedule:
    """An engine beside plain lists of tokens."""

    def __init__(self, model: Transformer, config: EngineConfig) -> None:
        self.engine, self.model = Engine(model, config), model
        self.truth: list[list[int]] = [[] for _ in range(6)]

    def write(self, slot: int, keep: int, more: list[int]) -> None:
        if self.engine.write(slot, keep, more):
            self.truth[slot] = self.truth[slot][:keep] + more

    def do(self, action: tuple) -> None:
        kind, slot, *rest = action
        if kind == "append":
            self.write(slot, len(self.truth[slot]), rest[0])
        elif kind == "roll back":
            self.write(slot, int(rest[0] * len(self.truth[slot])), [rest[1]])
        elif kind == "fork" and slot != rest[0]:
            target, part, token = rest
            self.engine.clear(target)
            self.truth[target] = []
            self.write(target, 0, [*self.truth[slot][: int(part * len(self.truth[slot]))], token])
            self.engine.share(slot, target)
        elif kind == "free":
            self.engine.clear(slot)
            self.truth[slot] = []
        elif kind == "run":
            self.run([one for one in slot if self.truth[one]])

    def run(self, asked: list[int]) -> set[int]:
        """One pass; what it says is what a fresh pass over the whole sequence says. The slots that were ready."""
        if not asked:
            return set()
        idle = [slot for slot in range(6) if slot not in asked]
        ready, hidden = self.engine.run(asked, idle)
        allowed = [np.arange(k % 2, SIZE, 1 + k % 7) for k in range(len(ready))]
        if ready:
            for slot, tokens, odds in zip(ready, allowed, self.engine.odds(hidden, allowed), strict=True):
                np.testing.assert_allclose(odds, fresh(self.model, self.truth[slot], tokens), atol=5e-4)
        return set(ready)

    def finish(self) -> None:
        """Passes go on until all sequences are computed: no mix of lengths is stuck for want of memory."""
        left = [slot for slot in range(6) if self.truth[slot]]
        for _ in range(400):
            if not left:
                return
            ready = self.run(left)
            left = [slot for slot in left if slot not in ready]
        raise AssertionError("the engine does not get on")


@pytest.mark.parametrize("attention", ["auto", "torch"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, max_size=25), st.sampled_from([7, 64, 1000]), st.sampled_from([6, 7, 13, 36]))
def test_any_history_gives_the_odds_of_a_fresh_pass(wide_heads, attention, actions, budget, blocks):
    config = evolve(CONFIG, token_budget=budget, attention=attention)
    schedule = Schedule(wide_heads, config)
    schedule.engine._blocks = Blocks(6, 6, blocks)  # the least memory that a config can ask for has more
    for action in actions:
        schedule.do(action)
    schedule.finish()


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-4), ("bf16", 0.05), ("auto", 0.05)])
def test_the_kernel_is_there_and_equals_torch(wide_heads, precision, tolerance):
    """Where there is a C compiler. Rows in tiles and alone, past several blocks, on several threads. A difference in
    the last place may round to another bf16, and "auto" has bytes in the kernel where torch has bf16."""
    if kernel.load(32, 4, 1) is None:
        pytest.skip("no C compiler")
    found = []
    for attention, threads in (("torch", 1), ("auto", 1), ("auto", 3)):
        engine = Engine(wide_heads, evolve(CONFIG, attention=attention, threads=threads, precision=precision))
        assert (engine._cache.kernel is None) == (attention == "torch")
        for slot, length in enumerate((1, 15, 16, 17, 61, 90)):
            engine.write(slot, 0, [(slot * 7 + place) % SIZE for place in range(length)])
        while len(ready := engine.run(range(6))[0]) < 6:
            assert len(ready) <= 6
        _, hidden = engine.run(range(6))
        found.append(hidden.numpy())
    np.testing.assert_allclose(found[1], found[0], atol=tolerance)
    np.testing.assert_allclose(found[1], found[2], atol=tolerance / 10)


def test_where_nothing_can_be_compiled_torch_takes_over(wide_heads, monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("CC", "false")
    monkeypatch.setenv("FWD_HOME", str(tmp_path))
    kernel._library.cache_clear()
    try:
        engine = Engine(wide_heads, CONFIG)
        assert engine._cache.kernel is None
        assert "cannot be compiled" in capfd.readouterr().err
        engine.write(0, 0, [1, 2])
        assert engine.run([0])[0] == [0]
    finally:
        kernel._library.cache_clear()


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


@pytest.mark.parametrize("attention", ["auto", "torch"])
@pytest.mark.parametrize("precision", ["auto", "bf16"])
def test_smaller_types_are_close(wide_heads, precision, attention):
    """Of matrices, or of what is cached alone; a text of several passes, so that the cache is read."""
    engine = Engine(wide_heads, evolve(CONFIG, precision=precision, attention=attention, token_budget=20))
    text = [3, 1, 4, 1, 5, 9, 2, 6] * 9
    engine.write(0, 0, text)
    while not (found := engine.run([0]))[0]:
        pass
    allowed = np.arange(SIZE)
    near = engine.odds(found[1], [allowed])[0]
    exact = fresh(wide_heads, text, allowed)
    assert np.abs(near - exact).max() < 0.05 * np.abs(exact).max()
    assert not np.array_equal(near, exact)
