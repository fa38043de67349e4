"""The toy keeps every contract, and every deliberate liar is caught by the promise that it breaks."""

import pytest
from fwd.search.linear import Greedy, GreedyConfig, Sampling, SamplingConfig
from fwd.testing import CodecContract, DatasetContract, EnvContract, StrategyContract, promises, violations
from fwd.testing.liars import LIARS
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman, ToySynthetic

CONFIG = ToyConfig(proofs=80, valid=10, test=10)


def fixtures(env=ToyEnv, codec=ToyCodec, dataset=ToyHuman, strategy=None):
    """All that contracts ask for, over the toy, with one part exchanged."""
    honest = ToyEnv(CONFIG)
    actor = env(CONFIG)
    return {
        "env": actor,
        "make_env": lambda: env(CONFIG),
        "codec": codec(honest),
        "make_codec": lambda: codec(honest),
        "dataset": dataset(honest),
        "make_dataset": lambda: dataset(honest),
        "make_strategy": strategy or (lambda limit: Sampling(SamplingConfig(max_steps=limit))),
        "proofs": ToyHuman(honest).proofs("train")[:16],
    }


@pytest.fixture(scope="module")
def env():
    return ToyEnv(CONFIG)


@pytest.fixture(scope="module")
def make_env():
    return lambda: ToyEnv(CONFIG)


@pytest.fixture(scope="module")
def codec(env):
    return ToyCodec(env)


@pytest.fixture(scope="module")
def make_codec(env):
    return lambda: ToyCodec(env)


@pytest.fixture(scope="module", params=[ToyHuman, ToySynthetic])
def make_dataset(env, request):
    return lambda: request.param(env)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    return make_dataset()


@pytest.fixture(scope="module")
def proofs(env):
    return ToyHuman(env).proofs("train")[:16]


@pytest.fixture(params=["greedy", "sampling"])
def make_strategy(request):
    if request.param == "greedy":
        return lambda limit: Greedy(GreedyConfig(max_steps=limit))
    return lambda limit: Sampling(SamplingConfig(max_steps=limit))


class TestEnv(EnvContract):
    """The toy env."""


class TestCodec(CodecContract):
    """The toy codec."""


class TestDatasets(DatasetContract):
    """Both toy datasets."""


class TestStrategies(StrategyContract):
    """Core's own strategies."""


def test_the_honest_toy_breaks_nothing():
    assert violations(EnvContract, fixtures()) == {}


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught(liar):
    contract, promise = LIARS[liar]
    place = {EnvContract: "env", CodecContract: "codec", DatasetContract: "dataset", StrategyContract: "strategy"}
    assert violations(contract, fixtures(**{place[contract]: liar}), only=promise)


def test_every_promise_has_a_liar():
    """A new promise comes with a new liar."""
    caught = {promise for _, promise in LIARS.values()}
    everything = {
        one
        for contract in (EnvContract, CodecContract, DatasetContract, StrategyContract)
        for one in promises(contract)
    }
    assert everything == caught
