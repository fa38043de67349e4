"""A small model that several test files ask."""

from __future__ import annotations

import torch
from fwd.api import Codec
from fwd.model import Transformer
from fwd.settings import ModelConfig


def decided(config: ModelConfig, codec: Codec) -> Transformer:
    """Random weights, but larger than those that training begins with: then odds differ by more than rounding."""
    torch.manual_seed(2)
    model = Transformer(config, len(codec.vocabulary), codec.descriptions())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2.5)
    return model
