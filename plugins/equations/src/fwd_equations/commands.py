"""The commands `fwd equations ...`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from click import Context

    from fwd_equations.typed import Question

app = typer.Typer(name="equations", help="Identities and inequalities over the reals.", no_args_is_help=True)


@app.callback()
def equations() -> None:
    """Identities and inequalities over the reals."""


class Statements(TyperCommand):
    """A command that takes statements, of which one may begin with a minus sign and is no option then."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """See `click.Command`. A blank before the sign makes it an argument."""
        return super().parse_args(ctx, [f" {one}" if self._is_statement(one) else one for one in args])

    def _is_statement(self, text: str) -> bool:
        names = [re.escape(name) for one in self.params for name in one.opts]
        option = re.fullmatch(rf"({'|'.join(names)})(=.*)?", text, re.DOTALL)
        return text.startswith("-") and option is None and re.search(r"[<>=≤≥≠]", text) is not None


@app.command(cls=Statements)
def prove(
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help='For example "x>0 |- ln(x^2) = 2*ln x".')],
    model: Annotated[str, typer.Option("--model", "-m", metavar="RUN|NAME|uniform", help="Who proposes the steps.")],
    preset: Annotated[
        str | None, typer.Option("--preset", "-p", metavar="PRESET", help="For uniform, which knows none.")
    ] = None,
    strategy: Annotated[str, typer.Option("--strategy", "-s", metavar="NAME", help="How to search.")] = "sampling",
    trials: Annotated[int, typer.Option(min=1, metavar="N", help="Searches before giving up.")] = 16,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all randomness.")] = 0,
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORM", help="How to print a proof: text, latex or lean.")
    ] = "text",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Settings of the strategy, the env or the engine."),
    ] = None,
) -> None:
    """Prove a statement in ordinary syntax, and print the proof if one is found and holds; exit 1 if not.

    What was understood is printed first. A point at which the statement is false is looked for before a proof is.

    fwd equations prove "sin(x)^2 + cos(x)^2 = 1" --model uniform
    fwd equations prove "x>0 |- ln(x^2) = 2 ln x" -m runs/equations -f latex
    """
    from contextlib import closing

    from fwd.errors import UserError
    from fwd.loading import load_prover

    from fwd_equations.asking import ask
    from fwd_equations.env import EquationsEnv
    from fwd_equations.export import FORMATS

    question = _understood(statement)
    if form not in FORMATS:
        raise UserError(f"unknown format {form!r}: choose {', '.join(FORMATS)}")
    env_name = EquationsEnv.name if model == "uniform" else None
    prover = load_prover(model, strategy, env=env_name, preset=preset, settings=settings or (), seed=seed)
    with closing(prover.env):
        if not isinstance(prover.env, EquationsEnv):
            raise UserError(f"{model} is a model for {prover.env.name}, not for {EquationsEnv.name}")
        answer = ask(prover, question, trials)
        if answer.refutation is not None:
            typer.echo(answer.refutation)
            raise typer.Exit(1)
        if answer.proof is None:
            typer.echo(f"not found in {answer.tried} searches ({answer.stopped}); that does not make it false")
            raise typer.Exit(1)
        for phrase in answer.relies_on:
            typer.echo(f"relies on {phrase}", err=True)
        typer.echo(FORMATS[form](prover.env, answer.proof))


def _understood(statement: str) -> Question:
    """What was typed, after it was printed as it was understood. Raises `GoalError`."""
    from fwd.errors import GoalError

    from fwd_equations.parse import Unreadable
    from fwd_equations.typed import read_question

    try:
        question = read_question(statement)
    except Unreadable as error:
        raise GoalError(str(error)) from None
    typer.echo(f"understood: {question.text}", err=True)
    for note in question.notes:
        typer.echo(f"note: {note}", err=True)
    return question


@app.command()
def rules(
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Rules of your own, instead of those carried along.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Try each rule at many points; exit 1 if one fails.")] = False,
    points: Annotated[int, typer.Option(min=1, metavar="N", help="Points at which each rule must hold.")] = 300,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the points.")] = 0,
) -> None:
    """List rules by section, or check that they are true at random points.

    fwd equations rules --check --file my.rules
    """
    from fwd_equations import rulefile

    known = rulefile.load(rulefile.builtin())
    found = known if file is None else rulefile.load(rulefile.builtin(), file)[len(known) :]
    if check:
        from fwd_equations.falsify import check_rules

        rejected = list(check_rules(found, seed, points))
        for rule, reason in rejected:
            typer.echo(f"{rule.where}: {rule.name}: {reason}", err=True)
        if rejected:
            raise typer.Exit(1)
        typer.echo(f"all {len(found)} rules hold at {points} points each")
        return
    section = None
    for rule in found:
        if rule.section != section:
            section = rule.section
            typer.echo(f"[{section}]")
        typer.echo(f"{rule.name}: {rule.text}")


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An output of fwd prove --split identities.")],
) -> None:
    """Count what was solved of the benchmark: equalities and inequalities, by difficulty and by category.

    fwd equations report runs/identities
    """
    from fwd_equations import report
    from fwd_equations.env import EquationsEnv
    from fwd_equations.settings import EquationsConfig

    items, solved = report.solved_in(folder)
    typer.echo(report.table(report.groups(EquationsEnv(EquationsConfig()), items), {"solved": solved}))
