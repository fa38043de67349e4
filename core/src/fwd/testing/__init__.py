"""For plugin authors: contracts that the parts of a plugin must keep, and toy envs to test against."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fwd.testing.contracts import (
        ChoiceContract,
        CodecContract,
        DatasetContract,
        EnvContract,
        ExternalContract,
        GatesContract,
        LauncherContract,
        StrategyContract,
        promises,
        violations,
    )

__all__ = [
    "ChoiceContract",
    "CodecContract",
    "DatasetContract",
    "EnvContract",
    "ExternalContract",
    "GatesContract",
    "LauncherContract",
    "StrategyContract",
    "promises",
    "violations",
]


def __getattr__(name: str) -> Any:
    """Load the contracts on first use: the toy's plugin, which lies beside them, has to be light."""
    if name not in __all__:
        raise AttributeError(f"module 'fwd.testing' has no attribute {name!r}")
    return getattr(importlib.import_module("fwd.testing.contracts"), name)
