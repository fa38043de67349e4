"""Configuration: layers of plain data, and the run's config that they resolve to.

Later layers win: defaults of the classes < the env's preset < a TOML file < assignments (`--set a.b=c`). Tables merge
key by key; anything else is replaced.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import tomli_w
from attrs import evolve, frozen

from fwd import trust
from fwd.errors import ConfigError
from fwd.plugins import PluginSet, load
from fwd.registry import Registry
from fwd.settings import (
    ActorConfig,
    EngineConfig,
    GeneratedConfig,
    JointConfig,
    ModelConfig,
    RunInfo,
    StoreConfig,
    TrainConfig,
)
from fwd.structure import NONE, attempt, describe, structure, unknown, unstructure

__all__ = ["RunConfig", "assign", "describe", "dumps", "meant", "merge", "read", "resolve", "structure", "unstructure"]

SECTIONS: Mapping[str, type | None] = {
    "run": RunInfo,
    "env": None,
    "model": ModelConfig,
    "train": TrainConfig,
    "engine": EngineConfig,
    "joint": JointConfig,
    "actor": ActorConfig,
    "generated": GeneratedConfig,
    "store": StoreConfig,
}
"""The tables of a run's config and their classes; that of the env is known to the env's plugin."""
LENGTHS = ("steps", "minutes")
"""Settings of `train` that exclude each other."""
MAX_BYTES = 1 << 20
"""A larger file is surely not a config."""
DEEPEST = 50
"""Tables within tables beyond this are surely no config either."""
_NO_KEY = re.compile(r"[\n=,]")


@frozen
class RunConfig:
    """Everything that a run depends on; one TOML section per field. `env` is of the env's own config class."""

    run: RunInfo
    env: Any
    model: ModelConfig
    train: TrainConfig
    engine: EngineConfig
    joint: JointConfig
    actor: ActorConfig
    generated: GeneratedConfig
    store: StoreConfig

    def dumps(self) -> str:
        """As TOML that `loads` reads back to an equal config."""
        return dumps(self)

    @classmethod
    def loads(cls, source: str | Mapping[str, Any], plugins: PluginSet) -> RunConfig:
        """From TOML text or its tables; no preset is applied. Raises `ConfigError` with one line per mistake, and
        `PluginError` if the env is not installed."""
        data = _parse(source, "the run's config") if isinstance(source, str) else source
        info = _table(data, "run")
        name = info.get("env")
        if not isinstance(name, str) or not name:
            raise ConfigError(f"run.env: must name an env (known: {', '.join(plugins.envs.names())})")
        kinds = {section: kind or load(plugins.env(name).config) for section, kind in SECTIONS.items()}
        mistakes = [not_a_section(str(key), kinds, plugins) for key in data if key not in kinds]
        parts = {}
        for section, kind in kinds.items():
            parts[section], wrong = attempt(kind, data.get(section, {}), section)
            mistakes += wrong
        if mistakes:
            raise ConfigError("\n".join(mistakes))
        return cls(**parts)


def resolve(
    plugins: PluginSet,
    env: str | None = None,
    preset: str | None = None,
    file: Path | Mapping[str, Any] | None = None,
    assignments: Iterable[str] = (),
) -> RunConfig:
    """All layers together; the `file` may also be given as its tables. `env` and `preset` win over its `[run]` section;
    without any, the preset is the env's default one. Raises `ConfigError` (one line per mistake) and `PluginError`."""
    tables = read(file) if isinstance(file, Path) else file or {}
    told = layered(tables, assigned(assignments))
    named = {key: value for key, value in (("env", env), ("preset", preset)) if value}
    run = merge(_table(told, "run"), named)
    if not isinstance(run.get("env"), str) or not run["env"]:
        raise ConfigError(f"name an env with --env or in [run] of the config ({_names(plugins.envs)})")
    spec = plugins.env(run["env"])
    run.setdefault("preset", spec.default_preset)
    presets: Registry[Mapping[str, Any]] = Registry(f"preset of {spec.name}")
    for name, settings in spec.presets.items():
        presets.add(name, settings, plugins.envs.origin(spec.name))
    base = presets.get(str(run["preset"])) if spec.presets or run["preset"] != spec.default_preset else {}
    return meant(RunConfig.loads(layered(base, told, {"run": run}), plugins), plugins)


def meant(config: RunConfig, plugins: PluginSet) -> RunConfig:
    """A config as the user who wrote it means it, whoever reads it elsewhere: its env's files by their absolute places.
    Those that run as programs count as named by the user from now on."""
    spec = plugins.env(config.run.env)
    if spec.resolve is not None:
        config = evolve(config, env=load(spec.resolve)(config.env))
    if spec.programs is not None:
        trust.remember(load(spec.programs)(config.env))
    return config


