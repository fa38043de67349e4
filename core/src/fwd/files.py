"""Small files that others read while they change, files that keep others away, and files in folders of strangers."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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


def regular(path: Path) -> BinaryIO:
    """Open a file to read it. OSError if it is none: a pipe or a device in a folder from a stranger has no end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(handle, "rb")


def lock_file(path: Path) -> BinaryIO:
    """Open a file to lock it; made if it is not there, but not where a link of a stranger points. OSError if not."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666), "wb")


@contextmanager
def alone(path: Path, refusal: UserError) -> Iterator[None]:
    """Hold the lock file `path`, which goes with this process however it ends. Raises `refusal` if another process
    holds it. A file system without locks keeps nobody away."""
    with lock_file(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise refusal from None
        except OSError:
            pass
        yield
