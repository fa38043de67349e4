"""Contracts: what every part that a plugin brings must keep, as test classes to subclass.

A contract has one method per promise; what the method takes by name are pytest fixtures of the module:

    from fwd.testing import EnvContract

    @pytest.fixture(scope="module")
    def env():
        return ChessEnv(ChessConfig())

    ...

    class TestChess(EnvContract):
        pass

`violations` runs the same methods without pytest, which is how `fwd plugins check` and the tests of the deliberate
liars (`fwd.testing.liars`) use them.
"""

from fwd.testing.contracts.codec import CodecContract
from fwd.testing.contracts.dataset import DatasetContract
from fwd.testing.contracts.env import EnvContract
from fwd.testing.contracts.gates import GatesContract
from fwd.testing.contracts.parts import ChoiceContract, ExternalContract, LauncherContract
from fwd.testing.contracts.running import promises, violations
from fwd.testing.contracts.strategy import StrategyContract

__all__ = [
    "ChoiceContract",
    "CodecContract",
    "DatasetContract",
    "EnvContract",
    "ExternalContract",
    "GatesContract",
    "LauncherContract",
    "StrategyContract",
    "promises",
    "violations",
]
