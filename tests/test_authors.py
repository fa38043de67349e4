"""What the author of a plugin meets: two rules, a dataset of another name, events, and failures of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from fwd.store import ProofReader
from sites import install

PLUGIN = '''
from fwd.api import EnvSpec
from fwd.hooks import hookimpl
from fwd.testing.clauses import ClausesEnv

heard = []


class Env(ClausesEnv):
    """Fails at one goal."""

    name = "failing"

    def apply(self, graph, step):
        if graph.goal.name == "drill3":
            raise ZeroDivisionError("an invariant is gone")
        return super().apply(graph, step)


class Unreadable(ClausesEnv):
    """Its checker is broken."""

    name = "unreadable"


class Checker:
    """Writes what it is given into its folder."""

    def __init__(self, env):
        self.env = env

    def check(self, proofs, folder):
        (folder / "proofs.txt").write_text("\\n".join(proof.goal.name for proof in proofs))
        return [self.env.check(proof.goal, proof) for proof in proofs]


class Broken(Checker):
    """Opens a file that nobody named."""

    def check(self, proofs, folder):
        return (folder / "verdicts" / "of-mine.txt").read_text()


@hookimpl
def fwd_register_envs():
    common = dict(
        summary="two rules", config="fwd.testing.clauses:ClausesConfig",
        codec="fwd.testing.clauses:ClausesCodec", datasets={"drill": "fwd.testing.clauses:ClausesDrill"},
        presets={"debug": {"env": {"proofs": 60, "valid": 10}, "train": {"steps": 4, "log_every": 2, "workers": 1},
            "model": {"d_model": 16, "n_layers": 1, "n_heads": 2, "n_kv_heads": 2, "d_ff": 16, "max_tokens": 160}}},
    )
    clauses = "fwd.testing.clauses:ClausesEnv"
    return [
        EnvSpec(name="clauses", env=clauses, external="fwd_drill:Checker", **common),
        EnvSpec(name="failing", env="fwd_drill:Env", **common),
        EnvSpec(name="unreadable", env="fwd_drill:Unreadable", external="fwd_drill:Broken", **common),
    ]


@hookimpl
def fwd_run_began(run):
    heard.append(("began", run.kind, run.env, run.folder.name))


@hookimpl
def fwd_run_ended(run, error):
    heard.append(("ended", run.kind, type(error)))


@hookimpl
def fwd_goal_finished(run, search):
    heard.append(("finished", run.kind, search.goal.name))


@hookimpl
def fwd_train_logged(run, step, metrics):
    heard.append(("logged", run.config.run.env, step))


@hookimpl
def fwd_actor_logged(run, metrics):
    heard.append(("actor", run.folder.name, metrics["searches"]))


@hookimpl
def fwd_checkpoint_saved(run, path):
    heard.append(("saved", path.relative_to(run.folder).parts[0]))
'''


@pytest.fixture(autouse=True)
def heard(tmp_path_factory, monkeypatch):
    """The plugin is installed; what its events heard."""
    folder = tmp_path_factory.mktemp("drill")
    install(folder, "drill", "fwd_drill")
    (folder / "fwd_drill.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("fwd_drill", None)
    yield lambda: sys.modules["fwd_drill"].heard
    sys.modules.pop("fwd_drill", None)


def prove(fwd, env: str = "clauses", *more: object):
    return fwd("prove", "--model", "uniform", "--env", env, "--strategy", "best-first", "--out", "out", *more)


def test_a_dataset_may_have_any_name(fwd):
    assert prove(fwd).code == 0
    assert len(Path("out/results.jsonl").read_text().splitlines()) == 10
    assert "clauses_valid_fwd_proving-prop_proved" in json.loads(Path("out/summary.json").read_text())


def test_data_stats_say_what_the_filter_dropped(fwd):
    counts = json.loads(fwd("data", "stats", "--env", "clauses", "--json").out)["drill"]
    drawn = counts["of 200 draws"]
    assert counts["train"] == 40
    assert drawn == {"kept": 200, "dropped_held_out": 0, "dropped_too_long": 0, "dropped_empty": 0}
    short = ("data", "stats", "--env", "clauses", "--set", "model.max_tokens=40")
    drawn = json.loads(fwd(*short, "--json").out)["drill"]["of 200 draws"]
    assert drawn["dropped_too_long"] > 20
    assert drawn["kept"] == 200 - drawn["dropped_too_long"]
    assert "dropped_held_out" in fwd(*short).out


def test_the_folder_of_an_external_checker_is_there(fwd):
    prove(fwd)
    outcome = fwd("check", "out", "--external")
    assert outcome.code == 0, outcome.err
    assert "drill" in Path("out/external/proofs.txt").read_text()
    Path("out/external").rename("elsewhere")
    Path("elsewhere/proofs.txt").unlink()
    Path("out/external").symlink_to(Path("elsewhere").resolve())
    assert fwd("check", "out", "--external").code == 2, "a link that a stranger may have made is followed"
    assert not Path("elsewhere/proofs.txt").exists()


def test_what_a_plugin_cannot_open_is_its_own_failure(fwd, home):
    prove(fwd, "unreadable")
    outcome = fwd("check", "out", "--external")
    line = outcome.errors[-1]
    assert outcome.code == 1
    assert line.startswith("error: plugin 'drill' of fwd-plugin-drill 1.0 failed: FileNotFoundError")
    log = Path(line.rpartition(" is in ")[2])
    assert log.is_relative_to(home)
    assert "of-mine.txt" in log.read_text()
    assert "in check" in log.read_text()


def test_what_the_user_cannot_open_stays_the_users(fwd):
    outcome = fwd("prove", "--model", "uniform", "--env", "clauses", "--goals", "missing.jsonl", "--out", "out")
    assert (outcome.code, len(outcome.errors)) == (2, 1)
    assert "missing.jsonl" in outcome.err


def test_an_env_that_raises_is_told_of_and_costs_one_search(fwd):
    outcome = prove(fwd, "failing")
    assert outcome.code == 1
    line = outcome.errors[-1]
    assert line.startswith("error: the env failing failed in a search, drill3: ZeroDivisionError: an invariant is gone")
    assert line.endswith("see out/errors.log")
    assert "in apply" in Path("out/errors.log").read_text()
    results = {one["name"]: one for one in map(json.loads, Path("out/results.jsonl").read_text().splitlines())}
    assert len(results) == 10
    assert results["drill3"]["stopped"] == "env-error"
    assert results["drill3"]["message"] == "ZeroDivisionError: an invariant is gone"
    again = prove(fwd, "failing", "--continue")
    assert (again.code, again.errors[-1]) == (1, line)


def test_events_say_which_run_they_belong_to(fwd, heard):
    prove(fwd, "clauses", "--limit", 2)
    first, *finished, last = heard()
    assert first == ("began", "prove", "clauses", "out")
    assert sorted(finished) == [("finished", "prove", "drill0"), ("finished", "prove", "drill1")]
    assert last == ("ended", "prove", type(None))


def test_training_and_actors_tell_of_themselves(fwd, heard):
    outcome = fwd("train", "--env", "clauses", "--out", "run", "--set", "train.evaluate_every=4")
    assert outcome.code == 0, outcome.err
    told = list(heard())
    assert told[0] == ("began", "train", "clauses", "run")
    assert told[-1] == ("ended", "train", type(None))
    assert ("logged", "clauses", 2) in told
    assert ("saved", "checkpoints") in told
    assert not [one for one in told if one[0] == "finished"]
    fwd("generate", "--model", "uniform", "--env", "clauses", "--store", "store", "--limit", 3)
    told = heard()[len(told) :]
    assert told[0] == ("began", "actor", "clauses", "actor-0")
    assert [one[0] for one in told].count("finished") == 3
    assert ("actor", "actor-0", 3) in told
    assert told[-1] == ("ended", "actor", type(None))


def test_an_actor_stores_what_its_forks_derived(fwd):
    settings = ["actor.strategy=best-first", "actor.settings.expansions=6"]
    sets = [part for one in settings for part in ("--set", one)]
    fwd("generate", "--model", "uniform", "--env", "clauses", "--store", "store", "--limit", 4, *sets)
    records = [entry.record for entry in ProofReader(Path("store"))]
    ended = [one for one in records if one.stopped != "fork"]
    assert len({one.goal.name for one in ended}) <= 4
    assert len({(one.goal.name, one.trial) for one in records}) == 4
    facts = {fact.statement for one in records for fact in one.facts if fact.step}
    kept = {fact.statement for one in ended for fact in one.facts if fact.step}
    assert len(facts) > 3 * len(kept)
    assert all(one.solved == one.graph().solved for one in records)


def test_the_quick_check_tries_gates_and_the_external_checker(fwd):
    outcome = fwd("plugins", "check", "clauses")
    lines = outcome.out.splitlines()
    assert outcome.code == 0, outcome.out
    assert "ok    gates: made up steps pass both gates or none" in lines
    assert "ok    external: known proofs pass and forged ones fail" in lines
    assert "ok    env: has the name that it is registered by, 'clauses'" in lines
    outcome = fwd("plugins", "check", "unreadable")
    assert outcome.code == 1
    assert [line for line in outcome.out.splitlines() if line.startswith("FAIL")] == [
        line for line in outcome.out.splitlines() if "FAIL  external: known proofs pass" in line
    ]


def test_the_quick_check_notes_labels_that_no_proof_uses(fwd):
    (note,) = [
        line for line in fwd("plugins", "check", "toy", "--set", "env.proofs=90").out.splitlines() if "note" in line
    ]
    assert note.startswith("note  none of ")
