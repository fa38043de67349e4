"""Gradients of one optimiser step, with a thread of the CPU on each microbatch.

Small models leave a core idle when one matrix product is split over several, so here every core works on a microbatch
of its own. Gradients are summed in the order of the microbatches and dropout is keyed by their number: the result
depends neither on timing nor on the number of threads. Several trainers deal the microbatches out; the sum is the same
up to rounding. A GPU is one core: it gets the microbatches one after the other.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import torch
from attrs import astuple, frozen
from torch import Tensor
from torch.nn import functional as F

from fwd.model.precision import matrix_products
from fwd.model.transformer import Dropout, Transformer
from fwd.settings import Precision
from fwd.train.batching import Microbatch
from fwd.train.group import Group


@frozen
class StepStats:
    """Sums over one optimiser step: the weighted loss (nats) and its weights, tokens with a loss and how many were
    predicted right, the same for the labels that open a step, and real tokens."""

    loss: float = 0.0
    weight: float = 0.0
    told: int = 0
    right: int = 0
    labels: int = 0
    labels_right: int = 0
    tokens: int = 0

    def __add__(self, other: StepStats) -> StepStats:
        return StepStats(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


class Gradients:
    """Computes gradients of the mean weighted loss into the parameters' `grad`. A context manager."""

    def __init__(
        self,
        model: Transformer,
        step_token: int,
        seed: int,
        precision: Precision,
        threads: int,
        group: Group | None = None,
    ) -> None:
        self.model = model
        self.group = group or Group()
        self.step_token = step_token
        self.seed = seed
        self.precision: Precision = precision
        # The embedding table is computed once a step; what it is made of gets its gradient through it.
        self.behind_table = [model.embedding, *(model.features.parameters() if model.features else ())]
        apart = {id(parameter) for parameter in self.behind_table}
        self.parameters = [parameter for parameter in model.parameters() if id(parameter) not in apart]
        self.device = model.embedding.device
        workers = threads if self.device.type == "cpu" else 1
        self.pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown(cancel_futures=True)

    def compute(self, step: int, batches: list[Microbatch]) -> StepStats:
        """Set `grad` of all parameters for optimiser step `step`. The sums are over this trainer's microbatches."""
        table = self.model.table()
        leaf = table.detach().requires_grad_()
        total = sum(float(batch.weights.sum()) for batch in batches)
        mine = list(enumerate(batches))[self.group.rank :: self.group.size]
        jobs = [self.pool.submit(self._one, step, n, batch, leaf, total) for n, batch in mine]
        stats = StepStats()
        gradients = [torch.zeros_like(leaf), *map(torch.zeros_like, self.parameters)] if not jobs else []
        for job in jobs:
            more, others = job.result()
            stats = stats + more
            for gradient, other in zip(gradients, others, strict=False):
                gradient += other
            gradients = gradients or others
        behind = torch.autograd.grad(table, self.behind_table, gradients[0], allow_unused=True)
        parameters = [*self.behind_table, *self.parameters]
        for parameter, gradient in zip(parameters, [*behind, *gradients[1:]], strict=True):
            parameter.grad = gradient
        self.group.sum_gradients(parameters)
        return stats

    def _one(
        self, step: int, number: int, batch: Microbatch, leaf: Tensor, total: float
    ) -> tuple[StepStats, list[Tensor]]:
        """Gradients of one microbatch's share of the loss: of the table first, then of `parameters`."""
        share = self.model.config.dropout
        key = ((self.seed * 1_000_003 + step) * 1_000_003 + number) % 2**63
        drop = Dropout(share, torch.Generator(self.device).manual_seed(key)) if share else None
        batch = batch.to(self.device)
        with matrix_products(self.precision, self.device):
            odds = self.model(leaf, batch.tokens, batch.rows, drop)
        losses = F.cross_entropy(odds.float(), batch.targets, reduction="none")
        loss = (losses * batch.weights).sum()
        gradients = torch.autograd.grad(loss / total, [leaf, *self.parameters])
        with torch.no_grad():
            stats = self._stats(batch, odds, float(loss))
        return stats, list(gradients)

    def _stats(self, batch: Microbatch, odds: Tensor, loss: float) -> StepStats:
        """Accuracies count step tokens only: those of weight 1."""
        of_steps = batch.weights == 1.0
        right = (odds.argmax(-1) == batch.targets) & of_steps
        labels = (batch.tokens.reshape(-1)[batch.rows] == self.step_token) & of_steps
        return StepStats(
            loss,
            float(batch.weights.sum()),
            int(of_steps.sum()),
            int(right.sum()),
            int(labels.sum()),
            int((right & labels).sum()),
            batch.size,
        )
