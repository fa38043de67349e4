"""`fwd store`: look into a proof store, judge it again, take it elsewhere, keep it small."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from fwd.errors import UserError

from fwd_cli import options, output

if TYPE_CHECKING:
    from fwd.api import Env
    from fwd.store import ProofReader, ProofRecord

app = typer.Typer(help="Look into a proof store, judge it again, export it, prune it.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A proof store, or a joint run or output of fwd prove that has one.")
]


@app.command("stats")
def stats(folder: Folder, json: options.Json = False) -> None:
    """Count what a store holds; segments that cannot be read are named.

    fwd store stats runs/joint
    """
    from attrs import asdict
    from fwd import store

    counts = asdict(store.stats(_store(folder)))
    if json:
        output.print_json(counts)
        return
    complaints = counts.pop("complaints")
    output.print_table(["what", "count"], counts.items(), title=str(folder))
    _warn(complaints)


@app.command("verify")
def verify(context: typer.Context, folder: Folder, settings: options.Settings = None) -> None:
    """Check every proof of a solved goal again, and every segment's checksum; exit 1 if something does not hold.

    --set takes settings of the env, e.g. env.database=PATH if the library has been moved.

    fwd store verify runs/joint
    """
    from fwd.store import ProofReader

    from fwd_cli.recheck import judging

    store = _store(folder)
    reader = ProofReader(store)
    records = solved = strangers = failures = 0
    with judging(options.plugins(context), store, settings or []) as env:
        for entry in reader:
            records += 1
            if entry.record.fingerprint != env.fingerprint:
                strangers += 1
            elif entry.record.solved:
                solved += 1
                if reason := _doubt(env, entry.record):
                    failures += 1
                    output.tell(f"FAIL {entry.record.goal.name} ({entry.writer}, record {entry.sequence}): {reason}")
    _warn(reader.complaints)
    verdict = f"{failures} FAIL" if failures else "all hold"
    unread = f"{len(reader.broken)} segments broken, {len(reader.refused)} records unreadable"
    print(f"{records} records, {solved} proofs checked: {verdict}; {unread}")
    if strangers:
        raise UserError(
            f"{store}: {strangers} records were made with another library or other rules and were not judged: give "
            "the right one by --set, e.g. --set env.database=PATH where the env is so set"
        )
    if failures or reader.broken or reader.refused:
        raise typer.Exit(1)


@app.command("export")
def export(
    folder: Folder,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="A new file; else stdout.")] = None,
    solved: Annotated[bool, typer.Option("--solved", help="Only graphs whose goal is proved.")] = False,
) -> None:
    """Write records as JSON, one object per line, whatever can be read.

    fwd store export runs/joint --solved --out proofs.jsonl
    """
    from fwd.store import ProofReader

    reader = ProofReader(_store(folder))
    if out is None:
        _export(reader, solved, sys.stdout)
    else:
        if out.exists():
            raise UserError(f"{out} exists: choose another --out")
        with out.open("w", encoding="utf-8") as file:
            _export(reader, solved, file)
    _warn(reader.complaints)


@app.command("prune")
def prune(
    folder: Folder,
    keep: Annotated[int, typer.Option(min=0, metavar="N", help="Newest records of each writer that stay.")],
    grace: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="Segments younger than so many seconds stay.")
    ] = 600.0,
) -> None:
    """Remove each writer's oldest segments. For a run that learns from the store, keep at least its generated.window.

    fwd store prune runs/joint --keep 100000
    """
    from fwd import store

    removed = store.prune(_store(folder), keep, grace)
    print(f"{len(removed)} segments removed")


def _store(folder: Path) -> Path:
    """The store in a folder: the folder itself, or its proofs/ or store/ where it is an output or a run."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give a proof store, an output of fwd prove or a joint run")
    if (folder / "prove.json").is_file():
        return folder / "proofs"
    if (folder / "store").is_dir():
        return folder / "store"
    if (folder / "checkpoints").is_dir():
        raise UserError(f"{folder} is a run without a proof store: only joint training (--online) makes one")
    return folder


def _doubt(env: Env, record: ProofRecord) -> str:
    """Why a record that claims a proof does not have one; empty if it does."""
    from fwd_cli.recheck import judge

    try:
        verdict = judge(env, record.goal, record.proof())
    except ValueError as error:
        return str(error)
    return "" if verdict.proved else verdict.reason or "refused"


def _export(reader: ProofReader, solved: bool, file: TextIO) -> None:
    from fwd.config import unstructure

    for entry in reader:
        if entry.record.solved or not solved:
            goal = unstructure(entry.record.goal) | {"forbidden": sorted(entry.record.goal.forbidden)}
            data = {"writer": entry.writer, "sequence": entry.sequence} | unstructure(entry.record) | {"goal": goal}
            file.write(json_format.dumps(data, ensure_ascii=False) + "\n")


def _warn(complaints: Sequence[str]) -> None:
    for complaint in complaints:
        output.say(f"warning: {complaint}")
