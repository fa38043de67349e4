"""What happens when processes are killed at any moment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from attrs import evolve
from fwd.api import Applied, Proof, Step
from fwd.errors import UserError
from fwd.prover import Prover
from fwd.search.linear import Sampling
from fwd.uniform import UniformPolicy
from fwd_hollight import folders, install, sources
from fwd_hollight.codec import HolLightCodec
from fwd_hollight.env import HolLightEnv
from fwd_hollight.worker import Refused, Worker
from fwd_hollight.zygote import Zygote

pytestmark = pytest.mark.oracle

HANG = """
import sys
from fwd_hollight.worker import Worker
from fwd_hollight.zygote import Zygote
worker = Worker(Zygote(), 256, 20000)
worker.ask(60.0, ["goal", "0", "", "", "T"])
print(worker.pid, flush=True)
text = "REPEAT ( orelse_ ( REPEAT ( ONCE_REWRITE_TAC [ EQ_SYM_EQ ] ) ) ALL_TAC )"
worker.ask({seconds}, ["step", "0", "", "", text, "( a : num ) = b"])
"""


def alive(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def holders(path: Path) -> set[int]:
    """The processes whose output goes to a file."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (place / "fd/1").resolve() == path.resolve():
                found.add(int(place.name))
    return found


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_a_killed_worker_costs_no_answer(env: HolLightEnv, known: list[Proof]) -> None:
    for proof in known[:6]:
        graph = env.begin(proof.goal)
        for fact in proof.facts:
            for session in env.pool.sessions:
                if session.worker is not None and alive(session.worker.pid):
                    os.kill(session.worker.pid, signal.SIGKILL)
            assert fact.step is not None
            answer = env.apply(graph, fact.step)
            assert isinstance(answer, Applied)
            graph.add(answer.fact)
        assert env.check(proof.goal, proof).proved


def test_searches_are_the_same_whatever_dies(env: HolLightEnv, codec: HolLightCodec, known: list[Proof]) -> None:
    """Twenty searches with workers that are killed at random moments end as without."""
    goals = [proof.goal for proof in known[:5]]

    def run(one: HolLightEnv) -> dict[tuple[str, int], tuple[str, int]]:
        prover = Prover(UniformPolicy(codec), one, Sampling(), seed=3)
        return {(s.goal.name, s.trial): (s.stopped, s.steps) for s in prover.prove(goals, trials=4)}

    expected = run(env)
    other = HolLightEnv(env.config)
    stop = threading.Event()

    def kill() -> None:
        rng = random.Random(0)
        while not stop.wait(rng.uniform(0.02, 0.3)):
            worker = rng.choice(other.pool.sessions).worker
            if worker is not None and worker.pid and alive(worker.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert run(other) == expected
    finally:
        stop.set()
        killer.join()
        other.close()


@pytest.mark.parametrize("seconds", [60.0, 0.5])
def test_no_worker_outlives_python(env: HolLightEnv, seconds: float) -> None:
    """A worker in the middle of an endless step, whose owner is killed, ends by its limit; an idle one at once."""
    owner = subprocess.Popen([sys.executable, "-c", HANG.format(seconds=min(seconds, 2.0))], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    assert alive(pid)
    time.sleep(0.2)
    owner.kill()
    owner.wait()
    assert gone_within(pid, 60)


def test_an_idle_worker_ends_with_its_owner(env: HolLightEnv) -> None:
    worker = Worker(env.zygote, 256, 20000)
    pid = worker.pid
    worker._connection.close()
    assert gone_within(pid, 20)


def test_workers_are_small_and_quick(env: HolLightEnv) -> None:
    """A fork answers soon and shares nearly all of its memory."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        worker = Worker(env.zygote, 256, 20000)
        times.append(time.perf_counter() - start)
        assert worker.memory_mib() < 120
        worker.kill()
    assert sorted(times)[len(times) // 2] < 1.0  # well under 0.1 s on an idle machine


def test_a_lost_fact_is_derived_again(env: HolLightEnv, known: list[Proof]) -> None:
    proof = next(one for one in known if any(fact.premises for fact in one.facts))
    graph = env.begin(proof.goal)
    for fact in proof.facts[:-1]:
        graph.add(fact)
    fresh = HolLightEnv(evolve(env.config, workers=1))
    last = proof.facts[-1].step
    assert isinstance(last, Step)
    answer = fresh.apply(graph, last)
    assert isinstance(answer, Applied)
    assert answer.fact.statement == proof.goal.statement
    fresh.close()


def test_a_zygote_gives_the_lock_back_and_ends_with_its_socket(
    short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its loop, without HOL Light."""
    if install.missing():
        pytest.skip(install.missing())
    monkeypatch.setenv("FWD_HOME", str(short_path))
    place, script = short_path / "serve.sock", short_path / "serve.ml"
    script.write_text("let () = Fwd_wire.serve Sys.argv.(1) (int_of_string Sys.argv.(2)) 600.0 (fun _ -> ());;\n")
    with (short_path / "serve.lock").open("w") as lock, (short_path / "serve.lock").open("w") as other:
        fcntl.flock(lock, fcntl.LOCK_EX)
        paths = ["-I", "+unix", "-I", str(sources.folder())]
        command = ["ocaml", *paths, "unix.cma", "fwd_wire.cmo", str(script), str(place), str(lock.fileno())]
        zygote = subprocess.Popen(command, pass_fds=[lock.fileno()])
        lock.close()
        fcntl.flock(other, fcntl.LOCK_EX)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(place))
        assert connection.recv(1) == b""
    assert zygote.poll() is None
    place.unlink()
    assert zygote.wait(20) == 0


class OneSocket:
    """A zygote that only connects."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self._place))
        return connection


def test_a_fork_that_fails_refuses_one_request(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop of a zygote, without HOL Light, under a user who may have no more processes."""
    if install.missing():
        pytest.skip(install.missing())
    monkeypatch.setenv("FWD_HOME", str(short_path))
    place, script = short_path / "serve.sock", short_path / "serve.ml"
    script.write_text("let () = Fwd_wire.serve Sys.argv.(1) (int_of_string Sys.argv.(2)) 600.0 (fun _ -> ());;\n")
    paths = ["-I", "+unix", "-I", str(sources.folder())]
    for folder in (short_path, *(path for path in short_path.rglob("*") if path.is_dir())):
        folder.chmod(0o777)

    def alone() -> None:
        if os.getuid() == 0:  # whom the system refuses nothing
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_NPROC, (1, resource.getrlimit(resource.RLIMIT_NPROC)[1]))

    reader, writer = os.pipe()
    command = ["ocaml", *paths, "unix.cma", "fwd_wire.cmo", str(script), str(place), str(writer)]
    zygote = subprocess.Popen(command, pass_fds=[writer], preexec_fn=alone)
    os.close(writer)
    try:
        assert os.read(reader, 1) == b""  # it serves
        for _ in range(3):
            with pytest.raises(Refused, match="another process") as refusal:
                Worker(OneSocket(place), 256, 20000)  # type: ignore[arg-type]
            assert refusal.value.code == "busy"
        assert zygote.poll() is None
    finally:
        os.close(reader)
        zygote.kill()
        zygote.wait()


