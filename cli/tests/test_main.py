import os
import pty
import sys
import textwrap
from contextlib import suppress

import pytest
from fwd.errors import UserError
from fwd.plugins import PluginSet
from fwd_cli import main, output, shelf


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """An installed plugin with commands; `loaded` says whether its code was imported."""
    info = tmp_path / "fwd_plugin_tea-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fwd-plugin-tea\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[fwd.plugins]\ntea = fwd_tea\n")
    (tmp_path / "fwd_tea.py").write_text(
        textwrap.dedent("""
        from fwd.hooks import CommandSpec, hookimpl

        @hookimpl
        def fwd_register_commands():
            return [
                CommandSpec(name="tea", app="fwd_tea_commands:app", help="About tea."),
                CommandSpec(name="check", app="fwd_tea_commands:app", help="Not what you think."),
            ]
        """)
    )
    (tmp_path / "fwd_tea_commands.py").write_text(
        textwrap.dedent("""
        import typer
        from fwd.errors import UserError
        from fwd.plugins import PluginSet

        app = typer.Typer()

        @app.command()
        def pour(context: typer.Context, cups: int = 1):
            "Pour some."
            assert context.find_object(PluginSet) is not None
            if cups > 3:
                raise UserError("too much tea: pour at most 3")
            if cups == 0:
                raise typer.Exit(1)
            print(f"{cups} poured")
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in ("fwd_tea", "fwd_tea_commands"):
        sys.modules.pop(name, None)


def test_help_lists_a_plugins_commands_without_their_code(plugin, capsys):
    assert main.run(["--help"]) == 0
    assert "About tea." in capsys.readouterr().out
    assert "fwd_tea_commands" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["pour", "--cups", "2"], 0, "2 poured\n", ""),
        (["pour", "--cups", "0"], 1, "", ""),
        (["pour", "--cups", "9"], 2, "", "error: too much tea: pour at most 3\n"),
        (["brew"], 2, "", "error: No such command 'brew'.\n"),
    ],
)
def test_a_plugins_commands_follow_the_house_rules(arguments, code, out, err, plugin, capsys):
    assert main.run(["tea", *arguments]) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (out, err)


def test_a_plugin_cannot_replace_a_command(plugin, capsys):
    main.run(["check", "--help"])
    assert "fwd check" in capsys.readouterr().out
    assert "fwd_tea_commands" not in sys.modules


def test_alone_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(PluginSet, "discover", classmethod(lambda cls: cls.of()))
    hint = "an env comes with a plugin, which is a distribution of its own, such as fwd-plugin-NAME"
    for arguments in (["tea", "pour"], ["data", "stats", "--env", "tea"], ["plugins", "check", "tea"]):
        assert main.run(arguments) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.rstrip(")").endswith(hint)


def test_unexpected_errors_are_not_hidden(plugin, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(shelf, "names", fail)
    with pytest.raises(ZeroDivisionError):
        main.run(["models", "list"])


def test_what_the_system_refuses_is_one_line(monkeypatch, capsys):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "/locked")

    monkeypatch.setattr(shelf, "names", refuse)
    assert main.run(["models", "list"]) == 2
    assert capsys.readouterr().err == "error: /locked: Permission denied\n"


def test_a_run_that_is_no_joint_one_has_no_store(tmp_path, capsys):
    (tmp_path / "checkpoints").mkdir()
    assert main.run(["store", "stats", str(tmp_path)]) == 2
    assert "a run without a proof store" in capsys.readouterr().err


class TestShelf:
    @pytest.fixture(autouse=True)
    def home(self, tmp_path, monkeypatch):
        monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))
        (tmp_path / "checkpoint").mkdir()
        (tmp_path / "checkpoint/model.json").write_text("{}")
        return tmp_path

    def test_without_any_it_is_said_how_one_gets_a_name(self, capsys):
        assert main.run(["models", "list"]) == 0
        assert capsys.readouterr().out == "no models have names yet: fwd models add NAME RUN gives one\n"

    def test_add_copies_and_remove_forgets(self, home):
        path = shelf.add("mine-1.0", home / "checkpoint")
        assert (path / "model.json").read_text() == "{}"
        assert shelf.names() == ["mine-1.0"]
        shelf.remove("mine-1.0")
        assert shelf.names() == []
        assert not path.exists()

    @pytest.mark.parametrize("name", ["", "..", "../up", "/etc", ".hidden", "a b", "uniform", "a/b", "ü", "-rf"])
    def test_unsafe_names_are_refused(self, name, home):
        with pytest.raises(UserError, match="cannot name a model"):
            shelf.add(name, home / "checkpoint")
        with pytest.raises(UserError, match="no model"):
            shelf.remove(name)


class TestProgress:
    def test_plain_lines_where_there_is_no_terminal(self, capsys, monkeypatch):
        monkeypatch.setattr(output, "PLAIN_INTERVAL", 0.0)
        with output.Progress("proving", 2) as progress:
            progress.update(1, "none proved")
            progress.update(2, "1 proved")
        assert capsys.readouterr().err == "proving: 1 of 2, none proved\nproving: 2 of 2, 1 proved\n"

    def test_the_last_state_is_told_even_in_a_hurry(self, capsys):
        with output.Progress("proving", 9) as progress:
            for done in range(1, 10):
                progress.update(done, "fine")
        assert capsys.readouterr().err == "proving: 9 of 9, fine\n"

    def test_a_bar_on_a_terminal(self, monkeypatch):
        ours, theirs = pty.openpty()
        with os.fdopen(theirs, "w") as terminal:
            monkeypatch.setattr(sys, "stderr", terminal)
            monkeypatch.setenv("TERM", "xterm")
            with output.Progress("proving", 2) as progress:
                progress.update(2, "1 proved")
        pieces = []
        with suppress(OSError):  # how the end of a terminal is told
            while piece := os.read(ours, 1 << 16):
                pieces.append(piece)
        os.close(ours)
        shown = b"".join(pieces).decode()
        assert "2/2" in shown
        assert "1 proved" in shown
        assert "━" in shown


@pytest.mark.parametrize("width", [40, 60, 200])
def test_tables_never_break_a_word(width, capsys, monkeypatch):
    monkeypatch.setattr(output, "width", lambda: width)
    words = ["a-run-of-a-sweep", "metamath_valid_fwd_proving-prop_proved", "done", "0.25"]
    output.print_table(["run", "metric", "state", "value"], [words, words], title="a sweep")
    shown = capsys.readouterr().out
    assert all(shown.count(word) == 2 for word in words)
    assert max(map(len, shown.splitlines())) <= max(width, len("metric: " + words[1]))
