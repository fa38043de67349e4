"""For plugin authors: contracts that an env, codec, dataset or strategy must keep, and a toy env to test against."""

from fwd.testing.contracts import (
    CodecContract,
    DatasetContract,
    EnvContract,
    StrategyContract,
    promises,
    violations,
)

__all__ = ["CodecContract", "DatasetContract", "EnvContract", "StrategyContract", "promises", "violations"]
