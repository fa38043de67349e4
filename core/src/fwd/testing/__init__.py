"""For plugin authors: contracts that an env, codec, dataset or strategy must keep, and a toy env to test against."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fwd.testing.contracts import (
        CodecContract,
        DatasetContract,
        EnvContract,
        StrategyContract,
        promises,
        violations,
    )

__all__ = ["CodecContract", "DatasetContract", "EnvContract", "StrategyContract", "promises", "violations"]


def __getattr__(name: str) -> Any:
    """Load the contracts on first use: the toy's plugin, which lies beside them, has to be light."""
    if name not in __all__:
        raise AttributeError(f"module 'fwd.testing' has no attribute {name!r}")
    return getattr(importlib.import_module("fwd.testing.contracts"), name)
