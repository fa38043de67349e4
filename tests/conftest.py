"""A `fwd` to run: in this process where that suffices, as a process of its own where signals or imports matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from attrs import frozen
from fwd_cli import main
from sites import install, on_goal_finished

FWD = [sys.executable, "-m", "fwd_cli"]


@frozen
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the toy env is installed."""
    folder = tmp_path_factory.mktemp("site")
    install(folder, "toy", "fwd.testing.toy_plugin")
    return folder


@pytest.fixture(scope="session")
def broken_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a plugin is installed that cannot be imported."""
    folder = tmp_path_factory.mktemp("broken")
    install(folder, "chess", "fwd_chess")
    (folder / "fwd_chess.py").write_text("import a_module_that_nobody_has\n")
    return folder


@pytest.fixture(scope="session")
def slow_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a plugin is installed that takes 20 ms of no processor's time over each search."""
    folder = tmp_path_factory.mktemp("slow")
    install(folder, "slow", "fwd_slow")
    (folder / "fwd_slow.py").write_text(on_goal_finished("time.sleep(0.02)"))
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FWD_HOME of all tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def surroundings(site: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy env is installed, caches and models are the tests' own, and the tests' own folder is current."""
    monkeypatch.syspath_prepend(str(site))
    told = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), told] if told else [str(site)]))
    monkeypatch.setenv("FWD_HOME", str(home))
    monkeypatch.delenv("FWD_TRACEBACK", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fwd(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command in this process."""

    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = main.run([str(one) for one in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def process() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command as a process of its own, under the command `before` if that is given; what still runs at the end
    of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, before: Sequence[str] = (), **environment: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [*before, *FWD, *(str(one) for one in arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


@pytest.fixture
def reach(surroundings: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Let other processes find the modules in a folder."""

    def extend(folder: Path) -> None:
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(folder)]))

    return extend


@pytest.fixture
def finish() -> Callable[..., Outcome]:
    """Wait for a process."""

    def wait(child: subprocess.Popen[str], timeout: float = 60) -> Outcome:
        out, err = child.communicate(timeout=timeout)
        return Outcome(child.returncode, out, err)

    return wait
