"""The compiled kernels of a decoding engine: attention over a cache (`attention.c`) and what is computed for each token
alone (`pointwise.c`), built once by the system's C compiler and kept.

They are optional: without a compiler, or where anything else goes wrong, `load` says so once and `fwd.model.cache` and
`fwd.model.pointwise` compute the same with torch. Plain C needs neither torch's headers nor Python's, so building takes
a few seconds.
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
from typing import Any

from torch import Tensor

from fwd.errors import UserError
from fwd.home import home
from fwd.screen import say

log = logging.getLogger(__name__)

FLAGS = ("-O2", "-march=native", "-fno-math-errno", "-std=gnu11", "-shared", "-fPIC", "-w")
SOURCES = ("attention.c", "floats.h", "integers.h", "tile.h", "cells.h", "pointwise.c", "vectors.h")
HEADS = (32, 64, 128)
"""Widths of heads that there may be machine code for."""
LANES = 16
"""Other widths have to be multiples of it."""
ALONE = 64
"""So few rows are not worth a second thread."""

_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_int64


class Call(ctypes.Structure):
    """What the kernel's functions are told; the same struct stands in `attention.c`."""

    _fields_ = (
        *((name, _POINTER) for name in ("query", "key", "value")),
        *((name, _NUMBER) for name in ("query_stride", "key_stride", "value_stride")),
        *((name, _POINTER) for name in ("keys", "values", "mixed", "table", "slots", "places")),
        *((name, _NUMBER) for name in ("width", "heads", "kv_heads")),
    )


class Kernel:
    """The functions of a library that `load` built, for heads of one width and cells of so many bytes, run by a number
    of threads."""

    def __init__(self, library: Path, threads: int) -> None:
        functions = ctypes.CDLL(str(library))
        attention = (ctypes.POINTER(Call),)
        self._store = _function(functions.fwd_store, *attention)
        self._mix = _function(functions.fwd_mix, *attention)
        self._norm = _function(functions.fwd_norm, *3 * [_POINTER], _NUMBER, ctypes.c_float)
        self._gate = _function(functions.fwd_gate, *2 * [_POINTER], _NUMBER)
        self._rotate = _function(functions.fwd_rotate, *3 * [_POINTER], *3 * [_NUMBER])
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, "kernel") if threads > 1 else None

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

        `table`, `slots` and `places` are int32, `keys` and `values` fp32, bf16 or uint8, as the library was built; the
        others fp32, their last two dimensions contiguous.
        """
        call = Call(
            *(x.data_ptr() for x in (query, key, value)),
            *(x.stride(0) for x in (query, key, value)),
            *(x.data_ptr() for x in (keys, values, mixed, table, slots, places)),
            table.shape[1],
            query.shape[1],
            key.shape[1],
        )
        self._store(call, 0, len(slots))
        self._each(self._mix, len(slots), call)

    def norm(self, x: Tensor, weight: Tensor, out: Tensor, epsilon: float) -> None:
        """Root-mean-square norm of `x` [rows, d] with a weight [d]. All fp32 and contiguous, as below."""
        self._each(self._norm, len(x), x.data_ptr(), weight.data_ptr(), out.data_ptr(), x.shape[1], epsilon)

    def gate(self, both: Tensor, out: Tensor) -> None:
        """`out` [rows, width] becomes silu(gate) * up of `both` [rows, gate and up]."""
        self._each(self._gate, len(both), both.data_ptr(), out.data_ptr(), out.shape[1])

    def rotate(self, x: Tensor, heads: int, cos: Tensor, sin: Tensor) -> None:
        """Turn the first heads of `x` [rows, all heads, head] in place, by angles [rows, 1, head]."""
        pointers = (one.data_ptr() for one in (x, cos, sin))
        self._each(self._rotate, len(x), *pointers, x.stride(0), heads, x.shape[2])

    def _each(self, function: Callable[..., None], rows: int, *arguments: Any) -> None:
        """Call a function for all rows, a part of them in each thread."""
        if self._pool is None or rows < ALONE:
            function(*arguments, 0, rows)
            return
        bounds = [rows * part // self._threads for part in range(self._threads + 1)]
        others = [self._pool.submit(function, *arguments, *part) for part in itertools.pairwise(bounds[1:])]
        function(*arguments, *bounds[:2])
        for one in others:
            one.result()


def _function(function: Any, *arguments: Any) -> Callable[..., None]:
    """One of the library's functions, which all take a range of rows at the end and return nothing."""
    function.argtypes, function.restype = [*arguments, _NUMBER, _NUMBER], None
    called: Callable[..., None] = function
    return called


def load(head: int, cell: int, threads: int) -> Kernel | None:
    """The kernels for a width of heads and cells of so many bytes, built if need be; None where that cannot be done."""
    library = _library(head, cell)
    return Kernel(library, threads) if library is not None else None


@cache
def _library(head: int, cell: int) -> Path | None:
    try:
        return _build(f"-DHEAD={head}", f"-DCELL={cell}")
    except (OSError, subprocess.SubprocessError) as error:
        output = str(getattr(error, "stderr", None) or error).strip()
        _warn(output.splitlines()[-1] if output else type(error).__name__)
        log.info("%s", output[-500:])
        return None
    except UserError as error:  # there is no home folder to keep them in
        _warn(str(error))
        return None


@cache
def _warn(reason: str) -> None:
    """Once is enough, whatever number of kernels cannot be built."""
    say(f"warning: proving is slower here, since its kernels cannot be compiled ({reason[:200]}): install gcc or clang")


def _build(*definitions: str) -> Path:
    """Compile, unless there is a library of this source, compiler and processor. Raises `OSError` or
    `SubprocessError`."""
    flags = [*FLAGS, *definitions]
    compiler = shlex.split(os.environ.get("CC", "")) or [shutil.which("cc") or "gcc"]
    sources = {name: resources.files("fwd.model").joinpath(name).read_bytes() for name in SOURCES}
    version = subprocess.run([*compiler, "--version"], capture_output=True, check=True, timeout=60).stdout
    made_of = [*sources.values(), version, " ".join(flags).encode(), _processor()]
    target = home() / "kernels" / f"{hashlib.sha256(b'|'.join(made_of)).hexdigest()[:20]}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            for source, text in sources.items():
                Path(folder, source).write_bytes(text)
            built = Path(folder, "kernels.so")
            units = [str(Path(folder, source)) for source in sources if source.endswith(".c")]
            command = [*compiler, *flags, "-o", str(built), *units]
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
