"""A checkpoint from a stranger: what is no file is not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fwd.errors import CheckpointError
from fwd.model.checkpoint import inspect, read_tensors


def test_pipes_and_devices_are_not_read(tmp_path: Path):
    os.mkfifo(tmp_path / "model.json")
    with pytest.raises(CheckpointError, match="not a regular file"):
        inspect(tmp_path)
    (tmp_path / "model.safetensors").symlink_to("/dev/zero")
    with pytest.raises(CheckpointError, match="not a regular file"):
        read_tensors(tmp_path, {"files": {}}, "model.safetensors")
