"""A task of `fwd prove` in shards: which searches fall to each shard, and the process that makes those of one.

    DIR/shard-<k>/    what `fwd prove` leaves in its folder, of one shard
    DIR/launch/       logs, outcomes and notes of the launcher

A search depends on the seed, its goal and its trial only. So it does not matter how many shards there are, nor which of
them makes it, and the results of all shards are those of one process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fwd.api import Goal
from fwd.plugins import PluginSet
from fwd.store import adopt, recover

from fwd_cli import record
from fwd_cli.record import Result
from fwd_cli.request import Request

Search = tuple[str, int]
"""The name of a goal and the number of a trial."""


def share(goals: Sequence[str], trials: int, shard: int, shards: int) -> Iterator[Search]:
    """The searches that fall to a shard. Whole goals are dealt out in turn, so that the trials of a goal share its
    prefill; only if there are more shards than goals, the trials of each goal are cut into pieces."""
    pieces = min(trials, -(-shards // len(goals)))
    for place in range(shard, len(goals) * pieces, shards):
        goal, piece = divmod(place, pieces)
        for trial in range(piece * trials // pieces, (piece + 1) * trials // pieces):
            yield goals[goal], trial


def names(goals: Sequence[Goal]) -> list[str]:
    """The names of goals, in order."""
    return [goal.name for goal in goals]


def prove(folder: str, request: Mapping[str, Any], shard: int, shards: int) -> None:
    """The work of one shard, from where it stopped; what the whole record holds already is left out."""
    home, plugins = shard_folder(Path(folder), shard), PluginSet.discover()
    asked = Request(**request)
    elsewhere = {(result.name, result.trial) for result in record.read_results(Path(folder))}
    with asked.open(plugins, home) as proving:
        mine = share(names(proving.goals), asked.trials, shard, shards)
        with asked.record(proving, go_on=(home / "prove.json").exists()) as settled:
            proving.run(settled, set(mine) - elsewhere)


def reached(folder: str, request: Mapping[str, Any], shard: int, shards: int) -> float:
    """How far a shard is: how many results it has written."""
    path = shard_folder(Path(folder), shard) / "results.jsonl"
    return float(path.read_bytes().count(b"\n")) if path.exists() else 0.0


def shard_folder(folder: Path, shard: int) -> Path:
    """Where a shard writes."""
    return folder / f"shard-{shard}"


def shard_folders(folder: Path) -> list[Path]:
    """The shards of a record that have begun, of this launch and earlier ones."""
    return sorted(path.parent for path in folder.glob("shard-*/prove.json"))


def gather(folder: Path, order: Collection[str]) -> list[Result]:
    """Bring what the shards have done together in the record itself: first the proofs, then the results that claim
    them, each search once, by goal in this `order` and by trial. Returns all results."""
    place = {name: index for index, name in enumerate(order)}
    results = {(result.name, result.trial): result for result in record.read_results(folder)}
    for home in shard_folders(folder):
        if recover(home / "proofs"):
            continue  # it is still at work
        adopt(folder / "proofs", home.name, home / "proofs" / "prove")
        for result in record.read_results(home):
            results.setdefault((result.name, result.trial), result)
    found = sorted(results.values(), key=lambda result: (place[result.name], result.trial))
    record.write_results(folder, found)
    return found
