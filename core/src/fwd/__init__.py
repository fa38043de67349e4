"""`fwd` trains neural models that prove theorems forward. Importing it loads no torch."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

if importlib.util.find_spec("fcntl") is None:  # locks, signals and stores all need what goes with it
    raise ImportError("fwd runs on Linux and macOS; on Windows use it inside WSL", name="fcntl")

if TYPE_CHECKING:
    from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step
    from fwd.loading import load_env, load_prover
    from fwd.plugins import PluginSet
    from fwd.prover import Prover

__version__ = "0.1.0"

__all__ = [
    "Applied",
    "Fact",
    "Goal",
    "PluginSet",
    "Proof",
    "ProofGraph",
    "Prover",
    "Rejected",
    "Step",
    "__version__",
    "load_env",
    "load_prover",
]

_HOMES = {
    "Applied": "fwd.api",
    "Fact": "fwd.api",
    "Goal": "fwd.api",
    "PluginSet": "fwd.plugins",
    "Proof": "fwd.api",
    "ProofGraph": "fwd.api",
    "Prover": "fwd.prover",
    "Rejected": "fwd.api",
    "Step": "fwd.api",
    "load_env": "fwd.loading",
    "load_prover": "fwd.loading",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'fwd' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