def read(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, on top of those of the file that its `extends` names (relative to itself), and so on.
    Raises `ConfigError` for a file that cannot be read, is not TOML, or extends itself."""
    layers: list[dict[str, Any]] = []
    seen: list[Path] = []
    following: Path | None = path
    while following is not None:
        resolved = following.resolve()
        if resolved in seen:
            chain = " -> ".join(one.name for one in [*seen[seen.index(resolved) :], resolved])
            raise ConfigError(f"{path}: extends goes in a circle: {chain}")
        seen.append(resolved)
        layer = _parse(_text(following), str(following))
        base = layer.pop("extends", None)
        if base is not None and not isinstance(base, str):
            raise ConfigError(f"{following}: extends must be the path of another config file")
        layers.append(layer)
        following = following.parent / base if base is not None else None
    return layered(*reversed(layers))


def assigned(texts: Iterable[str]) -> dict[str, Any]:
    """The tables of assignments, later ones winning. Raises `ConfigError` if they say twice how long training takes."""
    tables = merge(*(assign(one) for one in texts))
    if len(_lengths(tables)) > 1:
        raise ConfigError("train.steps and train.minutes exclude each other: set one of them")
    return tables


def layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Layers of a config as `merge` has them, except that a layer which says how long training takes, in steps or in
    minutes, replaces what the layers below say, in either."""
    result: dict[str, Any] = {}
    for layer in layers:
        if len(_lengths(layer)) == 1 and "train" in result:
            result["train"] = {key: value for key, value in result["train"].items() if key not in LENGTHS}
        result = merge(result, layer)
    return result


def _lengths(layer: Mapping[str, Any]) -> list[str]:
    """Which of the settings that say how long training takes a layer sets."""
    return [key for key in LENGTHS if _table(layer, "train").get(key, NONE) != NONE]


def not_a_section(key: str, kinds: Mapping[str, type | None], plugins: PluginSet) -> str:
    """The line for a table that does not exist; if the key is a setting, with the sections that it may be meant for."""
    homes = [section for section, kind in kinds.items() if kind and key in attrs.fields_dict(kind)]
    strategies = [load(plugins.strategies.get(name).config) for name in plugins.strategies.names()]
    homes += ["strategy"] * any(key in attrs.fields_dict(kind) for kind in strategies)
    if homes:
        return f"{key}: say which section it is in; did you mean {' or '.join(f'{one}.{key}' for one in homes)}?"
    return unknown(key, list(kinds), "")


def assign(text: str) -> dict[str, Any]:
    """`"a.b=c"` as nested tables. The value is TOML; what does not look like TOML is text, so quotes are rarely
    needed. Raises `ConfigError` if there is no key or no value."""
    key, separator, value = text.partition("=")
    parts = [part.strip() for part in key.split(".")]
    if not separator or not all(parts) or not value.strip():
        raise ConfigError(f"cannot set {text!r}: write section.key=value, for example train.steps=100")
    nested: Any = _value(value.strip(), text)
    for part in reversed(parts):
        nested = {part: nested}
    return _shallow(nested, f"cannot set {text[:80]!r}")


def merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merged key by key, later ones winning; the arguments stay as they are."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if isinstance(value, Mapping):
                below = result.get(key)
                result[key] = merge(below if isinstance(below, dict) else {}, value)
            else:
                result[key] = value
    return result


def dumps(config: Any) -> str:
    """An attrs instance as TOML text."""
    return tomli_w.dumps(unstructure(config))


def _names(registry: Registry[Any]) -> str:
    return f"known: {', '.join(registry.names()) or 'none'}"


def _table(data: Mapping[str, Any], section: str) -> dict[str, Any]:
    table = data.get(section, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"{section}: expected a table")
    return dict(table)


def _value(text: str, whole: str) -> Any:
    try:
        tables = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):  # the first also for a number that is too long
        if text[0] in "[{\"'":
            raise ConfigError(f"cannot set {whole!r}: the value is not valid TOML") from None
        return text
    return tables["value"] if list(tables) == ["value"] else text


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path}: not a file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ConfigError(f"{path}: larger than 1 MiB, surely not a config file")
        return raw.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the config: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not a text file in UTF-8") from error


def _parse(text: str, where: str) -> dict[str, Any]:
    run = 0
    for piece in text.split("."):  # the parser takes time that grows with the square of what a key has of these
        run = 0 if _NO_KEY.search(piece) else run + 1
        if run > DEEPEST:
            raise ConfigError(f"{where}: nested too deeply")
    try:
        return _shallow(tomllib.loads(text), where)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(";")[0]
        raise ConfigError(f"{where}: not valid TOML: {reason}") from error


def _shallow(tables: dict[str, Any], where: str) -> dict[str, Any]:
    """The tables. Raises `ConfigError` if they are nested more deeply than those who walk them can go."""
    level: list[Any] = [tables]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
        level = [one for one in level if isinstance(one, dict | list)]
        if not level:
            return tables
    raise ConfigError(f"{where}: nested too deeply")
