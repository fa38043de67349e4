"""Trainers that learn together: each computes the gradients of its part of every batch, all take the same step."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
import torch.distributed as dist
from attrs import frozen
from torch import Tensor, nn

from fwd.errors import UserError
from fwd.screen import say

TELL_SECONDS = 30.0
"""After so long a wait for the others a trainer says so, and again."""


@frozen
class Group:
    """What a trainer shares with the others. With a single one everything stays as it is; with more, the default
    process group of `torch.distributed` has them all, and every call is made by all of them in the same order."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the trainer that speaks for all: it saves, logs and keeps the clock."""
        return self.rank == 0

    def spread(self, model: nn.Module) -> None:
        """Give all trainers the parameters of the first."""
        if self.size > 1:
            for tensor in model.state_dict().values():
                dist.broadcast(tensor, 0)

    def compare(self, model: nn.Module) -> None:
        """Make sure that all trainers have the same parameters, to the last bit. Raises `UserError` if they have
        drifted apart: then a machine or a library does not compute what the others do."""
        if self.size == 1:
            return
        digest = hashlib.blake2b(digest_size=16)
        for tensor in model.state_dict().values():
            digest.update(tensor.cpu().contiguous().view(torch.uint8).numpy().tobytes())
        (wanted,) = self.share([digest.digest()], 0)
        if any(self.sum([float(digest.digest() != wanted)])):
            raise UserError("the trainers' parameters have drifted apart: go on with the run by --resume")

    def sum_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Add up the gradients of all trainers, in one message."""
        if self.size == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        with self._patience():
            dist.all_reduce(flat)
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()

    def sum(self, values: Sequence[float]) -> list[float]:
        """Sums over all trainers."""
        if self.size == 1:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.float64)
        with self._patience():
            dist.all_reduce(tensor)
        return tensor.tolist()

    def share(self, frames: Sequence[bytes], source: int) -> list[bytes]:
        """What trainer `source` has, on all of them; the others' `frames` are not looked at."""
        if self.size == 1:
            return list(frames)
        mine = self.rank == source
        (count,) = self._send(torch.tensor([len(frames)]), source).tolist()
        if not count:
            return []
        sizes = self._send(torch.tensor([len(one) for one in frames] if mine else [0] * count), source).tolist()
        return [self._frame(frames[place] if mine else b"\0" * size, source) for place, size in enumerate(sizes)]

    def _frame(self, content: bytes, source: int) -> bytes:
        """One frame; the receiver's `content` has its length."""
        if not content:
            return b""
        return self._send(torch.frombuffer(bytearray(content), dtype=torch.uint8), source).numpy().tobytes()

    def _send(self, tensor: Tensor, source: int) -> Tensor:
        with self._patience():
            dist.broadcast(tensor, source)
        return tensor

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Say so if the others are waited for long: one may be stopped, or wait for its data."""
        began = time.monotonic()

        def tell() -> None:
            nonlocal timer
            say(f"trainer {self.rank} has waited {time.monotonic() - began:.0f} s for the other trainers")
            timer = _timer(tell)

        timer = _timer(tell)
        try:
            yield
        finally:
            timer.cancel()


def _timer(call: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(TELL_SECONDS, call)
    timer.daemon = True
    timer.start()
    return timer
