"""What the library's own proofs do: HOL Light loads its library once more, and a recorder watches its tactics."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen
from fwd.errors import UserError

from fwd_hollight import folders, install, sources
from fwd_hollight.zygote import Zygote

AFTER = "itab.ml"
"""The file of the library before which the recorder is loaded: the first one that proves anything by tactics."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0 where that is not known)."""

_TOLD = re.compile(rb"fwd-(recorded|extracted) ([0-9]+)(?: ([0-9]+))?")


@frozen
class Recorded:
    """A step of the library: the places of the steps that give its subgoals, its text, in which `#L7` is the theorem of
    recorded proof 7, and what it states."""

    subgoals: tuple[int, ...]
    text: str
    statement: str


@frozen
class RecordedProof:
    """A proof of the library, its steps leaves first. `name` is what it is bound to, with what it is local to in front
    (`"ADD_SYM/lemma"`); `problem` says why there are no steps."""

    number: int
    name: str
    file: str
    line: int
    steps: tuple[Recorded, ...] = ()
    problem: str = ""


def recording(zygote: Zygote, progress: Progress, force: bool = False) -> list[RecordedProof]:
    """The recorded proofs of a library set, in the order in which they were finished. Recorded once, then cached.
    Raises `UserError`."""
    path = folders.cache() / "recordings" / f"{zygote.library_name}.txt"
    if force or not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        work = path.with_suffix(f".{os.getpid()}")
        try:
            _record(zygote, work, progress)
            os.replace(work, path)
        finally:
            work.unlink(missing_ok=True)
    return list(_read(path))


def _record(zygote: Zygote, path: Path, progress: Progress) -> None:
    """Run HOL Light with the recorder, which writes the file."""
    log_path = path.with_suffix(".log")
    script = "\n".join(
        [
            sources.libraries(zygote.libraries),
            sources.loading((), (*sources.TERMS, "extract")),
            f"extract {sources.quoted(str(path))};;",
        ]
    )
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [install.PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **install.surroundings(_library_with_recorder()),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(script.encode())
            process.stdin.close()
            for line in process.stdout:
                log.write(line)
                told = _TOLD.search(line)
                if told:
                    what = "recording" if told[1] == b"recorded" else "extracting"
                    progress(what, int(told[2]), int(told[3] or 0))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if not path.is_file() or not path.read_bytes().endswith(b"end\n"):
        raise UserError(f"HOL Light did not finish recording; {log_path} says why")
    log_path.unlink()


def _library_with_recorder() -> Path:
    """A folder that looks like HOL Light's own, but for one file that loads the recorder first."""
    at = sources.folder()
    folder = at / "library"
    folder.mkdir(exist_ok=True)
    for path in install.SOURCES.iterdir():
        link = folder / path.name
        if path.name != AFTER and not link.is_symlink():
            link.symlink_to(path)
    text = sources.loading(("fwd_lex", "fwd_expr", "fwd_record"), ("recorder",))
    (folder / AFTER).write_text(f"{text}use_file {sources.quoted(str(install.SOURCES / AFTER))};;\n", encoding="utf-8")
    return folder


def _read(path: Path) -> Iterator[RecordedProof]:
    head: tuple[int, str, str, int] | None = None
    steps: list[Recorded] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        kind, *fields = line.split("\t")
        if kind == "step":
            places, text, statement = fields
            steps.append(Recorded(tuple(map(int, places.split())), text, statement))
            continue
        if head is not None:
            yield RecordedProof(*head, tuple(steps))
        head, steps = None, []
        if kind in ("proof", "left"):
            head = (int(fields[0]), fields[1], fields[2], int(fields[3]))
        if kind == "left" and head is not None:
            yield RecordedProof(*head, problem=fields[4])
            head = None
