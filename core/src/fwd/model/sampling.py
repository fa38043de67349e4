"""Drawing one of the allowed tokens, and again where the grammar refuses the choice.

A draw takes one number from the search's own generator and inverts the cumulative distribution, so that what is drawn
depends neither on the batch nor on torch's generators.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

TOGETHER = 1024
"""Rows with at most so many tokens are drawn from together with others of about their length; padding longer ones would
cost more than it saves."""

STRETCH = 256
"""In longer rows the sums of so many tokens are looked at first, since running sums are slow to make."""


def draw(odds: np.ndarray, temperatures: np.ndarray, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For every row of log-odds (float32 [rows, width], -inf for no token, one token at least) the place (int64 [rows])
    of the likeliest token (temperature 0) or of the one where `uniforms` (from 0 to 1) points, and its log-probability
    (nats, float64 [rows]) at temperature 1. A row's result does not depend on the others."""
    places = odds.argmax(1)
    each = np.arange(len(odds))
    shifted = odds - odds[each, places][:, None]
    # Running sums add a row's numbers in their order, whatever padding follows them.
    cumulative = np.exp(shifted).cumsum(1, dtype=np.float64)
    total = cumulative[:, -1]
    hot = temperatures > 0
    if hot.any():
        if not (temperatures[hot] == 1).all():
            heat = np.where(hot, temperatures, 1.0).astype(np.float32)[:, None]
            cumulative = np.exp(shifted / heat).cumsum(1, dtype=np.float64)
        found = (cumulative <= (uniforms * cumulative[:, -1])[:, None]).sum(1)
        # Rounding may point past the end, where tokens may be refused: the last that has any weight is meant.
        past = found == odds.shape[1]
        found[past] = (cumulative[past] < cumulative[past, -1:]).sum(1)
        places = np.where(hot, found, places)
    return places, shifted[each, places] - np.log(total)


def draw_long(odds: np.ndarray, temperature: float, uniform: float) -> tuple[int, float]:
    """The same for one long row of log-odds (float32 [width])."""
    place = int(odds.argmax())
    shifted = odds - odds[place]
    weights = np.exp(shifted)
    sums = _sums(weights)
    total = sums.sum()
    if temperature > 0:
        if temperature != 1:
            weights = np.exp(shifted / np.float32(temperature))
            sums = _sums(weights)
        stretch, left = _find(sums, uniform * float(sums.sum()))
        begin = stretch * STRETCH
        place = begin + _find(weights[begin : begin + STRETCH].astype(np.float64), left)[0]
    return place, float(shifted[place] - np.log(total))


def _sums(weights: np.ndarray) -> np.ndarray:
    return np.add.reduceat(weights, np.arange(0, len(weights), STRETCH), dtype=np.float64)


def _find(weights: np.ndarray, point: float) -> tuple[int, float]:
    """Which of the weights, laid end to end, a point lies on, and how far from its beginning."""
    ends = weights.cumsum()
    found = int(ends.searchsorted(point, "right"))
    if found == len(ends):  # by rounding; the last that has any weight is meant
        found = int(np.flatnonzero(weights)[-1])
    return found, max(0.0, point - float(ends[found] - weights[found]))


def draw_each(
    odds: Sequence[np.ndarray], temperatures: Sequence[float], rngs: Sequence[random.Random]
) -> list[tuple[int, float]]:
    """`draw` for rows of different lengths: place and log-probability of each. The generators of rows whose temperature
    is not 0 give one number."""
    heat = np.array(temperatures, dtype=np.float64)
    uniforms = np.array([rng.random() if hot > 0 else 0.0 for hot, rng in zip(temperatures, rngs, strict=True)])
    results: list[tuple[int, float]] = [(0, 0.0)] * len(odds)
    groups: dict[int, list[int]] = {}
    for k, row in enumerate(odds):
        if len(row) > TOGETHER:
            results[k] = draw_long(row.astype(np.float32, copy=False), float(heat[k]), float(uniforms[k]))
        else:  # the longest of a group at most four times as long as the others
            groups.setdefault(len(row).bit_length() // 2, []).append(k)
    for group in groups.values():
        places, logprobs = draw(_padded([odds[k] for k in group]), heat[group], uniforms[group])
        for k, place, logprob in zip(group, places.tolist(), logprobs.tolist(), strict=True):
            results[k] = place, logprob
    return results


def _padded(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Rows as one float32 matrix, -inf behind the shorter ones."""
    if len(rows) == 1:
        return rows[0][None].astype(np.float32, copy=False)
    sizes = np.array([len(row) for row in rows])
    matrix = np.full((len(rows), sizes.max()), -np.inf, np.float32)
    matrix[np.arange(sizes.max()) < sizes[:, None]] = np.concatenate(rows)
    return matrix


class Choice:
    """The distribution of the next token over the allowed ones; refused tokens leave it one by one."""

    def __init__(self, tokens: np.ndarray, odds: np.ndarray) -> None:
        self.tokens = tokens
        self._odds = odds.astype(np.float64)

    def draw(self, temperature: float, rng: random.Random) -> tuple[int, float] | None:
        """Place in `tokens` and log-probability (nats, among those that are left, at temperature 1) of the likeliest
        token (temperature 0) or of one drawn; None if none is left."""
        if self._odds.max() == -np.inf:
            return None
        return draw_each([self._odds], [temperature], [rng])[0]

    def refuse(self, place: int) -> None:
        """Take a token out."""
        self._odds[place] = -np.inf

    def logprobs(self) -> np.ndarray:
        """Log-probabilities (nats, float64) of all tokens, at temperature 1; -inf for those that were refused."""
        top = self._odds.max()
        return self._odds - (top + np.log(np.exp(self._odds - top).sum()))
