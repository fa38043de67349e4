"""The decoding engine against what one would do without it, in one run, on the same weights, goals and transcripts.

    python bench/engine.py                 everything: about an hour
    python bench/engine.py --quick         one model, one number of searches: two minutes
    python bench/engine.py --sizes 5M --searches 256 --lengths full --json

Goals are theorems of set.mm, steps are drawn from the strong grammar with random weights, graphs are of all depths. In
each setting it measures, one after the other, on one thread and all in fp32 unless told otherwise:

(i)    this engine under `fwd.Prover`, everything included;
(ii)   re-encoding the transcript at every step, in plain torch with a cache within the step, no grammar and no env;
(ii*)  the same within this engine, grammar and env included: what the cache alone is worth;
(iii)  `transformers`, `generate` called for every step, no grammar and no env;
(iv)   the matrix products of (i), nothing else.

Then (i) once more in the engine's default types (what is cached are bytes, and matrices are bf16 where the processor is
made for it): `default_ratio` compares it with (ii) in fp32, `default_limit_share` with (iv) in its own types.

Peers that are not installed are left out. Steps that (i) and (ii*) write first must be the same, token by token.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import resource
import sys
import traceback
from functools import partial
from typing import Any

from attrs import evolve
from contests import machine
from engine_work import LENGTHS, SIZES, Meter, MeteredEnv, MeteredPolicy, Over, Reencoding, Resumed, World, endless
from fwd.settings import EngineConfig

ROOM = 900
"""Most tokens of a transcript that a search begins with; the model has room for `CONTEXT`."""
CONTEXT = 1024


def main() -> int:
    """Measure and print."""
    options = _options()
    found = []
    for lengths in options.lengths:
        world = World.of(lengths)
        for size in options.sizes:
            for searches in options.searches:
                print(f"{lengths}, {size}, {searches} searches", file=sys.stderr, flush=True)
                found.append(apart(measure, world, lengths, size, searches, options))
    if options.json:
        print(json.dumps({**found[-1], "machine": machine(), "seed": options.seed, "settings": found}))
    else:
        print(f"{machine()}; {options.threads} thread, seed {options.seed}\n\n{table(found)}")
    return 0


def apart(function: Any, *arguments: Any) -> dict[str, Any]:
    """Call a function in a process of its own, so that its peak of memory is its own. Raises `SystemExit`."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def work() -> None:
        try:
            theirs.send(function(*arguments))
        except Exception:
            theirs.send(traceback.format_exc())

    process = context.Process(target=work)
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        found = "the measuring process died"
    process.join()
    if isinstance(found, str):
        sys.exit(found)
    return found


