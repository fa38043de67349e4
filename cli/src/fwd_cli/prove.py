"""`fwd prove`: search for proofs of many goals, and record each result as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from fwd.errors import UserError

from fwd_cli import launching, options, output


def prove(
    context: typer.Context,
    model: Annotated[str, typer.Option("--model", "-m", metavar="RUN|NAME|uniform", help="Who proposes the steps.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="A new folder for results and proofs.")],
    env: options.Env = None,
    preset: options.Preset = None,
    config: options.Config = None,
    strategy: Annotated[
        str, typer.Option("--strategy", "-s", metavar="NAME", help="How to search, as in `fwd plugins`.")
    ] = "greedy",
    split: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Goals of the env's dataset: valid, test, train, or a benchmark that it has."
        ),
    ] = None,
    goals: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Goals from a file or stdin instead: one JSON object per line."),
    ] = None,
    trials: Annotated[int, typer.Option(min=1, metavar="N", help="Searches for each goal.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first so many goals.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all randomness.")] = 0,
    settings: options.Settings = None,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on with DIR: skip what it already answers.")] = False,
    slurm: launching.Slurm = False,
    local_jobs: launching.LocalJobs = None,
    launcher: launching.Other = None,
    n_jobs: launching.NJobs = None,
    partition: launching.Partition = None,
    time: launching.Time = None,
) -> None:
    """Prove goals with a model, a search strategy and an env; no proof counts before it is checked.

    --set takes settings of the env, of the engine, and of the strategy, e.g. strategy.max_steps=64; with --slurm also
    of the launcher, e.g. launch.gpus=1.

        fwd prove --model runs/first --strategy sampling --trials 8 --out runs/valid
        fwd prove -m uniform -e metamath -s best-first --goals my.jsonl -o runs/my

    A goals file has lines such as

        {"name": "mine", "statement": "|- ( ph -> ( ps -> ph ) )"}
    """
    from fwd.config import unstructure

    from fwd_cli import scale, shards
    from fwd_cli.request import Request

    plugins = options.plugins(context)
    asked = launching.Launching(slurm, local_jobs, launcher, n_jobs, partition, time)
    runner, others = asked.launcher(plugins, settings or [], at_a_time=False)
    count = local_jobs or n_jobs
    if runner and count is None:
        raise UserError("give --n-jobs N, the number of jobs that the goals are shared out to")
    request = Request(
        model=model,
        env=env,
        preset=preset,
        config=str(config) if config else None,
        strategy=strategy,
        split=_split(split, goals),
        goals=str(goals) if goals else None,
        trials=trials,
        limit=limit,
        seed=seed,
        settings=others,
    )
    with ExitStack() as stack:
        with request.open(plugins, out) as proving:
            settled = stack.enter_context(request.record(proving, go_on))
            names = shards.names(proving.goals)
            if runner is None:
                if shards.shard_folders(out):
                    settled = shards.gather(out, names)
                with _resumable(out):
                    fine = proving.run(settled)
                raise typer.Exit(0 if fine else 1)
            settings_of_env = unstructure(proving.player.config.env)
            campaign = scale.Campaign(plugins, out, request, proving.task, settings_of_env, names, runner, count)
        del proving  # its model would lie in memory while others work
        with _resumable(out):
            fine = campaign.run()
    raise typer.Exit(0 if fine else 1)


@contextmanager
def _resumable(out: Path) -> Iterator[None]:
    """Says after Ctrl-C how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        output.say(f"the same command with --continue goes on with {out}")
        raise


def _split(split: str | None, goals: Path | None) -> str:
    """Where goals come from. Raises `UserError` if that is not clear."""
    from fwd_cli.asked import FILE, SPLITS

    if goals is not None:
        if split is not None:
            raise UserError("--goals and --split exclude each other: goals come from a file or from the env's dataset")
        return FILE
    return split or SPLITS[0]
