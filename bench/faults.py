"""Injects faults into training, joint training, stores and launchers, and looks at what is left.

    python bench/faults.py --cases 60 --seed 0

Each case starts some work on the toy env, does something bad to it at a random moment, and goes on with the work until
it is done. Then nothing that was acknowledged may be lost or doubled, no process may be left, supervised weights and
results of proving must be those of work that nobody disturbed, and no command may have been silent for a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from attrs import define, field, frozen
from fwd.store import ProofReader, recover

FWD = [sys.executable, "-m", "fwd_cli"]
TINY = [
    "--env=toy",
    "--set=model.d_model=16",
    "--set=model.n_layers=1",
    "--set=model.n_heads=2",
    "--set=model.n_kv_heads=1",
    "--set=model.d_ff=32",
    "--set=train.batch_tokens=512",
    "--set=train.microbatch_tokens=512",
    "--set=train.pool=64",
    "--set=train.threads=1",
    "--set=engine.threads=1",
    "--set=train.precision=fp32",
    "--set=train.evaluate_every=none",
    "--set=train.checkpoint_every=50",
    "--set=train.log_every=1",
]
JOINT = ["--online", "--actors=1", "--set=generated.start=20", "--set=store.seal_seconds=1"]
MARK = "FWD_FAULT_CASE"
"""In the environment of all processes of a case."""
SILENCE = 60.0
PATIENCE = 300.0
"""Seconds that a command may take at most."""


@frozen
class Work:
    """Something to do: how it is begun, how it is gone on with, and what must be so in the end."""

    name: str
    begin: list[str]
    go_on: list[str]
    done: Callable[[Path], None]
    out: str = "run"


@define
class Case:
    """One fault. `commands` counts how often the work was begun or gone on with."""

    number: int
    work: Work
    fault: str
    commands: int = 0
    longest_silence: float = 0.0
    said: list[str] = field(factory=list)


class Wrong(Exception):
    """Something is not as it must be."""


def require(condition: object, complaint: str) -> None:
    if not condition:
        raise Wrong(complaint)


# What must be so in the end.


def metrics_once(run: Path) -> None:
    steps = [json.loads(line)["step"] for line in (run / "metrics.jsonl").read_text().splitlines()]
    require(steps == sorted(set(steps)), "steps of metrics.jsonl are doubled or out of order")
    require(steps == list(range(1, steps[-1] + 1)), "steps of metrics.jsonl are missing")


def weights(run: Path) -> str:
    newest = sorted((run / "checkpoints").glob("step-*"))[-1]
    return newest.name + hashlib.sha256((newest / "model.safetensors").read_bytes()).hexdigest()


def searches_once(store: Path) -> int:
    recover(store)
    reader = ProofReader(store)
    found = [(entry.writer, entry.record.seed, entry.record.goal.name, entry.record.trial) for entry in reader]
    require(not reader.complaints, f"the store complains: {reader.complaints}")
    require(len(found) == len(set(found)), "a search is in the store twice")
    return len(found)


def answers(out: Path) -> list[tuple]:
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    keys = [(line["name"], line["trial"]) for line in lines]
    require(len(keys) == len(set(keys)), "a result is doubled")
    return sorted((line["name"], line["trial"], line["solved"], line["steps"]) for line in lines)


def works(base: Path) -> list[Work]:
    """All kinds of work, with what undisturbed runs of them gave."""
    whole: dict[str, object] = {}

    def undisturbed(name: str, arguments: list[str], look: Callable[[Path], object]) -> None:
        folder = base / name
        subprocess.run([*FWD, *arguments, "--out", str(folder)], check=True, capture_output=True)
        whole[name] = look(folder)

    steps = ["--set=train.steps=900"]
    prove = ["prove", "--model=uniform", "--env=toy", "--trials=60"]
    undisturbed("train", ["train", *TINY, *steps], weights)
    undisturbed("trainers", ["train", *TINY, *steps, "--trainers=2"], weights)
    undisturbed("prove", prove, answers)

    def trained(name: str) -> Callable[[Path], None]:
        def look(run: Path) -> None:
            metrics_once(run)
            require(weights(run) == whole[name], "the weights are not those of an undisturbed run")

        return look

    def joined(run: Path) -> None:
        metrics_once(run)
        require(searches_once(run / "store") > 20, "the actor proved next to nothing")

    def proved(out: Path) -> None:
        require(answers(out) == whole["prove"], "the results are not those of an undisturbed command")
        subprocess.run([*FWD, "check", str(out)], check=True, capture_output=True)

    def generated(store: Path) -> None:
        require(searches_once(store) == 400, "not as many searches as were asked for")

    resume = ["train", "--resume=run"]
    generate = ["generate", "--model=uniform", "--env=toy", "--store=run", "--limit=400", "--set=store.seal_seconds=1"]
    return [
        Work("train", ["train", *TINY, *steps, "--out=run"], resume, trained("train")),
        Work("trainers", ["train", *TINY, *steps, "--trainers=2", "--out=run"], resume, trained("trainers")),
        Work("joint", ["train", *TINY, *JOINT, "--set=train.steps=700", "--out=run"], resume, joined),
        Work(
            "launched",
            ["train", *TINY, *steps, "--local-jobs=1", "--out=run"],
            [*resume, "--local-jobs=1"],
            trained("train"),
        ),
        Work("prove", [*prove, "--out=run"], [*prove, "--out=run", "--continue"], proved),
        Work(
            "shards",
            [*prove, "--out=run", "--local-jobs=2"],
            [*prove, "--out=run", "--local-jobs=2", "--continue"],
            proved,
        ),
        Work("generate", generate, generate, generated),
    ]


# Faults.


def processes(mark: str) -> list[int]:
    """The processes of a case, in order of birth."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return sorted(found)


