"""A second toy, which has only two rules: clauses of a few atoms, of which the cut of two gives a third.

Statements are clauses such as `-a b d`, literals in order, without repeats and never both `a` and `-a`. The rule `cut`
takes a clause with an atom and one with its negation, and no other such pair, and gives what is left of both; `widen`
adds a literal. With so few labels it is pointers in which the steps of a graph differ. A step's tokens begin with its
label or, if the setting `pointers_first` says so, with its pointers.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import evolve, frozen

from fwd.api import Applied, Cursor, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict, Vocabulary
from fwd.errors import CodecError, GoalError
from fwd.settings import setting

ATOMS = "abcde"
LITERALS = tuple(f"{sign}{atom}" for atom in ATOMS for sign in ("", "-"))
LABELS = ("cut", "widen")
EMPTY = "0"


@frozen
class ClausesConfig:
    """How much of it there is."""

    pointers_first: bool = setting(False, "steps begin with their pointers instead of their label")
    max_facts: int = setting(20, "most facts in a graph, hypotheses included")
    proofs: int = setting(240, "goals of all splits together")
    valid: int = setting(100, "goals of the valid split, and as many of the test split")
    seed: int = setting(0, "seed of the goals and of their split")


def negated(literal: str) -> str:
    """The same atom with the other sign."""
    return literal[1:] if literal.startswith("-") else f"-{literal}"


def spell(literals: frozenset[str]) -> str:
    """The clause of these literals."""
    return " ".join(sorted(literals, key=LITERALS.index)) or EMPTY


def parse(statement: str) -> frozenset[str] | None:
    """The literals of a clause, or None if it is none."""
    words = [] if statement.strip() == EMPTY else statement.split()
    literals = frozenset(words)
    proper = words or statement.strip() == EMPTY
    return literals if proper and literals <= set(LITERALS) and not clashes(literals, literals) else None


def clashes(one: frozenset[str], other: frozenset[str]) -> list[str]:
    """The literals of one clause that the other has negated."""
    return [literal for literal in one if negated(literal) in other]


def conclude(label: str, premises: Sequence[str], arguments: tuple[str, ...] = ()) -> str | None:
    """What a rule gives, or None if it does not apply."""
    clauses = [parse(one) or frozenset() for one in premises]
    if label == "cut" and len(clauses) == 2 and not arguments:
        pivots = clashes(*clauses)
        if len(pivots) == 1 and not pivots[0].startswith("-"):
            return spell((clauses[0] - {pivots[0]}) | (clauses[1] - {negated(pivots[0])}))
    if label == "widen" and len(clauses) == 1 and len(arguments) == 1 and arguments[0] in LITERALS:
        wider = clauses[0] | {arguments[0]}
        return spell(wider) if not clashes(wider, wider) else None
    return None


def new_steps(graph: ProofGraph) -> Iterator[tuple[Step, str]]:
    """Every step with a result that is not yet a fact, with that result."""
    places = range(len(graph.facts))
    steps = [Step("cut", pair) for pair in itertools.permutations(places, 2)]
    steps += [Step("widen", (place,), (literal,)) for place in places for literal in LITERALS]
    for step in steps:
        result = conclude(step.label, [graph.facts[place].statement for place in step.premises], step.arguments)
        if result is not None and graph.find(result) is None and usable(graph.goal, step.label):
            yield step, result


def usable(goal: Goal, label: str) -> bool:
    """Whether a proof of the goal may use a rule."""
    before = len(LABELS) if goal.before is None else LABELS.index(goal.before)
    return label in LABELS[:before] and label not in goal.forbidden


class ClausesEnv:
    """Clauses; `apply` computes what a rule gives, `check` asks whether two clauses could give it."""

    name = "clauses"
    fingerprint = hashlib.sha256(repr((LABELS, LITERALS)).encode()).hexdigest()[:16]
    sources = ()

    def __init__(self, config: ClausesConfig) -> None:
        self.config = config

    def canonical(self, goal: Goal) -> Goal:
        """Clauses in order, each hypothesis once; there are no conditions."""
        for label in (*goal.forbidden, *([goal.before] if goal.before is not None else [])):
            if label not in LABELS:
                raise GoalError(f"{goal.name}: there is no rule {label!r}")
        hypotheses = tuple(dict.fromkeys(_spelled(goal, one) for one in goal.hypotheses))
        if len(hypotheses) > self.config.max_facts:
            raise GoalError(f"{goal.name}: more than {self.config.max_facts} hypotheses")
        return evolve(goal, statement=_spelled(goal, goal.statement), hypotheses=hypotheses, conditions=())

    def begin(self, goal: Goal) -> ProofGraph:
        """A graph with the hypotheses as facts."""
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(one) for one in goal.hypotheses])

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """What the rule gives."""
        if step.label not in LABELS or not usable(graph.goal, step.label):
            return Rejected("unknown-label", f"there is no rule {step.label!r} here")
        if any(not 0 <= place < len(graph.facts) for place in step.premises):
            return Rejected("premise", "a premise does not exist")
        result = conclude(step.label, [graph.facts[place].statement for place in step.premises], step.arguments)
        if result is None:
            return Rejected("mismatch", f"{step.label} does not apply")
        if graph.find(result) is not None:
            return Rejected("duplicate", f"{result} is known already")
        return Applied(Fact(result, step, step.premises))

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """`apply`, answered at once."""
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """Judge every fact from scratch."""
        try:
            goal = self.canonical(goal)
        except GoalError as error:
            return Verdict(False, str(error))
        known: list[str] = []
        for index, fact in enumerate(proof.facts):
            if fact.step is None:
                fine = fact.statement in goal.hypotheses and not fact.premises
            else:
                fine = usable(goal, fact.step.label) and fact.premises == fact.step.premises and _holds(known, fact)
            if not fine:
                return Verdict(False, f"fact {index} does not follow")
            known.append(fact.statement)
        return Verdict(True) if goal.statement in known else Verdict(False, "the goal is not among the facts")

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """The rules that the proof uses."""
        return tuple(sorted({fact.step.label for fact in proof.facts if fact.step is not None}))

    def key(self, goal: Goal) -> str:
        """The least spelling over all names of the atoms: there are few enough to try them all."""
        goal = self.canonical(goal)
        return _least(goal.statement, frozenset(goal.hypotheses))

    def close(self) -> None:
        """Nothing to release."""


@lru_cache(maxsize=4096)
def _least(statement: str, hypotheses: frozenset[str]) -> str:
    used = sorted({literal[-1] for one in (statement, *hypotheses) for literal in parse(one) or ()})
    spellings = []
    for order in itertools.permutations(ATOMS[: len(used)]):
        table = str.maketrans("".join(used), "".join(order))
        given = sorted(renamed(one, table) for one in hypotheses)
        spellings.append(f"{renamed(statement, table)} | {' , '.join(given)}")
    return min(spellings)


def renamed(statement: str, table: Mapping[int, int | str]) -> str:
    """A clause with other atoms."""
    return spell(frozenset(literal.translate(table) for literal in parse(statement) or ()))


def _spelled(goal: Goal, statement: str) -> str:
    literals = parse(statement)
    if literals is None:
        raise GoalError(f'{goal.name}: {statement!r} is not a clause: write literals such as "a -b", or "0" for none')
    return spell(literals)


def _holds(known: list[str], fact: Fact) -> bool:
    """The second judge: whether the rule that a fact names leads from its premises to it."""
    step, result = fact.step, parse(fact.statement)
    if step is None or result is None or spell(result) != fact.statement:
        return False
    if any(not 0 <= place < len(known) for place in fact.premises):
        return False
    used = [set(known[place].split()) - {EMPTY} for place in fact.premises]
    if step.label == "widen":
        return len(used) == 1 == len(step.arguments) and used[0] | set(step.arguments) == result
    if len(used) != 2 or step.arguments:
        return False
    positive, negative = used
    return any(
        atom in positive and f"-{atom}" in negative and (positive - {atom}) | (negative - {f"-{atom}"}) == result
        for atom in ATOMS
    )


class ClausesCodec:
    """A goal is `goal` with its literals and `fact @i` with those of each hypothesis; a step is a label, pointers and,
    for `widen`, a literal."""

    def __init__(self, env: ClausesEnv) -> None:
        self.env = env
        pointers = [f"@{index}" for index in range(env.config.max_facts)]
        self.vocabulary = Vocabulary(("goal", "fact", "step", EMPTY, *LITERALS, *LABELS, *pointers))
        self.ids = self.vocabulary.ids
        self.step_token = self.ids["step"]

    def encode_goal(self, goal: Goal) -> list[int]:
        """The statement, then the hypotheses as facts."""
        tokens = self._ids("goal", *goal.statement.split())
        for index, statement in enumerate(goal.hypotheses):
            tokens += self.encode_fact(index, Fact(statement))
        return tokens

    def encode_step(self, step: Step) -> list[int]:
        """Label, pointers and literal, in the order of the grammar."""
        return self._ids(*self.words(step))

    def words(self, step: Step) -> tuple[str, ...]:
        """The same as words."""
        pointers = tuple(f"@{place}" for place in step.premises)
        if self.env.config.pointers_first:
            return (*pointers, step.label, *step.arguments)
        return (step.label, *pointers, *step.arguments)

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """`fact @i` and the literals."""
        return self._ids("fact", f"@{index}", *fact.statement.split())

    def cursor(self, graph: ProofGraph) -> Cursor:
        """The grammar: only steps with a new result."""
        size, steps = graph.notes.get("clauses", (None, {}))
        if size != len(graph.facts):
            steps = {(): None}
            for step, _ in new_steps(graph) if len(graph.facts) < self.env.config.max_facts else ():
                tokens = tuple(self.encode_step(step))
                steps |= {tokens[:end]: None for end in range(len(tokens))} | {tokens: step}
            graph.notes["clauses"] = len(graph.facts), steps
        return ClausesCursor(steps, len(self.vocabulary))

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """The same proof with the atoms shuffled."""
        table = str.maketrans(ATOMS, "".join(rng.sample(ATOMS, len(ATOMS))))
        facts = []
        for fact in proof.facts:
            step = fact.step
            if step is not None:
                step = evolve(step, arguments=tuple(one.translate(table) for one in step.arguments))
            facts.append(evolve(fact, statement=renamed(fact.statement, table), step=step))
        goal = evolve(
            proof.goal,
            statement=renamed(proof.goal.statement, table),
            hypotheses=tuple(renamed(one, table) for one in proof.goal.hypotheses),
        )
        return Proof(goal, tuple(facts))

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """None."""
        return {}

    def _ids(self, *words: str) -> list[int]:
        try:
            return [self.ids[word] for word in words]
        except KeyError as error:
            raise CodecError(f"no token for {error.args[0]!r}") from None


class ClausesCursor:
    """A place among all beginnings of steps, which have a step where they are whole."""

    def __init__(self, steps: Mapping[tuple[int, ...], Step | None], size: int) -> None:
        self.complete = False
        self._steps, self._size = steps, size
        self._tokens: tuple[int, ...] = ()

    def allowed(self) -> np.ndarray:
        """The tokens with which a step goes on."""
        tokens = [token for token in range(self._size) if (*self._tokens, token) in self._steps]
        return np.array(tokens, dtype=np.int64)

    def push(self, token: int) -> bool:
        """Take a token if a step goes on with it."""
        tokens = (*self._tokens, token)
        if tokens not in self._steps:
            return False
        self._tokens, self.complete = tokens, self._steps[tokens] is not None
        return True

    def step(self) -> Step:
        """The step, once complete."""
        step = self._steps[self._tokens]
        if step is None:
            raise ValueError("the step is not complete")
        return step


class ClausesDrill:
    """A fixed list of proofs, split by key. (A dataset may have any name; this one is called `drill`.)"""

    def __init__(self, env: ClausesEnv) -> None:
        rng = random.Random(env.config.seed)
        chosen: dict[str, Proof] = {}
        while len(chosen) < env.config.proofs:
            proof = derive(env, rng)
            if proof is not None:
                chosen.setdefault(env.key(proof.goal), proof)
        named = [evolve(one, goal=evolve(one.goal, name=f"drill{n}")) for n, one in enumerate(chosen.values())]
        size = env.config.valid
        self._proofs = {"valid": named[:size], "test": named[size : 2 * size], "train": named[2 * size :]}
        self._held_out = frozenset(list(chosen)[: 2 * size])

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of a split."""
        return [proof.goal for proof in self.proofs(split)]

    def proofs(self, split: str) -> Sequence[Proof]:
        """Their proofs."""
        return self._proofs.get(split, [])

    def draw(self, rng: random.Random) -> Proof | None:
        """One proof of the train split."""
        return rng.choice(self._proofs["train"])

    def held_out(self) -> frozenset[str]:
        """Keys of valid and test."""
        return self._held_out

    def stats(self) -> dict[str, Any]:
        """Goals by split."""
        return {split: len(proofs) for split, proofs in self._proofs.items()}


def derive(env: ClausesEnv, rng: random.Random) -> Proof | None:
    """A random goal with a minimal proof of two steps or more, or None if this attempt gave none."""
    hypotheses = set()
    for _ in range(rng.randint(5, 7)):
        atoms = rng.sample(ATOMS, rng.randint(2, 3))
        hypotheses.add(spell(frozenset(rng.choice(("", "-")) + atom for atom in atoms)))
    given = sorted(hypotheses)
    rng.shuffle(given)
    graph = env.begin(Goal("derived", EMPTY, tuple(given)))
    for _ in range(6):
        steps = list(new_steps(graph))
        cuts = [pair for pair in steps if pair[0].label == "cut"]
        if cuts:
            step, result = rng.choice(steps if rng.random() < 0.2 else cuts)
            graph.add(Fact(result, step, step.premises))
    proofs = [
        Proof.of(ProofGraph(evolve(graph.goal, statement=graph.facts[place].statement), graph.facts))
        for place in range(len(given), len(graph.facts))
    ]
    best = max(proofs, key=lambda one: one.steps, default=None)
    return best if best is not None and best.steps >= 2 else None
