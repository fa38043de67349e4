"""What `fwd prove` leaves in its folder, written as it goes, and how to read it back.

    config.toml    the resolved config: env, engine, and of a checkpoint also model and training
    prove.json     the task: which model, strategy, goals, trials and seed
    goals.jsonl    the goals file, if one was given
    results.jsonl  one object per finished search, flushed before the next one is looked at
    errors.log     where the env failed, if it did: for each such search its traceback
    proofs/        a proof store with every proof that passed the env's check
    summary.json   the totals; there only once all goals are done

A proof is stored before its result is written, so a result that claims a proof always has one, whenever the process
dies.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

from attrs import asdict, fields, frozen
from fwd.config import structure
from fwd.errors import ConfigError, UserError
from fwd.files import alone, regular, replace
from fwd.search.base import ProofSearch

ERRORS = "errors.log"
LOCK = ".lock"
"""Held by the process that proves here, or that launched those which do."""


@frozen
class Task:
    """What a folder of results answers. `model_step` is the training step of a checkpoint; `split` is "goals"
    where the goals come from a file."""

    env: str
    model: str
    model_step: int | None
    strategy: str
    settings: Mapping[str, Any]
    split: str
    trials: int
    limit: int | None
    seed: int
    sources: tuple[str, ...] = ()
    """`Env.sources` of the library that it is proved with."""


@frozen
class Result:
    """One line of `results.jsonl`. `proof_size` counts the steps of the minimal proof, `human_steps` those of the
    dataset's own proof where there is one."""

    name: str
    trial: int
    solved: bool
    stopped: str
    steps: int
    rejected: int
    rejections: Mapping[str, int]
    tokens: int
    seconds: float
    proof_size: int | None = None
    human_steps: int | None = None
    message: str = ""
    """What the env said when it ended the search."""

    @classmethod
    def of(cls, search: ProofSearch, human_steps: int | None) -> Result:
        """The result of a finished search."""
        return cls(
            name=search.goal.name,
            trial=search.trial,
            solved=search.solved,
            stopped=search.stopped,
            steps=search.steps,
            rejected=search.rejected,
            rejections=dict(search.rejections),
            tokens=search.tokens,
            seconds=round(search.seconds, 4),
            proof_size=search.proof.steps if search.solved and search.proof else None,
            human_steps=human_steps,
            message=search.message,
        )


@contextmanager
def opened(folder: Path, task: Task, config: str, goals: bytes | None, go_on: bool) -> Iterator[list[Result]]:
    """Make a new record, or with `go_on` open it again, and keep other processes out of it meanwhile; what it holds
    already. Raises `UserError` if the folder is another's, was made for another task, or is at work."""
    busy = UserError(f"another process proves in {folder} already: wait for it, or stop it")
    with ExitStack() as stack:
        if go_on and not _vacant(folder):
            read_task(folder)  # what is no record is not touched
            with explained(folder):
                stack.enter_context(alone(folder / LOCK, busy))
            yield reopen(folder, task, config, goals)
        else:
            _must_be_vacant(folder)
            with explained(folder):
                folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(alone(folder / LOCK, busy))
            create(folder, task, config, goals)
            yield []


def _vacant(folder: Path) -> bool:
    """Whether there is nothing in a folder, or no folder."""
    return not folder.exists() or (folder.is_dir() and all(one.name == LOCK for one in folder.iterdir()))


def _must_be_vacant(folder: Path) -> None:
    if not _vacant(folder):
        known = (folder / "prove.json").exists()
        advice = "go on with it by --continue, or choose another --out" if known else "choose another --out"
        raise UserError(f"{folder} is not empty: {advice}")


def create(folder: Path, task: Task, config: str, goals: bytes | None) -> None:
    """Make a new record. Raises `UserError` if the folder holds something else."""
    _must_be_vacant(folder)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if goals is not None:
            (folder / "goals.jsonl").write_bytes(goals)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        replace(folder / "prove.json", json.dumps(asdict(task), indent=2) + "\n")


def reopen(folder: Path, task: Task, config: str, goals: bytes | None) -> list[Result]:
    """Go on with a record: what it already holds. Raises `UserError` if it was made for another task."""
    before = read_task(folder)
    changed = [one.name for one in fields(Task) if getattr(before, one.name) != getattr(task, one.name)]
    if not _same(folder / "config.toml", config.encode()):
        changed.append("config")
    if not _same(folder / "goals.jsonl", goals):
        changed.append("goals")
    if changed:
        raise UserError(f"{folder} cannot be continued: it was made with other values of {', '.join(changed)}")
    return read_results(folder)


