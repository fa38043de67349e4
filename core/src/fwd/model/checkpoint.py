"""Checkpoints: folders that are either complete or not there.

    RUN/checkpoints/step-00001200/
        model.safetensors      weights
        model.json             what the weights are of: config, env, vocabulary, step; sizes and hashes of the rest
        optimizer.safetensors  the optimiser's state, flat
        trainer.json           where the data was, and what else a resumed run needs

A checkpoint is written to a temporary name, flushed to the disk and renamed. No file is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import safetensors.torch
from attrs import frozen
from safetensors import SafetensorError
from torch import Tensor

from fwd.api import Codec, Env, Vocabulary
from fwd.config import RunConfig, unstructure
from fwd.errors import CheckpointError, UserError
from fwd.files import regular
from fwd.model.transformer import Transformer
from fwd.plugins import PluginSet, load_env
from fwd.screen import say

FORMAT = 1
FOLDER = "checkpoints"
TEMPORARY = ".writing-"
ADVICE = "; use another checkpoint"
_NAME = re.compile(r"step-\d+")


@frozen(eq=False)
class Checkpoint:
    """A loaded model with everything that it needs to prove."""

    config: RunConfig
    env: Env
    codec: Codec
    model: Transformer
    step: int
    path: Path


def save(
    run: Path,
    step: int,
    config: RunConfig,
    vocabulary: Vocabulary,
    model: Transformer,
    optimiser: Mapping[str, Tensor],
    trainer: Mapping[str, Any],
    keep: int,
) -> Path:
    """Write the checkpoint of a step, drop all but the newest `keep`, and return its folder. Raises `UserError` if the
    disk is full or not writable; what was there before stays."""
    parent = run / FOLDER
    final = parent / f"step-{step:08d}"
    files = {
        "model.safetensors": safetensors.torch.save({name: t.contiguous() for name, t in model.state_dict().items()}),
        "optimizer.safetensors": safetensors.torch.save({name: t.contiguous() for name, t in optimiser.items()}),
        "trainer.json": json.dumps(dict(trainer)).encode(),
    }
    about = {
        "format": FORMAT,
        "step": step,
        "config": unstructure(config),
        "vocabulary": {"fingerprint": vocabulary.fingerprint, "tokens": list(vocabulary.tokens)},
        "files": {name: {"bytes": len(data), "sha256": _digest(data)} for name, data in files.items()},
    }
    files["model.json"] = json.dumps(about).encode()
    temporary = parent / f"{TEMPORARY}{final.name}"
    with writing(final):
        parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            for name, data in files.items():
                _write(temporary / name, data)
            _flush(temporary)
            if final.exists():
                _remove(final)
            temporary.rename(final)
            _flush(parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        for old in _folders(run)[max(1, keep) :]:
            _remove(old)
        sweep(run)
    return final


def steps(run: Path) -> list[int]:
    """The training steps of which a run has a checkpoint, newest first, by their names alone."""
    return [int(folder.name.removeprefix("step-")) for folder in _folders(run)]


def newest(path: Path) -> Path:
    """The newest whole checkpoint of a run, or `path` itself if it is a checkpoint; see `whole`."""
    return whole(path)[0]


def whole(path: Path, tell: Callable[[str], None] = say, training: bool = False) -> tuple[Path, dict[str, Any]]:
    """The newest checkpoint of a run that is as it was written, or `path` itself if it is a checkpoint, with what its
    model.json says. Those that are damaged are passed over; `tell` is given a line for each. With `training`, what only
    a resumed run needs must be whole as well. Raises `CheckpointError` if none is left."""
    if not path.is_dir():
        raise CheckpointError(f"{path}: no such folder; name a run (--out of `fwd train`) or one of its checkpoints")
    if (path / "model.json").exists():
        return path, _sound(path, training)
    mistakes = []
    for folder in _folders(path):
        try:
            found = folder, _sound(folder, training)
        except CheckpointError as error:
            mistakes.append(str(error))
            continue
        for mistake in mistakes:
            tell(f"{mistake.removesuffix(ADVICE)}; {folder.name} is used instead")
        return found
    raise CheckpointError(mistakes[0] if mistakes else f"{path}: no checkpoint in it (yet)")


def set_aside_after(run: Path, step: int) -> list[Path]:
    """Keep the checkpoints of a run that are newer than that of `step` under names that nobody takes for them, so that
    the run goes on from there; where they are now. Raises `CheckpointError` if there is none of that step."""
    known = steps(run)
    if step not in known:
        there = f"there are {', '.join(map(str, sorted(known)))}" if known else "there are none"
        raise CheckpointError(f"{run}: no checkpoint of step {step}; {there}")
    moved = []
    for folder in _folders(run):
        if int(folder.name.removeprefix("step-")) > step:
            place = folder.with_name(f"aside-{time.time_ns()}-{folder.name}")
            with writing(place):
                folder.rename(place)
            moved.append(place)
    return moved


def sweep(run: Path) -> None:
    """Take away what a process that was killed left of checkpoints that it wrote or removed. For whoever holds the
    run alone."""
    for rest in (run / FOLDER).glob(f"{TEMPORARY}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _sound(folder: Path, training: bool) -> dict[str, Any]:
    """What `inspect` says, after a look at the content of the files that are needed."""
    about = inspect(folder)
    for name in about["files"]:
        if training or name == "model.safetensors":
            _read(folder, about, name)
    return about


def inspect(folder: Path) -> dict[str, Any]:
    """The contents of a checkpoint's model.json, after a look at the sizes of all files. Raises `CheckpointError`."""
    try:
        with regular(folder / "model.json") as file:
            about = json.load(file)
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise CheckpointError(f"{folder}: not a checkpoint of format {FORMAT}")
        for name, file in about["files"].items():
            size = (folder / name).stat().st_size
            if size != file["bytes"]:
                raise CheckpointError(
                    f"{folder / name}: {size} bytes instead of {file['bytes']}; use another checkpoint"
                )
        if not _described(about):
            raise ValueError
    except OSError as error:
        raise CheckpointError(f"{error.filename}: {error.strerror}; use another checkpoint") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{folder / 'model.json'}: corrupt; use another checkpoint") from error
    return about