def kill_one(rng: random.Random, root: int, mark: str) -> None:
    """The root, or one of those that it started."""
    os.kill(rng.choice(processes(mark) or [root]), signal.SIGKILL)


def kill_child(rng: random.Random, root: int, mark: str) -> None:
    children = [pid for pid in processes(mark) if pid != root]
    os.kill(rng.choice(children or [root]), signal.SIGKILL)


def kill_all(rng: random.Random, root: int, mark: str) -> None:
    """As when the machine goes."""
    for pid in processes(mark):
        os.kill(pid, signal.SIGKILL)


def stand_still(rng: random.Random, root: int, mark: str) -> None:
    pid = rng.choice(processes(mark) or [root])
    os.kill(pid, signal.SIGSTOP)
    time.sleep(rng.uniform(1, 4))
    os.kill(pid, signal.SIGCONT)


def ask(number: signal.Signals) -> Callable[[random.Random, int, str], None]:
    def act(rng: random.Random, root: int, mark: str) -> None:
        os.kill(root, number)

    return act


LIVE: dict[str, Callable[[random.Random, int, str], None]] = {
    "kill -9 of one": kill_one,
    "kill -9 of a child": kill_child,
    "kill -9 of all": kill_all,
    "SIGSTOP, SIGCONT of one": stand_still,
    "SIGTERM": ask(signal.SIGTERM),
    "SIGINT": ask(signal.SIGINT),
}


def checkpoint_files(run: Path) -> list[Path]:
    folders = sorted((run / "checkpoints").glob("step-*")) if run.exists() else []
    return sorted(folders[-1].iterdir()) if len(folders) > 1 else []


def flip(rng: random.Random, run: Path) -> None:
    """A byte of the newest checkpoint changes."""
    for file in rng.sample(checkpoint_files(run), 1 if checkpoint_files(run) else 0):
        content = bytearray(file.read_bytes())
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        file.write_bytes(content)


def cut(rng: random.Random, run: Path) -> None:
    """A file of the newest checkpoint is cut off."""
    for file in rng.sample(checkpoint_files(run), 1 if checkpoint_files(run) else 0):
        os.truncate(file, rng.randrange(file.stat().st_size))


def half_a_line(rng: random.Random, run: Path) -> None:
    """A growing file ends in the middle of a line that is no UTF-8."""
    for name in ("metrics.jsonl", "results.jsonl"):
        if (run / name).exists():
            with (run / name).open("ab") as file:
                file.write(b'{"step": \xff\xfe')


def lose_config(rng: random.Random, run: Path) -> None:
    """config.toml is emptied where a checkpoint has it as well."""
    if checkpoint_files(run):
        (run / "config.toml").write_text("")


AT_REST = {
    "byte flipped": flip,
    "checkpoint cut off": cut,
    "half a line": half_a_line,
    "config lost": lose_config,
}


