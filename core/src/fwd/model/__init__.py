"""The model, its decoding engine and its checkpoints. Importing a module of this room loads torch."""

from fwd.model.transformer import Transformer

__all__ = ["Transformer"]
