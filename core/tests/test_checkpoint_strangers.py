"""A checkpoint from a stranger: what is no file is not read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    "wrong",
    [
        {"config": None},
        {"config": [1]},
        {"vocabulary": {"tokens": ["a"]}},
        {"vocabulary": {"tokens": [{}, 1], "fingerprint": "f"}},
        {"vocabulary": {"tokens": ["a"], "fingerprint": 5}},
        {"step": -1},
        {"step": True},
        {"files": {"../model.json": {"bytes": 0, "sha256": ""}}},
    ],
    ids=str,
)
def test_what_describes_no_model_is_refused(tmp_path: Path, wrong: dict[str, Any]):
    folder = tmp_path / "step"
    folder.mkdir()
    (tmp_path / "model.json").touch()
    about = {"format": 1, "step": 1, "config": {}, "vocabulary": {"tokens": ["a"], "fingerprint": "f"}, "files": {}}
    (folder / "model.json").write_text(json.dumps(about))
    assert inspect(folder)["step"] == 1
    (folder / "model.json").write_text(json.dumps(about | wrong))
    with pytest.raises(CheckpointError, match="corrupt"):
        inspect(folder)
