"""Draws from rows of any length follow their weights, and never take what has none."""

from __future__ import annotations

import random

import numpy as np
import pytest
from fwd.model.sampling import STRETCH, TOGETHER, draw, draw_each, draw_long


@pytest.mark.parametrize("width", [TOGETHER + 1, 4 * STRETCH * 5, 20_011])
@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0, 30.0])
@pytest.mark.parametrize("refused", [0.0, 0.5, 0.999])
def test_long_rows_are_drawn_from_as_short_ones_are(width, temperature, refused):
    rng = np.random.default_rng(0)
    odds = rng.normal(size=width).astype(np.float32) * 3
    odds[rng.random(width) < refused] = -np.inf
    odds[:STRETCH] = odds[-STRETCH:] = -np.inf
    odds[width // 2] = 1.0
    uniforms = [0.0, 1.0, np.nextafter(1.0, 0.0), *rng.random(200)]
    heat = np.array([temperature])
    for uniform in uniforms:
        places, logprobs = draw(odds[None], heat, np.array([uniform]))
        place, logprob = draw_long(odds, temperature, uniform)
        assert place == places[0]
        assert odds[place] > -np.inf
        assert logprob == pytest.approx(logprobs[0], abs=1e-5)


def test_rows_of_all_lengths_keep_their_order_and_do_not_depend_on_each_other():
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=width).astype(np.float32) for width in (3, 5000, 1, 900, 40, 2000, 1024, 1025)]
    heat = [1.0, 1.0, 0.0, 1.0, 0.0, 0.5, 1.0, 0.0]
    together = draw_each(rows, heat, [random.Random(k) for k in range(len(rows))])
    alone = [
        draw_each([row], [hot], [random.Random(k)])[0] for k, (row, hot) in enumerate(zip(rows, heat, strict=True))
    ]
    assert together == alone
    assert all(place < len(row) for (place, _), row in zip(together, rows, strict=True))
    assert [place for (place, _), hot in zip(together, heat, strict=True) if hot == 0] == [
        row.argmax() for row, hot in zip(rows, heat, strict=True) if hot == 0
    ]
