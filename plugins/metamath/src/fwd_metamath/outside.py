"""The `metamath` program: it is given a script, asked about theorem after theorem, and ended if it says nothing.

What it prints about one theorem stands between two marks, lines with a number that nobody can guess. A theorem counts
as accepted only if the program has nothing to say of it but its label.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define, field
from fwd.errors import UserError
from fwd.text import printable

PROGRAM = "metamath"
DATABASE = "proofs.mm"
SCRIPT = "metamath.cmd"
LOG = "metamath.log"

SILENCE = 60.0
"""Seconds without a word after which the program is ended."""
LIMIT = 600.0
"""Seconds that it may take to read the database, or for one theorem."""
MOST = 256 << 20
"""Bytes that it may print."""

_CHUNK = 1 << 22

_GOOD_READING = "No errors were found."
_PLACED = re.compile(rf'on line \d+ of file "{re.escape(DATABASE)}" at statement \d+, label "([A-Za-z0-9._-]+)",')


@define
class Answers:
    """What the program has against theorems, in its own words; nothing against those that it accepts. `everything` is
    what it has against the whole database."""

    against: dict[str, str] = field(factory=dict)
    everything: str = ""


def program() -> str:
    """The place of the program. Raises `UserError` if it is not installed."""
    found = shutil.which(PROGRAM)
    if found is None:
        raise UserError(f"the {PROGRAM} program is not installed: install Debian's package metamath, or put it on PATH")
    return found


def fresh(path: Path) -> Path:
    """A place to write to, with nothing there: a folder from a stranger may have a link to another file."""
    path.unlink(missing_ok=True)
    return path


def ask(folder: Path, labels: Sequence[str]) -> Answers:
    """What the program says of theorems of the database `DATABASE` in a folder, which receives the script and the log.

    Where it has to be ended, or ends by itself, the theorem that it was at is named and the rest is asked again.
    Raises `OSError` if the folder cannot be written.
    """
    answers = Answers()
    fresh(folder / LOG).touch()
    left = list(labels)
    while left and not answers.everything:
        mark = secrets.token_hex(16)
        commands = [f"! {mark} {number}\nverify proof {label}\n" for number, label in enumerate(left)]
        script = f'set scroll continuous\nread "{DATABASE}"\n{"".join(commands)}! {mark} {len(left)}\nexit\n'
        fresh(folder / SCRIPT).write_text(script, encoding="ascii")
        output, ended = _run(folder, mark)
        reading, *blocks = re.split(rf"MM> ! {mark} \d+\s", output)
        if not blocks:
            answers.everything = ended
        _read(reading, answers)
        for label, block in zip(left, blocks[:-1], strict=False):
            if complaint := _complaint(label, block):
                answers.against.setdefault(label, complaint)
        done = len(blocks) - 1
        if 0 <= done < len(left):
            answers.against.setdefault(left[done], ended)
        left = left[done + 1 :]
    return answers


def _read(output: str, answers: Answers) -> None:
    """Take in what the program says while it reads the database."""
    if _GOOD_READING in output and "?Error" not in output:
        return
    complaints = [" ".join(one.split()) for one in output.split("?Error")[1:]]
    for complaint in complaints:
        named = _PLACED.match(complaint)
        if named is None:
            answers.everything = answers.everything or _shown(complaint)
        else:
            answers.against.setdefault(named[1], _shown(complaint))
    if not complaints:
        answers.everything = answers.everything or f"{PROGRAM} does not say that it has read the database; see {LOG}"


def _complaint(label: str, block: str) -> str:
    """What the program prints about one theorem, if that is more than the command and the label."""
    command = f"MM>verifyproof{label}"
    words = "".join(block.split())
    if words == command + label:
        return ""
    said = " ".join(block.split()).removeprefix(f"MM> verify proof {label}").strip().removeprefix(label).strip()
    return _shown(said.removeprefix("?Error").strip()) if said else f"{PROGRAM} says nothing of it"


def _shown(complaint: str) -> str:
    return printable(f"{PROGRAM}: {complaint}", 300)


def _run(folder: Path, mark: str) -> tuple[str, str]:
    """What the program prints, and how it ended. It gets no input, so that a question would find no answer."""
    log = folder / LOG
    with log.open("ab") as stream, log.open("rb") as reader:
        reader.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [program(), f'submit "{SCRIPT}"'],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
        )
        patience = Patience(mark.encode())
        ended = ""
        try:
            while process.poll() is None and not ended:
                time.sleep(0.02)
                ended = patience.over(reader.read(_CHUNK))  # all that there is might have no end
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output = b"".join([*patience.output, reader.read(MOST)])
    return output.decode("ascii", errors="replace"), ended or f"{PROGRAM} ended before it said anything of it"


@define
class Patience:
    """What a program has printed, and when it last said a word and came to a mark."""

    mark: bytes
    output: list[bytes] = field(factory=list)
    size: int = 0
    said: float = field(factory=time.monotonic)
    marked: float = field(factory=time.monotonic)
    _edge: bytes = b""

    def over(self, news: bytes) -> str:
        """Take in what it has printed since; why it is to be ended, if it is."""
        now = time.monotonic()
        if news:
            self.output.append(news)
            self.size += len(news)
            self.said = now
            last = self._edge + news
            if self.mark in last:
                self.marked = now
            self._edge = last[1 - len(self.mark) :]
        if self.size > MOST:
            return f"{PROGRAM} printed more than {MOST >> 20} MiB and was ended"
        if now - self.said > SILENCE:
            return f"{PROGRAM} said nothing for {SILENCE:g} seconds and was ended"
        if now - self.marked > LIMIT:
            return f"{PROGRAM} took more than {LIMIT:g} seconds over it and was ended"
        return ""
