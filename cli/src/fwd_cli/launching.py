"""What commands that launch work share: the options that choose a launcher, and the report of how its tasks ended."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen
from fwd.errors import UserError
from fwd.plugins import PluginSet

from fwd_cli import output

if TYPE_CHECKING:
    from fwd.launch import Launcher, TaskState

PANEL = "In other processes"

Slurm = Annotated[bool, typer.Option("--slurm", help="Submit to Slurm as a job array.", rich_help_panel=PANEL)]
LocalJobs = Annotated[
    int | None,
    typer.Option("--local-jobs", min=1, metavar="N", help="Run in N processes here.", rich_help_panel=PANEL),
]
Other = Annotated[
    str | None,
    typer.Option("--launcher", metavar="NAME", help="Run by another launcher of `fwd plugins`.", rich_help_panel=PANEL),
]
NJobs = Annotated[
    int | None,
    typer.Option("--n-jobs", min=1, metavar="N", help="In so many jobs at a time.", rich_help_panel=PANEL),
]
Partition = Annotated[
    str | None, typer.Option("--partition", metavar="P", help="Slurm's partition.", rich_help_panel=PANEL)
]
Time = Annotated[
    int | None,
    typer.Option(
        "--time",
        min=1,
        metavar="MIN",
        help="Time limit of a job in minutes; longer work is requeued and goes on.",
        rich_help_panel=PANEL,
    ),
]


@frozen
class Launching:
    """The options above, as they were given."""

    slurm: bool = False
    local_jobs: int | None = None
    other: str | None = None
    n_jobs: int | None = None
    partition: str | None = None
    minutes: int | None = None

    @property
    def name(self) -> str | None:
        """The launcher that they ask for, if any. Raises `UserError` if they ask for several, or for none and yet say
        how."""
        wanted = {"--slurm": self.slurm, "--local-jobs": self.local_jobs, "--launcher": self.other}
        chosen = [option for option, value in wanted.items() if value]
        if len(chosen) > 1:
            raise UserError(f"{' and '.join(chosen)} exclude each other: choose where the work runs")
        details = {"--n-jobs": self.n_jobs, "--partition": self.partition, "--time": self.minutes}
        given = [option for option, value in details.items() if value]
        if given and not (self.slurm or self.other):
            raise UserError(f"{given[0]} says how to submit work: add --slurm, or use --local-jobs N to work here")
        return "slurm" if self.slurm else self.other or ("local" if self.local_jobs else None)

    def launcher(
        self, plugins: PluginSet, settings: Sequence[str], at_a_time: bool
    ) -> tuple[Launcher | None, list[str]]:
        """The launcher that they ask for, with its own settings (`launch.x=y`), and the settings that are for others.
        `at_a_time`: the number of jobs limits how many tasks run at a time."""
        from fwd.loading import load_launcher, split_settings

        name = self.name
        own, others = split_settings(settings, "launch")
        if name is None:
            if own:
                raise UserError("launch.* are settings of a launcher: add --slurm, --local-jobs N or --launcher NAME")
            return None, others
        told: dict[str, Any] = {"partition": self.partition, "minutes": self.minutes, "jobs": self.local_jobs}
        if at_a_time and self.n_jobs:
            told["jobs"] = self.n_jobs
        told = {key: value for key, value in told.items() if value}
        for key in told.keys() & own.keys():
            if told[key] != own[key]:
                raise UserError(f"launch.{key} is given twice, as {told[key]} and as {own[key]}: give it once")
        return load_launcher(plugins, name, told | own), others


def told(rounds: Iterator[list[TaskState]], place: str) -> Iterator[list[TaskState]]:
    """The same rounds, with a line for each task that was started again or went back into the queue; `place` says
    where it goes on, with {} for how far it had come, by its own measure."""
    before: dict[str, TaskState] = {}
    for states in rounds:
        for state in states:
            known = before.get(state.name, state)
            where = place.format(int(state.reached))
            if state.requeues > known.requeues:
                output.say(f"{state.name}: requeued, {where}")
            if state.restarts > known.restarts:
                output.say(f"{state.name}: died and is started again, {where}")
        before = {state.name: state for state in states}
        yield states


def describe(states: Sequence[TaskState]) -> str:
    """How many tasks are in which state, in a few words."""
    counted = Counter(state.status for state in states)
    words = [f"{counted[status]} {status}" for status in ("running", "waiting", "done", "failed") if counted[status]]
    restarts = sum(state.restarts for state in states)
    return ", ".join(words + [f"{restarts} restarted"] * bool(restarts))


def report(states: Sequence[TaskState], advice: str) -> None:
    """Say which tasks failed and why, each traceback once, and exit with code 1 if any did."""
    failed = [state for state in states if state.status == "failed"]
    for trace in dict.fromkeys(state.traceback for state in failed if state.traceback):
        sys.stderr.write(trace)
    for state in failed:
        output.say(f"error: {state.name} failed: {state.error} ({state.log})")
    if failed:
        output.say(f"{len(failed)} of {len(states)} failed; when the cause is removed, {advice}")
        raise typer.Exit(1)
