"""The plugin as a whole: registered, with presets that resolve, and polite where HOL Light is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fwd.api import BuildOptions, Goal
from fwd.config import resolve
from fwd.errors import GoalError, UserError
from fwd.plugins import PluginSet
from fwd_hollight import build, folders, install, sources
from fwd_hollight.commands import app
from fwd_hollight.corpus import load
from fwd_hollight.env import HolLightEnv
from fwd_hollight.human import HumanProofs
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.splits import split
from typer.testing import CliRunner


@pytest.mark.parametrize("preset", ["debug", "cpu", "library"])
def test_presets_resolve(preset: str) -> None:
    config = resolve(PluginSet.of("fwd_hollight.plugin"), "hollight", preset, None, [])
    assert isinstance(config.env, HolLightConfig)


def test_nothing_dangerous_may_be_named() -> None:
    names = set(sources.functions())
    assert not names & {"CHEAT_TAC", "mk_thm", "new_axiom", "new_definition", "define", "loadt", "axioms", "time"}
    assert len(names) == len(sources.functions())


def test_without_hol_light_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UserError, match="hol-light and libnum-ocaml-dev") as caught:
        HolLightEnv(HolLightConfig())
    assert "\n" not in str(caught.value)
    assert CliRunner().invoke(app, ["status"]).exit_code != 0


def test_without_a_corpus_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FWD_HOME", str(tmp_path))
    with pytest.raises(UserError, match="fwd data build --env hollight"):
        load("no such library")


def test_a_socket_folder_too_deep_is_a_user_error(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path / ("deep" * 30)))
    with pytest.raises(UserError, match="too long"):
        folders.sockets()


def test_the_socket_folder_must_be_ours(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short_path))
    folder = folders.sockets()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(UserError, match="0700"):
        folders.sockets()


def test_an_unknown_library_is_a_user_error() -> None:
    if install.missing():
        pytest.skip(install.missing())
    with pytest.raises(UserError, match="no_such"):
        HolLightEnv(HolLightConfig(libraries=("Library/no_such.ml",)))


@pytest.mark.oracle
def test_status(env: HolLightEnv) -> None:
    answer = CliRunner().invoke(app, ["status"])
    assert answer.exit_code == 0
    assert "HOL Light serves" in answer.stdout


@pytest.mark.oracle
def test_build_tells_what_it_left_out(env: HolLightEnv, capsys: pytest.CaptureFixture[str]) -> None:
    build.build(env.config, BuildOptions())
    told = capsys.readouterr().out
    assert "theorems recorded" in told
    assert "left out" in told


@pytest.mark.oracle
def test_a_chronological_split_holds_out_the_last(env: HolLightEnv, human: HumanProofs) -> None:
    config = HolLightConfig(valid=6, test=4, max_facts=24, split="chronological")
    splits = split(human.corpus, env.library, config)

    def orders(proofs: object) -> list[tuple[int, int, int]]:
        return [env.library.order[proof.goal.before] for proof in proofs]  # type: ignore[attr-defined]

    assert max(orders(splits.train)) <= min(orders((*splits.valid, *splits.test)))


@pytest.mark.oracle
def test_goals_of_users(env: HolLightEnv) -> None:
    goal = env.canonical(Goal("mine", "!x y. x+y = y+x", ("y = 0", "y=0")))
    assert goal.statement == "! x y . x + y = y + x"
    assert goal.hypotheses == ("y = 0",)
    for bad in ("x = y", "!x.", "SUC", ""):
        with pytest.raises(GoalError):
            env.canonical(Goal("mine", bad))


@pytest.mark.oracle
def test_keys_do_not_tell_names_apart(env: HolLightEnv) -> None:
    def key(statement: str, *hypotheses: str) -> str:
        return env.key(env.canonical(Goal("", statement, hypotheses)))

    assert key("!x y. x + y = y + x") == key("a + b = b + (a:num)")
    assert key("(p:bool) |- p \\/ q") == key("r ==> r \\/ s")
    assert key("!x:A. x = x") == key("!y:B. y = y")
    assert key("x = 1", "x = y + 1", "y = 0") == key("u = 1", "v = 0", "u = v + 1")
    assert key("!x y. x + y = y + x") != key("!x y. x + y = x + y")
    assert key("x = 1", "x = 2") != key("x = 1", "y = 2")
