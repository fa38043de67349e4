"""What every env must keep: `apply` is a pure function, `check` believes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import evolve

from fwd.api import Applied, Env, Fact, Goal, Proof, ProofGraph, Rejected, Step
from fwd.errors import GoalError
from fwd.testing.contracts.running import growth, require, spread, value

CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
JUNK = ("", " ", "\x00", "no such thing \u2603", "((((" * 5000)


class EnvContract:
    """Fixtures: `make_env` makes a fresh env each time, `env` is one of them, `proofs` are known proofs of canonical
    goals (a handful, of two steps or more, some with hypotheses)."""

    junk_statements: tuple[str, ...] = JUNK
    """Texts that are no statement of this env."""
    spellings: tuple[tuple[Goal, ...], ...] = ()
    """Groups of goals that differ in nothing but how their statements are spelled."""

    def test_begin_gives_the_canonical_hypotheses(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            graph = env.begin(proof.goal)
            require(graph.goal == env.canonical(proof.goal), f"{proof.goal.name}: begin must keep the canonical goal")
            require(
                graph.facts == [Fact(one) for one in graph.goal.hypotheses],
                f"{proof.goal.name}: the first facts must be the hypotheses, in order",
            )

    def test_canonical_is_idempotent(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            once = env.canonical(proof.goal)
            require(env.canonical(once) == once, f"{proof.goal.name}: canonical changes a canonical goal")

    def test_canonical_is_the_same_every_time(
        self, env: Env, make_env: Callable[[], Env], proofs: Sequence[Proof]
    ) -> None:
        other = make_env()
        for proof in proofs:
            for again in (env, other):
                require(
                    again.canonical(proof.goal) == proof.goal,
                    f"{proof.goal.name}: its canonical form changes, to {_brief(again.canonical(proof.goal))}",
                )
        other.close()

    def test_spellings_of_one_goal_are_one(self, env: Env) -> None:
        for first, *others in self.spellings:
            for goal in others:
                once, again = env.canonical(first), env.canonical(evolve(goal, name=first.name))
                require(once == again, f"{_brief(goal)} has another canonical form than {_brief(first)}")
                require(env.key(first) == env.key(goal), f"{_brief(goal)} has another key than {_brief(first)}")

    def test_canonical_merges_repeated_hypotheses(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            doubled = evolve(proof.goal, hypotheses=proof.goal.hypotheses * 2)
            require(
                env.canonical(doubled) == env.canonical(proof.goal),
                f"{proof.goal.name}: canonical must merge repeated hypotheses",
            )

    def test_junk_goals_are_goal_errors(self, env: Env, proofs: Sequence[Proof]) -> None:
        good = proofs[0].goal
        bad = [evolve(good, statement=junk) for junk in self.junk_statements]
        bad += [evolve(good, hypotheses=(*good.hypotheses, junk)) for junk in self.junk_statements]
        bad += [evolve(good, forbidden=frozenset({"no such theorem"})), evolve(good, before="no such theorem")]
        for goal in bad:
            for method in (env.canonical, env.begin):
                require(_raises_goal_error(method, goal), f"a bad goal must be a GoalError: {_brief(goal)}")

    def test_key_ignores_names_and_order(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            goal = proof.goal
            key = env.key(goal)
            for other in (
                evolve(goal, name="another name"),
                evolve(goal, hypotheses=goal.hypotheses[::-1]),
                evolve(goal, hypotheses=goal.hypotheses + goal.hypotheses[:1]),
            ):
                require(env.key(other) == key, f"{goal.name}: key must not depend on name, order or repeats")

    def test_key_tells_goals_apart(self, env: Env, proofs: Sequence[Proof]) -> None:
        require(len({env.key(proof.goal) for proof in proofs}) > 1, "key is the same for all goals")
        for proof in proofs:
            if proof.goal.hypotheses and proof.goal.statement not in proof.goal.hypotheses:
                fewer = evolve(proof.goal, hypotheses=proof.goal.hypotheses[1:])
                require(env.key(fewer) != env.key(proof.goal), f"{proof.goal.name}: key must count hypotheses")

    def test_apply_accepts_known_steps(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            graph = env.begin(proof.goal)
            for graph, index in growth(env, proof):
                answer = env.apply(graph, _step(proof, index))
                require(
                    isinstance(answer, Applied) and answer.fact.statement == proof.facts[index].statement,
                    f"{proof.goal.name}: step {index} must give {proof.facts[index].statement!r}, got {answer}",
                )
            require(graph.solved, f"{proof.goal.name}: the steps of a known proof must reach the goal")

    def test_apply_never_mutates(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for graph, index in growth(env, proof):
                before = value(graph)
                for step in (_step(proof, index), Step("no such label", (0,)), Step(_step(proof, index).label, (-1,))):
                    env.apply(graph, step)
                    require(value(graph) == before, f"{proof.goal.name}: apply changed the graph")

    def test_apply_is_deterministic(self, env: Env, make_env: Callable[[], Env], proofs: Sequence[Proof]) -> None:
        other = make_env()
        for proof in spread(proofs, 5):
            for graph, index in growth(env, proof):
                step = _step(proof, index)
                answers = [env.apply(graph, step), env.apply(graph, step), other.apply(graph.fork(), step)]
                require(answers[0] == answers[1] == answers[2], f"{proof.goal.name}: apply gives two answers to {step}")
        other.close()

    def test_apply_rejects_duplicates(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for graph, index in growth(env, proof):
                grown = graph.fork()
                grown.add(proof.facts[index])
                answer = env.apply(grown, _step(proof, index))
                require(
                    isinstance(answer, Rejected) and answer.code == "duplicate",
                    f"{proof.goal.name}: a known fact again must be Rejected('duplicate'), got {answer}",
                )

    def test_apply_rejects_bad_steps_with_a_code(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for graph, index in growth(env, proof):
                for step in _bad_steps(_step(proof, index), len(graph.facts)):
                    answer = env.apply(graph, step)
                    require(isinstance(answer, Rejected), f"{proof.goal.name}: apply takes the bad step {step}")
                    require(_is_code(answer), f"{proof.goal.name}: a short lower-case code must say why, got {answer}")

    def test_forbidden_theorems_cannot_be_used(self, env: Env, proofs: Sequence[Proof]) -> None:
        tried = 0
        for proof in proofs:
            label = _step(proof, len(proof.facts) - 1).label
            for goal in (
                evolve(proof.goal, forbidden=proof.goal.forbidden | {label}),
                evolve(proof.goal, before=label),
            ):
                if _raises_goal_error(env.canonical, goal):
                    continue  # not every label names a theorem
                tried += 1
                graph = ProofGraph(env.canonical(goal), proof.facts[:-1])
                answer = env.apply(graph, _step(proof, len(proof.facts) - 1))
                require(isinstance(answer, Rejected), f"{proof.goal.name}: apply uses {label}, which is ruled out")
                require(not env.check(goal, proof).proved, f"{proof.goal.name}: check lets {label} pass, ruled out")
        require(tried > 0, "no label of a known proof can be forbidden: is Goal.forbidden looked at?")

    def test_submit_is_apply(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in spread(proofs, 5):
            for graph, index in growth(env, proof):
                for step in (_step(proof, index), Step("no such label")):
                    answer = env.submit(graph, step).result(timeout=60)
                    require(answer == env.apply(graph, step), f"{proof.goal.name}: submit and apply differ on {step}")

    def test_check_accepts_known_proofs(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            minimal = Proof.of(proof.graph())
            parts = [proof.subproof(index) for index in range(len(proof.goal.hypotheses), len(proof.facts))]
            parts = [evolve(part, goal=env.canonical(part.goal)) for part in parts[-3:]]
            for one in (proof, minimal, *parts):
                verdict = env.check(one.goal, one)
                require(verdict.proved, f"{one.goal.name}: check refuses a known proof: {verdict.reason}")

    def test_check_rejects_mutated_proofs(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for what, facts in _mutations(Proof.of(proof.graph())):
                if _replays(env, proof.goal, facts):
                    continue  # by chance still a proof
                verdict = env.check(proof.goal, Proof(proof.goal, facts))
                require(not verdict.proved, f"{proof.goal.name}: check says yes to a proof with {what}")
                require(bool(verdict.reason), f"{proof.goal.name}: check must give a reason for its no")

    def test_check_agrees_with_apply_on_swapped_premises(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof in proofs:
            for graph, index in growth(env, proof):
                for step in _swapped(_step(proof, index)):
                    answer = env.apply(graph, step)
                    claimed = evolve(proof.facts[index], step=step, premises=step.premises)
                    if isinstance(answer, Applied) and answer.fact.statement == claimed.statement:
                        continue
                    facts = (*proof.facts[:index], claimed, *proof.facts[index + 1 :])
                    verdict = env.check(proof.goal, Proof(proof.goal, facts))
                    require(
                        not verdict.proved, f"{proof.goal.name}: check takes {step}, which apply does not: {answer}"
                    )

    def test_check_trusts_no_goal_but_its_own(self, env: Env, proofs: Sequence[Proof]) -> None:
        for proof, other in zip(proofs, [*proofs[1:], proofs[0]], strict=True):
            require(env.check(proof.goal, evolve(proof, goal=other.goal)).proved, "check must not look at proof.goal")
            minimal = Proof.of(proof.graph())
            if other.goal.statement not in [fact.statement for fact in minimal.facts]:
                forged = Proof(other.goal, minimal.facts)
                require(not env.check(other.goal, forged).proved, f"check proves {other.goal.name} by another's proof")
            used = {premise for fact in minimal.facts for premise in fact.premises}
            for index in used & set(range(len(proof.goal.hypotheses))):
                kept = tuple(one for one in proof.goal.hypotheses if one != minimal.facts[index].statement)
                weaker = evolve(proof.goal, hypotheses=kept)
                require(
                    not env.check(weaker, Proof(weaker, minimal.facts)).proved,
                    f"{proof.goal.name}: check takes a hypothesis that the goal does not have",
                )

    def test_close_twice(self, make_env: Callable[[], Env]) -> None:
        env = make_env()
        env.close()
        env.close()

    def test_fingerprint_and_name_are_stable(self, env: Env, make_env: Callable[[], Env]) -> None:
        other = make_env()
        require(bool(env.name) and bool(env.fingerprint), "an env has a name and a fingerprint")
        require((env.name, env.fingerprint) == (other.name, other.fingerprint), "the same env, another fingerprint")
        other.close()


def _step(proof: Proof, index: int) -> Step:
    step = proof.facts[index].step
    require(step is not None, f"{proof.goal.name}: fact {index} has no step")
    return step  # type: ignore[return-value]


def _raises_goal_error(method: Callable[[Goal], Any], goal: Goal) -> bool:
    try:
        method(goal)
    except GoalError as error:
        require("\n" not in str(error), "a GoalError is one line")
        return True
    return False


def _brief(goal: Goal) -> str:
    return repr(goal)[:200]


def _is_code(answer: Any) -> bool:
    return isinstance(answer, Rejected) and CODE.fullmatch(answer.code) is not None


def _bad_steps(step: Step, size: int) -> list[Step]:
    """Steps that no env can take, made from one that it takes."""
    bad = [evolve(step, label="no such label"), evolve(step, label=""), evolve(step, label="\x00")]
    bad.append(evolve(step, premises=(*step.premises, size)))
    for place, premise in enumerate(step.premises):
        for wrong in (premise - size, size, 10**9):
            bad.append(evolve(step, premises=(*step.premises[:place], wrong, *step.premises[place + 1 :])))
    for place in range(len(step.arguments)):
        for junk in JUNK:
            bad.append(evolve(step, arguments=(*step.arguments[:place], junk, *step.arguments[place + 1 :])))
    return bad


def _swapped(step: Step) -> list[Step]:
    premises = step.premises
    swaps = [(i, j) for i in range(len(premises)) for j in range(i) if premises[i] != premises[j]]
    steps = []
    for i, j in swaps:
        changed = list(premises)
        changed[i], changed[j] = changed[j], changed[i]
        steps.append(evolve(step, premises=tuple(changed)))
    return steps


def _replays(env: Env, goal: Goal, facts: Sequence[Fact]) -> bool:
    """Whether `apply` takes every step, or takes none but duplicates of known facts amiss."""
    graph = env.begin(goal)
    if list(facts[: len(graph.facts)]) != graph.facts:
        return False
    for fact in facts[len(graph.facts) :]:
        answer = env.apply(graph, fact.step) if fact.step else None
        duplicate = isinstance(answer, Rejected) and answer.code == "duplicate"
        if not duplicate and not (isinstance(answer, Applied) and answer.fact.statement == fact.statement):
            return False
        graph.add(Fact(fact.statement, fact.step))
    return graph.solved


def _mutations(proof: Proof) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """Changed fact lists of a minimal proof that are surely no proof, each with what is wrong."""
    facts = proof.facts
    last = len(facts) - 1
    final = facts[last]
    if final.step is None:
        return
    yield "no facts", ()
    yield "its last step dropped", facts[:last]
    yield "the goal as a hypothesis", (*facts[:last], Fact(final.statement))
    for index in range(len(proof.goal.hypotheses), last):
        yield f"step {index} dropped and the rest not renumbered", facts[:index] + facts[index + 1 :]
    for index in range(len(proof.goal.hypotheses), len(facts)):
        fact = facts[index]
        for statement in dict.fromkeys(one.statement for one in facts if one.statement != fact.statement):
            changed = evolve(fact, statement=statement)
            yield f"another statement at {index}", (*facts[:index], changed, *facts[index + 1 :])
        for what, step in _broken(fact, index):
            changed = evolve(fact, step=step, premises=step.premises)
            yield f"{what} at {index}", (*facts[:index], changed, *facts[index + 1 :])


def _broken(fact: Fact, index: int) -> Iterator[tuple[str, Step]]:
    """Ways to spoil the step of one fact."""
    step = fact.step
    assert step is not None
    for label in ("no such label", "", "\x00"):
        yield "an unknown label", evolve(step, label=label)
    yield "a premise too many", evolve(step, premises=(*step.premises, 0))
    yield "an argument too many", evolve(step, arguments=(*step.arguments, "\x00"))
    if step.premises:
        yield "a premise too few", evolve(step, premises=step.premises[:-1])
    for place, premise in enumerate(step.premises):
        wrongs = {"itself as premise": index, "a negative premise": premise - index, "a later premise": 10**9}
        for what, wrong in wrongs.items():
            yield what, evolve(step, premises=(*step.premises[:place], wrong, *step.premises[place + 1 :]))
