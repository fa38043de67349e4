"""What this CPU is good at: how many cores there are, and whether matrix products go faster in bf16."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

import torch

from fwd.settings import Precision


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def fast_bf16() -> bool:
    """Whether this CPU multiplies bf16 matrices natively; emulated, they are slower than fp32."""
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def dtype(precision: Precision) -> torch.dtype:
    """The type of matrix products."""
    return torch.bfloat16 if precision == "bf16" or (precision == "auto" and fast_bf16()) else torch.float32


def matrix_products(precision: Precision) -> AbstractContextManager[object]:
    """A context in which a model trains with this precision: master weights, sums and norms stay fp32."""
    return torch.autocast("cpu", torch.bfloat16) if dtype(precision) is torch.bfloat16 else nullcontext()
