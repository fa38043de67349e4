"""The commands `fwd hollight ...`: the process that serves."""

from __future__ import annotations

from typing import Annotated

import typer

from fwd_hollight import install, theories
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.zygote import Zygote

app = typer.Typer(name="hollight", help="The HOL Light that serves all processes of a user.", no_args_is_help=True)

Libraries = Annotated[
    list[str] | None,
    typer.Option(
        "--library",
        metavar="FILE",
        help="A file loaded on top of the core, HOL Light's by its name there or your own; repeatable.",
    ),
]


@app.callback()
def hollight() -> None:
    """The HOL Light that serves all processes of a user."""


@app.command("status")
def status(library: Libraries = None) -> None:
    """Say whether one serves.

    fwd hollight status
    """
    install.require()
    zygote = _zygote(library)
    pid = zygote.pid()
    typer.echo("no HOL Light serves" if pid is None else f"HOL Light serves as process {pid} ({zygote.name})")


@app.command("start")
def start(library: Libraries = None) -> None:
    """Start one if none serves.

    fwd hollight start --library Library/prime.ml
    """
    install.require()
    zygote = _zygote(library)
    zygote.connect().close()
    typer.echo(f"HOL Light serves as process {zygote.pid()} ({zygote.name})")


@app.command("stop")
def stop(library: Libraries = None) -> None:
    """End it, with all its workers.

    fwd hollight stop
    """
    install.require()
    typer.echo("stopped" if _zygote(library).stop() else "no HOL Light serves")


def _zygote(libraries: list[str] | None) -> Zygote:
    return Zygote(theories.resolve(HolLightConfig(libraries=tuple(libraries or ()))).libraries)
