"""The words of launching: what is to be run, how it goes, and who runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from attrs import frozen

from fwd.errors import UserError
from fwd.files import alone

Status = Literal["waiting", "running", "done", "failed"]


class LaunchError(UserError):
    """Work cannot be launched; the message says what to do."""


@frozen
class Task:
    """A call to be made in processes of its own.

    `function` is an import string ("package.module:name"), `arguments` are plain data as JSON can hold. `name` is
    unique among the tasks that are launched together, and may be a file's name. With several `ranks` the call is made
    in so many processes that live and die together; `World.detect()` tells each which one it is.

    `progress` is the import string of a function that is given the same arguments and returns how far the task has
    come: a number that grows. With it a task may be started again as often as it comes further, and one that is put
    back into a queue again and again without coming further fails.
    """

    name: str
    function: str
    arguments: Mapping[str, Any] = {}
    ranks: int = 1
    progress: str = ""


@frozen
class TaskState:
    """How a task is doing. `restarts` counts how often it was started again after it had died, `requeues` how often it
    went back into the queue; `reached` is how far it had come when it last did, by its own measure.

    Of a failed one, `error` is a line that says why and `traceback` its own, if it raised something other than a
    `UserError`. `log` is where its output goes; None before there is any.
    """

    name: str
    status: Status = "waiting"
    restarts: int = 0
    requeues: int = 0
    reached: float = 0.0
    error: str = ""
    traceback: str = ""
    log: Path | None = None

    @property
    def ended(self) -> bool:
        """Whether it is over, one way or the other."""
        return self.status in ("done", "failed")


class Launcher(Protocol):
    """Runs tasks and watches over them."""

    def run(self, tasks: Sequence[Task], folder: Path) -> Iterator[list[TaskState]]:
        """Run all tasks, leaving logs and notes in `folder`. Yields the states of all tasks, in their order, every
        now and then, and last when all have ended. Closing the iterator early ends what still runs.

        A task that raises has failed. One that dies otherwise, by a signal or with its machine, is started again as
        long as that leads anywhere.
        Raises `LaunchError` if nothing can be launched.
        """
        ...


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold a folder for one launch at a time. Raises `LaunchError` if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder / ".lock", LaunchError(f"another process launches in {folder} already: wait, or stop it")):
        yield
