"""Whether work that died is worth another attempt: as long as it comes further, and a few times when it does not."""

from __future__ import annotations

from attrs import define


@define
class Attempts:
    """Counts attempts in a row that came no further. `most` of them are made again."""

    most: int
    vain: int = 0
    reached: float = 0.0

    def another(self, reached: float) -> bool:
        """Whether to try again, after an attempt that got as far as `reached`, whatever that counts."""
        self.vain = 1 if reached > self.reached else self.vain + 1
        self.reached = max(self.reached, reached)
        return self.vain <= self.most
