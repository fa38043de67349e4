"""`fwd train`: start a run, or go on with one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from fwd.errors import UserError

from fwd_cli import options


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
) -> None:
    """Train a model on an env's proofs: config, metrics and checkpoints go to RUN."""
    plugins = options.plugins(context)
    if resume is not None:
        if any(value for value in (env, preset, config, settings, out)):
            raise UserError("--resume takes the run's own settings: give it alone")
        _resume(plugins, resume)
    elif env is None or out is None:
        raise UserError("give --env and --out for a new run, or --resume for one that was interrupted")
    else:
        _start(plugins, env, preset, config, settings or [], out)


def _start(plugins, env: str, preset: str | None, config: Path | None, settings: list[str], out: Path) -> None:
    from fwd.config import resolve

    if (out / "config.toml").exists():
        raise UserError(f"{out} holds a run already: go on with it by --resume {out}, or choose another --out")
    resolved = resolve(plugins, env, preset, config, settings)

    from fwd.train import train as work

    work(resolved, plugins, out)


def _resume(plugins, run: Path) -> None:
    from fwd.config import RunConfig, read

    if not (run / "config.toml").is_file():
        raise UserError(f"{run} is no run (it has no config.toml): start one with --env and --out")
    config = RunConfig.loads(read(run / "config.toml"), plugins)

    from fwd.train import train as work

    work(config, plugins, run, resume=True)
