"""What this machine is good at: where to compute, how many cores there are, whether bf16 is fast."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

import torch

from fwd.errors import ConfigError
from fwd.settings import Device, Precision


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


def device(name: Device, setting: str) -> torch.device:
    """Where to compute, as a `setting` says. Raises `ConfigError` for a GPU that is not there."""
    if name == "cuda" and not torch.cuda.is_available():
        raise ConfigError(f"{setting} = cuda: torch finds no GPU here; leave the setting out or say cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def take_gpu(local_rank: int) -> None:
    """Let the processes of a run that share a machine share out its GPUs, if it has any."""
    if torch.cuda.is_available():
        torch.cuda.set_device(local_rank % torch.cuda.device_count())


def dtype(precision: Precision, where: torch.device) -> torch.dtype:
    """The type of matrix products."""
    fast = torch.cuda.is_bf16_supported() if where.type == "cuda" else fast_bf16()
    return torch.bfloat16 if precision == "bf16" or (precision == "auto" and fast) else torch.float32


def cache_dtype(precision: Precision, *, compiled: bool) -> torch.dtype:
    """The type of cached keys and values: what is asked for, else the smallest, of which most come from memory in the
    same time. Bytes are for the compiled kernel alone."""
    if precision == "auto" and compiled:
        return torch.uint8
    return torch.float32 if precision == "fp32" else torch.bfloat16


def matrix_products(precision: Precision, where: torch.device) -> AbstractContextManager[object]:
    """A context in which a model trains with this precision: master weights, sums and norms stay fp32."""
    kind = dtype(precision, where)
    return torch.autocast(where.type, kind) if kind is torch.bfloat16 else nullcontext()
