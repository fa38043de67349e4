"""Verifying a Metamath database: ours beside mmverify.py, and how soon a second start is ready.

    .venv/bin/python bench/metamath_verify.py --mmverify FILE [--database set.mm] [--repeat 3] [--json]

mmverify.py is the verifier in Python by Raph Levien and others, in the repository david-a-wheeler/mmverify.py on
GitHub; save that one file anywhere (the Python package mmforge carries a copy in its folder `_vendor` as well). All
runs are processes of their own on one and the same core, one after the other, alternating; the table has the best CPU
time (user and system) of each, the wall-clock time of that run and its peak memory. Both verifiers read and verify
everything from the text; "second start" reads the compiled copy; "ready to apply" also makes the env of the database
and applies one step.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attrs import asdict, frozen
from fwd_metamath.sources import locate

VERIFY = """
import sys
from pathlib import Path
from fwd_metamath.batch import verify
from fwd_metamath.cache import load
assert not verify(load(Path(sys.argv[1]), cache=False))
"""

LOAD = """
import sys
from pathlib import Path
from fwd_metamath.cache import load
assert load(Path(sys.argv[1])).assertions
"""

APPLY = """
import sys
from fwd.api import Applied, Goal, Step
from fwd_metamath.env import MetamathEnv
from fwd_metamath.settings import MetamathConfig
env = MetamathEnv(MetamathConfig(database=sys.argv[1]))
graph = env.begin(Goal("bench", "|- ps", ("|- ph", "|- ( ph -> ps )")))
assert isinstance(env.apply(graph, Step("ax-mp", (0, 1))), Applied)
"""


@frozen
class Measured:
    """One run: CPU and wall-clock seconds, peak memory in MiB."""

    what: str
    cpu: float
    wall: float
    memory: float


def measure(what: str, command: list[str], core: int) -> Measured:
    """Run a command on one core. Ends the program if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{what} failed: {errors.strip().splitlines()[-1] if errors.strip() else process.returncode}")
    seconds = time.perf_counter() - start
    return Measured(what, usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Verify a Metamath database: ours beside mmverify.py.")
    parser.add_argument("--mmverify", type=Path, help="the file mmverify.py; without it only ours is measured")
    parser.add_argument("--database", default="set.mm", help="a path or a known name")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the best counts")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    options = parser.parse_args()
    database = str(locate(options.database))
    core = min(os.sched_getaffinity(0))
    commands = {"ours": [sys.executable, "-c", VERIFY, database]}
    if options.mmverify:
        commands["mmverify.py"] = [sys.executable, str(options.mmverify), database]
    commands["second start"] = [sys.executable, "-c", LOAD, database]
    commands["ready to apply"] = [sys.executable, "-c", APPLY, database]
    with tempfile.TemporaryDirectory() as home:
        os.environ["FWD_HOME"] = home
        for what in ("second start", "ready to apply"):
            measure(f"first run of {what}", commands[what], core)
        runs = [measure(what, command, core) for _ in range(options.repeat) for what, command in commands.items()]
    best = {what: min((run for run in runs if run.what == what), key=lambda run: run.cpu) for what in commands}
    ratio = best["ours"].cpu / best["mmverify.py"].cpu if options.mmverify else None
    if options.json:
        rows = [asdict(run) for run in best.values()]
        print(json.dumps({"database": database, "machine": machine(), "ratio": ratio, "runs": rows}, indent=2))
        return
    print(f"{database}, {machine()}, best of {options.repeat}")
    print(f"{'':16}{'CPU s':>10}{'wall s':>10}{'MiB':>10}")
    for run in best.values():
        print(f"{run.what:16}{run.cpu:10.2f}{run.wall:10.2f}{run.memory:10.0f}")
    if ratio is not None:
        print(f"ours takes {ratio:.2f} of the time of mmverify.py")


def machine() -> str:
    """Processor, cores and Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
