"""`fwd train`: start a run, or go on with one; alone or with others, here or in jobs, one or all runs of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from fwd.errors import UserError

from fwd_cli import launching, options, output

if TYPE_CHECKING:
    from fwd.config import RunConfig
    from fwd.launch import Launcher
    from fwd.plugins import PluginSet


def train(
    context: typer.Context,
    env: options.Env = None,
    preset: options.Preset = None,
    config: options.Config = None,
    settings: options.Settings = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="RUN", help="A new folder for the run.")] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="RUN", help="Go on with this run, exactly where it stopped.")
    ] = None,
    at: Annotated[
        int | None,
        typer.Option("--at", min=0, metavar="STEP", help="With --resume: from this checkpoint, not the newest."),
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Joint training: actors prove, trainers learn.")] = False,
    trainers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes that learn together.")] = None,
    actors: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes that prove, with --online.")] = None,
    sweep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A config with lists in its [sweep] table: one run per combination."),
    ] = None,
    slurm: launching.Slurm = False,
    local_jobs: launching.LocalJobs = None,
    launcher: launching.Other = None,
    n_jobs: launching.NJobs = None,
    partition: launching.Partition = None,
    time: launching.Time = None,
) -> None:
    """Train a model on an env's proofs: config, metrics and checkpoints go to RUN.

    With --online the proofs of the run's own actors are learned as well; they lie in RUN/store. With --sweep RUN is a
    folder of runs. With --slurm training runs in jobs, which are requeued and go on when their time is over; --set
    takes settings of the launcher as well, e.g. launch.gpus=1.

        fwd train --env metamath --preset debug --out runs/first
        fwd train --resume runs/first
        fwd train --resume runs/first --at 400
        fwd train --env metamath --online --actors 1 --out runs/joint
    """
    plugins = options.plugins(context)
    asked = launching.Launching(slurm, local_jobs, launcher, n_jobs, partition, time)
    runner, others = asked.launcher(plugins, settings or [], at_a_time=True)
    if resume is not None:
        if any(value for value in (env, preset, config, others, out, online, trainers, actors, sweep)):
            raise UserError("--resume takes the run's own settings: give it alone, or with where it shall run")
        _check(resume, at)
        if at is not None:
            from fwd_cli import runs

            runs.rewind(resume, at)
        _go_on(plugins, resume, runner)
        return
    if at is not None:
        raise UserError("--at chooses a checkpoint of the run to go on with: give --resume RUN as well")
    if out is None or not (env or sweep):
        raise UserError("give --env and --out for a new run, or --resume for one that was interrupted")
    if actors and not online:
        raise UserError("--actors prove for joint training: give --online as well")
    told = {"trainers": trainers, "actors": actors or (1 if online else None)}
    others += [f"joint.{key}={value}" for key, value in told.items() if value]
    if sweep:
        from fwd_cli import sweep as sweeping

        if config:
            raise UserError('--sweep is a config itself: let it start from the other one by extends = "FILE"')
        sweeping.start(plugins, sweep, env, preset, others, out)
        _go_on(plugins, out, runner)
    else:
        _start(plugins, env, preset, config, others, out, runner)


def resume(plugins: PluginSet, run: Path) -> None:
    """Go on with a run in this process."""
    from fwd_cli import runs

    _work(runs.config_of(run, plugins), plugins, run, resume=True)


def _start(
    plugins: PluginSet,
    env: str | None,
    preset: str | None,
    config: Path | None,
    settings: list[str],
    out: Path,
    runner: Launcher | None,
) -> None:
    from fwd.config import resolve
    from fwd.launch import LaunchError, World

    if (out / "config.toml").exists() and not World.found():
        raise UserError(f"{out} holds a run already: go on with it by --resume {out}, or choose another --out")
    resolved = resolve(plugins, env, preset, config, settings)
    if runner is None:
        _work(resolved, plugins, out, resume=False)
        return
    from fwd_cli import runs

    runs.check(plugins, resolved)
    runs.create(out, resolved)
    try:
        _go_on(plugins, out, runner)
    except LaunchError:
        runs.withdraw(out)
        raise


def _check(run: Path, at: int | None) -> None:
    from fwd.launch import World

    from fwd_cli import runs, sweep

    if at is not None and World.found():
        raise UserError("--at is for the command that starts all processes of a run: leave it out under torchrun")
    if (run / sweep.FILE).is_file() and at is not None:
        raise UserError(f"{run} is a sweep: --at chooses a checkpoint of one of its runs, e.g. --resume {run}/NAME")
    if not runs.is_run(run) and not (run / sweep.FILE).is_file():
        raise UserError(f"{run} is no run (it has no config.toml): start one with --env and --out")


def _go_on(plugins: PluginSet, folder: Path, runner: Launcher | None) -> None:
    """Go on with a run or a sweep, here or where the launcher says. A sweep runs here one after another."""
    from fwd.launch import World
    from fwd.loading import load_launcher

    from fwd_cli import runs, sweep

    if (folder / sweep.FILE).is_file():
        sweep.go_on(plugins, folder, runner or load_launcher(plugins, "local", {}))
        return
    config = runs.config_of(folder, plugins)
    if not World.found() and runs.finished(folder, config):
        length = "steps" if config.train.steps is not None else "minutes"
        print(f"{folder} is finished; to go on, raise train.{length} in {folder}/config.toml and resume it again")
        runs.tell(folder, config)
    elif runner is None:
        resume(plugins, folder)
    else:
        states = runs.work(plugins, {"train": folder}, folder / "launch", runner)
        launching.report(states, f"--resume {folder} goes on where it stopped")
        runs.tell(folder, config)


def _work(config: RunConfig, plugins: PluginSet, out: Path, resume: bool) -> None:
    """As one of the processes that somebody started, or by starting them, or alone."""
    from fwd.launch import World

    from fwd_cli import runs

    world = World.found()
    if world is not None:
        from fwd.joint.rank import take_part

        take_part(config, plugins, out, world, resume)
        return
    try:
        _alone(config, plugins, out, resume)
    except KeyboardInterrupt:
        if (out / "config.toml").is_file():
            output.say(f"fwd train --resume {out} goes on with it")
        raise
    runs.tell(out, config)


def _alone(config: RunConfig, plugins: PluginSet, out: Path, resume: bool) -> None:
    """In the one process that the user started, or in those that it starts."""
    if config.joint.trainers + config.joint.actors > 1:
        from fwd.joint.local import launch

        launch(config, plugins, out, resume)
    else:
        from fwd.train import train as work

        work(config, plugins, out, resume)
