"""Finds plugins, keeps a broken one from breaking the rest, and knows where each thing came from."""

from __future__ import annotations

import gc
import importlib
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import metadata
from types import ModuleType
from typing import Any

import pluggy
from attrs import define, evolve, field, frozen

from fwd import hooks, trust
from fwd.api import Codec, Env, EnvSpec
from fwd.errors import PluginError
from fwd.hooks import PROJECT, ChoiceSpec, CommandSpec, LauncherSpec, Run, StoreSpec, StrategySpec
from fwd.registry import Registry

GROUP = "fwd.plugins"

HINT = "; an env comes with a plugin, which is a distribution of its own, such as fwd-plugin-NAME"
YOUNG = 50_000
"""After so many new objects Python looks for cycles among them."""


@frozen
class Plugin:
    """One installed plugin. `error` is empty, or the traceback of why it could not be loaded."""

    name: str
    distribution: str
    version: str
    module: str
    error: str = ""

    @property
    def origin(self) -> str:
        """The distribution with its version, for messages."""
        return f"{self.distribution} {self.version}".strip()

    @property
    def warning(self) -> str:
        """One line for people if the plugin is broken, else empty."""
        if not self.error:
            return ""
        cause = self.error.strip().splitlines()[-1]
        return f"plugin {self.name!r} of {self.origin} is broken and left out: {cause}"


class BrokenPluginError(PluginError):
    """A plugin was asked for by name but cannot be loaded. `details` is its own traceback, for people to see."""

    def __init__(self, plugin: Plugin) -> None:
        super().__init__(plugin.warning)
        self.details = plugin.error


@frozen(eq=False)
class Events:
    """Relay to every plugin that implements an event hook, by keyword: `events.fwd_checkpoint_saved(path=path)`. It
    adds the run that the event belongs to."""

    _hooks: Any
    run: Run | None = None

    def __getattr__(self, name: str) -> Any:
        return partial(getattr(self._hooks, name), run=self.run)


