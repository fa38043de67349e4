"""The presets of the HOL Light env: plain settings by section, each a complete and sensible run.

debug    two hundred theorems with the shortest proofs and a small model: minutes on two cores
cpu      the core library: an hour on two cores
library  more of the library on top of it: a workstation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIX = {"human": 1.0}
# Weights that know nothing find no theorems here: the trainer must not wait for these.
GENERATED = {"wait": False}

LIBRARIES = [
    "Library/wo.ml",
    "Library/binomial.ml",
    "Library/iter.ml",
    "Library/rstc.ml",
    "Library/permutations.ml",
    "Library/products.ml",
    "Library/floor.ml",
    "Library/prime.ml",
    "Library/pocklington.ml",
    "Library/card.ml",
    "Library/integer.ml",
]

DEBUG = {
    "env": {
        "theorems": 200,
        "max_facts": 24,
        "max_statement": 60,
        "max_argument": 40,
        "valid": 30,
        "test": 10,
    },
    "model": {"d_model": 128, "n_layers": 4, "n_heads": 4, "n_kv_heads": 4, "d_ff": 352, "max_tokens": 384},
    "train": {
        "minutes": 4.0,
        "batch_tokens": 1024,
        "microbatch_tokens": 1024,
        "lr": 2e-3,
        "warmup_steps": 40,
        "mix": MIX,
        "evaluate_every": 400,
        "checkpoint_every": 200,
    },
    "generated": GENERATED,
    "engine": {"slots": 32, "memory_mib": 256},
}

CPU = {
    "env": {"max_tokens": 768, "valid": 150, "test": 150},
    "model": {"d_model": 192, "n_layers": 6, "n_heads": 6, "n_kv_heads": 6, "d_ff": 512, "max_tokens": 768},
    "train": {
        "minutes": 60.0,
        "batch_tokens": 4096,
        "microbatch_tokens": 2048,
        "lr": 1.5e-3,
        "warmup_steps": 100,
        "mix": MIX,
        "evaluate_every": 500,
        "evaluate_limit": 100,
        "checkpoint_every": 200,
    },
    "generated": GENERATED,
    "engine": {"slots": 64, "memory_mib": 768},
}

LIBRARY = {
    "env": {"libraries": LIBRARIES, "max_facts": 128, "max_tokens": 1536, "valid": 300, "test": 300, "workers": 8},
    "model": {"d_model": 384, "n_layers": 8, "n_heads": 6, "n_kv_heads": 6, "d_ff": 1024, "max_tokens": 1536},
    "train": {
        "steps": 50_000,
        "batch_tokens": 32_768,
        "microbatch_tokens": 16_384,
        "lr": 8e-4,
        "warmup_steps": 500,
        "mix": MIX,
        "evaluate_every": 2000,
        "evaluate_limit": 150,
        "checkpoint_every": 500,
    },
    "generated": GENERATED,
    "engine": {"slots": 128, "memory_mib": 4096, "token_budget": 4096},
}

PRESETS: Mapping[str, Mapping[str, Any]] = {"debug": DEBUG, "cpu": CPU, "library": LIBRARY}
