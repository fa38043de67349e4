"""The presets of the equations env: plain settings by section, each a complete and sensible run.

debug   theorems of two or three steps and a small model: under five minutes on two cores
cpu     an hour on two cores
gpu     a GPU
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MIX = {"walks": 0.6, "graphs": 0.4}

DEBUG = {
    "env": {
        "max_facts": 24,
        "max_statement": 60,
        "max_argument": 24,
        "train": 300,
        "valid": 100,
        "test": 100,
        "drawn_names": 4,
        "drawn_seed": 5,
        "drawn_nodes": 20,
        "drawn_steps": 2,
        "drawn_stated": 0.1,
        "drawn_bounds": 0.1,
    },
    "model": {"d_model": 128, "n_layers": 4, "n_heads": 4, "n_kv_heads": 4, "d_ff": 352, "max_tokens": 512},
    "train": {
        "minutes": 4.3,
        "batch_tokens": 2048,
        "microbatch_tokens": 1024,
        "lr": 2e-3,
        "warmup_steps": 40,
        "mix": MIX,
        "subgoal_prob": 0.2,
        "evaluate_every": 800,
        "checkpoint_every": 200,
    },
    "engine": {"slots": 128, "memory_mib": 512},
}

CPU = {
    "env": {"valid": 200, "test": 200, "drawn_steps": 8, "drawn_nodes": 56, "drawn_seed": 9},
    "model": {"d_model": 160, "n_layers": 4, "n_heads": 5, "n_kv_heads": 5, "d_ff": 432, "max_tokens": 768},
    "train": {
        "minutes": 60.0,
        "batch_tokens": 4096,
        "microbatch_tokens": 2048,
        "lr": 2e-3,
        "warmup_steps": 100,
        "mix": MIX,
        "evaluate_every": 1000,
        "checkpoint_every": 200,
    },
    "engine": {"slots": 256, "memory_mib": 1024},
}

GPU = {
    "env": {
        "max_facts": 96,
        "max_statement": 160,
        "max_argument": 60,
        "valid": 500,
        "test": 500,
        "renaming": 0.5,
        "drawn_names": 12,
        "drawn_steps": 20,
        "drawn_nodes": 90,
        "drawn_seed": 15,
    },
    "model": {"d_model": 768, "n_layers": 12, "n_heads": 12, "n_kv_heads": 12, "d_ff": 2048, "max_tokens": 2048},
    "train": {
        "steps": 100_000,
        "batch_tokens": 131_072,
        "microbatch_tokens": 32_768,
        "lr": 4e-4,
        "warmup_steps": 2000,
        "mix": MIX,
        "evaluate_every": 5000,
        "checkpoint_every": 1000,
    },
    "engine": {"slots": 512, "memory_mib": 16_384, "token_budget": 16_384},
}

PRESETS: Mapping[str, Mapping[str, Any]] = {"debug": DEBUG, "cpu": CPU, "gpu": GPU}
