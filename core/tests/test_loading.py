"""A prover from names, on the toy env; and core's strategies under the contract that plugins must pass."""

from __future__ import annotations

import subprocess
import sys

import fwd
import pytest
from attrs import evolve
from fwd.config import resolve
from fwd.errors import CheckpointError, ConfigError, PluginError, UserError
from fwd.loading import load_player
from fwd.plugins import PluginSet
from fwd.search.linear import Greedy, GreedyConfig, Sampling, SamplingConfig
from fwd.testing.contracts import StrategyContract
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman


@pytest.fixture(scope="module")
def plugins():
    return PluginSet.of("fwd.testing.toy_plugin")


@pytest.fixture(scope="module")
def toy():
    return ToyEnv(ToyConfig())


@pytest.fixture(scope="module")
def known(toy):
    return list(ToyHuman(toy).proofs("valid"))


class TestStrategies(StrategyContract):
    """Greedy and sampling on the toy env."""

    @pytest.fixture
    def env(self, toy):
        return toy

    @pytest.fixture
    def codec(self, toy):
        return ToyCodec(toy)

    @pytest.fixture
    def proofs(self, known):
        return known

    @pytest.fixture(params=["greedy", "sampling"])
    def make_strategy(self, request):
        if request.param == "greedy":
            return lambda limit: Greedy(GreedyConfig(max_steps=limit))
        return lambda limit: Sampling(SamplingConfig(max_steps=limit))


def test_uniform_proves_goals_of_the_toy(plugins, toy):
    prover = fwd.load_prover("uniform", "sampling", env="toy", settings=["strategy.max_steps=20"], plugins=plugins)
    assert prover.strategy.config == SamplingConfig(max_steps=20)
    goals = ToyHuman(toy).goals("valid")[:10]
    searches = list(prover.prove(goals, trials=4))
    assert len(searches) == 40
    solved = [search for search in searches if search.solved]
    assert solved
    assert all(toy.check(search.goal, search.proof).proved for search in solved)


def test_settings_reach_env_engine_and_strategy(plugins):
    settings = ["env.max_facts=12", "engine.slots=3", "strategy.max_steps=5", "strategy.max_tokens=9"]
    prover = fwd.load_prover("uniform", env="toy", settings=settings, seed=4, plugins=plugins)
    assert (prover.env.config.max_facts, prover.policy.slots, prover.seed) == (12, 3, 4)
    assert prover.strategy == Greedy(evolve(GreedyConfig(), max_steps=5, max_tokens=9))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": "uniform"}, UserError, "knows no env"),
        ({"model": "uniform", "env": "tpy"}, PluginError, "toy"),
        ({"model": "uniform", "env": "toy", "preset": "dbug"}, UserError, "debug"),
        ({"model": "uniform", "env": "toy", "strategy": "gredy"}, PluginError, "greedy"),
        ({"model": "uniform", "env": "toy", "settings": ["strategy.max_step=3"]}, ConfigError, "max_steps"),
        ({"model": "uniform", "env": "toy", "settings": ["strategy=3"]}, ConfigError, "strategy: expected a table"),
        ({"model": "uniform", "env": "toy", "settings": ["strategy.max_steps=yes"]}, ConfigError, "max_steps"),
        (
            {"model": "uniform", "env": "toy", "settings": ["strategy.max_steps=0"]},
            ConfigError,
            "max_steps: must be >= 1",
        ),
        ({"model": "rum"}, CheckpointError, "did you mean 'rug'"),
        ({"model": "../rug"}, CheckpointError, "no model"),
        ({"model": "rug", "preset": "debug"}, UserError, "has its own preset"),
        ({"model": "rug", "settings": ["train.steps=3"]}, ConfigError, "train: part of the checkpoint"),
        ({"model": "rug"}, CheckpointError, "no checkpoint"),
        ({"model": "rug", "settings": ["max_steps=3"]}, ConfigError, "did you mean strategy.max_steps?"),
        ({"model": "uniform", "env": "toy", "settings": ["max_steps=3"]}, ConfigError, "mean strategy.max_steps?"),
        ({"model": "uniform", "env": "toy", "settings": ["lr=3"]}, ConfigError, "did you mean train.lr?"),
    ],
)
def test_mistakes_are_one_line(plugins, monkeypatch, tmp_path, arguments, error, message):
    monkeypatch.setenv("FWD_HOME", str(tmp_path))
    (tmp_path / "models" / "rug").mkdir(parents=True)
    with pytest.raises(error, match=message) as caught:
        fwd.load_prover(**arguments, plugins=plugins)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def run(plugins, tmp_path_factory):
    """A run with a checkpoint of a tiny model that has learned nothing."""
    from fwd.model.checkpoint import save
    from fwd.model.transformer import Transformer

    config = resolve(plugins, "toy", assignments=["model.n_layers=1", "engine.precision=fp32"])
    codec = ToyCodec(ToyEnv(config.env))
    model = Transformer(config.model, len(codec.vocabulary), codec.descriptions())
    folder = tmp_path_factory.mktemp("run")
    save(folder, 7, config, codec.vocabulary, model, {}, {}, keep=1)
    return folder


