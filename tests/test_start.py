"""`fwd --help` is quick and light, and a broken plugin breaks nothing but itself."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "numpy", "lmdb", "tensorboard", "fwd.model", "fwd.train", "fwd_metamath.env", "fwd_metamath.commands")


def test_help_imports_nothing_heavy():
    script = "import sys; from fwd_cli import main; main.run(['--help']); print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    modules = printed.splitlines()[-1].split()
    assert "fwd_cli.prove" in modules
    assert [name for name in HEAVY if name in modules] == []
    assert "metamath" in printed, "the plugin's command is listed without its code"


def test_help_takes_less_than_half_a_second(process, finish):
    """Of processor time, with compiled bytecode as users have it. A machine whose speed changes gets more chances."""
    finish(process("--help", PYTHONDONTWRITEBYTECODE=""))  # bytecode is compiled now
    seconds = []
    while not seconds or (min(seconds) >= 0.5 and len(seconds) < 30):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert finish(process("--help", PYTHONDONTWRITEBYTECODE="")).code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.5


def test_every_command_explains_itself(fwd):
    commands = ["plugins", "plugins check", "data build", "data stats", "train", "prove", "check", "models list"]
    for command in commands:
        outcome = fwd(*command.split(), "--help")
        assert outcome.code == 0, command
        assert "Usage: fwd" in outcome.out


def test_plugins_lists_where_everything_comes_from(fwd):
    rows = {row["name"]: row for row in json.loads(fwd("plugins", "--json").out)}
    assert rows["toy"]["distribution"] == "fwd-plugin-toy"
    assert rows["toy"]["envs"] == ["toy"]
    assert {"greedy", "sampling"} <= set(rows["core"]["strategies"])
    assert all(row["state"] == "ok" for row in rows.values())
    assert "fwd-plugin-toy" in fwd("plugins").out


class TestBrokenPlugin:
    """A plugin is installed that cannot be imported."""

    WARNING = "warning: plugin 'chess' of fwd-plugin-chess 1.0 is broken"

    def run(self, process, finish, broken_site: Path, *arguments: str):
        return finish(process(*arguments, PYTHONPATH=f"{os.environ['PYTHONPATH']}{os.pathsep}{broken_site}"))

    def test_help_works(self, process, finish, broken_site):
        outcome = self.run(process, finish, broken_site, "--help")
        assert outcome.code == 0
        assert "prove" in outcome.out
        assert [line.startswith(self.WARNING) for line in outcome.errors] == [True]

    def test_plugins_shows_it_beside_the_others(self, process, finish, broken_site):
        outcome = self.run(process, finish, broken_site, "plugins", "--json")
        rows = {row["name"]: row for row in json.loads(outcome.out)}
        assert outcome.code == 0
        assert rows["chess"]["state"] == "broken: ModuleNotFoundError: No module named 'a_module_that_nobody_has'"
        assert rows["toy"]["state"] == "ok"

    def test_its_traceback_is_there_for_the_asking(self, process, finish, broken_site):
        quiet, told = (self.run(process, finish, broken_site, "plugins", *more) for more in ((), ("-v",)))
        assert "Traceback" not in quiet.out + quiet.err
        assert "Traceback" in told.err
        assert "import a_module_that_nobody_has" in told.err

    def test_other_envs_work(self, process, finish, broken_site):
        outcome = self.run(process, finish, broken_site, "data", "stats", "--env", "toy", "--json")
        assert outcome.code == 0
        assert json.loads(outcome.out)["human"]["valid"] == 40

    def test_asking_for_it_by_name_shows_its_traceback(self, process, finish, broken_site):
        outcome = self.run(process, finish, broken_site, "data", "stats", "--env", "chess")
        assert outcome.code == 2
        assert "Traceback" in outcome.err
        assert "import a_module_that_nobody_has" in outcome.err
        assert outcome.errors[-1].startswith("error: plugin 'chess'")


class TestInterrupted:
    """Ctrl-C while `fwd` is still being imported."""

    @pytest.mark.parametrize("turned_into", ["", "ImportError", "SystemError"])
    def test_no_traceback(self, turned_into, process, finish, tmp_path, reach):
        """A library in the midst of its import may turn it into something else."""
        lines = ["import os, signal, time", "os.kill(os.getpid(), signal.SIGINT)", "time.sleep(5)"]
        if turned_into:
            lines = ["try:", *(f"    {one}" for one in lines), "except KeyboardInterrupt:", f"    raise {turned_into}"]
        (tmp_path / "early").mkdir()
        (tmp_path / "early/typer.py").write_text("\n".join(lines))
        reach(tmp_path / "early")
        outcome = finish(process("--help"))
        assert (outcome.code, outcome.err) == (130, "error: interrupted; what was finished is kept\n")


def test_windows_is_refused_by_a_line():
    script = "import sys; sys.modules['fcntl'] = None; from fwd_cli import main; sys.exit(main.run(['--help']))"
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr == "error: fwd runs on Linux and macOS; on Windows use it inside WSL\n"


class TestNoHome:
    """A user whom the system does not know, without HOME, as in some containers."""

    LOST = "import os, sys; os.environ.pop('HOME', None); os.environ.pop('FWD_HOME', None); import pwd; \
pwd.getpwuid = lambda uid: {}[uid]; from fwd_cli import main; sys.exit(main.run(sys.argv[1:]))"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", self.LOST, *arguments], capture_output=True, text=True)

    def test_what_needs_none_works(self):
        outcome = self.run("prove", "--model=uniform", "--env=toy", "--limit=2", "--out=out")
        assert (outcome.returncode, outcome.stderr) == (0, "proving: 2 of 2, 1 proved\n")

    def test_else_it_is_said_what_to_set(self):
        outcome = self.run("models", "list")
        assert outcome.returncode == 2
        assert outcome.stderr == "error: this user has no home folder: set FWD_HOME to a folder for caches and models\n"
