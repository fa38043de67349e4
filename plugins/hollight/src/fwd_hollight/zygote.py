"""The zygote: one HOL Light for each library set, from which workers are forked. It starts on demand, serves all
processes of its user through a unix socket, and ends itself when it has been idle for long enough.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from attrs import field, frozen
from fwd.errors import UserError

from fwd_hollight import folders, install, sources, theories
from fwd_hollight.telling import Telling

MEANING = "4"
"""Changes when the meaning of steps, the spelling of statements, or what is recorded of the library does."""
IDLE = 1800.0
"""Seconds without a worker after which a zygote ends."""
STALE = 20
"""How often in a row, ten times a second, the process that starts must be seen to be gone."""
PATIENCE = 1200.0
"""Seconds that a start may take; about 90 on an idle machine."""


@frozen
class Zygote:
    """A zygote that runs or could. `libraries` are loaded on top of HOL Light's core: files of its own library by their
    names there, others by their absolute places."""

    libraries: tuple[str, ...] = ()
    library_name: str = field(init=False)
    """What the library set is called in file names of corpora: changes with its text and the meaning of steps."""

    @library_name.default
    def _library_name(self) -> str:
        content = f"{MEANING} {theories.fingerprint(self.libraries)}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """What it is called in file names: changes with everything that it would load."""
        return hashlib.sha256(f"{self.library_name} {sources.fingerprint()}".encode()).hexdigest()[:16]

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
        starts a second one if its starter is killed; the lock's file has its process. Raises `UserError`."""
        path = folders.sockets() / f"{self.name}.lock"
        telling: Telling | None = None
        gone = 0
        deadline = time.monotonic() + PATIENCE
        while True:
            with path.open("a+") as file:
                if _lock(file.fileno()):
                    if _is_at(path, file.fileno()):
                        file.truncate(0)
                        yield file.fileno()
                        return
                    continue  # somebody found it stale and removed it meanwhile
                starter = _content(file)
            gone = gone + 1 if starter and not Path(f"/proc/{starter}").exists() else 0
            if gone > STALE:  # something that the dead one left behind holds the lock
                path.unlink(missing_ok=True)
                continue
            if telling is None:
                who = f"process {starter}" if starter else "another process"
                telling = Telling(f"waiting: {who} is starting HOL Light, whoever asked for that; {self.log} grows")
            telling.go_on(lambda: "HOL Light is still starting")
            if time.monotonic() > deadline:
                raise UserError(
                    f"HOL Light has been starting for {PATIENCE:.0f} seconds: end process {starter or '?'} that does; "
                    f"see {self.log}"
                )
            time.sleep(0.1)

    def _start(self, lock: int) -> socket.socket:
        """Start HOL Light and wait until it serves."""
        telling = Telling("starting HOL Light once for all processes: a minute or more")
        script = self.log.with_suffix(".ml")
        script.write_text(sources.server(self._socket, lock, IDLE, self.libraries), encoding="utf-8")
        with script.open("rb") as source, self.log.open("wb") as log:
            process = subprocess.Popen(
                [install.PROGRAM],
                stdin=source,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[lock],
                **install.surroundings(),
            )
        try:
            os.write(lock, str(process.pid).encode())
            return self._awaited(process, telling)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def _awaited(self, process: subprocess.Popen[bytes], telling: Telling) -> socket.socket:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            connection = self._try()
            if connection is not None:
                return connection
            if process.poll() is not None:
                raise UserError(f"HOL Light ended while it started: {self._problem()}{self.log} says why")
            telling.go_on(lambda: "HOL Light is still starting")
            time.sleep(0.1)
        raise UserError(f"HOL Light did not start within {PATIENCE:.0f} seconds; see {self.log}")

    def _problem(self) -> str:
        """What our own phrases said before they ended HOL Light."""
        found = re.findall(r"^fwd: (.*)$", self.log.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        return f"{found[-1]}; " if found else ""


def _is_at(path: Path, file: int) -> bool:
    """Whether a path still names an open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _content(file: TextIO) -> str:
    """The process that a lock's file names; empty if it names none yet."""
    file.seek(0)
    found = file.read(20)
    return found if found.isdecimal() else ""


def _lock(file: int) -> bool:
    """Take a file's lock. False: somebody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
