"""Goals files: JSON lines, one goal each, judged whole before anything is proved. A pipe or stdin is read once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen
from fwd.api import Env, Goal
from fwd.config import structure
from fwd.errors import ConfigError, GoalError, UserError
from fwd.files import regular

MAX_BYTES = 64 << 20
"""A larger goals file is refused rather than read into memory."""
MAX_MISTAKES = 20
"""So many mistakes are shown; the rest are counted."""


@frozen
class GoalLine:
    """A line of a goals file. Without a statement it names a goal of the env's own dataset. Benchmarks say `hyps`
    for `hypotheses`, and sort their goals by `category` and `difficulty`, which are only looked at by people."""

    name: str
    statement: str | None = None
    hypotheses: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    before: str | None = None
    hyps: tuple[str, ...] = ()
    category: str | None = None
    difficulty: str | None = None


STDIN = Path("-")


@frozen
class GoalsFile:
    """The content of a goals file, and its name for messages."""

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path, pipes: bool = True) -> GoalsFile:
        """Of a file, and with `pipes` of a pipe, or stdin by the name "-". Raises `UserError` if it cannot be read or
        is too large."""
        try:
            if path.is_dir():
                raise UserError(f"{path}: a folder, not a file")
            if path == STDIN:
                path, content = Path("stdin"), sys.stdin.buffer.read(MAX_BYTES + 1)
            else:
                with path.open("rb") if pipes else regular(path) as file:
                    content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UserError(f"{path}: cannot read the goals: {error.strerror}") from error
        if len(content) > MAX_BYTES:
            raise UserError(f"{path}: larger than {MAX_BYTES >> 20} MiB; split it")
        return cls(path, content)

    def lines(self) -> list[str]:
        """Raises `UserError` if it is no text."""
        try:
            return self.content.decode("utf-8").split("\n")
        except UnicodeDecodeError:
            raise UserError(f"{self.path}: not a text file in UTF-8") from None


def read_goals(source: Path | GoalsFile, env: Env, named: Callable[[str], Goal | None]) -> list[Goal]:
    """The goals of a file, each accepted by the env. `named` gives the dataset's goal of a name, if a line needs it.

    Raises `UserError` with one line per mistake, each with file and line number.
    """
    file = source if isinstance(source, GoalsFile) else GoalsFile.read(source)
    path = file.path
    goals: dict[str, Goal] = {}
    mistakes = []
    for number, line in enumerate(file.lines(), start=1):
        if not line.strip():
            continue
        try:
            goal = _goal(line, named)
            if goal.name in goals:
                raise GoalError(f"a second goal with the name {goal.name!r}")
            env.canonical(goal)
            goals[goal.name] = goal
        except (ConfigError, GoalError) as error:
            mistakes += [f"{path}:{number}: {one}" for one in str(error).splitlines()]
    if len(mistakes) > MAX_MISTAKES:
        mistakes[MAX_MISTAKES:] = [f"{path}: and {len(mistakes) - MAX_MISTAKES} more mistakes"]
    if mistakes:
        raise UserError("\n".join(mistakes))
    if not goals:
        raise UserError(f"{path}: no goals in this file; write one JSON object per line")
    return list(goals.values())


def _goal(line: str, named: Callable[[str], Goal | None]) -> Goal:
    try:
        data: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoalError(f"not JSON: {error.msg}") from None
    except (ValueError, RecursionError):
        raise GoalError("not JSON: nested too deeply, or a number too long") from None
    try:
        written = structure(GoalLine, data)
    except ConfigError as error:
        raise GoalError(str(error).replace("unknown setting", "unknown field")) from None
    if not written.name.isprintable() or not written.name.strip():
        raise GoalError("name: must be visible text on one line")
    if written.statement is not None:
        if written.hyps and written.hypotheses:
            raise GoalError("hyps and hypotheses are the same: give one of them")
        return Goal(
            name=written.name,
            statement=written.statement,
            hypotheses=written.hypotheses or written.hyps,
            conditions=written.conditions,
            forbidden=frozenset(written.forbidden),
            before=written.before,
        )
    if set(data) != {"name"}:
        raise GoalError("a goal without a statement may have nothing but a name")
    goal = named(written.name)
    if goal is None:
        raise GoalError(f"{written.name!r} is not in the env's dataset: give its statement")
    return goal
