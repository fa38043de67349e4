"""Renaming the variables of a proof, for training."""

from __future__ import annotations

import random
from collections.abc import Iterable

from attrs import evolve
from fwd.api import Fact, Goal, Proof

from fwd_metamath.env import MetamathEnv

SUBGOAL = "#"
"""In the names that `Proof.subproof` gives."""


def rename(env: MetamathEnv, proof: Proof, rng: random.Random | None = None) -> Proof:
    """The same proof with the goal's variables renamed at random within each typecode (not without `rng`), and its
    dummies named as steps would name them: the first variables that the goal does not have.

    The goal's statements must be spelled canonically; its conditions are renamed and brought in order. Where the
    database does not have enough variables, the proof is returned as it is.
    """
    goal = proof.goal
    limit = env.index_before(goal)
    own = _variables(env, [goal.statement, *goal.hypotheses])
    used = _variables(
        env, [text for fact in proof.facts for text in (fact.statement, *(fact.step.arguments if fact.step else ()))]
    )
    if SUBGOAL in goal.name:
        # What was a dummy of the whole proof may be a variable of the sub-goal, whose conditions do not know of it.
        goal = evolve(goal, conditions=needed_conditions(env, proof))
        proof = evolve(proof, goal=goal)
    names = {name: name for name in own}
    if rng is not None:
        for typecode, pool in env.dummies(0, limit).items():
            mine = [name for name in own if env.syntax.variables[name].typecode == typecode]
            names.update(zip(mine, rng.sample(pool, len(mine)), strict=True))
    mask = 0
    for name in names.values():
        mask |= env.syntax.variables[name].mask
    dummies = (
        {typecode: iter(free) for typecode, free in env.dummies(mask, limit).items()} if len(used) > len(own) else {}
    )
    for name in used:
        if name not in names:
            fresh = next(dummies.get(env.syntax.variables[name].typecode, iter(())), None)
            if fresh is None:
                return proof
            names[name] = fresh
    if all(name == new for name, new in names.items()):
        return proof
    return _renamed(proof, names)


def needed_conditions(env: MetamathEnv, proof: Proof) -> tuple[str, ...]:
    """The pairs of the goal's own variables that the steps of a valid proof want distinct, and those that the goal
    states already."""
    mask = 0
    for text in (proof.goal.statement, *proof.goal.hypotheses):
        mask |= env.syntax.statement(text).mask
    pairs = {tuple(sorted(pair.split(" "))) for pair in proof.goal.conditions}
    for fact in proof.facts:
        theorem = fact.step and env.library.get(fact.step.label)
        if not theorem or not theorem.distinct:
            continue
        premises = [proof.facts[premise].statement for premise in fact.step.premises]
        values = env.compiler.values(theorem.label, premises, fact.step.arguments)
        for i, j in theorem.distinct:
            ones = env.syntax.names_of(values[i].mask & mask)
            others = env.syntax.names_of(values[j].mask & mask)
            pairs.update((min(x, y), max(x, y)) for x in ones for y in others)
    own = set(env.syntax.names_of(mask))
    return tuple(sorted(f"{x} {y}" for x, y in pairs if x in own and y in own))


def _variables(env: MetamathEnv, texts: Iterable[str]) -> dict[str, None]:
    """The variables of some texts in order of occurrence."""
    known = env.syntax.variables
    return {symbol: None for text in texts for symbol in text.split(" ") if symbol in known}


def _renamed(proof: Proof, names: dict[str, str]) -> Proof:
    def text(old: str) -> str:
        return " ".join([names.get(symbol, symbol) for symbol in old.split(" ")])

    def fact(old: Fact) -> Fact:
        step = old.step and evolve(old.step, arguments=tuple(map(text, old.step.arguments)))
        return Fact(text(old.statement), step, old.premises)

    goal: Goal = evolve(
        proof.goal,
        statement=text(proof.goal.statement),
        hypotheses=tuple(map(text, proof.goal.hypotheses)),
        conditions=tuple(sorted(" ".join(sorted(text(pair).split(" "))) for pair in proof.goal.conditions)),
    )
    return Proof(goal, tuple(map(fact, proof.facts)))