@pytest.fixture
def stuck(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Zygote, IO[str]]]:
    """A zygote that somebody else starts, and the file that says who."""
    if install.missing():
        pytest.skip(install.missing())
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    monkeypatch.setattr("fwd_hollight.telling.EVERY", 0.2)
    zygote = Zygote()
    with (folders.sockets() / f"{zygote.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield zygote, lock


def test_who_waits_for_another_start_says_so(
    stuck: tuple[Zygote, IO[str]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    zygote, lock = stuck
    lock.write(str(os.getpid()))
    lock.flush()
    monkeypatch.setattr("fwd_hollight.zygote.PATIENCE", 1.0)
    with pytest.raises(UserError, match=f"end process {os.getpid()}"):
        zygote.connect()
    told = capfd.readouterr().err.splitlines()
    assert str(os.getpid()) in told[0]
    assert len(told) >= 4


def test_a_lock_of_the_dead_is_no_lock(stuck: tuple[Zygote, IO[str]]) -> None:
    zygote, lock = stuck
    gone = subprocess.Popen(["true"])
    gone.wait()
    lock.write(str(gone.pid))
    lock.flush()
    assert zygote.stop() is False


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_zygote_comes_and_is_killed(
    env: HolLightEnv, known: list[Proof], short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One starts where another left its socket when it was killed. If its starter is killed meanwhile, who comes next
    waits for it. Its workers outlive it, but not their owner."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    zygote = Zygote()
    folder = folders.sockets()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / f"{zygote.name}.sock"))
    assert zygote.pid() is None
    starter = subprocess.Popen([sys.executable, "-c", "from fwd_hollight.zygote import Zygote; Zygote().connect()"])
    deadline = time.monotonic() + 60
    while not (starting := holders(zygote.log)) and time.monotonic() < deadline:
        time.sleep(0.1)
    starter.kill()
    starter.wait()
    other = HolLightEnv(env.config)
    assert other.check(known[0].goal, known[0]).proved
    pid = zygote.pid()
    assert pid is not None
    assert holders(zygote.log) == starting == {pid}
    graph = other.begin(known[0].goal)
    step = known[0].facts[0].step
    assert step is not None
    before = other.apply(graph, step)
    os.kill(pid, signal.SIGKILL)
    assert gone_within(pid, 20)
    assert zygote.pid() is None
    assert other.apply(graph, step) == before
    workers = [session.worker.pid for session in other.pool.sessions if session.worker is not None]
    assert workers
    other.close()
    assert all(gone_within(worker, 20) for worker in workers)
