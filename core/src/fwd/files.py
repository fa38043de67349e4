"""Small files that others read while they change, and files that keep others away."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fwd.errors import UserError


def replace(path: Path, text: str) -> None:
    """Write a file under a temporary name of this process, then rename it, so that nobody ever reads half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def alone(path: Path, refusal: UserError) -> Iterator[None]:
    """Hold the lock file `path`, which goes with this process however it ends. Raises `refusal` if another process
    holds it. A file system without locks keeps nobody away."""
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal from None
        except OSError:
            pass
        yield
