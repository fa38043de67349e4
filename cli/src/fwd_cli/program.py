"""The `fwd` program: assembles the commands, runs one, and turns what went wrong into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from fwd.errors import UserError
from fwd.plugins import BrokenPluginError, PluginSet

from fwd_cli import blame, check, data, generate, models, plugins, prove, store, train
from fwd_cli.blame import PluginFailedError
from fwd_cli.group import RootGroup
from fwd_cli.main import DONE, FAILED, INTERRUPTED, USER, complain

COMPLETE = "_FWD_COMPLETE"
"""Set in the environment by a shell that asks how a line may go on."""

UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # click's own, which Typer does not export

app = typer.Typer(cls=RootGroup, name="fwd", no_args_is_help=True)
app.add_typer(plugins.app, name="plugins")
app.add_typer(data.app, name="data")
app.command("train")(train.train)
app.command("prove")(prove.prove)
app.command("generate")(generate.generate)
app.command("check")(check.check)
app.add_typer(store.app, name="store")
app.add_typer(models.app, name="models")


def _version(asked: bool) -> None:
    if asked:
        import fwd

        print(f"fwd {fwd.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    """Train neural models that prove theorems forward, prove with them, and re-check every proof.

    A proof with nothing trained, if the plugin `equations` is installed:

        fwd equations prove "sin(x)^2 + cos(x)^2 = 1" --model uniform
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; Ctrl-C comes through."""
    try:
        return _dispatch(arguments)
    except BrokenPluginError as error:
        sys.stderr.write(error.details)
        return complain(str(error), USER)
    except PluginFailedError as error:
        return complain(str(error), FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that flushing at exit does not fail again
        return FAILED
    except (UserError, UsageError, OSError) as error:
        if os.environ.get("FWD_TRACEBACK"):
            raise
        return complain(_message(error), USER)


def _dispatch(arguments: Sequence[str]) -> int:
    installed = PluginSet.discover()
    command = typer.main.get_command(app)
    if os.environ.get(COMPLETE):
        command.main([], prog_name="fwd", obj=installed)  # answers the shell and exits
    for warning in installed.warnings():
        sys.stderr.write(f"warning: {warning}\n")
    try:
        with command.make_context("fwd", list(arguments), obj=installed) as context:
            command.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.Abort:
        return INTERRUPTED
    except UsageError as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # which Typer does not export
            raise
        typer.echo(_message(error))
        return USER
    except (UserError, BrokenPipeError):
        raise
    except Exception as error:
        plugin = blame.culprit(error, installed, arguments)
        if plugin is None or os.environ.get("FWD_TRACEBACK"):
            raise
        raise blame.explained(error, plugin) from error
    return DONE


def _message(error: Exception) -> str:
    """What to tell the user about a mistake, without the stack it came through."""
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    format_message = getattr(error, "format_message", None)
    return format_message() if format_message else str(error)
