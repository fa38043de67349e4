"""What `fwd prove` is asked, as plain data that may be handed to another process, and what it takes to answer it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen
from fwd.config import structure, unstructure
from fwd.loading import UNIFORM, find_model, load_player, load_strategy, split_settings
from fwd.plugins import PluginSet, load

from fwd_cli import record
from fwd_cli.asked import FILE, Asked
from fwd_cli.goals import GoalsFile
from fwd_cli.proving import Proving


@frozen
class Request:
    """The options of `fwd prove`. `weights` is the checkpoint that `model` stood for when it was first looked at, so
    that shards which start later use the same."""

    model: str
    env: str | None
    preset: str | None
    config: str | None
    strategy: str
    split: str
    goals: str | None
    trials: int
    limit: int | None
    seed: int
    settings: list[str]
    weights: str | None = None

    def pinned(self, folder: Path) -> Request:
        """The same request, as the record in `folder` holds it: whatever happens to the files that it was made from."""
        if self.model == UNIFORM:
            _, others = split_settings(self.settings)
            kept = [one for one in self.settings if one not in others]
            config = str(folder / "config.toml")
            changed = evolve(self, env=None, preset=None, config=config, settings=kept)
        else:
            from fwd.model.checkpoint import newest

            changed = evolve(self, weights=self.weights or str(newest(find_model(self.model)).absolute()))
        return evolve(changed, goals=str(folder / "goals.jsonl")) if self.split == FILE else changed

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @contextmanager
    def open(self, plugins: PluginSet, folder: Path) -> Iterator[Proving]:
        """Everything that proving takes, with its results in `folder`. Raises a `UserError` for what is wrong with the
        request."""
        own, others = split_settings(self.settings)
        strategy = load_strategy(plugins, self.strategy, own)
        limits = structure(load(plugins.strategies.get(self.strategy).config), own, "strategy")
        file = Path(self.config) if self.config else None
        player = load_player(
            plugins, self.weights or self.model, env=self.env, preset=self.preset, file=file, settings=others
        )
        player = evolve(player, model=self.model)
        with closing(player.env):
            source = GoalsFile.read(Path(self.goals)) if self.goals else None
            asked = Asked(plugins, player.env, self.split, source)
            goals = asked.goals[: self.limit]
            task = record.Task(
                env=player.config.run.env,
                model=self.model,
                model_step=player.step,
                strategy=self.strategy,
                settings=unstructure(limits),
                split=self.split,
                trials=self.trials,
                limit=self.limit,
                seed=self.seed,
                sources=player.env.sources,
            )
            yield Proving(plugins, player, strategy, asked, goals, task, folder, source.content if source else None)

    def record(self, proving: Proving, go_on: bool) -> AbstractContextManager[list[record.Result]]:
        """The folder of this request's results, made or with `go_on` opened again, as `record.opened` says."""
        return record.opened(proving.folder, proving.task, proving.player.config.dumps(), proving.file, go_on)
