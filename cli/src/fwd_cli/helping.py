"""How every command explains itself, own ones and those of plugins: plain text, whole, as wide as the terminal.

A paragraph that is indented, or has only lines that begin with `fwd`, is an example: it is printed as it stands.
"""

from __future__ import annotations

import inspect
import logging
import os
import textwrap
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer
from fwd.screen import QUIET

EVERYWHERE = "On every command"
MOST_NAME = 28
"""A longer name of an option does not push all texts to the right."""


def dress(command: Any) -> Any:
    """Let a command and all below it explain themselves by `explain`, and take --quiet and --verbose. Returns it."""
    command.format_help = partial(explain, command)
    taken = {name for param in command.params for name in param.opts}
    command.params += [param for param in _loudness() if not taken & set(param.opts)]
    for below in getattr(command, "commands", {}).values():
        dress(below)
    return command


def explain(command: Any, context: Any, formatter: Any) -> None:
    """Write the usage of a command, its help text, its arguments and options by panel, and the commands below it."""
    arguments = [param for param in command.get_params(context) if param.param_type_name == "argument"]
    below = [command.subcommand_metavar] if hasattr(command, "list_commands") else []
    usage = ["Usage:", context.command_path, command.options_metavar, *map(_argument, arguments), *below]
    formatter.write(f"{' '.join(usage)}\n")
    for paragraph in inspect.cleandoc(command.help or "").partition("\f")[0].split("\n\n"):
        example = all(line.startswith(("    ", "fwd ")) for line in paragraph.splitlines())
        text = textwrap.indent(textwrap.dedent(paragraph), "    ") if example else _fill(paragraph, formatter.width, 2)
        formatter.write(f"\n{text}\n")
    panels: dict[str, list[tuple[str, str]]] = {}
    for param in sorted(command.get_params(context), key=_last):
        if row := param.get_help_record(context):
            name = _argument(param) if param in arguments else row[0]
            panels.setdefault(_panel(param), []).append((name, row[1]))
    if hasattr(command, "list_commands"):
        commands = {name: command.get_command(context, name) for name in command.list_commands(context)}
        panels["Commands"] = [(name, _summary(one)) for name, one in commands.items() if not one.hidden]
    for title, rows in panels.items():
        if rows:
            formatter.write(f"\n{typer.style(title, bold=True)}:\n{_table(rows, formatter.width)}")


def _table(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Names and what they mean, side by side; a long name has a line of its own."""
    indent = min(MOST_NAME, max(len(name) for name, _ in rows)) + 4
    lines = []
    for name, meaning in rows:
        text = _fill(meaning, width, indent)
        beside = len(name) + 4 <= indent
        lines.append(f"  {name}{text[len(name) + 2 :]}" if beside else f"  {name}\n{text}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _fill(text: str, width: int, indent: int) -> str:
    """Words on lines, none of them broken."""
    space = " " * indent
    return textwrap.fill(
        text,
        max(width, indent + 20),
        initial_indent=space,
        subsequent_indent=space,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _argument(param: Any) -> str:
    """An argument's name, as a user would write about it."""
    name = (param.metavar or param.name.upper()) + ("..." if param.nargs != 1 else "")
    return name if param.required else f"[{name}]"


def _summary(command: Any) -> str:
    """The first paragraph of a command's help, on one line."""
    text = inspect.cleandoc(command.short_help or command.help or "")
    return " ".join(text.partition("\n\n")[0].split())


def _panel(param: Any) -> str:
    """Where an option is shown: what a command takes by itself comes before what all commands do."""
    if param.param_type_name == "argument":
        return "Arguments"
    return getattr(param, "rich_help_panel", None) or ("Options" if param.expose_value else EVERYWHERE)


def _last(param: Any) -> bool:
    return _panel(param) == EVERYWHERE


def _quiet(asked: bool) -> None:
    if asked:
        os.environ[QUIET] = "1"  # for the processes that this one starts as well


def _verbose(asked: bool) -> None:
    if asked:
        logging.basicConfig(level=logging.INFO, format="%(message)s")


def _loudness() -> list[Any]:
    """The options --quiet and --verbose. No command is told their values."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def loudness(
        quiet: Annotated[
            bool,
            typer.Option("--quiet", "-q", callback=_quiet, expose_value=False, help="Only results and mistakes."),
        ] = False,
        verbose: Annotated[
            bool,
            typer.Option(
                "--verbose",
                "-v",
                callback=_verbose,
                expose_value=False,
                help="Also notes for whoever looks for a fault.",
            ),
        ] = False,
    ) -> None: ...

    return list(typer.main.get_command(app).params)
