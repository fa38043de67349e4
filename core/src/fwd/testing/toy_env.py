"""The toy env: `apply` matches rules against facts, `check` knows the same rules in a different way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future

from attrs import evolve, frozen

from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import GoalError
from fwd.settings import setting
from fwd.testing.toy_rules import LABELS, LETTERS, RULES, Parts, conclude, goal_letters, match, parse, usable


@frozen
class ToyConfig:
    """How much of the toy there is."""

    max_facts: int = setting(24, "most facts in a graph, hypotheses included")
    proofs: int = setting(400, "goals of all splits together")
    valid: int = setting(40, "goals of the valid split")
    test: int = setting(40, "goals of the test split")
    seed: int = setting(0, "seed of the goals and of their split")


class ToyEnv:
    """The order of a few letters."""

    name = "toy"
    fingerprint = hashlib.sha256(repr(RULES).encode()).hexdigest()[:16]
    sources = ()

    def __init__(self, config: ToyConfig) -> None:
        self.config = config

    def canonical(self, goal: Goal) -> Goal:
        """The goal without blanks, repeated hypotheses, or conditions on letters that it does not have."""
        for label in (*goal.forbidden, *([goal.before] if goal.before is not None else [])):
            if label not in RULES:
                raise GoalError(f"{goal.name}: there is no rule {label!r}")
        hypotheses = dict.fromkeys(_spell(goal, one) for one in goal.hypotheses)
        goal = evolve(goal, statement=_spell(goal, goal.statement), hypotheses=tuple(hypotheses))
        if len(hypotheses) > self.config.max_facts:
            raise GoalError(f"{goal.name}: more than {self.config.max_facts} hypotheses")
        letters = goal_letters(goal)
        pairs = (_pair(goal, condition) for condition in goal.conditions)
        return evolve(goal, conditions=tuple(sorted({f"{a} {b}" for a, b in pairs if a in letters and b in letters})))

    def begin(self, goal: Goal) -> ProofGraph:
        """A graph with the hypotheses as facts."""
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(statement) for statement in goal.hypotheses])

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """Match the rule's premises and instantiate its conclusion."""
        rule = RULES.get(step.label)
        if rule is None:
            return Rejected("unknown-label", f"there is no rule {step.label!r}")
        if step.label not in usable(graph.goal):
            return Rejected("forbidden", f"{step.label} may not be used here")
        if len(step.premises) != len(rule.premises) or len(step.arguments) != len(rule.argument):
            return Rejected("arity", f"{step.label} takes another number of premises or arguments")
        if any(not 0 <= index < len(graph.facts) for index in step.premises):
            return Rejected("no-such-fact", "a premise is not in the graph")
        letters = match(rule, [graph.facts[index].statement for index in step.premises])
        if letters is None:
            return Rejected("mismatch", f"these facts are not what {step.label} needs")
        if any(argument not in LETTERS or len(argument) != 1 for argument in step.arguments):
            return Rejected("argument", "an argument must be one letter")
        statement = conclude(rule, letters | dict(zip(rule.argument, step.arguments, strict=True)), graph.goal)
        if statement is None:
            return Rejected("condition", f"the goal does not say that the letters of {step.label} differ")
        if graph.find(statement) is not None:
            return Rejected("duplicate", f"{statement} is already a fact")
        if len(graph.facts) >= self.config.max_facts:
            return Rejected("full", "the graph has no room for another fact")
        return Applied(Fact(statement, step, step.premises))

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """`apply`, answered at once."""
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """Judge every fact by the meaning of its rule."""
        try:
            goal = self.canonical(goal)
        except GoalError as error:
            return Verdict(False, str(error))
        for index, fact in enumerate(proof.facts):
            reason = _doubt(goal, proof.facts[:index], fact)
            if reason:
                return Verdict(False, f"fact {index}: {reason}")
        if goal.statement not in [fact.statement for fact in proof.facts]:
            return Verdict(False, "the goal is not among the facts")
        return Verdict(True)

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """The rules that the proof uses."""
        return tuple(sorted({fact.step.label for fact in proof.facts if fact.step is not None}))

    def key(self, goal: Goal) -> str:
        """The least spelling of the goal over all orders of letters that its structure cannot tell apart."""
        goal = self.canonical(goal)
        return min(_spellings(goal, dict.fromkeys(goal_letters(goal), 0)))

    def close(self) -> None:
        """Nothing to release."""


def _spell(goal: Goal, statement: str) -> str:
    parts = parse(statement)
    if parts is None:
        raise GoalError(f'{goal.name}: {statement!r} is not a statement: write "a<b", "a<=b" or "a~b", letters a to h')
    return "".join(parts)


