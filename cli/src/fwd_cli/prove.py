"""`fwd prove`: search for proofs of many goals, and record each result as it comes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from fwd.errors import UserError

from fwd_cli import options


def prove(
    context: typer.Context,
    model: Annotated[str, typer.Option("--model", "-m", metavar="RUN|NAME|uniform", help="Who proposes the steps.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder for results and proofs.")],
    env: options.Env = None,
    preset: options.Preset = None,
    config: options.Config = None,
    strategy: Annotated[str, typer.Option("--strategy", "-s", help="How to search, as in `fwd plugins`.")] = "greedy",
    split: Annotated[
        str | None, typer.Option(help="Goals of the env's dataset: valid, test, train, or a benchmark that it has.")
    ] = None,
    goals: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Goals from a file instead: one JSON object per line.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="Searches for each goal.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many goals.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of all randomness.")] = 0,
    settings: options.Settings = None,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on with DIR: skip what it already answers.")] = False,
) -> None:
    """Prove goals with a model, a search strategy and an env; no proof counts before it is checked.

    --set takes settings of the env, of the engine, and of the strategy, e.g. strategy.max_steps=64.
    """
    from fwd.config import structure, unstructure
    from fwd.loading import load_player, load_strategy, split_settings
    from fwd.plugins import load

    from fwd_cli import asked, record
    from fwd_cli.proving import Proving

    split = _split(split, goals)
    plugins = options.plugins(context)
    own, others = split_settings(settings or [])
    searching = load_strategy(plugins, strategy, own)
    limits = structure(load(plugins.strategies.get(strategy).config), own, "strategy")
    player = load_player(plugins, model, env=env, preset=preset, file=config, settings=others)
    with closing(player.env):
        source = asked.Asked(plugins, player.env, split, goals)
        wanted = source.goals[:limit]
        task = record.Task(
            env=player.config.run.env,
            model=player.model,
            model_step=player.step,
            strategy=strategy,
            settings=unstructure(limits),
            split=split,
            trials=trials,
            limit=limit,
            seed=seed,
        )
        content = goals.read_bytes() if goals else None
        if go_on and out.exists():
            settled = record.reopen(out, task, player.config.dumps(), content)
        else:
            settled = []
            record.create(out, task, player.config.dumps(), content)
        Proving(plugins, player, searching, source, wanted, task, out).run(settled)


def _split(split: str | None, goals: Path | None) -> str:
    """Where goals come from. Raises `UserError` if that is not clear."""
    from fwd_cli.asked import FILE, SPLITS

    if goals is not None:
        if split is not None:
            raise UserError("--goals and --split exclude each other: goals come from a file or from the env's dataset")
        return FILE
    return split or SPLITS[0]
