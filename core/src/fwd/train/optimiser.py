"""The optimiser and its schedule."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor

from fwd.errors import CheckpointError, ConfigError
from fwd.model.transformer import Transformer
from fwd.settings import TrainConfig


def adamw(model: Transformer, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW (Loshchilov & Hutter 2019) with decay on matrices only; norms keep their size."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.lr, betas=(config.beta1, config.beta2), fused=True)


def learning_rate(config: TrainConfig, step: int, minutes: float) -> float:
    """The rate of optimiser step `step` (from 0) after `minutes` of training: linear warm-up, then a cosine over the
    whole length of the run down to `lr_floor` of the peak."""
    warm = min(1.0, (step + 1) / max(1, config.warmup_steps))
    cosine = 0.5 * (1 + math.cos(math.pi * progress(config, step, minutes)))
    return config.lr * warm * (config.lr_floor + (1 - config.lr_floor) * cosine)


def progress(config: TrainConfig, step: int, minutes: float) -> float:
    """How much of the run is done, 0 to 1. Raises `ConfigError` unless its length is set exactly once."""
    if (config.steps is None) == (config.minutes is None):
        raise ConfigError("set exactly one of train.steps and train.minutes, for example --set train.minutes=60")
    done = step / max(1, config.steps) if config.steps is not None else minutes / max(1e-9, config.minutes or 0.0)
    return min(1.0, done)


_MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def flat_state(model: Transformer, optimiser: torch.optim.AdamW) -> dict[str, Tensor]:
    """The optimiser's state as named tensors: "exp_avg.<parameter>" and so on. Empty before its first step."""
    return {
        f"{moment}.{name}": optimiser.state[parameter][moment]
        for name, parameter in model.named_parameters()
        if parameter in optimiser.state
        for moment in _MOMENTS
    }


def restore_state(model: Transformer, optimiser: torch.optim.AdamW, flat: dict[str, Tensor], where: Path) -> None:
    """Put `flat_state` back. Raises `CheckpointError` if it is not of this model."""
    if not flat:
        return
    for name, parameter in model.named_parameters():
        names = {moment: f"{moment}.{name}" for moment in _MOMENTS}
        state = {moment: flat[key].to(parameter.device) for moment, key in names.items() if key in flat}
        if not state:
            continue  # a parameter that never had a gradient
        if len(state) < len(_MOMENTS) or state["exp_avg"].shape != parameter.shape:
            raise CheckpointError(f"{where / 'optimizer.safetensors'}: not of this model; use another checkpoint")
        optimiser.state[parameter].update(state)
