"""The human dataset: its proofs hold, its goals forbid what would give them away, its keys are cached safely."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from fwd.api import BuildOptions
from fwd.testing import DatasetContract
from fwd_metamath import keys
from fwd_metamath.corpus import Corpus, build
from fwd_metamath.env import MetamathEnv
from fwd_metamath.human import HumanProofs, distribution
from fwd_metamath.keys import bare_goal
from fwd_metamath.presets import PRESETS
from fwd_metamath.reserved import DATA, LISTS, reserved_keys
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.sources import DEBIAN

DEBUG = MetamathConfig(**PRESETS["debug"]["env"])
needs_set_mm = pytest.mark.skipif(not (DEBIAN / "set.mm").exists(), reason="needs Debian's metamath-databases")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FWD_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def env() -> MetamathEnv:
    return MetamathEnv(DEBUG)


class TestHumanProofs(DatasetContract):
    @pytest.fixture
    def dataset(self, env: MetamathEnv) -> HumanProofs:
        return HumanProofs(env)

    @pytest.fixture
    def make_dataset(self, env: MetamathEnv) -> Callable[[], HumanProofs]:
        return lambda: HumanProofs(MetamathEnv(env.config))


def test_all_embedded_proofs_hold_and_can_be_played(env: MetamathEnv) -> None:
    dataset = HumanProofs(env)
    for split in ("train", "valid", "test"):
        for goal, proof in zip(dataset.goals(split), dataset.proofs(split), strict=True):
            assert env.check(goal, proof).proved
            graph = env.begin(goal)
            assert tuple(graph.facts) == proof.facts[: len(graph.facts)]
            for fact in proof.facts[len(graph.facts) :]:
                applied = env.apply(graph, fact.step)
                assert applied.fact == fact, goal.name
                graph.add(applied.fact)
            assert graph.solved
            assert proof.facts[-1].statement == goal.statement


def test_goals_forbid_themselves_their_equivalents_and_what_is_later(tmp_path: Path) -> None:
    theorems = "".join(f"t{n} $p |- {'( p -> ' * n}p{' )' * n} $= ax $.\n" for n in range(1, 9))
    file = tmp_path / "small.mm"
    file.write_text(
        f"""
        $c wff |- ( ) -> $.  $v p q $.  wp $f wff p $.  wq $f wff q $.
        wi $a wff ( p -> q ) $.
        ax $a |- ( p -> ( q -> p ) ) $.
        one $p |- ( ( p -> q ) -> q ) $= ax $.
        {theorems}
        two $p |- ( ( q -> p ) -> p ) $= ax $.
        """
    )
    corpus = Corpus(MetamathEnv(MetamathConfig(database=str(file), valid=1, test=1)))
    assert corpus.goal("one").forbidden == {"one", "two"}
    assert corpus.goal("two").forbidden == {"one", "two"}
    assert corpus.goal("one").before == "one"
    assert corpus.goal("t3").forbidden == {"t3"}


def test_draws_cover_train_only(env: MetamathEnv) -> None:
    dataset = HumanProofs(env)
    rng = random.Random(0)
    drawn = {dataset.draw(rng).goal.name for _ in range(3000)}
    train = {goal.name for goal in dataset.goals("train")}
    assert drawn <= train
    assert len(drawn) > 0.95 * len(train)


def test_stats_count_what_is_there(env: MetamathEnv) -> None:
    dataset = HumanProofs(env)
    stats = dataset.stats()
    proofs = dataset.proofs("train")
    assert stats["train"] == len(proofs)
    assert stats["steps"]["max"] == max(proof.steps for proof in proofs)
    assert stats["subgoals"] == sum(proof.steps - 1 for proof in proofs)
    assert 0 < stats["subgoals_held_out"] < stats["subgoals"]


def test_distribution() -> None:
    assert distribution([3, 1, 2, 10]) == {"p50": 2, "mean": 4, "p90": 3, "max": 10}
    assert distribution([]) == {}


def test_sequences_slice_and_end(env: MetamathEnv) -> None:
    goals = HumanProofs(env).goals("valid")
    assert [goal.name for goal in goals[2:4]] == [goals[2].name, goals[3].name]
    assert goals[-1] == list(goals)[-1]
    with pytest.raises(IndexError):
        goals[len(goals)]


class TestKeys:
    def file(self, home: Path) -> Path:
        (found,) = (home / "metamath" / "keys").iterdir()
        return found

    @pytest.fixture
    def computed(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The names of the goals whose keys the env was asked for."""
        names: list[str] = []
        real = MetamathEnv.key
        monkeypatch.setattr(MetamathEnv, "key", lambda env, goal: names.append(goal.name) or real(env, goal))
        return names

    def test_a_build_is_used_by_the_next_start(self, computed, capsys) -> None:
        build(DEBUG, BuildOptions())
        assert "40 valid and 20 test theorems" in capsys.readouterr().out
        computed.clear()
        want = Corpus(MetamathEnv(DEBUG)).keys
        assert len(computed) < 2 * keys.SAMPLE
        build(DEBUG, BuildOptions(force=True))
        assert set(computed) == set(want)

    @pytest.mark.parametrize("damage", [b"", b"\xc1garbage", b"\x81\xa6format\x00", b"\x93\x01\x02\x03"])
    def test_a_damaged_file_is_made_anew(self, env, tmp_path, damage) -> None:
        want = Corpus(env).keys
        file = self.file(tmp_path / "home")
        good = file.read_bytes()
        file.write_bytes(damage)
        assert Corpus(env).keys == want
        assert file.read_bytes() == good

    def test_a_truncated_file_is_made_anew(self, env, tmp_path) -> None:
        want = Corpus(env).keys
        file = self.file(tmp_path / "home")
        file.write_bytes(file.read_bytes()[:1000])
        assert Corpus(env).keys == want

    def test_stale_keys_are_noticed(self, env, tmp_path) -> None:
        want = Corpus(env).keys
        file = self.file(tmp_path / "home")
        keys._write(file, dict.fromkeys(want, "an older way to compute keys"))
        assert Corpus(env).keys == want

    def test_an_interrupted_build_goes_on(self, env, tmp_path, computed) -> None:
        want = Corpus(env).keys
        file = self.file(tmp_path / "home")
        keys._write(file, dict(list(want.items())[:100]))
        computed.clear()
        assert Corpus(env).keys == want
        assert len(computed) < len(want) - 100 + 2 * keys.SAMPLE

    def test_a_home_that_cannot_be_written_costs_only_time(self, env, tmp_path, monkeypatch) -> None:
        (tmp_path / "plain file").write_text("")
        monkeypatch.setenv("FWD_HOME", str(tmp_path / "plain file"))
        assert len(Corpus(env).keys) == len(Corpus(env).assertions)


