"""The second toy keeps the contracts, and searches of many graphs fare alike whatever comes first in its steps."""

import pytest
from fwd.prover import Prover
from fwd.search.beam import Beam, BeamConfig
from fwd.search.best_first import BestFirst, BestFirstConfig
from fwd.testing import CodecContract, DatasetContract, EnvContract
from fwd.testing.clauses import ClausesCodec, ClausesConfig, ClausesDrill, ClausesEnv
from fwd.uniform import UniformPolicy

CONFIG = ClausesConfig(proofs=60, valid=10)


@pytest.fixture(scope="module", params=[False, True], ids=["label first", "pointers first"])
def make_env(request):
    return lambda: ClausesEnv(ClausesConfig(proofs=60, valid=10, pointers_first=request.param))


@pytest.fixture(scope="module")
def env(make_env):
    return make_env()


@pytest.fixture(scope="module")
def make_codec(env):
    return lambda: ClausesCodec(env)


@pytest.fixture(scope="module")
def codec(make_codec):
    return make_codec()


@pytest.fixture(scope="module")
def make_dataset(env):
    return lambda: ClausesDrill(env)


@pytest.fixture(scope="module")
def dataset(make_dataset):
    return make_dataset()


@pytest.fixture(scope="module")
def proofs(dataset):
    return dataset.proofs("train")[:12]


class TestEnv(EnvContract):
    """The second toy."""


class TestCodec(CodecContract):
    """Both of its grammars."""


class TestDataset(DatasetContract):
    """Its proofs."""


@pytest.mark.parametrize(
    "strategy", [BestFirst(BestFirstConfig(expansions=20)), Beam(BeamConfig(width=2, max_depth=8))]
)
def test_few_labels_in_front_are_no_hindrance(strategy):
    """If searches branched on first tokens only, the label would cost best-first ten points."""

    def proved(pointers_first: bool) -> float:
        env = ClausesEnv(ClausesConfig(pointers_first=pointers_first, proofs=220))
        data = ClausesDrill(env)
        goals = data.goals("valid")
        found = list(Prover(UniformPolicy(ClausesCodec(env)), env, strategy).prove(goals))
        return sum(search.solved for search in found) / len(goals)

    assert proved(False) >= proved(True) - 0.05
