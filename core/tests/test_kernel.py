"""The compiled kernels against numpy and torch, as they are for this processor and as they are for lesser ones."""

from __future__ import annotations

import math
import platform
import subprocess

import numpy as np
import pytest
import torch
from fwd.model import kernel
from fwd.model.cache import PagedCache, Rows
from fwd.model.pointwise import Compiled, Pointwise
from fwd.settings import ModelConfig

KINDS = {1: torch.uint8, 2: torch.bfloat16, 4: torch.float32}
LESSER = ["", "-mno-avx512vnni", "-mno-avx512f", "-mno-avx"]
"""What the compiler is to leave out of what this processor can do."""
GROUP = 64
"""Tokens that are weighed at a time (`SPAN` in tile.h)."""


def build(head: int, cell: int, without: str = "", threads: int = 1) -> kernel.Kernel:
    """The kernels. Skips where they cannot be had."""
    if without and platform.machine() != "x86_64":
        pytest.skip("these are parts of other processors")
    try:
        library = kernel._build(f"-DHEAD={head}", f"-DCELL={cell}", *filter(None, [without]))
    except (OSError, subprocess.SubprocessError):
        pytest.skip("no C compiler that knows these parts")
    return kernel.Kernel(library, threads)


@pytest.mark.parametrize(
    ("head", "cell", "without"),
    [*((64, cell, without) for cell in (1, 4) for without in LESSER), (64, 2, ""), (32, 1, ""), (128, 1, "")],
)
def test_attention_is_exact_on_what_cells_hold(head, cell, without):
    """What is cached as bytes is the nearest of 255 evenly spaced numbers, by token and head, and attention to these is
    exact; unless the processor multiplies bytes, where queries and weights become bytes as well. Rows in tiles of all
    sizes, groups of tokens whole and not, two heads for each of keys."""
    config = ModelConfig(d_model=4 * head, n_heads=4, n_kv_heads=2, n_layers=1)
    cache = PagedCache(config, 12, torch.device("cpu"), KINDS[cell], build(head, cell, without))
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(150, heads, head)).astype(np.float32) for heads in (4, 2, 2))
    key[5], value[6], key[7], value[8] = 0.0, 0.0, key[7] * 1e4, value[8] * 1e4
    table = np.array([[2, 0, 3, 1, 4, 11, 10, 9, 8, 7]], dtype=np.int32)
    mixed = []
    for begin, end in ((0, 143), (143, 150)):
        attend = cache.attend(Rows(np.array([0]), np.array([begin]), np.array([end - begin])), table)
        mixed.append(attend(0, *(torch.from_numpy(x[begin:end]) for x in (query, key, value))).numpy())
    found = np.concatenate(mixed)

    def error(whole: bool) -> np.ndarray:
        exact = _attention(query, key, value, cell, whole=whole)
        return np.abs(found - exact) / np.abs(exact).max(1, keepdims=True)

    errors = error(whole=False)
    if cell == 1 and not without and errors.max() > 1e-4:
        errors = error(whole=True)
        # A sum that is not the same in its last place may be rounded to the next byte.
        assert errors.max() < 2e-2
        assert (errors > 1e-4).mean() < 1e-3
    else:
        assert errors.max() < 1e-4


def _attention(query: np.ndarray, key: np.ndarray, value: np.ndarray, cell: int, *, whole: bool) -> np.ndarray:
    """Of what the cells hold; and of queries and weights that are `whole` numbers of units."""
    if cell == 1:
        units = _unit(value).repeat(2, 1)[..., 0].T
        key, value = (np.rint(x / _unit(x)) * _unit(x) for x in (key, value))
    elif cell == 2:
        key, value = (torch.from_numpy(x).bfloat16().float().numpy() for x in (key, value))
    key, value = (x.astype(np.float64).repeat(2, 1) for x in (key, value))
    query = query / np.float32(math.sqrt(query.shape[-1]))
    if whole:
        query = np.rint(query / _unit(query)) * _unit(query)
    scores = np.einsum("qhd,khd->hqk", query, key)
    scores[:, ~np.tri(len(query), dtype=bool)] = -np.inf
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    total = weights.sum(-1, keepdims=True)
    if whole:
        for begin in range(0, len(key), GROUP):
            part = weights[..., begin : begin + GROUP] * units[:, None, begin : begin + GROUP]
            unit = np.maximum(part.max(-1, keepdims=True), 1e-30) / 255
            weights[..., begin : begin + GROUP] = np.rint(part / unit) * unit / units[:, None, begin : begin + GROUP]
    return np.einsum("hqk,khd->qhd", weights / total, value).reshape(len(query), -1)


def _unit(x: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(x).max(-1, keepdims=True) / 127, 1e-30)


@pytest.mark.parametrize(("rows", "threads", "without"), [(100, 3, ""), *((3, 1, without) for without in LESSER)])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_what_is_compiled_for_each_token_equals_torch(rows, threads, without, kind):
    """Far from zero too, where an exponential would overflow."""
    compiled = build(64, 4, without, threads)
    torch.manual_seed(0)
    norm, both = torch.nn.RMSNorm(64, eps=1e-5).requires_grad_(False), torch.randn(rows, 96) * 50
    norm.weight.normal_()
    x, heads, cos, sin = (
        torch.randn(rows, 64),
        torch.randn(rows, 3, 32),
        torch.randn(rows, 1, 32),
        torch.randn(rows, 1, 32),
    )
    ours, theirs = Compiled(compiled), Pointwise()
    tolerance = 1e-5 if kind == torch.float32 else 0.1
    torch.testing.assert_close(ours.norm(x, norm), theirs.norm(x, norm))
    turned = theirs.rotate(heads.to(kind), 2, cos, sin)
    torch.testing.assert_close(ours.rotate(heads.to(kind), 2, cos, sin), turned)
    torch.testing.assert_close(ours.gate(both.to(kind)), theirs.gate(both.to(kind)).float(), rtol=tolerance, atol=1e-5)


def test_without_a_compiler_it_is_said_once(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("CC", str(tmp_path / "no-compiler"))
    for cached in (kernel._library, kernel._warn):
        cached.cache_clear()
    assert [kernel.load(head, 4, 1) for head in (32, 64, 32)] == [None, None, None]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: proving is slower here")
    assert "no-compiler" in line
    assert line.endswith("install gcc or clang")
    for cached in (kernel._library, kernel._warn):
        cached.cache_clear()
