"""The grammar: human steps are always possible, and what the strong grammar draws always holds."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from fwd.api import Applied, Goal, Proof, ProofGraph, Rejected, Step
from fwd_metamath.augment import rename
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.env import MetamathEnv
from fwd_metamath.grammar import StepCursor
from fwd_metamath.settings import MetamathConfig

Human = Callable[..., list[Proof]]

CASES = [
    ("embedded", None, 1, 64),
    ("hol.mm", None, 2, 512),
    ("ql.mm", None, 12, 512),
    ("nf.mm", None, 150, 512),
    ("set.mm", "wal", 5, 64),
]


def env_of(debian: Path, name: str, until: str | None, facts: int, grammar: str = "strong") -> MetamathEnv:
    database = name if name == "embedded" else str(debian / name)
    settings = {"database": database, "until": until, "max_facts": facts, "grammar": grammar}
    return MetamathEnv(MetamathConfig(**settings, dummies=40, valid=5, test=5))  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "until", "every", "facts"), CASES)
@pytest.mark.parametrize("grammar", ["strong", "plain"])
def test_human_steps_are_possible(
    debian: Path, human: Human, name: str, until: str | None, every: int, facts: int, grammar: str
) -> None:
    env = env_of(debian, name, until, facts, grammar)
    codec = MetamathCodec(env)
    steps = 0
    for proof in human(env, every):
        proof = rename(env, proof)
        graph = env.begin(proof.goal)
        for fact in proof.facts[len(graph.facts) :]:
            assert fact.step is not None
            cursor = codec.cursor(graph)
            for token in codec.encode_step(fact.step):
                assert not cursor.complete
                assert token in cursor.allowed(), f"{proof.goal.name}: {fact.step}: {codec.vocabulary.tokens[token]}"
                assert cursor.push(token), f"{proof.goal.name}: {fact.step}: {codec.vocabulary.tokens[token]}"
            assert cursor.complete
            assert cursor.step() == fact.step
            graph.add(fact)
            steps += 1
    assert steps > 100


def draw(cursor: StepCursor, rng: random.Random, longest: int = 200) -> Step | None:
    """An even draw; None at a dead end or if it takes too long."""
    for _ in range(longest):
        if cursor.complete:
            return cursor.step()
        allowed = cursor.allowed().tolist()
        if not allowed:
            return None
        cursor.push(rng.choice(allowed))
    return None


@pytest.mark.parametrize(("name", "until", "every", "facts"), CASES)
def test_strong_draws_hold(debian: Path, human: Human, name: str, until: str | None, every: int, facts: int) -> None:
    env = env_of(debian, name, until, facts)
    codec = MetamathCodec(env)
    rng = random.Random(0)
    none = steps = 0
    for proof in human(env, 4 * every):
        graph = env.begin(proof.goal)
        for _ in range(8):
            cursor = codec.cursor(graph)
            if not any(codec.cursor(graph).push(token) for token in cursor.allowed().tolist()):
                break  # nothing can be said at all
            step = draw(cursor, rng)
            if step is None:
                none += 1
                continue
            answer = env.apply(graph, step)
            assert isinstance(answer, Applied), f"{proof.goal.name}: {step}: {answer}"
            assert codec.encode_fact(0, answer.fact)
            graph.add(answer.fact)
            steps += 1
        if graph.solved:
            assert env.check(proof.goal, Proof.of(graph)).proved
    assert steps > 50
    assert none < steps / 20


def test_drawing_leaves_nothing_to_the_garbage_collector(
    embedded: MetamathEnv, embedded_codec: MetamathCodec, human: Human
) -> None:
    goals = [proof.goal for proof in human(embedded, 5)]
    rng = random.Random(0)

    def steps() -> int:
        graphs = [embedded.begin(goal) for goal in goals]
        return sum(draw(embedded_codec.cursor(graph), rng) is not None for graph in graphs)

    steps()  # what is made at first use stays
    gc.collect()
    gc.disable()
    try:
        assert steps() > 20
        assert gc.collect() == 0
    finally:
        gc.enable()


def tokens_after(codec: MetamathCodec, graph: ProofGraph, *tokens: str) -> set[str]:
    """What leads somewhere after these tokens."""
    names = codec.vocabulary.tokens

    def start() -> StepCursor:
        cursor = codec.cursor(graph)
        for token in tokens:
            assert cursor.push(codec.vocabulary.ids[token]), token
        return cursor

    return {names[token] for token in start().allowed().tolist() if start().push(token)}


def test_strong_labels_pointers_and_symbols(small: MetamathEnv) -> None:
    codec = MetamathCodec(small)
    graph = small.begin(Goal("g", "|- ch", ("|- ph", "|- ( ph -> ps )", "|- ( ch -> ph )"), before="wfal"))
    free = {"L:ax-1", "L:ax-2", "L:ax-gen", "L:ax-5", "L:ax-two", "L:a1i", "L:id"}
    assert tokens_after(codec, graph) == free | {"L:ax-mp"}
    assert tokens_after(codec, graph, "L:ax-mp") == {"<0>"}, "( ch -> ph ) leads only to what is missing"
    assert tokens_after(codec, graph, "L:ax-mp", "<0>") == {"<1>"}
    # ph x are the goal's variables, or dummies: two of each typecode
    assert tokens_after(codec, graph, "L:ax-gen", "<0>") == {"x", "y"}
    assert tokens_after(codec, graph, "L:a1i", "<0>") == {"(", "A.", "ph", "ps"}, "( ch -> ph ) is known"
    answer = small.apply(graph, Step("ax-mp", (0, 1)))
    assert isinstance(answer, Applied)
    graph.add(answer.fact)
    assert tokens_after(codec, graph) == free, "ax-mp has nothing new to say"


def test_strong_grammar_keeps_variables_apart(small: MetamathEnv) -> None:
    codec = MetamathCodec(small)
    graph = small.begin(Goal("g", "|- ( ph -> A. x ps )", conditions=("ps x",)))
    assert "x" in tokens_after(codec, graph, "L:ax-5", "ps")
    assert "x" not in tokens_after(codec, graph, "L:ax-5", "ph")
    assert "x" not in tokens_after(codec, graph, "L:ax-5", "A.", "x", "ps")
    assert tokens_after(codec, graph, "L:ax-two", "ph", "y") == {"x", "z"}


def test_the_last_name_may_make_no_duplicate(small: MetamathEnv, make_small: Callable[..., MetamathEnv]) -> None:
    codec = MetamathCodec(small)
    graph = small.begin(Goal("g", "|- ch", ("|- ph", "|- A. x ph")))
    assert tokens_after(codec, graph, "L:ax-gen", "<0>") == {"y", "z"}
    bare = make_small(dummies=0)
    graph = bare.begin(graph.goal)
    assert tokens_after(MetamathCodec(bare), graph, "L:ax-gen") == {"<1>"}, "A. x ph is there, A. x A. x ph is not"


def test_plain_grammar_allows_mistakes(make_small: Callable[..., MetamathEnv]) -> None:
    env = make_small(grammar="plain")
    codec = MetamathCodec(env)
    graph = env.begin(Goal("g", "|- ch", ("|- ph",), forbidden=frozenset({"id"}), before="later"))
    labels = tokens_after(codec, graph)
    assert labels == {"L:ax-mp", "L:ax-1", "L:ax-2", "L:ax-gen", "L:ax-5", "L:ax-two", "L:a1i", "L:ax-fal"}
    assert tokens_after(codec, graph, "L:ax-mp", "<0>") == set(), "a dead end"
    cursor = codec.cursor(graph)
    for token in ("L:ax-5", "A.", "x", "ph", "x"):
        assert cursor.push(codec.vocabulary.ids[token])
    answer = env.apply(graph, cursor.step())
    assert isinstance(answer, Rejected)
    assert answer.code == "distinct"


def test_open_expressions_have_an_end(debian: Path) -> None:
    env = MetamathEnv(MetamathConfig(database=str(debian / "ql.mm"), max_facts=8, valid=5, test=5))
    codec = MetamathCodec(env)
    graph = env.begin(Goal("g", "|- a = b"))
    assert tokens_after(codec, graph, "L:ax-a1", "a") == {"'", "<end>"}
    assert tokens_after(codec, graph, "L:ax-a1", "(", "a") == {"'", *tokens_after(codec, graph, "L:ax-a1", "(", "b")}
    cursor = codec.cursor(graph)
    step = Step("ax-a1", (), ("a ' '",))
    assert all(cursor.push(token) for token in codec.encode_step(step))
    assert cursor.step() == step


def test_the_grammar_does_not_depend_on_history(
    embedded: MetamathEnv, embedded_codec: MetamathCodec, human: Human
) -> None:
    rng = random.Random(3)
    for proof in human(embedded, 40):
        graph = embedded.begin(proof.goal)
        for _ in range(6):
            step = draw(embedded_codec.cursor(graph), rng)
            answer = step and embedded.apply(graph, step)
            if isinstance(answer, Applied):
                graph.add(answer.fact)
        fresh = ProofGraph(graph.goal, graph.facts)
        assert tokens_after(embedded_codec, graph) == tokens_after(embedded_codec, fresh)
