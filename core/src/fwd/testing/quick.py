"""The contracts of one installed env, run on a few of its own proofs: what `fwd plugins check` does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from fwd.api import Codec, Dataset, Env, Proof
from fwd.config import RunConfig
from fwd.errors import PluginError, UserError
from fwd.plugins import PluginSet, load
from fwd.testing.contracts import (
    CodecContract,
    DatasetContract,
    EnvContract,
    ExternalContract,
    GatesContract,
    promises,
    violations,
)
from fwd.testing.contracts.gates import unused
from fwd.testing.contracts.running import spread

PROOFS = 6
KNOWN = 400
"""Known proofs of a dataset that are looked through for labels."""
NOTE = "note"


class _QuickGates(GatesContract):
    tries = 600


class _QuickDataset(DatasetContract):
    draws = 40
    looks = 10


def quick_check(
    config: RunConfig, plugins: PluginSet, tolerated: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """Each promise as soon as it is judged: (what, complaint), with an empty complaint if it is kept; `NOTE` with what
    is worth knowing and no breach. `tolerated` are
    codes with which the env may reject a step that its grammar allows, beside those that the codec itself lists in an
    attribute of that name. Raises `PluginError` if the env has no dataset with proofs to look at."""
    spec = plugins.env(config.run.env)
    make_env, make_codec = load(spec.env), load(spec.codec)
    with closing(make_env(config.env)) as env:
        datasets = {name: load(factory)(env) for name, factory in spec.datasets.items()}
        codec = make_codec(env)
        fixtures: dict[str, Any] = {
            "env": env,
            "make_env": lambda: make_env(config.env),
            "codec": codec,
            "make_codec": lambda: make_codec(env),
            "proofs": sample(datasets, env),
        }
        quick_codec = type(
            "CodecContract", (CodecContract,), {"tolerated": tolerated | getattr(codec, "tolerated", frozenset())}
        )
        named = "" if env.name == spec.name else f"it calls itself {env.name!r}"
        yield f"env: has the name that it is registered by, {spec.name!r}", named
        yield from _judged("env", EnvContract, fixtures)
        yield from _judged("codec", quick_codec, fixtures)
        yield from _judged("gates", _QuickGates, fixtures)
        yield from _unused(env, codec, fixtures["proofs"], datasets)
        for name, dataset in datasets.items():
            factory = load(spec.datasets[name])
            more = {"dataset": dataset, "make_dataset": lambda factory=factory: factory(env)}
            yield from _judged(f"dataset {name}", _QuickDataset, fixtures | more)
        if spec.external is not None:
            yield from _outside(fixtures | {"external": load(spec.external)(env)})


def sample(datasets: dict[str, Dataset], env: Env) -> list[Proof]:
    """A few known proofs of two steps or more, some of them with hypotheses, of the first dataset that has any."""
    for dataset in datasets.values():
        proofs = [one for one in spread(dataset.proofs("train"), 200) if 2 <= one.steps <= 12]
        given = [one for one in proofs if one.goal.hypotheses]
        chosen = spread(given, PROOFS // 2)
        chosen += [one for one in spread(proofs, PROOFS) if one not in chosen][: PROOFS - len(chosen)]
        if len(chosen) > 1:
            return chosen
    raise PluginError(f"env {env.name!r} has no dataset with proofs in its train split to check it with")


def _unused(env: Env, codec: Codec, proofs: list[Proof], datasets: dict[str, Dataset]) -> Iterator[tuple[str, str]]:
    """A note of labels that no known proof uses, of some hundreds."""
    rng = random.Random(0)
    known = [proof for dataset in datasets.values() for proof in spread(dataset.proofs("train"), KNOWN)]
    known += [proof for dataset in datasets.values() for _ in range(KNOWN // 4) if (proof := dataset.draw(rng))]
    found = unused(env, codec, proofs, known)
    if found:
        some = ", ".join(found[:8]) + (", ..." if len(found) > 8 else "")
        yield NOTE, f"none of {len(known)} known proofs uses {some}"


def _outside(fixtures: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The external checker, or a note that its program is not there."""
    for what, complaint in _judged("external", ExternalContract, fixtures):
        missing = complaint.startswith(f"{UserError.__name__}: ")
        yield (NOTE, f"the external checker cannot be tried: {complaint}") if missing else (what, complaint)


def _judged(subject: str, contract: type, fixtures: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for promise in promises(contract):
        broken = violations(contract, fixtures, only=promise)
        yield f"{subject}: {promise.removeprefix('test_').replace('_', ' ')}", broken.get(promise, "")
