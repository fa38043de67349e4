"""Who proves: turns `--model`, `--strategy` and `--set` into an env, a policy and a strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from fwd.api import Codec, Env, Policy
from fwd.config import RunConfig, assign, merge, resolve, structure, unstructure
from fwd.errors import ConfigError, UserError
from fwd.plugins import PluginSet, load
from fwd.search.base import Strategy

from fwd_cli import shelf

UNIFORM = "uniform"
STRATEGY = "strategy"
ADJUSTABLE = ("env", "engine")
"""Sections that may be set for a checkpoint when it proves; the others are part of the checkpoint."""


@frozen(eq=False)
class Player:
    """A policy with the env and codec that it speaks. `model` names it in results; `step` is the training step of a
    checkpoint, None for a policy without weights."""

    config: RunConfig
    env: Env
    codec: Codec
    policy: Policy
    model: str
    step: int | None = None


@frozen(eq=False)
class Searching:
    """A strategy, and its settings as plain data."""

    strategy: Strategy
    settings: Mapping[str, Any]


def searching(plugins: PluginSet, name: str, assignments: Sequence[str]) -> tuple[Searching, list[str]]:
    """The strategy with its own assignments (`strategy.x=y`), and the assignments that are for others."""
    spec = plugins.strategies.get(name)
    own = [one for one in assignments if one.partition("=")[0].partition(".")[0].strip() == STRATEGY]
    told = merge(*(assign(one) for one in own)).get(STRATEGY, {})
    config = structure(load(spec.config), told, STRATEGY)
    others = [one for one in assignments if one not in own]
    return Searching(load(spec.factory)(config), unstructure(config)), others


def prepare(
    plugins: PluginSet, model: str, env: str | None, preset: str | None, file: Path | None, assignments: Sequence[str]
) -> Player:
    """The player that `model` names: `uniform`, the path of a run or checkpoint, or a name of `fwd models`."""
    if model == UNIFORM:
        if env is None and file is None:
            raise UserError("uniform has no weights and knows no env: name one with --env (and --preset)")
        return _uniform(plugins, resolve(plugins, env, preset, file, assignments))
    if file is not None or preset is not None:
        raise UserError("a checkpoint has its own preset and config: change single settings with --set env.KEY=VALUE")
    player = _trained(plugins, shelf.find(model), assignments)
    if env is not None and env != player.config.run.env:
        player.env.close()
        raise UserError(f"{model} was trained for the env {player.config.run.env!r}, not {env!r}: leave --env out")
    return player


def _trained(plugins: PluginSet, path: Path, assignments: Sequence[str]) -> Player:
    overrides = merge(*(assign(one) for one in assignments))
    for section in overrides:
        if section not in ADJUSTABLE:
            raise ConfigError(f"{section}: part of the checkpoint; what can be set is env, engine and strategy")

    from fwd.model.checkpoint import load_checkpoint
    from fwd.model.policy import ModelPolicy

    found = load_checkpoint(path, plugins, overrides)
    name = str(found.path.resolve())
    policy = ModelPolicy(found.model, found.codec, found.config.engine, name)
    return Player(found.config, found.env, found.codec, policy, name, found.step)


def _uniform(plugins: PluginSet, config: RunConfig) -> Player:
    from fwd.uniform import UniformPolicy

    spec = plugins.env(config.run.env)
    env = load(spec.env)(config.env)
    codec = load(spec.codec)(env)
    return Player(config, env, codec, UniformPolicy(codec), UNIFORM)