def _pair(goal: Goal, condition: str) -> tuple[str, str]:
    letters = sorted(condition.split())
    if len(letters) != 2 or letters[0] == letters[1] or any(letter not in tuple(LETTERS) for letter in letters):
        raise GoalError(f'{goal.name}: {condition!r} is not a condition: write two different letters, "a b"')
    return letters[0], letters[1]


# The second judge. It shares only the parser of statements with `apply`.


def _doubt(goal: Goal, before: tuple[Fact, ...], fact: Fact) -> str:
    """Why this fact does not follow from those before it, or nothing if it does."""
    result = parse(fact.statement)
    if result is None or "".join(result) != fact.statement:
        return "not a statement in canonical spelling"
    if fact.step is None:
        return "" if fact.statement in goal.hypotheses and not fact.premises else "not a hypothesis of the goal"
    label = fact.step.label
    if label not in LABELS or label in goal.forbidden:
        return f"{label} is unknown or forbidden"
    if goal.before is not None and LABELS.index(label) >= LABELS.index(goal.before):
        return f"{label} is not declared before {goal.before}"
    if tuple(fact.premises) != tuple(fact.step.premises):
        return "the premises of the step are not those of the fact"
    if any(not 0 <= index < len(before) for index in fact.premises):
        return "a premise does not come earlier"
    used = [parse(before[index].statement) for index in fact.premises]
    holds = _follows(label, [one for one in used if one is not None], fact.step.arguments, result, goal)
    return "" if holds else f"{label} does not give it"


def _follows(label: str, used: list[Parts], arguments: tuple[str, ...], result: Parts, goal: Goal) -> bool:
    left, relation, right = result
    if label == "refl":
        return not used and arguments == (left,) and left == right and relation == "<="
    if arguments:
        return False
    if label in ("link", "bind", "flip"):
        order = (right, left) if label == "flip" else (left, right)
        given = {"link": "<", "bind": "<=", "flip": "~"}[label]
        return relation == "~" and used == [(order[0], given, order[1])]
    if label in ("weak", "strict"):
        if [(one[0], one[2]) for one in used] != [(left, right)]:
            return False
        differ = " ".join(sorted((left, right))) in goal.conditions
        return (used[0][1], relation) == (("<", "<=") if label == "weak" else ("<=", "<")) and (
            label == "weak" or differ
        )
    if len(used) != 2 or (used[0][0], used[1][2]) != (left, right) or used[0][2] != used[1][0]:
        return False
    expected = {"trans": "<= <= <=", "left": "< <= <", "right": "<= < <", "chain": "< < <"}[label]
    return f"{used[0][1]} {used[1][1]} {relation}" == expected


# Keys: a canonical form by refining classes of letters and, where a class stays mixed, trying each of its letters.


def _spellings(goal: Goal, ranks: dict[str, int]) -> Iterator[str]:
    """Spellings of the goal, one per order of letters that respects the refined ranks."""
    stack = [ranks]
    while stack:
        ranks = _refined(goal, stack.pop())
        counts = [list(ranks.values()).count(rank) for rank in sorted(set(ranks.values()))]
        mixed = [letter for letter in ranks if counts[ranks[letter]] > 1]
        if not mixed:
            yield _spelled(goal, ranks)
            continue
        first = min(ranks[letter] for letter in mixed)
        for letter in mixed:
            if ranks[letter] == first:
                stack.append({one: 2 * rank + (one != letter and rank == first) for one, rank in ranks.items()})


def _refined(goal: Goal, ranks: dict[str, int]) -> dict[str, int]:
    """Ranks split until letters of one rank play the same part among the others."""
    while True:
        roles: dict[str, list[tuple[str, int, int]]] = {letter: [] for letter in ranks}
        for kind, left, right in _relations(goal):
            roles[left].append((kind, 0, ranks[right]))
            roles[right].append((kind, 1, ranks[left]))
        marks = {letter: (ranks[letter], sorted(roles[letter])) for letter in ranks}
        order = sorted(set(map(repr, marks.values())))
        finer = {letter: order.index(repr(mark)) for letter, mark in marks.items()}
        if len(order) == len(set(ranks.values())):
            return finer
        ranks = finer


def _relations(goal: Goal) -> Iterator[tuple[str, str, str]]:
    """(kind, left, right): the statement, the hypotheses, and the conditions both ways round."""
    for kind, statements in (("goal", (goal.statement,)), ("given", goal.hypotheses)):
        for statement in statements:
            yield f"{kind}{statement[1:-1]}", statement[0], statement[-1]
    for a, _, b in goal.conditions:
        yield from (("differ", a, b), ("differ", b, a))


def _spelled(goal: Goal, ranks: dict[str, int]) -> str:
    return ";".join(sorted(f"{kind}:{ranks[left]},{ranks[right]}" for kind, left, right in _relations(goal)))
