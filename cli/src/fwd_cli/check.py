"""`fwd check`: judge again every proof that was written, by the env's checker and by an outside program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fwd_cli import options, output

if TYPE_CHECKING:
    from fwd_cli.recheck import Failure


def check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An output of fwd prove, or a proof store.")],
    external: Annotated[
        bool, typer.Option("--external", help="Also let a program judge that this project did not write.")
    ] = False,
) -> None:
    """Re-check every proof in a folder; exit 1 and the names of those that fail.

    What counts is the goal that was asked for, not what a stored proof says of itself; a result that claims a proof
    which is not there fails as well.

        fwd check runs/valid --external
    """
    from fwd_cli.recheck import evidence

    with evidence(options.plugins(context), folder) as found:
        for warning in found.warnings:
            output.say(f"warning: {warning}")
        hold, failures = found.check()
        _report("proofs checked", len(found.claims), failures)
        if external:
            refused = found.check_externally(hold)
            _report("proofs checked by an outside program", len(hold), refused)
            failures += refused
    if failures:
        raise typer.Exit(1)


def _report(what: str, total: int, failures: Sequence[Failure]) -> None:
    for failure in failures:
        print(f"FAIL {failure.name}: {failure.reason}")
    print(f"{total} {what}: {f'{len(failures)} FAIL' if failures else 'all hold'}")
