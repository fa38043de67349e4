"""The commands `fwd metamath ...`."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer

from fwd_metamath.batch import Failure, verify
from fwd_metamath.cache import load
from fwd_metamath.progress import progress
from fwd_metamath.sources import locate

SHOWN = 20
"""Most mistakes, and most incomplete proofs, that are named one by one."""

app = typer.Typer(name="metamath", help="Metamath databases.", no_args_is_help=True)


@app.callback()
def metamath() -> None:
    """Metamath databases."""


@app.command("verify")
def verify_command(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help='A database file, a known name such as set.mm, or "embedded".')
    ],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="Processes that verify.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="An incomplete proof (?) is a failure.")] = False,
) -> None:
    """Verify every proof of a database, and what is known of incomplete ones (?).

    fwd metamath verify set.mm --jobs 2
    """
    start = time.perf_counter()
    database = load(locate(file, "give its path"), cache=False)
    with progress(f"verifying {database.path}", quiet=not sys.stderr.isatty()) as watch:
        failures = verify(database, None, jobs, watch)
    wrong = {failure.label for failure in failures}
    theorems = [item for item in database.assertions.values() if not item.axiom]
    incomplete = [item.label for item in theorems if item.incomplete and item.label not in wrong]
    _report(failures, incomplete)
    if failures or (strict and incomplete):
        unproved = f" and {len(incomplete)} incomplete ones" if strict and incomplete else ""
        typer.echo(f"{database.path}: {len(failures)} wrong proofs{unproved}", err=True)
        raise typer.Exit(1)
    right = f"all {len(theorems)} proofs are right"
    if incomplete:
        right = f"{len(theorems) - len(incomplete)} proofs are right, {len(incomplete)} are incomplete (?)"
    axioms = len(database.assertions) - len(theorems)
    seconds = time.perf_counter() - start
    typer.echo(f"{database.path}: {right}; {axioms} axioms; {seconds:.1f} s")


def _report(failures: list[Failure], incomplete: list[str]) -> None:
    """What is wrong or open, on stderr."""
    for failure in failures[:SHOWN]:
        typer.echo(failure.message, err=True)
    if len(failures) > SHOWN:
        typer.echo("... and wrong as well: " + " ".join(failure.label for failure in failures[SHOWN:]), err=True)
    if incomplete:
        more = " ..." if len(incomplete) > SHOWN else ""
        names = " ".join(incomplete[:SHOWN]) + more
        typer.echo(f"notice: {len(incomplete)} proofs have unknown steps (?) and prove nothing: {names}", err=True)
