"""Help texts: whole, with examples, for every command that is installed."""

import re
import sys

import pytest
import typer
from fwd.plugins import PluginSet, load
from fwd_cli import main, program
from fwd_cli.group import PluginCommand


def walk(command, path, context):
    """All commands below this one, as a user names them, with their source."""
    if isinstance(command, PluginCommand):
        command = typer.main.get_group(load(command._spec.app))
    yield path, command
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*path, name), context)


def commands():
    root = typer.main.get_command(program.app)
    with root.make_context("fwd", [], obj=PluginSet.discover(), resilient_parsing=True) as context:
        return dict(walk(root, (), context))


COMMANDS = commands()
LEAVES = {path: one for path, one in COMMANDS.items() if not getattr(one, "commands", None)}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_nothing_gets_lost(path, width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    assert main.run([*path, "--help"]) == 0
    shown = capsys.readouterr().out
    source = [COMMANDS[path].help, *(param.help for param in COMMANDS[path].params if not getattr(param, "hidden", 0))]
    assert all(source), "everything is explained"
    assert [text for text in source if words(text) not in words(shown)] == []
    examples = ("    fwd ", "    {")
    assert [line for line in shown.splitlines() if len(line) > width and not line.startswith(examples)] == []


def test_words_in_brackets_survive(capsys):
    main.run(["train", "--help"])
    assert "[sweep] table" in words(capsys.readouterr().out)
    main.run(["generate", "--help"])
    assert "[actor], [generated] and [store]" in words(capsys.readouterr().out)


@pytest.mark.parametrize("path", [path for path in LEAVES if path], ids=" ".join)
def test_every_command_has_an_example(path, capsys):
    main.run([*path, "-h"])
    shown = capsys.readouterr().out
    example = re.search(rf"^    (fwd {' '.join(path)}\b.*)$", shown, re.MULTILINE)
    assert example, shown
    options = set(re.findall(r" (--?[a-z][a-z-]*)", example[1]))
    known = {name for param in COMMANDS[path].params for name in param.opts}
    assert options <= known


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_all_take_the_same_short_options(path, capsys):
    main.run([*path, "-h"])
    shown = capsys.readouterr().out
    for option in ("-q, --quiet ", "-v, --verbose ", "-h, --help "):
        assert option in shown
    assert "<bool>" not in shown


def test_the_version(capsys):
    import fwd

    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"fwd {fwd.__version__}\n"


def test_without_a_command_the_help_is_shown_as_it_is(capsys):
    assert main.run([]) == 2
    shown = capsys.readouterr()
    assert (shown.out.startswith("Usage: fwd"), shown.err) == (True, "")


@pytest.mark.parametrize(
    ("typed", "known"), [("fwd pro", {"prove"}), ("fwd store st", {"stats"}), ("fwd train --onl", {"--online"})]
)
def test_a_shell_completes_commands_and_options(typed, known, capsys, monkeypatch):
    monkeypatch.setenv(program.COMPLETE, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    monkeypatch.setattr(sys, "argv", ["fwd"])
    with pytest.raises(SystemExit):
        main.run([])
    assert known <= set(capsys.readouterr().out.split())


def test_quiet_leaves_results_and_mistakes(capsys, monkeypatch):
    from fwd.screen import QUIET, say

    monkeypatch.setenv(QUIET, "")  # so that it is taken back
    assert main.run(["plugins", "-q"]) == 0
    say("nobody wants to know")
    shown = capsys.readouterr()
    assert "fwd-core" in shown.out
    assert shown.err == ""
    assert main.run(["plugins", "check", "nobody", "-q"]) == 2
    assert "unknown env 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize("width", [60, 80])
def test_what_is_installed_can_be_read_on_a_narrow_terminal(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    main.run(["plugins"])
    shown = capsys.readouterr().out
    assert "strategies: beam, best-first, greedy, sampling" in shown
    assert max(map(len, shown.splitlines())) <= 60
