"""What trainers learn from a proof store: every fact a theorem, the same window for the same position, no leaks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Applied, Fact, ProofGraph
from fwd.config import resolve
from fwd.plugins import PluginSet
from fwd.settings import GeneratedConfig, StoreConfig
from fwd.store import ProofRecord, ProofWriter
from fwd.testing.contracts.dataset import DatasetContract
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman
from fwd.train.generated import GeneratedProofs
from fwd.train.sequences import SequenceMaker, maker
from fwd.uniform import UniformPolicy
from hypothesis import given, settings
from hypothesis import strategies as st

CONFIG = GeneratedConfig()


@pytest.fixture(scope="module")
def env() -> ToyEnv:
    return ToyEnv(ToyConfig())


@pytest.fixture(scope="module")
def human(env) -> ToyHuman:
    return ToyHuman(env)


def grown(env: ToyEnv, goal, rng: random.Random, steps: int, model_step: int = 0) -> ProofRecord:
    """A graph of even draws from the grammar, whether or not they reach the goal."""
    from fwd.api import Ask

    graph, policy = env.begin(goal), UniformPolicy(ToyCodec(env))
    for _ in range(steps):
        policy.submit(Ask(graph, rng))
        step = policy.advance()[0].proposals[0].step
        answer = step and env.apply(graph, step)
        if isinstance(answer, Applied):
            graph.add(answer.fact)
    return ProofRecord(
        graph.goal, tuple(graph.facts), graph.solved, "x", "toy", env.fingerprint, "sampling", "run", model_step
    )


@pytest.fixture(scope="module")
def records(env, human) -> list[ProofRecord]:
    rng = random.Random(0)
    return [grown(env, goal, rng, 8, number // 10) for number, goal in enumerate(human.goals("train")[:120])]


def write(store: Path, records: list[ProofRecord], name: str = "a") -> None:
    with ProofWriter(store, name, StoreConfig(seal_records=7)) as writer:
        for one in records:
            writer.append(one)


@pytest.fixture(scope="module")
def store(records, tmp_path_factory) -> Path:
    """A store of two writers."""
    folder = tmp_path_factory.mktemp("store")
    write(folder, records[::2], "a")
    write(folder, records[1::2], "b")
    return folder


def opened(env, store: Path, position=None, **changes) -> GeneratedProofs:
    dataset = GeneratedProofs(env, store, evolve(CONFIG, **changes))
    dataset.refresh(position)
    return dataset


def draws(dataset: GeneratedProofs, count: int = 50) -> list:
    return [dataset.draw(random.Random(seed)) for seed in range(count)]


class TestGeneratedProofs(DatasetContract):
    """It keeps what every dataset promises."""

    @pytest.fixture
    def dataset(self, env, store):
        return opened(env, store)

    @pytest.fixture
    def make_dataset(self, env, store):
        return lambda: opened(env, store)


def test_every_fact_is_a_theorem_with_its_minimal_proof(env, store, records):
    dataset = opened(env, store, least_steps=1)
    theorems = {proof.goal.statement for proof in dataset.proofs("train")}
    assert theorems == {fact.statement for one in records for fact in one.facts if fact.step}
    for proof in dataset.proofs("train"):
        assert env.check(proof.goal, proof).proved
        assert proof.facts[-1].statement == proof.goal.statement
        needed = set(range(len(proof.facts) - 1))
        assert needed == {premise for fact in proof.facts for premise in fact.premises}, "nothing is there in vain"
    assert min(proof.steps for proof in opened(env, store, least_steps=3).proofs("train")) == 3


def test_equal_proofs_count_once_in_whatever_order_their_facts_came(env, records, tmp_path):
    write(tmp_path, records[:30])
    before = opened(env, tmp_path).theorems
    turned = []
    for one in records[:30]:
        graph = ProofGraph(one.goal)
        order = sorted(range(len(one.facts)), key=lambda i: (one.facts[i].step is not None, len(one.facts[i].premises)))
        place: dict[int, int] = {}
        while order:
            index = next(i for i in order if all(p in place for p in one.facts[i].premises))
            order.remove(index)
            fact = one.facts[index]
            premises = tuple(place[p] for p in fact.premises)
            place[index] = graph.add(
                evolve(fact, premises=premises, step=fact.step and evolve(fact.step, premises=premises))
            )
        turned.append(evolve(one, facts=tuple(graph.facts)))
    assert turned != records[:30]
    write(tmp_path, turned, "b")
    assert opened(env, tmp_path).theorems == before


def test_long_proofs_are_drawn_more_often(env, store):
    def mean(power: float) -> float:
        drawn = draws(opened(env, store, size_power=power), 400)
        return sum(proof.steps for proof in drawn) / len(drawn)

    assert mean(0.0) < mean(1.0) < mean(3.0)


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 60), min_size=1, max_size=5), window=st.integers(1, 130))
def test_a_window_depends_on_its_position_only(env, store, cuts, window):
    """However it got there: in small steps, at once, or back from a later one."""
    live = GeneratedProofs(env, store, evolve(CONFIG, window=window))
    for cut in sorted(cuts):
        live.refresh({"a": cut, "b": cut})
    fresh = opened(env, store, {"a": max(cuts), "b": max(cuts)}, window=window)
    later = opened(env, store, None, window=window)
    later.refresh({"a": max(cuts), "b": max(cuts)})
    assert draws(live, 8) == draws(fresh, 8) == draws(later, 8)
    assert live.stats()["graphs"] == fresh.stats()["graphs"] <= window


def test_new_graphs_arrive_with_a_refresh(env, records, tmp_path):
    dataset = opened(env, tmp_path)
    assert dataset.draw(random.Random(0)) is None
    write(tmp_path, records[:20])
    assert dataset.theorems == 0
    dataset.refresh()
    assert dataset.theorems > 0
    assert dataset.stats()["stored"] == 20
    assert dataset.stats()["model_step"] == pytest.approx(0.5)


def test_graphs_of_another_library_are_passed_over(env, records, tmp_path):
    write(tmp_path, [evolve(one, fingerprint="old") for one in records[:20]])
    assert opened(env, tmp_path).theorems == 0


@pytest.fixture(scope="module")
def leaky(env, human, tmp_path_factory) -> Path:
    """A store in which every valid goal is proved, and then used for something more."""
    folder = tmp_path_factory.mktemp("leaky")
    rng = random.Random(1)
    found = []
    for proof in human.proofs("valid"):
        graph = proof.graph()
        more = grown(env, evolve(proof.goal, name="more"), rng, 6)
        facts = [*proof.facts, *(fact for fact in more.facts if not fact.premises and fact.step)]
        found.append(evolve(more, facts=tuple(facts), goal=proof.goal, solved=graph.solved))
        found.append(more)
    write(folder, found)
    return folder


def test_nothing_held_out_is_learned_nor_passed_on_the_way(env, human, leaky):
    dataset = opened(env, leaky, least_steps=1)
    held_out = human.held_out()
    assert any(env.key(goal) in held_out for goal in dataset.goals("train")), "the store does hold what must not leak"
    learned = []

    class Spy(ToyCodec):
        def augment(self, proof, rng):
            learned.append(proof)
            return super().augment(proof, rng)

    source = SequenceMaker(env, Spy(env), {"human": human}, {"human": 1.0}, 0.3, 0.0, 256, dataset, 1.0)
    source.pool(0, 300, 0)
    assert source.counts["dropped_held_out"] > 0
    assert len(learned) >= 300
    for proof in learned:
        for index, fact in enumerate(proof.facts):
            if fact.step:
                assert env.key(env.canonical(proof.subproof(index).goal)) not in held_out


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_batches_have_their_share_of_generated_proofs(store, share):
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    config = resolve(plugins, "toy", assignments=[f"train.generated_prob={share}"])
    source = maker(config, plugins, store)
    source.generated.refresh()
    counts = source.pool(0, 400, 0).counts
    assert counts["sequences"] == 400
    assert abs(counts.get("generated", 0) / 400 - share) < 0.08


@pytest.mark.parametrize(("wait", "generated"), [(True, True), (False, False)])
def test_what_is_too_little_to_begin_with_is_left_unless_it_was_waited_for(store, wait, generated):
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    settings = [f"generated.wait={str(wait).lower()}", "generated.start=1000000"]
    source = maker(resolve(plugins, "toy", assignments=settings), plugins, store)
    source.generated.refresh()
    assert source.generated.theorems > 100
    assert bool(source.pool(0, 100, 0).counts.get("generated")) == generated


def test_facts_without_steps_are_no_theorems(env, records, tmp_path):
    write(tmp_path, [evolve(records[0], facts=(Fact("a<b"),))])
    assert opened(env, tmp_path, least_steps=1).theorems == 0
