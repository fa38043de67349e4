"""`fwd train`: start a run, or go on with one; alone, or with other trainers and with actors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from fwd.errors import UserError

from fwd_cli import options

if TYPE_CHECKING:
    from fwd.config import RunConfig
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
    online: Annotated[bool, typer.Option("--online", help="Joint training: actors prove, trainers learn.")] = False,
    trainers: Annotated[int | None, typer.Option(min=1, help="Processes that learn together.")] = None,
    actors: Annotated[int | None, typer.Option(min=1, help="Processes that prove, with --online.")] = None,
) -> None:
    """Train a model on an env's proofs: config, metrics and checkpoints go to RUN.

    With --online the proofs of the run's own actors are learned as well; they lie in RUN/store.
    """
    plugins = options.plugins(context)
    if resume is not None:
        if any(value for value in (env, preset, config, settings, out, online, trainers, actors)):
            raise UserError("--resume takes the run's own settings: give it alone")
        _resume(plugins, resume)
    elif env is None or out is None:
        raise UserError("give --env and --out for a new run, or --resume for one that was interrupted")
    elif actors and not online:
        raise UserError("--actors prove for joint training: give --online as well")
    else:
        told = {"trainers": trainers, "actors": actors or (1 if online else None)}
        crew = [f"joint.{key}={value}" for key, value in told.items() if value]
        _start(plugins, env, preset, config, [*(settings or []), *crew], out)


def _start(
    plugins: PluginSet, env: str, preset: str | None, config: Path | None, settings: list[str], out: Path
) -> None:
    from fwd.config import resolve
    from fwd.joint.place import Place

    if (out / "config.toml").exists() and not Place.found():
        raise UserError(f"{out} holds a run already: go on with it by --resume {out}, or choose another --out")
    _work(resolve(plugins, env, preset, config, settings), plugins, out, resume=False)


def _resume(plugins: PluginSet, run: Path) -> None:
    from fwd.config import RunConfig, read

    if not (run / "config.toml").is_file():
        raise UserError(f"{run} is no run (it has no config.toml): start one with --env and --out")
    _work(RunConfig.loads(read(run / "config.toml"), plugins), plugins, run, resume=True)


def _work(config: RunConfig, plugins: PluginSet, out: Path, resume: bool) -> None:
    """As one of the processes that somebody started, or by starting them, or alone."""
    from fwd.joint.place import Place

    place = Place.found()
    if place is not None:
        from fwd.joint.rank import take_part

        take_part(config, plugins, out, place, resume)
    elif config.joint.trainers + config.joint.actors > 1:
        from fwd.joint.local import launch

        launch(config, plugins, out, resume)
    else:
        from fwd.train import train as work

        work(config, plugins, out, resume)
