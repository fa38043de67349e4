"""The plugin registers what it should, its presets are complete, and importing it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from fwd.config import resolve
from fwd.errors import ConfigError
from fwd.plugins import PluginSet, load
from fwd_metamath.presets import PRESETS
from fwd_metamath.settings import MetamathConfig


@pytest.fixture(scope="module")
def plugins() -> PluginSet:
    return PluginSet.of("fwd_metamath.plugin")


def test_importing_the_plugin_loads_neither_torch_nor_the_env() -> None:
    code = (
        "import sys, fwd_metamath.plugin; "
        "print([name for name in ('torch', 'numpy', 'lmdb', 'fwd_metamath.env', 'fwd_metamath.database') "
        "if name in sys.modules])"
    )
    heavy = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert heavy in ("[]", "['numpy']")  # fwd.api names numpy's arrays


def test_every_import_string_leads_somewhere(plugins: PluginSet) -> None:
    spec = plugins.env("metamath")
    assert load(spec.config) is MetamathConfig
    for target in (spec.env, spec.codec, spec.build, spec.external, *spec.datasets.values()):
        assert callable(load(target))
    assert load(plugins.commands.get("metamath").app)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_complete(plugins: PluginSet, preset: str) -> None:
    run = resolve(plugins, "metamath", preset, None, [])
    assert run.model.d_model % run.model.n_heads == 0
    assert run.model.d_model // run.model.n_heads % 2 == 0
    assert (run.train.steps is None) != (run.train.minutes is None)
    assert set(run.train.mix) <= set(plugins.env("metamath").datasets)
    assert sum(run.train.mix.values()) == pytest.approx(1.0)
    assert run.train.microbatch_tokens <= run.train.batch_tokens
    assert run.model.max_tokens <= run.train.microbatch_tokens


@pytest.mark.parametrize(
    "assignment", ["env.valid=-1", "env.renaming=1.5", "env.max_facts=0", "env.grammar=weak", "env.until=3"]
)
def test_senseless_settings_are_refused(plugins: PluginSet, assignment: str) -> None:
    with pytest.raises(ConfigError, match=assignment.partition("=")[0].removeprefix("env.")):
        resolve(plugins, "metamath", "debug", None, [assignment])
