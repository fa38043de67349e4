"""The gates agree: what `apply` accepts `check` accepts, and so does the `metamath` program; what is read is what was
written, however it is spelled."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Applied, Goal, Proof, ProofGraph, Step
from fwd.errors import GoalError
from fwd_metamath.codec import MetamathCodec
from fwd_metamath.env import MetamathEnv
from fwd_metamath.export import MetamathExternal

BLANKS = [" ", " ", "  ", "\t", "\n", "\r\n", "\f", " $( ph $) ", "\n$( |- \u00e9 \n fact 0 $)\n", " $( $) "]
NAMES = ["g", "id", "ax-1", "fact 0", "fwd0", "fwd", "g#3", "", "$.", "wph", "?", "|-", "\u00e9", "a b", "*", "g.1"]


def odd(text: str, rng: random.Random) -> str:
    """The same statement with other white space."""
    spelled = [symbol + rng.choice(BLANKS) for symbol in text.split(" ")]
    return rng.choice(["", " ", "\n", "$( x $) "]) + "".join(spelled)


def sampled(codec: MetamathCodec, graph: ProofGraph, rng: random.Random) -> Step | None:
    """A step drawn from the grammar."""
    cursor = codec.cursor(graph)
    for _ in range(200):
        allowed = cursor.allowed()
        if cursor.complete or not len(allowed):
            break
        cursor.push(int(rng.choice(allowed)))
    return cursor.step() if cursor.complete else None


def spoilt(env: MetamathEnv, graph: ProofGraph, step: Step, rng: random.Random) -> Step:
    """The step with something else in it."""
    kind = rng.randrange(4)
    if kind == 0 and step.premises:
        return evolve(step, premises=tuple(rng.randrange(len(graph.facts)) for _ in step.premises))
    if kind == 1:
        return evolve(step, arguments=tuple(odd(text, rng) for text in step.arguments))
    if kind == 2 and step.arguments:
        texts = [fact.statement[3:] for fact in graph.facts] + list(env.syntax.variables)
        return evolve(step, arguments=tuple(rng.choice(texts) for _ in step.arguments))
    return evolve(step, label=rng.choice(env.library.theorems).label)


def derived(env: MetamathEnv, codec: MetamathCodec, graph: ProofGraph, rng: random.Random, count: int = 8) -> None:
    """Add facts by random steps."""
    for _ in range(count):
        step = sampled(codec, graph, rng)
        if step is None:
            break
        answers = [env.apply(graph, spoilt(env, graph, step, rng)), env.apply(graph, step)]
        for answer in answers:
            if isinstance(answer, Applied) and graph.find(answer.fact.statement) is None:
                graph.add(answer.fact)


def solved(env: MetamathEnv, codec: MetamathCodec, rng: random.Random) -> tuple[Goal, Proof] | None:
    """A goal, oddly spelled and with more given than it needs, and a proof by steps that were accepted."""
    library = env.library.theorems
    given = tuple(rng.choice(library).assertion.statement for _ in range(rng.randrange(4)))
    variables = list(env.syntax.variables)
    conditions = tuple(" ".join(rng.sample(variables, 2)) for _ in range(rng.randrange(8)))
    first = env.begin(Goal("g", "|- " + next(name for name in variables if name in ("ph", "p")), given, conditions))
    derived(env, codec, first, rng)
    made = [fact for fact in first.facts if fact.step is not None]
    if not made:
        return None
    hypotheses = tuple(odd(text, rng) for text in (*given, *given[:1]))
    goal = Goal(rng.choice(NAMES), odd(rng.choice(made).statement, rng), hypotheses, conditions)
    graph = env.begin(goal)
    for fact in made:
        assert fact.step is not None
        answer = env.apply(graph, evolve(fact.step, premises=_again(first, graph, fact.step.premises)))
        if isinstance(answer, Applied):
            graph.add(answer.fact)
    derived(env, codec, graph, rng, 3)
    return (goal, Proof.of(graph)) if graph.solved else None


def _again(old: ProofGraph, new: ProofGraph, premises: tuple[int, ...]) -> tuple[int, ...]:
    """The places that the premises of one graph have in another; -1 for those that it does not have."""
    found = [new.find(old.facts[premise].statement) for premise in premises]
    return tuple([-1 if place is None else place for place in found])


@pytest.mark.parametrize("grammar", ["strong", "plain"])
def test_what_is_applied_is_checked(make_small: Callable[..., MetamathEnv], grammar: str) -> None:
    for env, count in ((make_small(grammar=grammar), 120), (make_small(database="embedded", grammar=grammar), 40)):
        codec = MetamathCodec(env)
        found = [pair for seed in range(count) if (pair := solved(env, codec, random.Random(seed)))]
        assert len(found) > count // 3
        for goal, proof in found:
            verdict = env.check(goal, proof)
            assert verdict.proved, (goal, proof, verdict.reason)
            assert set(env.axioms(proof)) <= {theorem.label for theorem in env.library if theorem.assertion.axiom}


@pytest.mark.oracle
def test_the_program_agrees(small: MetamathEnv, tmp_path: Path) -> None:
    codec = MetamathCodec(small)
    found = [pair for seed in range(120) if (pair := solved(small, codec, random.Random(seed)))]
    verdicts = MetamathExternal(small).check([evolve(proof, goal=goal) for goal, proof in found], tmp_path)
    assert all(one.proved for one in verdicts), [one.reason for one in verdicts if not one.proved]
    written = (tmp_path / "proofs.mm").read_text()
    assert not re.search(r"\$\(|\?\s*\$p|\*", written)


def test_white_space_and_comments_say_nothing(small: MetamathEnv) -> None:
    plain = small.canonical(Goal("g", "|- ( ph -> A. x ps )", ("|- ph", "|- ps"), ("ph x",)))
    rng = random.Random(0)
    for _ in range(50):
        again = evolve(
            plain,
            statement=odd(plain.statement, rng),
            hypotheses=tuple(odd(text, rng) for text in plain.hypotheses),
            conditions=tuple(odd(text, rng) for text in plain.conditions),
        )
        assert small.canonical(again) == plain


@pytest.mark.parametrize(
    "statement",
    [
        "|- ( ph $( -> ps )",
        "|- ph $)",
        "|- ph $( a $( b $) c $)",
        "|- ph $(a $)",
        "|- ph $( a$)",
        "|- ph$( a $)",
        "|- ph $( a $)$( b $)",
        "|- ( ph -> $[ id $] ph )",
        "|- ph $.",
        "$( |- ph $)",
        "|- $( ph $)",
        "|-ph",
        "|- ( ph->ph )",
        "|- (ph -> ph)",
    ],
)
def test_what_is_not_read_as_written_is_refused(small: MetamathEnv, statement: str) -> None:
    with pytest.raises(GoalError) as caught:
        small.canonical(Goal("g", statement))
    assert "\n" not in str(caught.value)


def test_many_blanks_are_no_symbols(small: MetamathEnv) -> None:
    goal = Goal("g", "|- ( ph" + " " * 50_000 + "-> ph )")
    assert small.canonical(goal).statement == "|- ( ph -> ph )"
    graph = small.begin(goal)
    answer = small.apply(graph, Step("id", (), ("ph",)))
    assert isinstance(answer, Applied)
    graph.add(answer.fact)
    assert small.check(goal, Proof.of(graph)).proved