def test_a_checkpoint_knows_its_env(plugins, toy, run):
    prover = fwd.load_prover(str(run), "sampling", settings=["engine.slots=5"], plugins=plugins)
    assert (prover.env.name, prover.policy.slots) == ("toy", 5)
    goals = ToyHuman(toy).goals("valid")[:6]
    searches = list(prover.prove(goals, trials=2))
    assert len(searches) == 12
    assert all(search.stopped and search.tokens for search in searches)
    player = load_player(plugins, str(run))
    assert (player.step, player.model, player.policy.slots) == (7, str(run), 64)


def test_settings_of_a_checkpoint_leave_its_vocabulary_alone(plugins, run):
    player = load_player(plugins, str(run), settings=["env.proofs=120"])
    assert player.env.config.proofs == 120
    with pytest.raises(CheckpointError, match="does not know the tokens"):
        load_player(plugins, str(run), settings=["env.max_facts=16"])
    with pytest.raises(UserError, match="trained for the env 'toy', not 'chess'"):
        load_player(plugins, str(run), env="chess")


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("answers/prove.json", "an output of fwd prove, not a model"),
        ("graphs/actor-0/seg-000000000000-4.mdb", "a proof store, not a model"),
        ("many/sweep.toml", "a sweep, not one model"),
        ("weights", "a file, not a model"),
    ],
)
def test_what_is_no_model_is_called_what_it_is(plugins, tmp_path, made, what):
    path = tmp_path / made
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    with pytest.raises(CheckpointError, match=f"{what}: give "):
        fwd.load_prover(str(tmp_path / made.split("/")[0]), plugins=plugins)


def test_an_env_by_its_name(plugins):
    env = fwd.load_env("toy", settings=["env.max_facts=9"], plugins=plugins)
    assert (env.name, env.config.max_facts) == ("toy", 9)
    with pytest.raises(PluginError, match="did you mean 'toy'"):
        fwd.load_env("tpy", plugins=plugins)


def test_without_any_env_it_is_said_what_to_install():
    with pytest.raises(PluginError, match=r"none is installed; an env comes with a plugin, .* fwd-plugin-NAME"):
        fwd.load_env("toy", plugins=PluginSet.of())


def test_a_strategy_of_ones_own(plugins, toy):
    mine = Sampling(SamplingConfig(max_steps=7))
    prover = fwd.load_prover("uniform", mine, env="toy", plugins=plugins)
    assert prover.strategy is mine
    assert next(prover.prove(ToyHuman(toy).goals("valid"))).stopped
    with pytest.raises(ConfigError, match="has its settings already"):
        fwd.load_prover("uniform", mine, env="toy", settings=["strategy.max_steps=3"], plugins=plugins)


def test_the_uniform_prover_needs_neither_torch_nor_lmdb():
    source = """
import sys, fwd
from fwd.plugins import PluginSet
fwd.load_prover("uniform", env="toy", plugins=PluginSet.of("fwd.testing.toy_plugin"))
sys.exit(", ".join({"torch", "lmdb"} & set(sys.modules)) or 0)
"""
    result = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert (result.stderr.strip(), result.returncode) == ("", 0)
