"""Whose fault an unexpected error is: that of a plugin is shown as such, with its traceback in a file."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from fwd.errors import FwdError
from fwd.home import home
from fwd.plugins import Plugin, PluginSet

OWN = ("fwd", "fwd_cli")


class PluginFailedError(FwdError):
    """A plugin raised what it should not have; the message says where its traceback is."""


def culprit(error: Exception, plugins: PluginSet, arguments: Sequence[str]) -> Plugin | None:
    """The plugin whose code raised an error, or called what raised it. None where there is none, or the error is about
    a file that the user named."""
    if isinstance(error, OSError) and _typed(error, arguments):
        return None
    known = {plugin.module.partition(".")[0]: plugin for plugin in plugins.plugins}
    frames = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    packages = (name.partition(".")[0] for name in frames)
    return next((known[one] for one in packages if one in known and one not in OWN), None)


def explained(error: Exception, plugin: Plugin) -> PluginFailedError:
    """The line that tells of a plugin's failure; its traceback is written to a file."""
    text = "".join(traceback.format_exception(error))
    path = home() / "errors" / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    cause = " ".join(traceback.format_exception_only(error)[-1].split())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return PluginFailedError(
            f"plugin {plugin.name!r} of {plugin.origin} failed: {cause}; set FWD_TRACEBACK=1 to see where"
        )
    return PluginFailedError(f"plugin {plugin.name!r} of {plugin.origin} failed: {cause}; its traceback is in {path}")


def _typed(error: OSError, arguments: Sequence[str]) -> bool:
    """Whether the user named the file that an error is about, or a folder in which nothing can be written or read."""
    names = [Path(os.fsdecode(one)) for one in (error.filename, error.filename2) if isinstance(one, (str, bytes))]
    if not isinstance(error, FileNotFoundError):
        names += [folder for name in names for folder in name.parents]
    return bool(set(names) & {Path(one.rpartition("=")[2]) for one in arguments} - {Path()})