def measure(world: World, lengths: str, size: str, searches: int, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one setting."""
    import torch

    torch.set_num_threads(options.threads)
    model = world.model(evolve(SIZES[size], max_tokens=CONTEXT), options.seed)
    engine = EngineConfig(
        slots=searches,
        memory_mib=options.memory_mib,
        precision=options.precision,
        threads=options.threads,
        device=options.device,
    )
    policy = MeteredPolicy(model, world.codec, engine, "engine")
    own = drive(world, policy, Meter(options.seconds, warm=searches), searches, options)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"lengths": lengths, "size": size, "searches": searches, **own, "peak_mib": round(peak)}
    if options.device == "cuda":
        return found
    found |= _peers(world, model, policy, engine, found, options)
    if not options.quick:
        found |= _default(world, model, evolve(engine, precision="auto"), found, options)
    return found


def _default(
    world: World, model: Any, engine: EngineConfig, own: dict[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """The engine as people use it. Its share of (iv) is that of products in its own type. (ii) is measured once more,
    since the speed of a machine may have changed."""
    import engine_peers

    policy = MeteredPolicy(model, world.codec, engine, "engine")
    searches = own["searches"]
    speed = drive(world, policy, Meter(options.seconds, warm=searches), searches, options)["steps_per_second"]
    found = {"default_steps_per_second": speed, "default_limit_share": limit_share(policy.meter)}
    if not options.engine_only:
        plain = engine_peers.padded_reencoding(model.eval(), *transcripts(policy, options.sample))
        found["default_ratio"] = round(speed / plain, 2)
    return found


def transcripts(policy: MeteredPolicy, count: int) -> tuple[list[list[int]], int]:
    """Some of those that were written on, evenly chosen and cut where the model has no room for a step behind them, and
    the mean number of tokens of a step."""
    sample, meter = policy.sample, policy.meter
    tokens = max(1, round(meter.written / max(1, meter.steps)))
    chosen = sample[:: max(1, len(sample) // count)][:count]
    return [one[: policy.engine.capacity - tokens] for one in chosen], tokens


def limit_share(meter: Meter) -> float:
    """The share of the matrix products in the time."""
    return round(meter.products / meter.elapsed, 3)


def drive(
    world: World, policy: MeteredPolicy, meter: Meter, searches: int, options: argparse.Namespace
) -> dict[str, Any]:
    """Let a policy prove until the meter says that the time is over. All cores work until its window opens."""
    from fwd.model.precision import cores
    from fwd.prover import Prover

    policy.watch(meter)
    if meter.opened is None:
        policy.use(cores())
        meter.on_open = partial(policy.use, options.threads)
    strategy = Resumed(world, searches, ROOM)
    try:
        for _ in Prover(policy, MeteredEnv(world, meter), strategy, seed=options.seed).prove(
            endless(world, options.seed)
        ):
            pass
    except Over:
        pass
    parts, all_ = meter.parts, meter.elapsed
    grammar, env, run = parts.get("grammar", 0.0), parts.get("env", 0.0), parts["run"]
    return {
        "steps_per_second": round(meter.steps / all_, 2),
        "tokens_per_second": round(meter.tokens / all_, 1),
        "step_tokens": round(meter.written / max(1, meter.steps), 2),
        "transcript_tokens": round(meter.transcripts / max(1, meter.steps), 1),
        "model_share": round(run / all_, 3),
        "grammar_share": round(grammar / all_, 3),
        "env_share": round(env / all_, 3),
        "bookkeeping_share": round((all_ - run - grammar - env) / all_, 3),
    }


def _peers(
    world: World,
    model: Any,
    policy: MeteredPolicy,
    engine: EngineConfig,
    own: dict[str, Any],
    options: argparse.Namespace,
) -> dict[str, Any]:
    import engine_peers

    model, speed = model.eval(), own["steps_per_second"]
    found: dict[str, Any] = {"limit_share": limit_share(policy.meter)}
    if options.engine_only:
        return found
    chosen = transcripts(policy, options.sample)
    found["reencode_ratio"] = round(speed / engine_peers.padded_reencoding(model, *chosen), 2)
    if importlib.util.find_spec("transformers"):
        found["hf_ratio"] = round(speed / engine_peers.hugging_face(model, *chosen), 2)
    if not options.quick:
        found |= _reencoding(world, policy, Reencoding(model, world.codec, engine, "re-encoding"), own, options)
    return found


def _reencoding(
    world: World, policy: MeteredPolicy, again: Reencoding, own: dict[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """What the cache alone is worth, and whether the same steps come without it."""
    meter = Meter(options.seconds, warm=0, least=options.sample)
    meter.note([])
    slow = drive(world, again, meter, own["searches"], options)
    common = policy.firsts.keys() & again.firsts.keys()
    same = sum(policy.firsts[name] == again.firsts[name] for name in common)
    return {
        "same_steps": f"{same} of {len(common)}",
        "own_reencode_ratio": round(own["steps_per_second"] / slow["steps_per_second"], 2),
    }


def table(found: list[dict[str, Any]]) -> str:
    """All settings, in Markdown."""
    names = {
        "lengths": "lengths",
        "size": "model",
        "searches": "searches",
        "transcript_tokens": "mean transcript",
        "steps_per_second": "steps/s",
        "tokens_per_second": "tokens/s",
        "reencode_ratio": "x (ii)",
        "own_reencode_ratio": "x (ii*)",
        "hf_ratio": "x (iii)",
        "limit_share": "share of (iv)",
        "default_steps_per_second": "default types: steps/s",
        "default_ratio": "default types: x (ii)",
        "default_limit_share": "default types: share of (iv)",
        "model_share": "model",
        "grammar_share": "grammar",
        "env_share": "env",
        "bookkeeping_share": "rest",
        "peak_mib": "peak MiB",
        "same_steps": "same steps",
    }
    rows = [list(names.values()), ["---"] * len(names)]
    rows += [[str(one.get(key, "-")) for key in names] for one in found]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--searches", nargs="+", type=int, default=[64, 256, 1024])
    parser.add_argument("--lengths", nargs="+", choices=LENGTHS, default=list(LENGTHS))
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the engine is measured")
    parser.add_argument("--sample", type=int, default=128, help="steps that each peer takes")
    parser.add_argument("--memory-mib", type=int, default=8192, help="as engine.memory_mib")
    parser.add_argument("--precision", default="fp32", choices=("auto", "fp32", "bf16"), help="of the engine")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="of the engine; cuda: no peers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine-only", action="store_true", help="leave the peers out")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="the 5M model and 256 searches of full length, briefly, without (ii*) and default types",
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.searches, options.lengths = ["5M"], [256], ["full"]
        options.seconds, options.sample = 8.0, 32
    return options


if __name__ == "__main__":
    sys.exit(main())
