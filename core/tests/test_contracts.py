"""The toy keeps every contract, and every deliberate liar is caught by the promise that it breaks."""

import pytest
from fwd.api import Goal
from fwd.joint.choices import Human, HumanConfig
from fwd.launch.local import LocalConfig, LocalLauncher
from fwd.search.linear import Greedy, GreedyConfig, Sampling, SamplingConfig
from fwd.testing import (
    ChoiceContract,
    CodecContract,
    DatasetContract,
    EnvContract,
    ExternalContract,
    GatesContract,
    LauncherContract,
    StrategyContract,
    promises,
    violations,
)
from fwd.testing.liars import LIARS
from fwd.testing.liars.parts import Outsider
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman, ToySynthetic

CONFIG = ToyConfig(proofs=80, valid=10, test=10)


class ToyEnvContract(EnvContract):
    """With what only the toy can say."""

    spellings = (
        (Goal("g", "a<b", ("b<=c",)), Goal("g", " a < b", ("b <=c ", "b<=c")), Goal("h", "a<b", ("b<=c",))),
        (Goal("g", "a~b", (), ("a b",)), Goal("g", "a~b", (), ("b a",))),
    )


def fixtures(
    env=ToyEnv, codec=ToyCodec, dataset=ToyHuman, strategy=None, external=Outsider, choice=None, launcher=None
):
    """All that contracts ask for, over the toy, with one part exchanged."""
    honest = ToyEnv(CONFIG)
    actor = env(CONFIG)
    material = Stuff(honest)
    local = LocalLauncher(LocalConfig())
    return {
        "env": actor,
        "make_env": lambda: env(CONFIG),
        "codec": codec(honest),
        "make_codec": lambda: codec(honest),
        "dataset": dataset(honest),
        "make_dataset": lambda: dataset(honest),
        "make_strategy": strategy or (lambda limit: Sampling(SamplingConfig(max_steps=limit))),
        "external": external(actor),
        "material": material,
        "make_choice": lambda: choice(material) if choice else Human(HumanConfig(), material),
        "make_launcher": lambda: launcher(local) if launcher else local,
        "proofs": ToyHuman(honest).proofs("train")[:16],
    }


class Stuff:
    """What a choice of goals is made from."""

    def __init__(self, env: ToyEnv) -> None:
        data = ToyHuman(env)
        self.env, self.human, self.forbidden = env, data.goals("train"), data.goals("valid")
        self.held_out = data.held_out()


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


class TestEnv(ToyEnvContract):
    """The toy env."""


class TestGates(GatesContract):
    """Both gates and the grammar of the toy."""


class TestCodec(CodecContract):
    """The toy codec."""


class TestDatasets(DatasetContract):
    """Both toy datasets."""


class TestStrategies(StrategyContract):
    """Core's own strategies."""


CONTRACTS = {
    ToyEnvContract: "env",
    CodecContract: "codec",
    DatasetContract: "dataset",
    StrategyContract: "strategy",
    ExternalContract: "external",
    ChoiceContract: "choice",
    LauncherContract: "launcher",
    GatesContract: "",
}
"""Each contract with the part that it is about, if it is about one."""


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_honest_toy_breaks_nothing(contract):
    assert violations(contract, fixtures()) == {}


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught(liar):
    contract, promise = LIARS[liar]
    contract = ToyEnvContract if contract is EnvContract else contract
    part = CONTRACTS[contract] or ("env" if issubclass(liar, ToyEnv) else "codec")
    assert violations(contract, fixtures(**{part: liar}), only=promise)


def test_every_promise_has_a_liar():
    """A new promise comes with a new liar."""
    caught = {promise for _, promise in LIARS.values()}
    assert {one for contract in CONTRACTS for one in promises(contract)} == caught
