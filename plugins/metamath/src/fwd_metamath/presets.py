"""The presets of the Metamath env: plain settings by section, each a complete and sensible run.

debug   the embedded database and a small model: a few minutes on a laptop
cpu     the propositional part of set.mm: an hour on two cores
iset    all of iset.mm, intuitionistic logic: a workstation
gpu     all of set.mm: a GPU
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIX = {"human": 0.5, "synthetic": 0.5}

DEBUG = {
    "env": {"database": "embedded", "valid": 40, "test": 20, "max_facts": 32},
    "model": {"d_model": 128, "n_layers": 4, "n_heads": 4, "n_kv_heads": 4, "d_ff": 352, "max_tokens": 512},
    "train": {
        "minutes": 3.5,
        "batch_tokens": 4096,
        "microbatch_tokens": 2048,
        "lr": 2e-3,
        "warmup_steps": 40,
        "mix": MIX,
        "evaluate_every": 200,
        "checkpoint_every": 100,
    },
    "engine": {"slots": 128, "memory_mib": 512},
}

CPU = {
    "env": {"database": "set.mm", "until": "wal", "valid": 150, "test": 50, "max_facts": 48, "max_statement": 40},
    "model": {"d_model": 192, "n_layers": 6, "n_heads": 6, "n_kv_heads": 6, "d_ff": 512, "max_tokens": 512},
    "train": {
        "minutes": 60.0,
        "batch_tokens": 4096,
        "microbatch_tokens": 2048,
        "lr": 1.5e-3,
        "warmup_steps": 100,
        "mix": MIX,
        "evaluate_every": 1000,
        "checkpoint_every": 200,
    },
    "engine": {"slots": 256, "memory_mib": 1024},
}

ISET = {
    "env": {"database": "iset.mm", "valid": 300, "test": 300, "max_facts": 128, "dummies": 8, "max_statement": 48},
    "model": {"d_model": 384, "n_layers": 8, "n_heads": 6, "n_kv_heads": 6, "d_ff": 1024, "max_tokens": 1024},
    "train": {
        "steps": 50_000,
        "batch_tokens": 32_768,
        "microbatch_tokens": 16_384,
        "lr": 8e-4,
        "warmup_steps": 500,
        "mix": {"human": 0.7, "synthetic": 0.3},
        "evaluate_every": 2000,
        "checkpoint_every": 500,
    },
    "engine": {"slots": 256, "memory_mib": 4096, "token_budget": 4096},
}

GPU = {
    "env": {
        "database": "set.mm",
        "valid": 1000,
        "test": 1000,
        "max_facts": 512,
        "dummies": 16,
        "max_statement": 64,
    },
    "model": {"d_model": 768, "n_layers": 12, "n_heads": 12, "n_kv_heads": 12, "d_ff": 2048, "max_tokens": 2048},
    "train": {
        "steps": 200_000,
        "batch_tokens": 131_072,
        "microbatch_tokens": 32_768,
        "lr": 4e-4,
        "warmup_steps": 2000,
        "mix": {"human": 0.8, "synthetic": 0.2},
        "evaluate_every": 5000,
        "evaluate_limit": 200,
        "checkpoint_every": 1000,
    },
    "engine": {"slots": 512, "memory_mib": 16_384, "token_budget": 16_384},
}

PRESETS: Mapping[str, Mapping[str, Any]] = {"debug": DEBUG, "cpu": CPU, "iset": ISET, "gpu": GPU}
