"""How the trainers of a run find each other: the first one opens a port and says in the run's folder which.

No port is agreed on before and no name of a machine needs to resolve.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch.distributed import Store, TCPStore  # type: ignore[attr-defined]

from fwd.errors import DeathError, UserError
from fwd.files import replace
from fwd.launch import World
from fwd.train.group import Group

MEET_SECONDS = 300.0
"""After which a trainer gives up on the others."""
PATIENCE = timedelta(hours=12)
"""Longest wait for another trainer within a run: it may be waiting for data. One that dies is noticed at once."""


@contextmanager
def trainers(run: Path, place: World, count: int) -> Iterator[Group]:
    """The group of the first `count` processes of a run. Raises `UserError` if the others do not come,
    and `DeathError` if one leaves."""
    if count == 1:
        yield Group()
        return
    if place.here == place.size:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    store = _store(run, place)
    backend = _backend(store, place.rank, count)
    dist.init_process_group(backend, store=store, rank=place.rank, world_size=count, timeout=PATIENCE)
    try:
        yield Group(place.rank, count)
    except RuntimeError as error:
        if not isinstance(error, dist.DistError) and "onnection" not in str(error):
            raise
        raise DeathError("another trainer ended") from error
    finally:
        dist.destroy_process_group()


def _store(run: Path, place: World) -> Store:
    """The trainers' common store, which the first of them serves."""
    path = run / f".meeting-{place.launch}.json"
    if place.rank == 0:
        address = "127.0.0.1" if place.here == place.size else _address()
        store = TCPStore(address, 0, is_master=True, wait_for_workers=False, timeout=PATIENCE)
        for old in run.glob(".meeting-*.json"):
            old.unlink(missing_ok=True)
        replace(path, json.dumps({"address": address, "port": store.port}))
        return store
    deadline = time.monotonic() + MEET_SECONDS
    while time.monotonic() < deadline:
        if path.exists():
            told = json.loads(path.read_bytes())
            try:
                store = TCPStore(told["address"], told["port"], timeout=timedelta(seconds=10))
            except (dist.DistError, RuntimeError):
                continue
            store.set_timeout(PATIENCE)
            return store
        time.sleep(0.05)
    raise UserError(f"the first trainer did not say in {path} how to reach it")


def _backend(store: Store, rank: int, count: int) -> str:
    """NCCL between GPUs where each trainer has one to itself, as NCCL wants it; gloo otherwise."""
    mine = str(torch.cuda.get_device_properties(torch.cuda.current_device()).uuid) if torch.cuda.is_available() else ""
    store.set(f"gpu-{rank}", mine)
    found = {store.get(f"gpu-{one}") for one in range(count)}
    return "cpu:gloo,cuda:nccl" if len(found) == count and b"" not in found else "gloo"


def _address() -> str:
    """This machine's address as others see it: that of the interface on the way out. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("10.255.255.255", 1))
        return str(probe.getsockname()[0])
