"""The number to watch: the share of valid goals that greedy decoding proves."""

from __future__ import annotations

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
from fwd.train.group import Group


@frozen(eq=False)
class Evaluation:
    """Greedy proving on the valid split of a dataset; several trainers deal the goals out."""

    plugins: PluginSet
    env: Env
    codec: Codec
    dataset: Dataset
    engine: EngineConfig
    limit: int | None
    group: Group

    def run(self, model: Transformer, stopped: Callable[[], bool]) -> dict[str, float]:
        """Metrics of the model as it is; empty if `stopped` says so on any trainer before the end."""
        started = time.perf_counter()
        spec = self.plugins.strategies.get("greedy")
        strategy = load(spec.factory)(structure(load(spec.config), {}))
        threads = torch.get_num_threads()
        try:
            policy = ModelPolicy(model, self.codec, self.engine, "training")
            goals = self.dataset.goals("valid")[: self.limit]
            tried = proved = steps = halted = 0
            for search in Prover(policy, self.env, strategy).prove(goals[self.group.rank :: self.group.size]):
                tried += 1
                proved += search.solved
                steps += search.steps
                halted = int(stopped())
                if halted:
                    break
        finally:
            torch.set_num_threads(threads)
        tried, proved, steps, halted = map(int, self.group.sum([tried, proved, steps, halted]))
        if halted:
            return {}
        seconds = time.perf_counter() - started
        return {
            f"{self.env.name}_valid_fwd_proving-prop_proved": proved / tried if tried else 0.0,
            "evaluation_goals": tried,
            "evaluation_seconds": seconds,
            "evaluation_steps_per_second": steps / seconds,
        }