def run_case(case: Case, rng: random.Random, folder: Path) -> None:
    """Begin, disturb, go on to the end, look. Raises `Wrong`."""
    mark = f"{os.getpid()}-{case.number}"
    run = folder / case.work.out
    command, disturbed = case.work.begin, False
    while True:
        case.commands += 1
        require(case.commands < 8, f"it does not come to an end: {case.said[-3:]}")
        child = subprocess.Popen(
            [*FWD, *command],
            cwd=folder,
            env=os.environ | {MARK: mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        listener = threading.Thread(target=_listen, args=(case, child))
        listener.start()
        if not disturbed:
            disturbed = _disturb(case, rng, child, run, mark)
        code = _wait(child, case)
        listener.join()
        _no_process_left(mark)
        if code == 0:
            case.work.done(run)
            return
        require(not any("Traceback" in line for line in case.said), "a traceback")
        begun = (run / "config.toml").exists() or (run / "prove.json").exists() or any(run.glob("*/state.json"))
        command = case.work.go_on if begun else case.work.begin
        if not begun:
            shutil.rmtree(run, ignore_errors=True)


def _disturb(case: Case, rng: random.Random, child: subprocess.Popen[str], run: Path, mark: str) -> bool:
    """Do the bad thing once the work is under way; False if it ended before."""
    began = time.monotonic()
    under_way = rng.uniform(0.0, 1.0) < 0.25  # one in four at any moment, start and end included
    while not under_way and child.poll() is None and time.monotonic() - began < 60:
        under_way = any(run.glob("checkpoints/step-*")) or any(run.rglob("results.jsonl")) or any(run.glob("*/seg-*"))
        time.sleep(0.02)
    time.sleep(rng.uniform(0, 4))
    if child.poll() is not None:
        return False
    if case.fault in LIVE:
        LIVE[case.fault](rng, child.pid, mark)
    else:
        kill_all(rng, child.pid, mark)
        child.wait()
        AT_REST[case.fault](rng, run)
    return True


def _listen(case: Case, child: subprocess.Popen[str]) -> None:
    """Note what a command says, and how long it says nothing."""
    assert child.stdout is not None
    last = time.monotonic()
    for line in child.stdout:
        case.longest_silence = max(case.longest_silence, time.monotonic() - last)
        last = time.monotonic()
        case.said.append(line.rstrip())
    case.longest_silence = max(case.longest_silence, time.monotonic() - last)


def _wait(child: subprocess.Popen[str], case: Case) -> int:
    try:
        code = child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        raise Wrong("it hangs") from None
    require(case.longest_silence < SILENCE, f"{case.longest_silence:.0f} s of silence")
    return code


def _no_process_left(mark: str) -> None:
    deadline = time.monotonic() + 40
    while processes(mark):
        require(time.monotonic() < deadline, f"processes are left: {processes(mark)}")
        time.sleep(0.1)


def _install_toy(site: Path) -> None:
    """Make the toy env count as installed for all that is started here."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
    from sites import install

    install(site, "toy", "fwd.testing.toy_plugin")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(site), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    os.environ["FWD_HOME"] = str(site / "home")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="only this kind of work")
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        _install_toy(Path(name, "site"))
        kinds = [work for work in works(Path(name)) if options.only in (None, work.name)]
        faults = [*LIVE, *AT_REST]
        print(f"{platform.machine()}, {os.cpu_count()} cores, seed {options.seed}, {options.cases} cases", flush=True)
        print(
            "| case | work | fault | commands | longest silence, s | seconds | outcome |\n|---|---|---|---|---|---|---|"
        )
        for number in range(options.cases):
            rng = random.Random(f"{options.seed}/{number}")
            case = Case(number, kinds[number % len(kinds)], faults[rng.randrange(len(faults))])
            folder = Path(name, f"case-{number}")
            folder.mkdir()
            started = time.monotonic()
            try:
                run_case(case, rng, folder)
                outcome = "as it must be"
            except (Wrong, subprocess.CalledProcessError) as error:
                wrong += 1
                outcome = f"WRONG: {error}"
            finally:
                for pid in processes(f"{os.getpid()}-{number}"):
                    os.kill(pid, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)
            row = (number, case.work.name, case.fault, case.commands, f"{case.longest_silence:.0f}")
            print(f"| {' | '.join(map(str, row))} | {time.monotonic() - started:.0f} | {outcome} |", flush=True)
    print(f"{wrong} of {options.cases} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
