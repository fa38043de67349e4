"""The root command group: the program's own commands, then those that plugins bring, whose code loads when used."""

from __future__ import annotations

from typing import Any

import typer
from fwd.hooks import CommandSpec
from fwd.plugins import PluginSet, load
from typer.core import TyperGroup

from fwd_cli.helping import dress


class RootGroup(TyperGroup):
    """Lists plugin commands from their specs. The context's object is the `PluginSet`."""

    def __init__(self, **settings: Any) -> None:
        names = {"help_option_names": ["-h", "--help"]}  # of all commands below as well
        super().__init__(**settings | {"context_settings": names | (settings.get("context_settings") or {})})
        dress(self)

    def list_commands(self, ctx: Any) -> list[str]:
        """Own commands in their order, then those of plugins. A plugin cannot replace a command of `fwd`."""
        own = super().list_commands(ctx)
        return own + [name for name in _plugins(ctx).commands.names() if name not in own]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """An own command, a plugin's, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is None and cmd_name in _plugins(ctx).commands:
            return PluginCommand(_plugins(ctx).commands.get(cmd_name))
        return own


class PluginCommand(TyperGroup):
    """Stands for a plugin's Typer app until someone calls it: knows its name and help, and imports it only then."""

    def __init__(self, spec: CommandSpec) -> None:
        super().__init__(name=spec.name, help=spec.help)
        self._spec = spec

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """A context of the real command, so that it and not this stand-in is invoked."""
        real = dress(typer.main.get_group(load(self._spec.app)))
        return real.make_context(info_name, args, parent=parent, **extra)


def _plugins(context: Any) -> PluginSet:
    return context.find_object(PluginSet) or PluginSet()
