"""Plugins for tests: folders that, on the module search path, count as installed distributions."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, name: str, module: str) -> None:
    """Make a folder count as an installed distribution with one plugin."""
    info = folder / f"fwd_plugin_{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: fwd-plugin-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[fwd.plugins]\n{name} = {module}\n")


def on_goal_finished(code: str) -> str:
    """A plugin module that runs a line of code when a search is finished."""
    return f"import time\nfrom fwd.hooks import hookimpl\n\n\n@hookimpl\ndef fwd_goal_finished(search):\n    {code}\n"
