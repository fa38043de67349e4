"""`fwd models`: checkpoints under names of their own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fwd_cli import options, output

app = typer.Typer(help="Named checkpoints: list, add, remove, show.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A name, as in `fwd models list`.")]


@app.command("list")
def listing(json: options.Json = False) -> None:
    """The named models.

    fwd models list --json
    """
    from fwd_cli import shelf

    if json:
        output.print_json([{"name": name, "path": str(shelf.folder() / name)} for name in shelf.names()])
    elif not shelf.names():
        print("no models have names yet: fwd models add NAME RUN gives one")
    else:
        output.print_table(["name", "path"], [[name, shelf.folder() / name] for name in shelf.names()])


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits, '.', '_' and '-'.")],
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run (its newest checkpoint) or a checkpoint.")],
) -> None:
    """Copy a checkpoint under a name, which `fwd prove --model NAME` then knows.

    fwd models add mine runs/first
    """
    from fwd_cli import shelf

    print(f"{name} is {shelf.add(name, _load(context, run).path)}")


@app.command("remove")
def remove(name: Name) -> None:
    """Delete a named model.

    fwd models remove mine
    """
    from fwd_cli import shelf

    shelf.remove(name)
    print(f"removed {name}")


@app.command("show")
def show(context: typer.Context, name: Name) -> None:
    """The config that a model was trained with, as TOML, and how far it got. A run's folder is accepted too.

    fwd models show mine
    """
    checkpoint = _load(context, name)
    print(f"# {checkpoint.path}, step {checkpoint.step}")
    print(checkpoint.config.dumps(), end="")


def _load(context: typer.Context, model: str) -> Any:
    """A checkpoint, loaded whole, so that a broken one is noticed."""
    from fwd.loading import find_model
    from fwd.model.checkpoint import load_checkpoint

    return load_checkpoint(find_model(model), options.plugins(context))
