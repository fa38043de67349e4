"""What env and codec must keep together: two gates and a grammar that know the same rules, each for itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

from attrs import evolve

from fwd.api import Applied, Codec, Env, Fact, Proof, ProofGraph, Rejected, Step
from fwd.errors import CodecError
from fwd.testing.contracts.running import require, spread, walk

SURE = 3
"""So many steps of a rule must hold before the grammar is blamed for offering none."""


class GatesContract:
    """Fixtures: `env`, `codec` and `proofs`, known proofs of canonical goals."""

    tries = 3000
    """How many steps are made up."""

    def test_check_does_not_ask_apply(self, env: Env, codec: Codec, proofs: Sequence[Proof]) -> None:
        with mock.patch.multiple(type(env), apply=_nobody, submit=_nobody):
            for proof in spread(proofs, 5):
                try:
                    fine = env.check(proof.goal, proof).proved
                except Exception as error:
                    fine = not isinstance(error, _Asked)
                require(fine, f"{proof.goal.name}: check needs apply, and believes it where it is wrong")

    def test_made_up_steps_pass_both_gates_or_none(self, env: Env, codec: Codec, proofs: Sequence[Proof]) -> None:
        for graph, step, fact in _applied(env, codec, proofs, self.tries):
            goal = env.canonical(evolve(graph.goal, name="made up", statement=fact.statement))
            verdict = env.check(goal, Proof(goal, (*graph.facts, fact)))
            require(verdict.proved, f"{graph.goal.name}: apply takes {step}, check does not: {verdict.reason}")

    def test_the_grammar_offers_every_rule(self, env: Env, codec: Codec, proofs: Sequence[Proof]) -> None:
        taken: Counter[str] = Counter()
        offered = {step.label for step in _like(env, codec, proofs)}
        for graph, step, _ in _applied(env, codec, proofs, self.tries):
            taken[step.label] += 1
            if step.label not in offered and _offers(codec, graph, step):
                offered.add(step.label)
        never = sorted(label for label, count in taken.items() if count >= SURE and label not in offered)
        require(not never, f"the grammar never offers what apply takes again and again: {', '.join(never)}")


def labels(env: Env, codec: Codec, proofs: Sequence[Proof]) -> list[str]:
    """The labels that an env knows: those of known proofs, and tokens of the vocabulary that it does not refuse as it
    refuses nonsense."""
    graph = env.begin(proofs[0].goal)
    known = dict.fromkeys(fact.step.label for proof in proofs for fact in proof.facts if fact.step)
    return list(known | dict.fromkeys(token for token in codec.vocabulary.tokens if _knows(env, graph, token)))


def unused(env: Env, codec: Codec, proofs: Sequence[Proof], known: Sequence[Proof]) -> list[str]:
    """Labels that none of the `known` proofs uses: a model never sees them."""
    used = {fact.step.label for proof in known for fact in proof.facts if fact.step}
    return [label for label in labels(env, codec, proofs) if label not in used]


class _Asked(Exception):
    """Somebody called what must not be called."""


def _nobody(*_: Any) -> Any:
    raise _Asked("check must not call apply")


def _knows(env: Env, graph: ProofGraph, label: str) -> bool:
    answer, nonsense = env.apply(graph, Step(label)), env.apply(graph, Step("no such label"))
    return isinstance(answer, Applied) or (isinstance(nonsense, Rejected) and answer.code != nonsense.code)


def _applied(env: Env, codec: Codec, proofs: Sequence[Proof], tries: int) -> Iterator[tuple[ProofGraph, Step, Fact]]:
    """Those of many made up steps that `apply` takes, in graphs half way through known proofs. Labels, facts and the
    arguments of known and sampled steps are put together by chance: neither grammar nor data has a say in what fits."""
    rng = random.Random(0)
    graphs = _graphs(env, proofs)
    steps = _like(env, codec, proofs)
    known, arguments = labels(env, codec, proofs), sorted({step.arguments for step in steps} | {()})
    for number in range(tries):
        graph, like = graphs[number % len(graphs)], rng.choice(steps)
        if number % 2:
            like = Step(rng.choice(known), (0,) * rng.randrange(4), rng.choice([(), rng.choice(arguments)]))
        places = range(len(graph.facts))
        step = evolve(like, premises=tuple(rng.choice(places) for _ in like.premises) if places else ())
        answer = env.apply(graph, step)
        if isinstance(answer, Applied):
            yield graph, step, answer.fact


def _graphs(env: Env, proofs: Sequence[Proof]) -> list[ProofGraph]:
    """Graphs half way through known proofs."""
    halves = [(one, (len(one.goal.hypotheses) + len(one.facts)) // 2) for one in spread(proofs, 8)]
    return [ProofGraph(env.canonical(one.goal), one.facts[:half]) for one, half in halves]


def _like(env: Env, codec: Codec, proofs: Sequence[Proof]) -> list[Step]:
    """Steps of known proofs, and some that the grammar offers."""
    rng = random.Random(1)
    steps = [fact.step for proof in proofs for fact in proof.facts if fact.step]
    for graph in _graphs(env, proofs):
        for _ in range(8):
            *_, cursor = walk(codec, graph, rng)
            steps += [cursor.step()] if cursor.complete else []
    return steps


def _offers(codec: Codec, graph: ProofGraph, step: Step) -> bool:
    """Whether the grammar leads to a step."""
    try:
        tokens = codec.encode_step(step)
    except CodecError:
        return False
    cursor = codec.cursor(graph)
    return all(token in cursor.allowed() and cursor.push(token) for token in tokens) and cursor.complete