@pytest.mark.slow
@needs_set_mm
def test_the_propositional_part_of_set_mm() -> None:
    env = MetamathEnv(MetamathConfig(**PRESETS["cpu"]["env"]))
    dataset = HumanProofs(env)
    assert (len(dataset.goals("valid")), len(dataset.goals("test"))) == (150, 50)
    assert len(dataset.goals("train")) > 850
    names = {goal.name for split in ("train", "valid", "test") for goal in dataset.goals(split)}
    assert not names & set((DATA / LISTS["set.mm"]).read_text(encoding="ascii").split())
    assert not reserved_keys() & {dataset.corpus.keys[name] for name in names}
    for proof in random.Random(0).sample(list(dataset.proofs("train")), 300):
        assert env.check(proof.goal, proof).proved


@pytest.mark.slow
@needs_set_mm
def test_the_reserved_keys_are_those_of_the_lists() -> None:
    """The set.mm list alone: reading iset.mm too is `tools/reserve.py`'s work."""
    env = MetamathEnv(MetamathConfig(database="set.mm"))
    labels = (DATA / LISTS["set.mm"]).read_text(encoding="ascii").split()
    keys = {env.key(bare_goal(env.database.assertions[label])) for label in labels if label in env.database.assertions}
    assert len(keys) > 880
    assert keys <= reserved_keys()


def test_the_embedded_database_reserves_by_statement() -> None:
    dataset = HumanProofs(MetamathEnv(MetamathConfig()))
    assert dataset.corpus.splits.dropped["reserved"] > 0
    names = {goal.name for split in ("train", "valid", "test") for goal in dataset.goals(split)}
    assert not reserved_keys() & {dataset.corpus.keys[name] for name in names}
