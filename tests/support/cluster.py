"""A Slurm cluster of two nodes on this machine, for tests: everything lives in one folder and listens on 127.0.0.1."""

from __future__ import annotations

import ctypes
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NODES = 2
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")
"""Programs of Debian's packages munge, slurm-wlm and slurm-client; `make slurm` installs them."""

CONFIG = """\
ClusterName=fwdtest
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
# A requeued job may start again only when its credentials have expired.
AuthInfo=socket={root}/munge.sock,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool-%n
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SlurmdParameters=config_overrides
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,bf_window=60,batch_sched_delay=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
KillWait=3
MessageTimeout=20
"""
PARTITIONS = """\
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE PriorityTier=10 PreemptMode=REQUEUE State=UP
PartitionName=urgent Nodes=ALL MaxTime=INFINITE PriorityTier=100 PreemptMode=OFF State=UP
"""


def missing() -> list[str]:
    """The programs that a cluster needs and that are not here."""
    return [name for name in NEEDED if shutil.which(name, path=_path()) is None]


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Bring a cluster up and yield the environment that leads to it; when left, jobs and daemons are ended."""
    root = Path(tempfile.mkdtemp(prefix="fwd-slurm-"))
    environment = os.environ | {"SLURM_CONF": str(root / "slurm.conf"), "PATH": _path()}
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        _configure(root)
        daemons.append(_daemon(root, environment, _munge(root)))
        _wait(root, lambda: (root / "munge.sock").exists())
        daemons.append(_daemon(root, environment, ["slurmctld", "-D"]))
        daemons += [_daemon(root, environment, ["slurmd", "-D", "-N", f"n{node}"]) for node in range(NODES)]
        _wait(
            root,
            lambda: _ask(environment, "sinfo", "-h", "-N", "-p", "main", "-t", "idle", "-o", "%N").count("n") == NODES,
        )
        yield {key: environment[key] for key in ("SLURM_CONF", "PATH")}
    finally:
        _ask(environment, "scancel", "--full", "--user", getpass.getuser())
        deadline = time.monotonic() + 10
        while _ask(environment, "squeue", "-h") and time.monotonic() < deadline:
            time.sleep(0.1)
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in reversed(daemons):
            try:
                daemon.wait(5)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(root, ignore_errors=True)


def _configure(root: Path) -> None:
    (root / "state").mkdir()
    (root / "key").write_bytes(os.urandom(1024))
    (root / "key").chmod(0o400)
    controller, *nodes = _free_ports(1 + NODES)
    lines = CONFIG.format(root=root, controller=controller, user=getpass.getuser()).splitlines()
    host = socket.gethostname().partition(".")[0]
    for node, port in enumerate(nodes):
        (root / f"spool-n{node}").mkdir()
        lines.append(f"NodeName=n{node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=16 State=UNKNOWN")
    (root / "slurm.conf").write_text("\n".join(lines) + "\n" + PARTITIONS)


def _munge(root: Path) -> list[str]:
    files = [f"--{name}-file={root}/{file}" for name, file in (("key", "key"), ("pid", "munge.pid"), ("seed", "seed"))]
    return ["munged", "--foreground", "--force", "--num-threads=2", f"--socket={root}/munge.sock", *files]


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, so that clusters may stand side by side."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _daemon(root: Path, environment: dict[str, str], command: list[str]) -> subprocess.Popen[bytes]:
    """Start a daemon that dies with the test runner, however that ends."""
    libc = ctypes.CDLL(None)
    with (root / f"{command[0]}-{command[-1]}.log".replace("/", "_")[-80:]).open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            preexec_fn=lambda: libc.prctl(1, signal.SIGKILL),
        )


def _wait(root: Path, ready) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        if time.monotonic() > deadline:
            told = "\n".join(f"{path.name}:\n{path.read_text()[-2000:]}" for path in root.glob("*.log"))
            raise RuntimeError(f"the Slurm cluster does not come up\n{told}")
        time.sleep(0.05)


def _ask(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30).stdout.strip()


def _path() -> str:
    """Where Debian keeps daemons is not on everybody's path."""
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"
