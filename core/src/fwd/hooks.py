"""The hooks that a plugin may implement, and what it registers through them.

A plugin is a light module (no torch, no database at import), named by an entry point of the group `fwd.plugins`:

    from fwd.api import EnvSpec
    from fwd.hooks import hookimpl

    @hookimpl
    def fwd_register_envs() -> list[EnvSpec]:
        return [EnvSpec(name="chess", ...)]

Every hook is optional. Whatever is heavy hides behind an import string (`"package.module:name"`), which nothing loads
before it is used. There is no hook inside a token or step loop.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pluggy
from attrs import frozen

from fwd.api import EnvSpec

PROJECT = "fwd"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@frozen
class StrategySpec:
    """A named kind of search.

    config   attrs class of its settings
    factory  callable(config) -> strategy
    """

    name: str
    summary: str
    config: str
    factory: str


@frozen
class StoreSpec:
    """A named way to keep proofs on disk.

    writer  callable(folder, ...) -> what appends proofs
    reader  callable(folder, ...) -> what reads them while the store grows
    """

    name: str
    summary: str
    writer: str
    reader: str


@frozen
class ChoiceSpec:
    """A named way in which actors choose goals.

    config   attrs class of its settings
    factory  callable(config, material: fwd.joint.choices.Material) -> fwd.joint.choices.GoalChoice
    """

    name: str
    summary: str
    config: str
    factory: str


@frozen
class LauncherSpec:
    """A named way to run work in other processes.

    config   attrs class of its settings
    factory  callable(config) -> `fwd.launch.Launcher`
    """

    name: str
    summary: str
    config: str
    factory: str


@frozen
class Run:
    """The work that an event belongs to, in one process.

    kind    "prove", "train" or "actor"
    folder  where its results go
    env     name of the env
    config  the resolved `fwd.config.RunConfig`
    """

    kind: str
    folder: Path
    env: str
    config: Any


@frozen
class CommandSpec:
    """A Typer app that a plugin brings: `fwd NAME ...`. `app` is loaded when the command is used."""

    name: str
    app: str
    help: str


@hookspec
def fwd_register_envs() -> list[EnvSpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the envs that this plugin brings."""


@hookspec
def fwd_register_strategies() -> list[StrategySpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the search strategies that this plugin brings."""


@hookspec
def fwd_register_stores() -> list[StoreSpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the proof stores that this plugin brings."""


@hookspec
def fwd_register_choices() -> list[ChoiceSpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the ways to choose goals that this plugin brings
    for the actors of joint training."""


@hookspec
def fwd_register_launchers() -> list[LauncherSpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the launchers that this plugin brings, which run
    work in other processes, here or on a cluster."""


@hookspec
def fwd_register_commands() -> list[CommandSpec]:  # type: ignore[empty-body]
    """Called once for each `PluginSet`, when plugins are discovered: the command groups that this plugin brings. They
    show up in `fwd --help`; their code is imported only when one of them runs."""


# Events. `run` says what they belong to; it is None only where `Prover` is used without a run, as in a script. A hook
# takes the arguments that it names. An exception in one ends the work.


@hookspec
def fwd_run_began(run: Run) -> None:
    """Called before the first search or training step of a run, in the process that does the work: by `fwd prove` (in
    each of its jobs), by the trainer that writes the metrics, and by each actor. A run that goes on begins again."""


@hookspec
def fwd_run_ended(run: Run, error: BaseException | None) -> None:
    """Called after the last search or training step of a run that began; `error` is what ended it too early, a
    KeyboardInterrupt if it was stopped, else None. Not called if the process is killed."""


@hookspec
def fwd_goal_finished(run: Run | None, search: Any) -> None:
    """Called by `Prover` each time a `ProofSearch` stops, solved or not, after `Env.check` judged it and before it is
    yielded; not for the evaluations of a trainer."""


@hookspec
def fwd_train_logged(run: Run, step: int, metrics: dict[str, float]) -> None:
    """Called by the trainer after each line of metrics is written; `step` counts optimiser steps from 1."""


@hookspec
def fwd_actor_logged(run: Run, metrics: dict[str, float]) -> None:
    """Called by each actor after each line of its metrics is written."""


@hookspec
def fwd_checkpoint_saved(run: Run, path: Path) -> None:
    """Called by the trainer each time a checkpoint is complete under its final name."""