def read_task(folder: Path) -> Task:
    """The task of a record. Raises `UserError` if the folder is none."""
    path = folder / "prove.json"
    if not path.is_file():
        raise UserError(f"{folder} holds no results of fwd prove (it has no prove.json)")
    try:
        return structure(Task, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError, ConfigError) as error:
        raise UserError(f"{path} is damaged: {str(error).splitlines()[0]}") from None


def read_results(folder: Path) -> list[Result]:
    """All results of a record. An unfinished last line, left by a process that died, is not a result."""
    path = folder / "results.jsonl"
    if not path.exists():
        return []
    try:
        with regular(path) as file:
            whole, _, _ = file.read().rpartition(b"\n")
    except OSError as error:
        raise UserError(f"{path}: cannot read the results: {error.strerror}") from None
    try:
        return [structure(Result, json.loads(line)) for line in whole.split(b"\n") if line]
    except (ValueError, RecursionError, ConfigError) as error:
        raise UserError(f"{path} is damaged: {str(error).splitlines()[0]}") from None


class ResultWriter:
    """Appends to `results.jsonl`. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "results.jsonl"
        self._file: TextIO

    def __enter__(self) -> ResultWriter:
        with explained(self.path):
            if self.path.exists():
                whole, separator, _ = self.path.read_bytes().rpartition(b"\n")
                os.truncate(self.path, len(whole) + len(separator))
            self._file = self.path.open("a", encoding="utf-8")
        return self

    def append(self, result: Result) -> None:
        """Write one result and hand it to the system. Raises `UserError` if the disk is full."""
        with explained(self.path):
            self._file.write(_line(result))
            self._file.flush()

    def __exit__(self, *_: object) -> None:
        with explained(self.path):
            self._file.close()


def note_failure(folder: Path, search: ProofSearch) -> None:
    """Append where the env failed in a search, for whoever mends the env."""
    path = folder / ERRORS
    with explained(path), path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{search.goal.name}, trial {search.trial}: {search.message}\n{search.traceback}\n")


def failure_logs(folder: Path) -> list[Path]:
    """Where failures of the env are noted, those of shards included."""
    return [path for path in (folder / ERRORS, *sorted(folder.glob(f"shard-*/{ERRORS}"))) if path.exists()]


def write_results(folder: Path, results: Sequence[Result]) -> None:
    """Write `results.jsonl` anew, whole or not at all."""
    with explained(folder / "results.jsonl"):
        replace(folder / "results.jsonl", "".join(map(_line, results)))


def summarize(
    task: Task, env_settings: Mapping[str, Any], results: Sequence[Result], elapsed: float | None
) -> dict[str, Any]:
    """Totals over all results. `elapsed` is the wall-clock time that they took together, in seconds; without it, as
    where the work was done in parts, there are no rates."""
    goals = {result.name for result in results}
    proved = {result.name for result in results if result.solved}
    steps, tokens = sum(result.steps for result in results), sum(result.tokens for result in results)
    stopped = Counter(result.stopped for result in results)
    return {
        f"{task.env}_{task.split}_fwd_proving-prop_proved": len(proved) / len(goals) if goals else 0.0,
        "goals": len(goals),
        "proved": len(proved),
        "trials": task.trials,
        "steps": steps,
        "tokens": tokens,
        "seconds": elapsed and round(elapsed, 3),
        "steps_per_second": elapsed and round(steps / elapsed, 2),
        "tokens_per_second": elapsed and round(tokens / elapsed, 2),
        "stopped": dict(stopped.most_common()),
        "strategy": task.strategy,
        "settings": dict(task.settings),
        "env": task.env,
        "env_settings": dict(env_settings),
        "split": task.split,
        "seed": task.seed,
        "model": task.model,
        "model_step": task.model_step,
    }


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write `summary.json` whole or not at all."""
    with explained(folder / "summary.json"):
        replace(folder / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the file system refuses into a line that names the file."""
    try:
        yield
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}; what was written before is kept") from error


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until the block is done, so that a proof and its result are written both or neither."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


def _line(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False) + "\n"


def _same(path: Path, content: bytes | None) -> bool:
    return (path.read_bytes() if path.is_file() else None) == content