def _described(about: Mapping[str, Any]) -> bool:
    """Whether what a model.json says of its model is of the kinds that `save` writes; its files lie beside it."""
    vocabulary = about["vocabulary"]
    texts = [vocabulary["fingerprint"], *vocabulary["tokens"], *about["files"]]
    return (
        type(about["step"]) is int
        and about["step"] >= 0
        and isinstance(about["config"], dict)
        and isinstance(vocabulary["tokens"], list)
        and all(isinstance(text, str) for text in texts)
        and all("/" not in name for name in about["files"])
    )


def load_checkpoint(path: Path, plugins: PluginSet) -> Checkpoint:
    """The model of a checkpoint folder, or of a run's newest complete checkpoint, with its env and codec.

    Raises `CheckpointError` if it is missing, corrupt or made with another vocabulary, `UserError` if its env cannot be
    built here.
    """
    folder, about = whole(path)
    config = RunConfig.loads(about["config"], plugins)
    env, codec = load_env(plugins.env(config.run.env), config.env)
    match_vocabulary(folder, about, codec.vocabulary)
    model = Transformer(config.model, len(codec.vocabulary), codec.descriptions())
    restore_weights(folder, about, model)
    return Checkpoint(config, env, codec, model, about["step"], folder)


def match_vocabulary(folder: Path, about: Mapping[str, Any], here: Vocabulary) -> None:
    """Raise `CheckpointError`, with what differs, unless the checkpoint's tokens are those of the codec here."""
    theirs = about["vocabulary"]
    if theirs["fingerprint"] == here.fingerprint:
        return
    old, new = set(theirs["tokens"]), set(here.tokens)
    gone, added = sorted(old - new), sorted(new - old)
    parts = [f"{len(gone)} of its tokens are unknown here ({_some(gone)})"] if gone else []
    parts += [f"{len(added)} tokens here are new to it ({_some(added)})"] if added else []
    difference = " and ".join(parts) or "the same tokens come in another order"
    raise CheckpointError(
        f"{folder}: the checkpoint has another vocabulary: {difference}; use the env it was trained on"
    )


def restore_weights(folder: Path, about: Mapping[str, Any], model: Transformer) -> None:
    """Load the weights into a model of the same config. Raises `CheckpointError` if they do not fit."""
    weights = read_tensors(folder, about, "model.safetensors")
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(
            f"{folder / 'model.safetensors'}: the weights do not fit the config beside them"
        ) from error


def read_tensors(folder: Path, about: Mapping[str, Any], name: str) -> dict[str, Tensor]:
    """The tensors of a file whose hash is the one that model.json has. Raises `CheckpointError`."""
    try:
        return safetensors.torch.load(_read(folder, about, name))
    except SafetensorError as error:
        raise CheckpointError(f"{folder / name}: corrupt; use another checkpoint") from error


def read_trainer(folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """The trainer's state. Raises `CheckpointError`."""
    try:
        return json.loads(_read(folder, about, "trainer.json"))
    except ValueError as error:
        raise CheckpointError(f"{folder / 'trainer.json'}: corrupt; use another checkpoint") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into one line for the user."""
    try:
        yield
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; make room or choose another folder"
        ) from error


def _folders(run: Path) -> list[Path]:
    """Folders under final names, newest first."""
    parent = run / FOLDER
    if not parent.is_dir():
        return []
    return sorted((one for one in parent.iterdir() if _NAME.fullmatch(one.name) and one.is_dir()), reverse=True)


def _read(folder: Path, about: Mapping[str, Any], name: str) -> bytes:
    try:
        with regular(folder / name) as file:
            data = file.read()
    except OSError as error:
        raise CheckpointError(f"{folder / name}: {error.strerror}; use another checkpoint") from error
    if _digest(data) != about["files"].get(name, {}).get("sha256"):
        raise CheckpointError(
            f"{folder / name}: corrupt (its hash is not the one in model.json); use another checkpoint"
        )
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _some(tokens: list[str]) -> str:
    return ", ".join(repr(token) for token in tokens[:3]) + (", ..." if len(tokens) > 3 else "")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    """Take a checkpoint away: first its name, so that no half of it is ever found."""
    doomed = folder.with_name(f"{TEMPORARY}old-{folder.name}")
    shutil.rmtree(doomed, ignore_errors=True)
    folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
