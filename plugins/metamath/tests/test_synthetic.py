"""Synthetic theorems: their proofs hold, they are varied, and they respect the settings."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Proof
from fwd.testing import DatasetContract
from fwd_metamath.env import MetamathEnv
from fwd_metamath.presets import PRESETS
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.sources import DEBIAN
from fwd_metamath.synthetic import SyntheticProofs

DEBUG = MetamathConfig(**PRESETS["debug"]["env"])

DISTINCT = """
$c wff setvar class |- ( ) -> A. = e. $.
$v ph ps x y z A B $.
wph $f wff ph $.  wps $f wff ps $.
vx $f setvar x $.  vy $f setvar y $.  vz $f setvar z $.
cA $f class A $.  cB $f class B $.
wi $a wff ( ph -> ps ) $.
wal $a wff A. x ph $.
cv $a class x $.
wceq $a wff A = B $.
wel $a wff A e. B $.
ax-1 $a |- ( ph -> ( ps -> ph ) ) $.
${  mp.1 $e |- ph $.  mp.2 $e |- ( ph -> ps ) $.  ax-mp $a |- ps $.  $}
${  gen.1 $e |- ph $.  ax-gen $a |- A. x ph $.  $}
${  $d x ph $.  ax-5 $a |- ( ph -> A. x ph ) $.  $}
${  $d x y $.  ax-two $a |- ( x = y -> A. x x = y ) $.  $}
${  $d x A $.  exA $e |- A. x x e. A $.  ax-cl $a |- A = A $.  $}
"""


@pytest.fixture(scope="module", autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FWD_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def env() -> MetamathEnv:
    return MetamathEnv(DEBUG)


@pytest.fixture(scope="module")
def dataset(env: MetamathEnv) -> SyntheticProofs:
    return SyntheticProofs(env)


def drawn(dataset: SyntheticProofs, count: int) -> list[Proof]:
    rng = random.Random(0)
    proofs: list[Proof] = []
    for _ in range(20 * count):
        if len(proofs) < count and (proof := dataset.draw(rng)) is not None:
            proofs.append(proof)
    assert len(proofs) == count
    return proofs


class TestSyntheticProofs(DatasetContract):
    @pytest.fixture
    def make_dataset(self, env: MetamathEnv) -> Callable[[], SyntheticProofs]:
        return lambda: SyntheticProofs(MetamathEnv(env.config))


def test_proofs_hold(env: MetamathEnv, dataset: SyntheticProofs) -> None:
    for proof in drawn(dataset, 300):
        verdict = env.check(proof.goal, proof)
        assert verdict.proved, (proof, verdict.reason)
        assert proof.facts[-1].statement == proof.goal.statement


def test_samples_are_varied_and_within_the_settings(env: MetamathEnv, dataset: SyntheticProofs) -> None:
    proofs = drawn(dataset, 1000)
    assert len({env.key(proof.goal) for proof in proofs}) > 900
    steps = Counter(proof.steps for proof in proofs)
    assert set(steps) == set(range(1, max(steps) + 1))
    assert 5 <= max(steps) <= DEBUG.synthetic_steps
    assert steps[1] < 200
    assert {len(proof.goal.hypotheses) for proof in proofs} == set(range(DEBUG.synthetic_hypotheses + 1))
    labels = {fact.step.label for proof in proofs for fact in proof.facts if fact.step}
    assert len(labels) > 0.8 * len(env.library)
    longest = max(len(fact.statement.split()) for proof in proofs for fact in proof.facts)
    assert DEBUG.max_statement - 2 <= longest <= DEBUG.max_statement


def test_every_hypothesis_and_step_is_needed(dataset: SyntheticProofs) -> None:
    for proof in drawn(dataset, 200):
        assert proof.subproof(len(proof.facts) - 1).facts == proof.facts
        assert len({fact.statement for fact in proof.facts}) == len(proof.facts)


def test_settings_bound_the_composition(env: MetamathEnv) -> None:
    config = evolve(DEBUG, synthetic_depth=1, synthetic_steps=2, synthetic_hypotheses=1, max_statement=16)
    for proof in drawn(SyntheticProofs(MetamathEnv(config)), 200):
        assert proof.steps <= 2
        assert len(proof.goal.hypotheses) <= 1
        assert all(len(fact.statement.split()) <= 16 for fact in proof.facts)


def test_draws_leave_out_what_is_held_out(env: MetamathEnv, dataset: SyntheticProofs) -> None:
    assert dataset.stats()["held_out"] > 0, "otherwise the next line says nothing"
    assert not {env.key(proof.goal) for proof in drawn(dataset, 1000)} & dataset.held_out()


@pytest.mark.parametrize("grow", [0.0, 0.4])
def test_distinct_variables_are_respected(tmp_path: Path, grow: float) -> None:
    theorems = "".join(f"t{n} $p |- {'( ph -> ' * n}ph{' )' * n} $= ax-1 $.\n" for n in range(2, 6))
    file = tmp_path / "distinct.mm"
    file.write_text(DISTINCT + theorems)
    config = MetamathConfig(str(file), valid=1, test=1, synthetic_merge=0.3, synthetic_grow=grow)
    env = MetamathEnv(config)
    proofs = drawn(SyntheticProofs(env), 400)
    for proof in proofs:
        verdict = env.check(proof.goal, proof)
        assert verdict.proved, (proof, verdict.reason)
        assert env.canonical(proof.goal) == proof.goal
        for condition in proof.goal.conditions:
            without = evolve(proof.goal, conditions=tuple(c for c in proof.goal.conditions if c != condition))
            assert not env.check(without, evolve(proof, goal=without)).proved, "the condition is not needed"
    used = {fact.step.label for proof in proofs for fact in proof.facts if fact.step}
    assert {"ax-5", "ax-two", "ax-cl", "ax-gen"} <= used
    assert sum(bool(proof.goal.conditions) for proof in proofs) > 50


def test_draws_are_fast(dataset: SyntheticProofs) -> None:
    rng = random.Random(1)
    dataset.draw(rng)
    start = time.process_time()
    made = sum(dataset.draw(rng) is not None for _ in range(1000))
    assert made / (time.process_time() - start) > 300  # thousands on an idle machine


@pytest.mark.slow
@pytest.mark.skipif(not (DEBIAN / "iset.mm").exists(), reason="needs Debian's metamath-databases")
def test_proofs_over_a_real_database_hold() -> None:
    env = MetamathEnv(MetamathConfig(**PRESETS["iset"]["env"]))
    proofs = drawn(SyntheticProofs(env), 300)
    assert all(env.check(proof.goal, proof).proved for proof in proofs)
    assert any(proof.goal.conditions for proof in proofs)
