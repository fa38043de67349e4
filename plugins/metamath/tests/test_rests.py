"""What verdicts rest on: theorems that are not proved, axioms through others, one database wherever it is judged."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Applied, Fact, Goal, Proof, Rejected, Step, Verdict
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv
from fwd_metamath.human import HumanProofs
from fwd_metamath.settings import MetamathConfig, resolved

LIES = (
    Path(__file__).with_name("small.mm").read_text()
    + """
lie $p |- F. $= ? $.
lie2 $p |- F. $= lie $.
wrong $p |- F. $= wph wps ax-1 $.
wrong2 $p |- F. $= ( wrong ) A $.
lie3 $p |- ( ph -> F. ) $= ( wfal lie2 a1i ) BACD $.
fine $p |- ( ps -> ps ) $= ( id ) AB $.
${ d1.1 $e |- ph $.  d1 $p |- ( ps -> ph ) $= ( a1i ) ABCD $. $}
"""
)
FALSE = ["lie", "lie2", "wrong", "wrong2"]


@pytest.fixture
def lies(tmp_path: Path) -> Path:
    path = tmp_path / "lies.mm"
    path.write_text(LIES)
    return path


def env_of(path: Path, **settings: object) -> MetamathEnv:
    return MetamathEnv(MetamathConfig(**{"database": str(path), "valid": 1, "test": 1, **settings}))


def by(label: str, statement: str = "|- F.", *arguments: str) -> Proof:
    return Proof(Goal("g", statement), (Fact(statement, Step(label, (), arguments)),))


@pytest.mark.parametrize("label", FALSE)
def test_what_is_not_proved_is_no_premise(lies: Path, label: str) -> None:
    env = env_of(lies)
    proof = by(label)
    answer = env.apply(env.begin(proof.goal), Step(label))
    assert isinstance(answer, Rejected)
    assert answer.code == "unknown"
    assert "proof is" in answer.message or "rests on" in answer.message
    assert not env.check(proof.goal, proof).proved
    vocabulary = MetamathCodec(env).vocabulary
    assert f"L:{label}" not in vocabulary.tokens
    assert "L:fine" in vocabulary.tokens


@pytest.mark.parametrize(("label", "roots"), list(zip(FALSE, ["lie", "lie", "wrong", "wrong"], strict=True)))
def test_allowed_it_is_named(lies: Path, label: str, roots: str) -> None:
    env = env_of(lies, unproved="allow")
    proof = by(label)
    graph = env.begin(proof.goal)
    assert isinstance(env.apply(graph, Step(label)), Applied)
    assert f"L:{label}" in MetamathCodec(env).vocabulary.tokens
    assert env.check(proof.goal, proof) == Verdict(True, relies_on=(f"unproved: {roots}",))
    honest = by("fine", "|- ( ch -> ch )", "ch")
    assert env.check(honest.goal, honest) == Verdict(True)


@pytest.mark.parametrize("unproved", ["refuse", "allow"])
def test_splits_hold_what_is_proved(lies: Path, unproved: str) -> None:
    env = env_of(lies, unproved=unproved, valid=0, test=0)
    splits = corpus_of(env).splits
    assert not {*FALSE, "lie3", "unproved"} & set(splits.train)
    assert splits.dropped["unproved"] == 6
    assert [proof.goal.name for proof in HumanProofs(env).proofs("train")] == list(splits.train)


def test_axioms_through_theorems(lies: Path) -> None:
    env = env_of(lies, unproved="allow")
    assert env.axioms(by("fine", "|- ( ch -> ch )", "ch")) == ("ax-mp", "ax-1", "ax-2")
    assert env.axioms(by("ax-1", "|- ( ph -> ( ph -> ph ) )", "ph", "ph")) == ("ax-1",)
    assert env.axioms(Proof(Goal("g", "|- ph", ("|- ph",)), (Fact("|- ph"),))) == ()


def test_axioms_of_theorems_of_the_embedded_database(embedded: MetamathEnv) -> None:
    axioms = {item.label for item in embedded.library if item.assertion.axiom}
    for theorem in list(embedded.library)[::17]:
        found = embedded.rests.axioms([theorem.label])
        assert set(found) <= axioms
        assert theorem.assertion.axiom or "ax-mp" in found or len(found) < len(axioms)


def test_forbidden_may_hold_through_others(lies: Path) -> None:
    goal = Goal("g", "|- ( ch -> ch )", forbidden=frozenset({"ax-2"}))
    proof = by("fine", goal.statement, "ch")
    assert env_of(lies).check(goal, proof).proved, "only named ones are forbidden, if nothing else is said"
    env = env_of(lies, forbidden="rests-on")
    for label in ("ax-2", "id", "fine"):
        answer = env.apply(env.begin(goal), Step(label, (), ("ch",)))
        assert isinstance(answer, Rejected)
        assert answer.code == "forbidden"
    assert "may not be used" in env.check(goal, proof).reason
    codec = MetamathCodec(env)
    allowed = {codec.vocabulary.tokens[token] for token in codec.cursor(env.begin(goal)).allowed()}
    assert "L:ax-1" in allowed
    assert not {"L:ax-2", "L:id", "L:fine"} & allowed
    assert env.check(evolve(goal, forbidden=frozenset({"ax-5"})), proof).proved


def test_a_theorem_is_a_goal_by_its_name(lies: Path) -> None:
    dataset = HumanProofs(env_of(lies))
    goal = dataset.named("lie2")
    assert goal is not None
    assert (goal.statement, goal.before) == ("|- F.", "lie2")
    assert {"lie", "lie2", "wrong", "wrong2"} <= goal.forbidden, "all that say the same"
    train = dataset.goals("train")[0]
    assert dataset.named(train.name) == train
    assert [dataset.named(name) for name in ("ax-1", "wi", "wph", "nothing", "")] == [None] * 5


def test_a_database_without_proofs_names_its_goals(tmp_path: Path) -> None:
    path = tmp_path / "open.mm"
    path.write_text("$c |- wff T $. wt $a wff T $. ax-t $a |- T $. mine1 $p |- T $= ? $.")
    env = MetamathEnv(MetamathConfig(database=str(path)))
    assert HumanProofs(env).named("mine1") == Goal(
        "mine1", "|- T", forbidden=frozenset({"ax-t", "mine1"}), before="mine1"
    )


def test_a_config_means_the_same_everywhere(lies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    for name in ("lies.mm", "./lies.mm", "below/../lies.mm", str(lies)):
        config = resolved(MetamathConfig(database=name))
        assert config.database == str(lies)
        assert env_of(Path(name)).sources == (env_of(lies).sources[0],)
    assert resolved(config) == config
    for name in ("embedded", "nowhere.mm", "/nowhere/nothing.mm"):
        assert resolved(MetamathConfig(database=name)).database == name
    monkeypatch.setenv("FWD_METAMATH_DB", str(lies))
    assert resolved(MetamathConfig(database="mine.mm")).database == str(lies)


def test_random_labels_rest_on_what_their_proofs_name(embedded: MetamathEnv) -> None:
    """`resting` and `on` are each other's inverse."""
    rng = random.Random(0)
    labels = [theorem.label for theorem in embedded.library]
    for root in rng.sample(labels, 5):
        resting = embedded.rests.resting(frozenset({root}))
        for label in rng.sample(labels, 30):
            assert (root in embedded.rests.on([label])) == (label in resting)
