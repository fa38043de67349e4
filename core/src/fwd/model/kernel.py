"""The compiled kernel of attention over a cache: `kernel.c`, built once by the system's C compiler and kept.

It is optional: without a compiler, or where anything else goes wrong, `load` says so once and `fwd.model.cache`
computes the same with torch. Plain C needs neither torch's headers nor Python's, so building takes about a second.
"""

from __future__ import annotations

import ctypes
import hashlib
import itertools
import logging
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path

from torch import Tensor

from fwd.home import home

log = logging.getLogger(__name__)

FLAGS = ("-O2", "-march=native", "-fno-math-errno", "-std=gnu11", "-shared", "-fPIC", "-w")
HEADS = (32, 64, 128)
"""Widths of heads that the kernel has machine code for."""

_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_int64


class Call(ctypes.Structure):
    """What the kernel's functions are told; the same struct stands in `kernel.c`."""

    _fields_ = (
        *((name, _POINTER) for name in ("query", "key", "value")),
        *((name, _NUMBER) for name in ("query_stride", "key_stride", "value_stride")),
        *((name, _POINTER) for name in ("keys", "values", "mixed", "table", "slots", "places")),
        *((name, _NUMBER) for name in ("width", "heads", "kv_heads", "head", "cell")),
    )


class Kernel:
    """The functions of a library that `load` built, run by a number of threads."""

    def __init__(self, library: Path, threads: int) -> None:
        functions = ctypes.CDLL(str(library))
        self._store: Callable[..., int] = functions.fwd_store
        self._mix: Callable[..., int] = functions.fwd_mix
        for function in (self._store, self._mix):
            function.argtypes = [ctypes.POINTER(Call), _NUMBER, _NUMBER]  # type: ignore[attr-defined]
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, "attention") if threads > 1 else None

    def attend(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        keys: Tensor,
        values: Tensor,
        mixed: Tensor,
        table: Tensor,
        slots: Tensor,
        places: Tensor,
    ) -> None:
        """Store keys and values, then fill `mixed` [rows, heads * head]. See `fwd.model.cache` for the shapes.

        `table`, `slots` and `places` are int32, `keys` and `values` fp32 or bf16; the others fp32, their last two
        dimensions contiguous.
        """
        call = Call(
            *(x.data_ptr() for x in (query, key, value)),
            *(x.stride(0) for x in (query, key, value)),
            *(x.data_ptr() for x in (keys, values, mixed, table, slots, places)),
            table.shape[1],
            query.shape[1],
            key.shape[1],
            query.shape[2],
            keys.element_size(),
        )
        rows = len(slots)
        self._store(call, 0, rows)
        if self._pool is None:
            self._mix(call, 0, rows)
            return
        bounds = [rows * part // self._threads for part in range(self._threads + 1)]
        others = [self._pool.submit(self._mix, call, *part) for part in itertools.pairwise(bounds[1:])]
        self._mix(call, *bounds[:2])
        for one in others:
            one.result()


def load(threads: int) -> Kernel | None:
    """The kernel, built if need be; None where it cannot be built."""
    library = _library()
    return Kernel(library, threads) if library is not None else None


@cache
def _library() -> Path | None:
    try:
        return _build()
    except (OSError, subprocess.SubprocessError) as error:
        output = getattr(error, "stderr", None) or str(error)
        log.info("attention is computed by torch, since its kernel cannot be built: %s", str(output).strip()[-500:])
        return None


def _build() -> Path:
    """Compile, unless there is a library of this source, compiler and processor. Raises `OSError` or
    `SubprocessError`."""
    compiler = shlex.split(os.environ.get("CC", "")) or [shutil.which("cc") or "gcc"]
    source = resources.files("fwd.model").joinpath("kernel.c").read_bytes()
    version = subprocess.run([*compiler, "--version"], capture_output=True, check=True, timeout=60).stdout
    name = hashlib.sha256(b"\n".join([source, version, " ".join(FLAGS).encode(), _processor()])).hexdigest()[:20]
    target = home() / "kernels" / f"attention-{name}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            path, built = Path(folder, "kernel.c"), Path(folder, "kernel.so")
            path.write_bytes(source)
            command = [*compiler, *FLAGS, "-o", str(built), str(path)]
            subprocess.run(command, capture_output=True, check=True, text=True, timeout=300)
            ctypes.CDLL(str(built))
            built.replace(target)
    return target


def _processor() -> bytes:
    """What code for this processor must not be taken for: a home folder may be shared by different machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    flags = sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))})
    return "\n".join([platform.machine(), platform.processor(), *flags]).encode()
