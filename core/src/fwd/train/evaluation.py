"""The number to watch: the share of valid goals that greedy decoding proves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import torch
from attrs import frozen

from fwd.api import Codec, Dataset, Env
from fwd.config import structure
from fwd.model.policy import ModelPolicy
from fwd.model.transformer import Transformer
from fwd.plugins import PluginSet, load
from fwd.prover import Prover
from fwd.settings import EngineConfig


@frozen(eq=False)
class Evaluation:
    """Greedy proving on the valid split of a dataset."""

    plugins: PluginSet
    env: Env
    codec: Codec
    dataset: Dataset
    engine: EngineConfig
    limit: int | None

    def run(self, model: Transformer, stopped: Callable[[], bool]) -> dict[str, float]:
        """Metrics of the model as it is; empty if `stopped` says so before the end."""
        started = time.perf_counter()
        spec = self.plugins.strategies.get("greedy")
        strategy = load(spec.factory)(structure(load(spec.config), {}))
        threads = torch.get_num_threads()
        try:
            policy = ModelPolicy(model, self.codec, self.engine, "training")
            goals = itertools.islice(self.dataset.goals("valid"), self.limit)
            tried = proved = steps = 0
            for search in Prover(policy, self.env, strategy).prove(goals):
                tried += 1
                proved += search.solved
                steps += search.steps
                if stopped():
                    return {}
        finally:
            torch.set_num_threads(threads)
        seconds = time.perf_counter() - started
        return {
            f"{self.env.name}_valid_fwd_proving-prop_proved": proved / tried if tried else 0.0,
            "evaluation_goals": tried,
            "evaluation_seconds": seconds,
            "evaluation_steps_per_second": steps / seconds,
        }
