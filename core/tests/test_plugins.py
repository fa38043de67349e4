"""Discovery with real distributions: folders with metadata on `sys.path`, as pip leaves them."""

import gc
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from fwd.errors import PluginError
from fwd.plugins import YOUNG, BrokenPluginError, PluginSet, load, load_env
from fwd.testing.toy import ToyConfig, ToyEnv

HOOK = "from fwd.hooks import hookimpl\n@hookimpl\n"
GOOD = """
    from fwd.api import EnvSpec
    from fwd.hooks import CommandSpec, LauncherSpec, hookimpl

    seen = []

    @hookimpl
    def fwd_register_envs():
        return [EnvSpec(name="chess", summary="", config="nowhere:C", env="nowhere:E", codec="nowhere:K")]

    @hookimpl
    def fwd_register_commands():
        return [CommandSpec(name="chess", app="nowhere:app", help="")]

    @hookimpl
    def fwd_register_launchers():
        return [LauncherSpec(name="chess", summary="", config="nowhere:C", factory="nowhere:L")]

    @hookimpl
    def fwd_train_logged(step, metrics):
        seen.append(("logged", step, metrics))

    @hookimpl
    def fwd_checkpoint_saved(path):
        seen.append(("saved", path))

    @hookimpl
    def fwd_goal_finished(search):
        seen.append(("finished", search))
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a distribution with one plugin module of the given text."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def installed(name: str, text: str, version: str = "1.0", distribution: str = "") -> None:
        module = f"plugin_{name}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(text))
        folder = tmp_path / f"{distribution or 'fwd_' + name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: fwd-{name}\nVersion: {version}\n")
        (folder / "entry_points.txt").write_text(f"[fwd.plugins]\n{name} = {module}\n")
        monkeypatch.delitem(sys.modules, module, raising=False)

    yield installed
    for module in [one for one in sys.modules if one.startswith("plugin_")]:
        del sys.modules[module]


def test_core_registers_its_own_through_the_hooks():
    plugins = PluginSet.discover()
    assert {"greedy", "sampling"} <= set(plugins.strategies.names())
    assert plugins.stores.names() == ["lmdb"]
    assert plugins.strategies.origin("greedy").startswith("fwd-core ")
    assert plugins.plugin("core").error == ""


def test_everything_core_registers_can_be_loaded():
    plugins = PluginSet.of()
    for spec in map(plugins.strategies.get, plugins.strategies.names()):
        strategy = load(spec.factory)(load(spec.config)())
        assert strategy.name == spec.name
    for spec in map(plugins.stores.get, plugins.stores.names()):
        assert callable(load(spec.writer))
        assert callable(load(spec.reader))


def test_a_plugin_is_found_with_distribution_and_version(install):
    install("chess", GOOD, version="2.5")
    plugins = PluginSet.discover()
    plugin = plugins.plugin("chess")
    assert (plugin.distribution, plugin.version, plugin.module) == ("fwd-chess", "2.5", "plugin_chess")
    assert plugins.env("chess").env == "nowhere:E"
    assert plugins.commands.origin("chess") == "fwd-chess 2.5"
    assert plugins.launchers.get("chess").factory == "nowhere:L"
    assert plugin.warning == plugin.error == ""


def test_every_event_reaches_a_plugin(install):
    install("chess", GOOD)
    plugins = PluginSet.discover()
    plugins.events.fwd_train_logged(step=3, metrics={"loss": 0.5})
    plugins.events.fwd_checkpoint_saved(path=Path("here"))
    plugins.events.fwd_goal_finished(search="a search")
    assert sys.modules["plugin_chess"].seen == [
        ("logged", 3, {"loss": 0.5}),
        ("saved", Path("here")),
        ("finished", "a search"),
    ]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("import there_is_no_such_module", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("def oops(:", "SyntaxError"),
        (
            "from fwd.hooks import hookimpl\n@hookimpl\ndef fwd_register_envs():\n    return [1]",
            "must return a list of EnvSpec",
        ),
        ("from fwd.hooks import hookimpl\n@hookimpl\ndef fwd_register_envs():\n    return None", "TypeError"),
        ("from fwd.hooks import hookimpl\n@hookimpl\ndef fwd_register_env():\n    return []", "fwd_register_env"),
        ("from fwd.hooks import hookimpl\n@hookimpl\ndef fwd_train_logged(stepp):\n    pass", "stepp"),
    ],
)
def test_a_broken_plugin_is_one_warning_and_leaves_the_rest(install, text, cause):
    install("broken", text)
    install("chess", GOOD)
    plugins = PluginSet.discover()
    (warning,) = [one for one in plugins.warnings() if "'broken'" in one]
    assert "\n" not in warning
    assert warning.startswith("plugin 'broken' of fwd-broken 1.0 is broken")
    assert plugins.env("chess").name == "chess"
    assert "greedy" in plugins.strategies
    for ask in (plugins.plugin, plugins.env):
        with pytest.raises(BrokenPluginError) as caught:
            ask("broken")
        assert "Traceback" in caught.value.details
        assert cause in caught.value.details
    plugins.events.fwd_train_logged(step=1, metrics={})


def test_a_half_broken_plugin_registers_nothing(install):
    half = GOOD + "\n    @hookimpl\n    def fwd_register_stores():\n        raise RuntimeError('no store today')\n"
    install("chess", half)
    plugins = PluginSet.discover()
    assert "chess" not in plugins.envs
    assert "chess" not in plugins.commands
    with pytest.raises(BrokenPluginError, match="no store today"):
        plugins.env("chess")


def test_a_duplicate_name_names_both_distributions(install):
    install("chess", GOOD)
    install("draughts", GOOD)
    with pytest.raises(PluginError, match=r"env 'chess' is registered by both fwd-chess 1.0 and fwd-draughts 1.0"):
        PluginSet.discover()


def test_unknown_names_are_plugin_errors():
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    with pytest.raises(PluginError, match="did you mean 'toy'"):
        plugins.env("toyy")
    with pytest.raises(PluginError, match="unknown plugin"):
        plugins.plugin("toyy")


def test_sets_are_independent():
    assert "toy" in PluginSet.of("fwd.testing.toy_plugin").envs
    assert "toy" not in PluginSet.of().envs


def test_load():
    assert load("fwd.plugins:load") is load
    for wrong, cause in (
        ("fwd.plugins", "package.module:name"),
        (":load", "package.module:name"),
        ("fwd.nothing:load", "no module 'fwd.nothing'"),
        ("fwd.plugins:nothing", "has no 'nothing'"),
    ):
        with pytest.raises(PluginError, match=cause):
            load(wrong)


def test_an_env_is_loaded_and_the_collector_left_off_if_it_was():
    spec = PluginSet.of("fwd.testing.toy_plugin").env("toy")
    before = gc.get_threshold()
    try:
        for young, then in ((0, 0), (100, YOUNG), (YOUNG + 1, YOUNG + 1)):
            gc.set_threshold(young, 7, 8)
            env, codec = load_env(spec, ToyConfig())
            assert isinstance(env, ToyEnv)
            assert codec.vocabulary.tokens
            assert gc.get_threshold() == (then, 7, 8)
    finally:
        gc.set_threshold(*before)


def test_discovery_and_the_contracts_load_nothing_heavy():
    code = """
        import sys
        import fwd, fwd.config, fwd.plugins, fwd.testing, fwd.testing.toy
        found = fwd.plugins.PluginSet.discover()
        assert fwd.Goal and fwd.Prover and fwd.load_prover and found.plugins
        envs = {spec.env.partition(":")[0] for spec in map(found.envs.get, found.envs.names())}
        heavy = {"torch", "lmdb", "safetensors", "tensorboard", *envs} & set(sys.modules)
        assert not heavy, heavy
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)


def test_the_package_names_what_it_exports():
    import fwd

    assert all(getattr(fwd, name) is not None for name in fwd.__all__)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        fwd.nothing_like_it  # noqa: B018


def test_core_names_no_env():
    """Core's code would work unchanged for an env that nobody has written yet."""
    import fwd

    names = [name for name in PluginSet.discover().envs.names() if name != "toy"]
    for file in Path(fwd.__file__).parent.rglob("*.py"):
        text = file.read_text().lower()
        if file.name != "api.py":  # its docstrings give examples
            assert not [name for name in names if name in text], file
