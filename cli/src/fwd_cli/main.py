"""The `fwd` program: assembles the commands, runs one, and turns what went wrong into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from fwd.errors import UserError
from fwd.plugins import BrokenPluginError, PluginSet

from fwd_cli import blame, check, data, generate, models, plugins, prove, store, train
from fwd_cli.blame import PluginFailedError
from fwd_cli.group import RootGroup

DONE, FAILED, USER, INTERRUPTED = 0, 1, 2, 130

UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # click's own, which Typer does not export

app = typer.Typer(
    cls=RootGroup,
    name="fwd",
    help="Train neural models that prove theorems forward, prove with them, and re-check every proof.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)
app.add_typer(plugins.app, name="plugins")
app.add_typer(data.app, name="data")
app.command("train")(train.train)
app.command("prove")(prove.prove)
app.command("generate")(generate.generate)
app.command("check")(check.check)
app.add_typer(store.app, name="store")
app.add_typer(models.app, name="models")


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 a check or a plugin failed, 2 the user can fix it, 130
    interrupted.

    With `FWD_TRACEBACK` set in the environment, mistakes of the user raise instead, for whoever debugs `fwd` itself.
    """
    # Threads of OpenMP wait for each other actively else: beside another busy process that makes torch several times
    # slower. Read when torch is loaded, which is later.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        return _complain("interrupted; what was finished is kept", INTERRUPTED)
    except BrokenPluginError as error:
        sys.stderr.write(error.details)
        return _complain(str(error), USER)
    except PluginFailedError as error:
        return _complain(str(error), FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that flushing at exit does not fail again
        return FAILED
    except (UserError, UsageError, OSError) as error:
        if os.environ.get("FWD_TRACEBACK"):
            raise
        return _complain(_message(error), USER)


def _dispatch(arguments: Sequence[str]) -> int:
    installed = PluginSet.discover()
    for warning in installed.warnings():
        sys.stderr.write(f"warning: {warning}\n")
    command = typer.main.get_command(app)
    try:
        with command.make_context("fwd", list(arguments), obj=installed) as context:
            command.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.Abort:
        return INTERRUPTED
    except (UserError, UsageError, BrokenPipeError):
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


def _complain(message: str, code: int) -> int:
    """Each line of the message is one mistake."""
    for line in message.splitlines():
        sys.stderr.write(f"error: {line}\n")
    return code
