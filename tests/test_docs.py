"""The documentation is true: its code runs, its tables are those of the config classes, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)#]+)\)")


@pytest.mark.parametrize("name", ["cluster.md", "concepts.md", "plugins.md"])
def test_code_blocks_run(name, tmp_path):
    """In one namespace, from top to bottom; blocks with a file name are written where Python finds them."""
    program = []
    for block in BLOCK.finditer((ROOT / "docs" / name).read_text()):
        if block["file"]:
            path = tmp_path / block["file"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block["text"])
        elif block["language"] == "python":
            program.append(block["text"])
    assert program
    (tmp_path / "page.py").write_text("\n".join(program))
    subprocess.run([sys.executable, "page.py"], cwd=tmp_path, check=True)
    for test in tmp_path.glob("test_*.py"):
        command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", test.name]
        subprocess.run(command, cwd=tmp_path, check=True, env={"PYTHONPATH": str(tmp_path)})


def test_configuration_page_is_up_to_date(monkeypatch):
    """Run `python docs/make_configuration.py` when this fails."""
    monkeypatch.undo()  # without the toy env, which is not installed for users
    spec = importlib.util.spec_from_file_location("make_configuration", ROOT / "docs/make_configuration.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs/configuration.md").read_text() == module.page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = [link["target"] for link in LINK.finditer(page.read_text())]
    missing = [one for one in targets if not one.startswith("http") and not (page.parent / one).exists()]
    assert missing == []


def test_commands_of_the_readme_exist(fwd):
    commands = set(re.findall(r"(?:^|`)fwd ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert {"train", "prove", "check"} <= commands
    listed = fwd("--help").out
    assert [name for name in commands if f" {name} " not in listed] == []


def test_the_first_screen_of_the_readme_is_what_a_run_prints(fwd):
    typed, shown = [block["text"] for block in BLOCK.finditer((ROOT / "README.md").read_text())][:2]
    command = next(line for line in typed.splitlines() if line.startswith("fwd "))
    outcome = fwd(*shlex.split(command)[1:])
    assert outcome.err + outcome.out == shown


def test_the_library_example_of_the_readme_proves_its_goal(capfd):
    (block,) = [one for one in BLOCK.finditer((ROOT / "README.md").read_text()) if one["language"] == "python"]
    exec(block["text"], {})
    assert capfd.readouterr().out.startswith("Proof(")


def test_the_goal_of_the_readme_is_proved(fwd):
    (goal,) = re.findall(r'^ *(\{"name": .*\n.*\})', (ROOT / "README.md").read_text(), re.MULTILINE)
    Path("goals.jsonl").write_text(" ".join(goal.split()))
    outcome = fwd(
        "prove", "--model=uniform", "--env=metamath", "--strategy=best-first", "--goals=goals.jsonl", "--out=out"
    )
    assert outcome.out.startswith("1 of 1 goals proved"), outcome.err
