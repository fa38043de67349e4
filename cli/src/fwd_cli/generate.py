"""`fwd generate`: one actor, which proves goals of the train split and stores every graph that it searched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fwd_cli import options, output


def generate(
    context: typer.Context,
    model: Annotated[str, typer.Option("--model", "-m", metavar="RUN|NAME|uniform", help="Who proposes the steps.")],
    store: Annotated[Path, typer.Option(metavar="DIR", help="The proof store; others may write there as well.")],
    env: options.Env = None,
    preset: options.Preset = None,
    config: options.Config = None,
    settings: options.Settings = None,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What this actor writes as; unique among those at work.")
    ] = "actor-0",
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Only so many searches, counting those before.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all randomness.")] = 0,
) -> None:
    """Prove goals of the train split and store every graph, solved or not, until Ctrl-C.

    A run is followed: its first checkpoint is waited for, each newer one is taken over. --set takes settings of the
    env, the engine, and of [actor], [generated] and [store], e.g. actor.settings.temperature=1.2.

        fwd generate --model runs/first --store stores/mine --limit 1000
    """
    from fwd.joint.actor import act
    from fwd.joint.fresh import Stopped, wait_for_player
    from fwd.train.stopping import stop_requests

    plugins = options.plugins(context)
    with stop_requests() as stopped:
        try:
            player, run = wait_for_player(
                plugins, model, stopped.is_set, output.say, env=env, preset=preset, file=config, settings=settings or []
            )
            act(plugins, player, run, store, name, stopped.is_set, seed=seed, limit=limit)
        except Stopped:
            pass
        if stopped.is_set():
            raise KeyboardInterrupt
