"""Drawing one of the allowed tokens, and again where the grammar refuses the choice."""

from __future__ import annotations

import random

import numpy as np


class Choice:
    """The distribution of the next token over the allowed ones; refused tokens leave it one by one.

    A draw takes one number from the search's own generator and inverts the cumulative distribution, so that what is
    drawn depends neither on the batch nor on torch's generators.
    """

    def __init__(self, tokens: np.ndarray, odds: np.ndarray) -> None:
        self.tokens = tokens
        self._odds = odds.astype(np.float64)
        self._odds -= self._odds.max()

    def draw(self, temperature: float, rng: random.Random) -> int | None:
        """Place in `tokens` of the likeliest token (temperature 0) or of one drawn; None if none is left."""
        best = int(self._odds.argmax())
        if self._odds[best] == -np.inf:
            return None
        if temperature <= 0:
            return best
        cumulative = np.exp((self._odds - self._odds[best]) / temperature).cumsum()
        place = int(cumulative.searchsorted(rng.random() * cumulative[-1], side="right"))
        # Rounding may point past the end, or at a refused token there: the last that has any weight is meant.
        return min(place, int(cumulative.searchsorted(cumulative[-1])))

    def refuse(self, place: int) -> None:
        """Take a token out."""
        self._odds[place] = -np.inf

    def logprob(self, place: int) -> float:
        """Log-probability (nats) of a token among those that are left, at temperature 1."""
        return float(self.logprobs()[place])

    def logprobs(self) -> np.ndarray:
        """Log-probabilities (nats, float64) of all tokens, at temperature 1; -inf for those that were refused."""
        top = self._odds.max()
        return self._odds - (top + np.log(np.exp(self._odds - top).sum()))
