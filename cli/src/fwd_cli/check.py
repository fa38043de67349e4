"""`fwd check`: judge again every proof that was written, by the env's checker and by an outside program."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fwd_cli import options, output

if TYPE_CHECKING:
    from fwd.api import Verdict

    from fwd_cli.recheck import Claim, Evidence


def check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An output of fwd prove, or a proof store.")],
    external: Annotated[
        bool, typer.Option("--external", help="Also let a program judge that this project did not write.")
    ] = False,
    axioms: Annotated[bool, typer.Option("--axioms", help="List the axioms that each proof rests on.")] = False,
    settings: options.Settings = None,
) -> None:
    """Re-check every proof in a folder; exit 1 and the names of those that fail.

    What counts is the goal that was asked for, not what a stored proof says of itself; a result that claims a proof
    which is not there fails as well. The verdict names the library that it rests on, and proofs that rely on what is
    not proved there. --set takes settings of the env, e.g. env.database=PATH if the library has been moved.

        fwd check runs/valid --external
    """
    from fwd_cli.recheck import evidence

    with evidence(options.plugins(context), folder, settings or []) as found:
        for source in found.env.sources:
            output.tell(f"judged with {source}")
        for complaint in found.complaints:
            output.say(f"warning: {complaint}")
        total = len(found.claims)
        hold = _report("proofs checked", total, found.check())
        failed = len(hold) < total
        if axioms:
            _list_axioms(found, hold)
        if external and hold:
            failed |= len(
                _report("proofs checked by an outside program", len(hold), found.check_externally(hold))
            ) < len(hold)
    if failed:
        raise typer.Exit(1)


def _report(what: str, total: int, verdicts: Iterable[tuple[Claim, Verdict]]) -> list[Claim]:
    """Print what does not hold, and what the rest relies on; returns the claims that hold."""
    hold, relying = [], 0
    with output.Progress(what, total) as progress:
        for done, (claim, verdict) in enumerate(verdicts, start=1):
            if not verdict.proved:
                output.tell(f"FAIL {claim.name}: {verdict.reason or 'refused'}")
            else:
                hold.append(claim)
                if verdict.relies_on:
                    relying += 1
                    output.tell(f"{claim.name} relies on {'; '.join(verdict.relies_on)}")
            progress.update(done, f"{done - len(hold)} FAIL")
    failures = total - len(hold)
    also = f"; {relying} of them rely on what is not proved" if relying else ""
    print(f"{total} {what}: {f'{failures} FAIL' if failures else 'all hold'}{also}")
    return hold


def _list_axioms(found: Evidence, hold: list[Claim]) -> None:
    for claim in hold:
        assert claim.proof is not None
        output.tell(f"{claim.name} rests on {' '.join(found.env.axioms(claim.proof)) or 'no axioms'}")