@define(eq=False)
class PluginSet:
    """The plugins of one process, passed down explicitly."""

    plugins: list[Plugin] = field(factory=list)
    envs: Registry[EnvSpec] = field(factory=lambda: Registry("env", HINT))
    strategies: Registry[StrategySpec] = field(factory=lambda: Registry("strategy"))
    stores: Registry[StoreSpec] = field(factory=lambda: Registry("store"))
    choices: Registry[ChoiceSpec] = field(factory=lambda: Registry("choice of goals"))
    launchers: Registry[LauncherSpec] = field(factory=lambda: Registry("launcher"))
    commands: Registry[CommandSpec] = field(factory=lambda: Registry("command"))
    _manager: pluggy.PluginManager = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hooks)

    @classmethod
    def discover(cls) -> PluginSet:
        """All plugins that are installed. A broken one is listed with its traceback and leaves no trace otherwise.
        Raises `PluginError` if two plugins register the same name."""
        found = cls()
        for entry in sorted(metadata.entry_points(group=GROUP), key=_core_first):
            name = entry.dist.name if entry.dist else "unknown"
            version = entry.dist.version if entry.dist else ""
            found._include(Plugin(entry.name, name, version, entry.value), entry.load)
        return found

    @classmethod
    def of(cls, *modules: ModuleType | str) -> PluginSet:
        """Core and just these modules (or import paths of modules), for tests and scripts."""
        found = cls()
        for module in ("fwd.builtin", *modules):
            name = module if isinstance(module, str) else module.__name__
            found._include(Plugin(name, name, "", name), lambda one=module: _module(one))
        return found

    @property
    def events(self) -> Events:
        """Events of work that belongs to no run."""
        return Events(self._manager.hook)

    @contextmanager
    def running(self, run: Run) -> Iterator[Events]:
        """Events of a run, which begins here and ends with the block."""
        events = Events(self._manager.hook, run)
        events.fwd_run_began()
        try:
            yield events
        except BaseException as error:
            events.fwd_run_ended(error=error)
            raise
        events.fwd_run_ended(error=None)

    def plugin(self, name: str) -> Plugin:
        """A plugin that works. Raises `BrokenPluginError` if it does not, and `PluginError` if there is none."""
        known: Registry[Plugin] = Registry("plugin")
        for plugin in self.plugins:
            known.add(plugin.name, plugin, plugin.origin)
        chosen = known.get(name)
        if chosen.error:
            raise BrokenPluginError(chosen)
        return chosen

    def env(self, name: str) -> EnvSpec:
        """The env of this name. Raises `BrokenPluginError` if a broken plugin of the same name would have brought it,
        else `PluginError` with the nearest names."""
        if name not in self.envs and any(plugin.name == name and plugin.error for plugin in self.plugins):
            self.plugin(name)
        return self.envs.get(name)

    def warnings(self) -> list[str]:
        """One line per broken plugin."""
        return [plugin.warning for plugin in self.plugins if plugin.error]

    def _include(self, plugin: Plugin, module: Callable[[], Any]) -> None:
        """Import a plugin, ask what it registers and take all of it, or else note why that failed."""
        key = f"{plugin.distribution}:{plugin.name}"
        try:
            loaded = module()
            self._manager.register(loaded, name=key)
            self._manager.check_pending()
            additions = self._ask(loaded)
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException:  # a plugin may even call sys.exit() while it is imported
            if self._manager.has_plugin(key):
                self._manager.unregister(name=key)
            self.plugins.append(evolve(plugin, error=traceback.format_exc()))
            return
        for registry, spec in additions:
            registry.add(spec.name, spec, plugin.origin)
        self.plugins.append(plugin)

    def _ask(self, module: Any) -> list[tuple[Registry[Any], Any]]:
        """What one plugin registers: (where, spec) pairs. Raises TypeError if a hook returns something else."""
        kinds: list[tuple[str, Registry[Any], type]] = [
            ("fwd_register_envs", self.envs, EnvSpec),
            ("fwd_register_strategies", self.strategies, StrategySpec),
            ("fwd_register_stores", self.stores, StoreSpec),
            ("fwd_register_choices", self.choices, ChoiceSpec),
            ("fwd_register_launchers", self.launchers, LauncherSpec),
            ("fwd_register_commands", self.commands, CommandSpec),
        ]
        pairs = []
        for hook, registry, kind in kinds:
            implementations = getattr(self._manager.hook, hook).get_hookimpls()
            for implementation in (one for one in implementations if one.plugin is module):
                for spec in implementation.function():
                    if not isinstance(spec, kind):
                        raise TypeError(f"{hook} must return a list of {kind.__name__}, not {spec!r}")
                    pairs.append((registry, spec))
        return pairs


def load_env(spec: EnvSpec, config: Any) -> tuple[Env, Codec]:
    """The env with these settings, and its codec.

    Both have up to millions of objects, which stay: Python's garbage collector need not look at them again and again,
    which took a twentieth of the time of proving. It is also told to look at new objects less often, unless it is
    turned off: proofs are trees, which go without it.
    """
    env = start_env(spec, config)
    codec = load(spec.codec)(env)
    gc.freeze()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(max(young, YOUNG) if young else 0, middle, old)
    return env, codec


def start_env(spec: EnvSpec, config: Any) -> Env:
    """The env with these settings. Raises `UserError` if they name a program that the user never named."""
    if spec.programs is not None:
        trust.demand(load(spec.programs)(config))
    return load(spec.env)(config)


def load(import_string: str) -> Any:
    """The object that `"package.module:name"` names. Raises `PluginError` if there is no such thing; an error inside
    the module itself passes through."""
    module_name, separator, attribute = import_string.partition(":")
    if not separator or not module_name or not attribute:
        raise PluginError(f'{import_string!r} is not an import string: write "package.module:name"')
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise PluginError(f"cannot load {import_string!r}: there is no module {error.name!r}") from error
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        raise PluginError(f"cannot load {import_string!r}: {module_name} has no {attribute!r}") from error


def _core_first(entry: metadata.EntryPoint) -> tuple[bool, str, str]:
    return entry.value != "fwd.builtin", entry.name, entry.value


def _module(module: ModuleType | str) -> ModuleType:
    return importlib.import_module(module) if isinstance(module, str) else module
