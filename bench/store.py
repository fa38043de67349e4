"""Speed of the proof store: graphs a second that one writer appends, and that a reader gets back.

    .venv/bin/python bench/store.py [--graphs 20000] [--batch 100] [--repeat 3] [--json]

Graphs come from real searches: even draws from the grammar of the equations env, each with all that it derived. A
writer packs, compresses and commits them in batches; sealing is part of its time. The reader checks digests, unpacks
and decodes. Each figure is the best of the repeats, by wall-clock time with what the disk takes, and by CPU time, which
other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

from fwd.loading import load_player, load_strategy
from fwd.plugins import PluginSet, load
from fwd.prover import Prover
from fwd.store import ProofReader, ProofRecord, ProofWriter


def searched(count: int) -> list[ProofRecord]:
    """So many different graphs of searches."""
    plugins = PluginSet.discover()
    player = load_player(plugins, "uniform", env="equations", preset="debug")
    human = load(plugins.env("equations").datasets["human"])(player.env)
    prover = Prover(player.policy, player.env, load_strategy(plugins, "sampling", {"max_steps": 12}))
    about = {"env": "equations", "fingerprint": player.env.fingerprint, "strategy": "sampling", "model": "uniform"}
    searches = islice(prover.prove(cycle(human.goals("train"))), count)
    return [ProofRecord.of(search, **about) for search in searches]


def rates(work: Callable[[], int]) -> tuple[float, float]:
    """Units of work in a second of wall-clock time, and of CPU time."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    return done / (time.perf_counter() - wall), done / (time.process_time() - cpu)


def write(store: Path, records: Sequence[ProofRecord], batch: int) -> int:
    """Append all records."""
    with ProofWriter(store, "actor-0") as writer:
        for start in range(0, len(records), batch):
            writer.extend(records[start : start + batch])
    return len(records)


def best(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The better of two measurements, each by its own clock."""
    return max(one[0], other[0]), max(one[1], other[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    different = searched(2000)
    records = list(islice(cycle(different), options.graphs))
    written = got = (0.0, 0.0)
    size = 0.0
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            written = best(written, rates(lambda: write(folder, records, options.batch)))  # noqa: B023
            got = best(got, rates(lambda: sum(1 for _ in ProofReader(folder))))  # noqa: B023
            size = sum(path.stat().st_size for path in folder.rglob("*.mdb")) / len(records)
    facts = sum(len(one.facts) for one in different) / len(different)
    figures = {"written": written[0], "written_cpu": written[1], "read": got[0], "read_cpu": got[1]}
    if options.json:
        print(json.dumps({**figures, "bytes_per_graph": size, "facts_per_graph": facts}))
        return
    print(
        f"{platform.processor() or platform.machine()}, {options.graphs} graphs of {facts:.1f} facts, {size:.0f} bytes"
    )
    for what, (wall, cpu) in {"written": written, "read": got}.items():
        print(f"{what} {wall:,.0f} graphs/s, {cpu:,.0f} in a second of CPU time")


if __name__ == "__main__":
    main()
