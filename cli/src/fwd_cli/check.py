"""`fwd check`: judge again every proof that was written, by the env's checker and by an outside program."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from fwd_cli import options


def check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The output of fwd prove.")],
    external: Annotated[
        bool, typer.Option("--external", help="Also let a program judge that this project did not write.")
    ] = False,
) -> None:
    """Re-check every proof of a prove output; exit 1 and the names of those that fail.

    What counts is the goal that was asked for, not what a stored proof says of itself, and a result that claims a
    proof that is not there fails as well.
    """
    from fwd_cli import recheck

    plugins = options.plugins(context)
    with closing(recheck.open_folder(plugins, folder)) as evidence:
        failures = evidence.check()
        _report("proofs checked", len(evidence.claims), failures)
        if external:
            refused = evidence.check_externally()
            _report("proofs checked by a program of others", len(evidence.proofs), refused)
            failures = failures + refused
    if failures:
        raise typer.Exit(1)


def _report(what: str, total: int, failures: list[tuple[str, str]]) -> None:
    for name, reason in failures:
        print(f"FAIL {name}: {reason}")
    print(f"{total} {what}: {'all hold' if not failures else f'{len(failures)} FAILED'}")
