"""The zygote: one HOL Light for each library set, from which workers are forked. It starts on demand, serves all
processes of its user through a unix socket, and ends itself when it has been idle for long enough.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from fwd.errors import UserError

from fwd_hollight import folders, install, sources

MEANING = "2"
"""Changes when the meaning of steps, the spelling of statements, or what is recorded of the library does."""
IDLE = 1800.0
"""Seconds without a worker after which a zygote ends."""
PATIENCE = 1200.0
"""Seconds that a start may take; about 90 on an idle machine."""


@frozen
class Zygote:
    """A zygote that runs or could. `libraries` are files of HOL Light's library, loaded on top of its core."""

    libraries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in file names: changes with everything that it would load."""
        return hashlib.sha256(f"{self.library_name} {sources.fingerprint()}".encode()).hexdigest()[:16]

    @property
    def library_name(self) -> str:
        """What the library set is called in file names of corpora: changes with its text and the meaning of steps."""
        content = " ".join([MEANING, install.fingerprint(self.libraries), *self.libraries])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def _socket(self) -> Path:
        return folders.sockets() / f"{self.name}.sock"

    @property
    def log(self) -> Path:
        """What HOL Light prints while it starts."""
        return folders.sockets() / f"{self.name}.log"

    def connect(self) -> socket.socket:
        """A connection to a new worker, of a new zygote if none runs. Raises `UserError`."""
        connection = self._try()
        if connection is not None:
            return connection
        install.require()
        with self._locked() as lock:
            connection = self._try()  # somebody else may have started it meanwhile
            return connection or self._start(lock)

    def pid(self) -> int | None:
        """The running zygote's process, or None."""
        connection = self._try()
        if connection is None:
            return None
        with connection:
            size = struct.calcsize("3i")
            pid, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
        return pid

    def stop(self) -> bool:
        """End the zygote and its workers. False if none runs."""
        with self._locked():
            pid = self.pid()
            if pid is None:
                return False
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + 10
            while self._try_quietly() and time.monotonic() < deadline:
                time.sleep(0.05)
            return True

    def _try_quietly(self) -> bool:
        connection = self._try()
        if connection is None:
            return False
        connection.close()
        return True

    def _try(self) -> socket.socket | None:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self._socket))
        except OSError:
            connection.close()
            return None
        return connection

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """One process at a time starts or stops a zygote. A zygote holds the lock too until it serves, so that nobody
        starts a second one if its starter is killed. Raises `UserError`."""
        with (folders.sockets() / f"{self.name}.lock").open("w") as file:
            deadline = time.monotonic() + PATIENCE
            while not _lock(file.fileno()):
                if time.monotonic() > deadline:
                    raise UserError(f"HOL Light has been starting for {PATIENCE:.0f} seconds; see {self.log}")
                time.sleep(0.1)
            yield file.fileno()

    def _start(self, lock: int) -> socket.socket:
        """Start HOL Light and wait until it serves."""
        print("starting HOL Light once for all processes: a minute or more", file=sys.stderr, flush=True)
        script = self.log.with_suffix(".ml")
        script.write_text(sources.server(self._socket, lock, IDLE, self.libraries), encoding="utf-8")
        with script.open("rb") as source, self.log.open("wb") as log:
            process = subprocess.Popen(
                [install.PROGRAM],
                stdin=source,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folders.sockets(),
                start_new_session=True,
                pass_fds=[lock],
            )
        try:
            return self._awaited(process)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def _awaited(self, process: subprocess.Popen[bytes]) -> socket.socket:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            connection = self._try()
            if connection is not None:
                return connection
            if process.poll() is not None:
                raise UserError(f"HOL Light ended while it started; {self.log} says why")
            time.sleep(0.1)
        raise UserError(f"HOL Light did not start within {PATIENCE:.0f} seconds; see {self.log}")


def _lock(file: int) -> bool:
    """Take a file's lock. False: somebody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
