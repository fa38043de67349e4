"""From names to a prover: which model, which strategy, with which settings.

Weights are loaded, and torch with them, only for a model that has any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from fwd.api import Codec, Env, Policy
from fwd.config import SECTIONS, RunConfig, assign, meant, merge, not_a_section, resolve, structure, unstructure
from fwd.errors import CheckpointError, ConfigError, UserError
from fwd.home import home
from fwd.launch import Launcher
from fwd.plugins import PluginSet, load, start_env
from fwd.plugins import load_env as open_env
from fwd.prover import Prover
from fwd.registry import suggestion
from fwd.search.base import Strategy

UNIFORM = "uniform"
"""Names the policy without weights."""

_ADJUSTABLE = ("env", "engine", "actor", "generated", "store")
"""Sections that a checkpoint may be given other settings for; the rest is part of it."""


@frozen(eq=False)
class Player:
    """A policy with the env and codec that it speaks. `model` names it in results; `step` is the training step of its
    checkpoint, None for a policy without weights."""

    config: RunConfig
    env: Env
    codec: Codec
    policy: Policy
    model: str
    step: int | None = None


def load_env(
    name: str, *, preset: str | None = None, settings: Iterable[str] = (), plugins: PluginSet | None = None
) -> Env:
    """The env of this name, for judging steps and proofs without any model. `settings` are assignments such as
    "env.max_facts=64". Raises a `UserError` that says what to do. Close the env when done."""
    plugins = plugins or PluginSet.discover()
    config = resolve(plugins, name, preset, assignments=settings)
    return start_env(plugins.env(name), config.env)


def load_prover(
    model: str,
    strategy: str | Strategy = "greedy",
    *,
    env: str | None = None,
    preset: str | None = None,
    settings: Iterable[str] = (),
    seed: int = 0,
    plugins: PluginSet | None = None,
) -> Prover:
    """A prover from a checkpoint, by the folder of a run, of a checkpoint, or the name of a model in `FWD_HOME`.

    The model "uniform" draws evenly from the grammar and is told its `env` (and `preset`); a checkpoint knows them.
    `strategy` is a name, or a strategy of your own. `settings` are assignments such as "strategy.max_steps=64" or
    "engine.slots=16". Raises a `UserError` that says what to do if a name is unknown, a setting wrong or a checkpoint
    damaged. Close `prover.env` when done.
    """
    plugins = plugins or PluginSet.discover()
    own, others = split_settings(settings)
    if own and not isinstance(strategy, str):
        raise ConfigError("strategy.*: a strategy that is an object has its settings already; leave these out")
    chosen = load_strategy(plugins, strategy, own) if isinstance(strategy, str) else strategy
    player = load_player(plugins, model, env=env, preset=preset, settings=others)
    return Prover(player.policy, player.env, chosen, seed=seed, events=plugins.events)


def split_settings(settings: Iterable[str], section: str = "strategy") -> tuple[dict[str, Any], list[str]]:
    """The settings of a section (`strategy.x=y`) as a table, and the assignments that are for others."""
    own, others = [], []
    for one in settings:
        (own if section in (table := assign(one)) else others).append(table.get(section, one))
    if not all(isinstance(table, dict) for table in own):
        raise ConfigError(f"{section}: expected a table; write a single setting, such as {section}.NAME=VALUE")
    return merge(*own), others


def load_strategy(plugins: PluginSet, name: str, settings: Mapping[str, Any], where: str = "strategy") -> Strategy:
    """The strategy of this name. Raises `PluginError` with the nearest names, and `ConfigError` for its settings, whose
    path is `where`."""
    spec = plugins.strategies.get(name)
    return load(spec.factory)(structure(load(spec.config), settings, where))


def load_launcher(plugins: PluginSet, name: str, settings: Mapping[str, Any]) -> Launcher:
    """The launcher of this name. Raises `PluginError` with the nearest names and `ConfigError` for its settings."""
    spec = plugins.launchers.get(name)
    return load(spec.factory)(structure(load(spec.config), settings, "launch"))


def load_player(
    plugins: PluginSet,
    model: str,
    *,
    env: str | None = None,
    preset: str | None = None,
    file: Path | None = None,
    settings: Iterable[str] = (),
) -> Player:
    """The policy that `model` names, with its env. `file` is a config for "uniform". Raises a `UserError`."""
    if model == UNIFORM:
        if env is None and file is None:
            raise UserError(
                "uniform has no weights and knows no env: give --env, or env=... in a script (and a preset)"
            )
        return _uniform(plugins, resolve(plugins, env, preset, file, settings))
    if preset is not None or file is not None:
        raise UserError(f"{model} has its own preset and config: change single settings such as env.KEY=VALUE instead")
    return _trained(plugins, model, env, list(settings))


def find_model(model: str) -> Path:
    """The folder of a run, a checkpoint or a named model. Raises `CheckpointError` with the nearest names."""
    if Path(model).exists():
        if strange := _no_model(Path(model)):
            raise CheckpointError(f"{model} is {strange}")
        return Path(model)
    shelf = home() / "models"
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", model) and (shelf / model).is_dir():
        return shelf / model
    known = sorted(path.name for path in shelf.glob("*") if path.is_dir())
    raise CheckpointError(
        f"no model {model!r}: give the folder of a run, the name of a model, or uniform{suggestion(model, known)}"
    )


def _no_model(path: Path) -> str:
    """What a path is that nobody can prove with, and what to give instead; empty for a run, a checkpoint and whatever
    may become one."""
    if not path.is_dir():
        return "a file, not a model: give the folder of a run or of a checkpoint"
    if (path / "prove.json").is_file():
        return "an output of fwd prove, not a model: give the run that it was made with"
    if any(path.glob("*/seg-*.mdb")) or (path.parent / "prove.json").is_file():
        return "a proof store, not a model: give the folder of a run or of a checkpoint"
    if (path / "sweep.toml").is_file():
        return "a sweep, not one model: give one of the runs in it"
    if path.name == "checkpoints":
        return "a part of a run, not a model: give the run, or one of the checkpoints in it"
    return ""


def _uniform(plugins: PluginSet, config: RunConfig) -> Player:
    from fwd.uniform import UniformPolicy

    env, codec = open_env(plugins.env(config.run.env), config.env)
    return Player(config, env, codec, UniformPolicy(codec, config.engine.slots), UNIFORM)


def _trained(plugins: PluginSet, model: str, env: str | None, settings: list[str]) -> Player:
    """A checkpoint's player. Other settings for its env must leave the vocabulary as it is."""
    told = merge(*map(assign, settings))
    if strange := [section for section in told if section not in SECTIONS]:
        raise ConfigError(not_a_section(strange[0], SECTIONS, plugins))
    if fixed := [section for section in told if section not in _ADJUSTABLE]:
        raise ConfigError(f"{fixed[0]}: part of the checkpoint; you can set only {', '.join(_ADJUSTABLE)}")
    path = find_model(model)
    from fwd.model.checkpoint import load_checkpoint
    from fwd.model.policy import ModelPolicy

    found = load_checkpoint(path, plugins)
    config, at_home, codec = found.config, found.env, found.codec
    try:
        if env is not None and env != config.run.env:
            raise UserError(f"{model} was trained for the env {config.run.env!r}, not {env!r}: leave the env out")
        config = RunConfig.loads(merge(unstructure(config), told), plugins)
        config = meant(config, plugins) if "env" in told else config
        if config.env != found.config.env:
            at_home.close()
            at_home, codec = open_env(plugins.env(config.run.env), config.env)
            if codec.vocabulary.fingerprint != found.codec.vocabulary.fingerprint:
                raise CheckpointError(f"{model} does not know the tokens of an env with these settings: leave them out")
        policy = ModelPolicy(found.model, codec, config.engine, model)
    except BaseException:
        at_home.close()
        raise
    return Player(config, at_home, codec, policy, model, found.step)
