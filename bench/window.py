"""What it takes to begin with a store that many actors have filled: CPU seconds and memory of a cold refresh.

    .venv/bin/python bench/window.py [--writers 200] [--records 500] [--window 50000] [--json]

Each writer has the same graphs, of real searches in the equations env, in segments of a hundred. After the cold refresh
one writer adds a segment, and the window takes that in.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from attrs import evolve
from fwd.loading import load_player
from fwd.plugins import PluginSet
from fwd.settings import GeneratedConfig, StoreConfig
from fwd.store import ProofReader, ProofWriter, adopt
from fwd.train.generated import GeneratedProofs
from store import searched


def fill(store: Path, shard: Path, writers: int, records: int) -> None:
    """A store of so many writers, who all saw a new checkpoint every fifty searches."""
    different = searched(min(records, 500))
    with ProofWriter(shard, "one", StoreConfig(seal_records=100)) as writer:
        for number, record in enumerate(islice(cycle(different), records)):
            writer.append(evolve(record, model_step=number // 50 * 10))
    for number in range(writers):
        adopt(store, f"actor-{number}", shard / "one")


def measured(dataset: GeneratedProofs) -> dict[str, float]:
    """CPU seconds of a refresh, and the megabytes by which the largest size of this process grew."""
    before, cpu = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    dataset.refresh()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"cpu_seconds": round(time.process_time() - cpu, 2), "megabytes": round(grown / 1024)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writers", type=int, default=200)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--window", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        store, shard = Path(name) / "store", Path(name) / "shard"
        filling = multiprocessing.get_context("spawn").Process(
            target=fill, args=(store, shard, options.writers, options.records)
        )
        filling.start()
        filling.join()
        env = load_player(PluginSet.discover(), "uniform", env="equations", preset="debug").env
        dataset = GeneratedProofs(env, store, GeneratedConfig(window=options.window))
        cold = measured(dataset)
        newest = [entry.record for entry in ProofReader(shard)][-100:]
        with ProofWriter(store, "actor-0") as writer:
            writer.extend(evolve(one, model_step=10**6) for one in newest)
        figures = {"cold": cold, "one segment more": measured(dataset)}
        graphs = dataset.stats()["graphs"]
    if options.json:
        print(json.dumps({**figures, "graphs": graphs}))
        return
    for what, of in figures.items():
        print(f"{what}: {of['cpu_seconds']} CPU s, {of['megabytes']} MB more; {graphs} graphs in the window")


if __name__ == "__main__":
    main()
