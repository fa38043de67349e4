"""The words of `fwd`: what a goal, a step, a fact and a proof are, and what plugins implement.

Everything here is plain data or a protocol. Statements are canonical text: an env spells equal statements equally
(`Env.canonical`), so equality of strings is equality of statements, and anything below can be stored as is.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from attrs import define, evolve, field, frozen

if TYPE_CHECKING:
    import numpy as np


@frozen
class Goal:
    """A statement to prove.

    `conditions` are what the env demands beside the hypotheses (Metamath: pairs of distinct variables, as `"x y"`).
    A proof may use no theorem named in `forbidden`, and none that the library declares at or after `before`.
    """

    name: str
    statement: str
    hypotheses: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    forbidden: frozenset[str] = frozenset()
    before: str | None = None


@frozen
class Step:
    """What a model proposes next: a rule or theorem, the facts it uses, and only what those leave undetermined.

    `premises` are indices into the graph's facts; `arguments` are texts whose meaning is the env's.
    """

    label: str
    premises: tuple[int, ...] = ()
    arguments: tuple[str, ...] = ()


@frozen
class Fact:
    """One proved statement; `step` is None for a hypothesis. `premises` are all facts that it was made from, which
    may be more than the step names (an env may find side conditions among the facts)."""

    statement: str
    step: Step | None = None
    premises: tuple[int, ...] = ()


class ProofGraph:
    """A goal and the facts derived so far, hypotheses first. It only ever grows.

    `notes` is scratch space for whoever derives data from the graph (codec, policy), keyed by owner; it is not part
    of the graph's value and a fork starts without it.
    """

    _ids = itertools.count()

    def __init__(self, goal: Goal, facts: Iterable[Fact] = ()) -> None:
        self.id = next(self._ids)
        self.goal = goal
        self.facts: list[Fact] = []
        self.notes: dict[str, Any] = {}
        self.parent: ProofGraph | None = None
        self._index: dict[str, int] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> int:
        """Append a fact and return its index. A premise that does not exist yet is a ValueError."""
        if any(not 0 <= premise < len(self.facts) for premise in fact.premises):
            raise ValueError(f"fact {fact.statement!r} cites facts that the graph does not have")
        self.facts.append(fact)
        self._index.setdefault(fact.statement, len(self.facts) - 1)
        return len(self.facts) - 1

    def find(self, statement: str) -> int | None:
        """Index of the first fact with this statement, or None."""
        return self._index.get(statement)

    @property
    def solved(self) -> bool:
        """Whether the goal is among the facts. Not yet "proved": only `Env.check` says that."""
        return self.goal.statement in self._index

    def fork(self) -> ProofGraph:
        """A copy that grows apart from this one and remembers it as `parent` (policies share the common prefix)."""
        child = ProofGraph(self.goal, self.facts)
        child.parent = self
        return child


@frozen
class Applied:
    """The env accepts a step; the fact is not yet in the graph."""

    fact: Fact


@frozen
class Rejected:
    """The env refuses a step: a short stable `code` for statistics and a `message` for people."""

    code: str
    message: str = ""


@frozen
class Proof:
    """The facts that a goal needs: its hypotheses in order, then the steps in an order that respects premises; the
    last fact is the goal (or, for a goal that is one of its own hypotheses, some earlier one is)."""

    goal: Goal
    facts: tuple[Fact, ...]

    @property
    def steps(self) -> int:
        """Number of facts that are not hypotheses."""
        return sum(fact.step is not None for fact in self.facts)

    @classmethod
    def of(cls, graph: ProofGraph) -> Proof:
        """The minimal proof in a solved graph. ValueError if the goal is not among the facts, or its hypotheses are not
        the first of them."""
        given = [fact.statement for fact in graph.facts[: len(graph.goal.hypotheses)]]
        if given != list(graph.goal.hypotheses):
            raise ValueError(f"the graph does not begin with the hypotheses of {graph.goal.name}")
        target = graph.find(graph.goal.statement)
        if target is None:
            raise ValueError(f"{graph.goal.name} is not solved")
        needed = ancestors(graph.facts, target)
        needed.update(range(len(graph.goal.hypotheses)))
        return cls(graph.goal, select(graph.facts, sorted(needed)))

    def subproof(self, target: int) -> Proof:
        """The proof of fact `target` as a goal of its own, with just the hypotheses that it needs."""
        facts = select(self.facts, sorted(ancestors(self.facts, target)))
        hypotheses = tuple(fact.statement for fact in facts if fact.step is None)
        goal = evolve(
            self.goal,
            name=f"{self.goal.name}#{target}",
            statement=self.facts[target].statement,
            hypotheses=hypotheses,
        )
        return Proof(goal, facts)

    def graph(self) -> ProofGraph:
        """A graph with all facts of this proof."""
        return ProofGraph(self.goal, self.facts)


def ancestors(facts: Sequence[Fact], target: int) -> set[int]:
    """Indices of all facts that `target` was made from, itself included."""
    seen: set[int] = set()
    stack = [target]
    while stack:
        index = stack.pop()
        if index not in seen:
            seen.add(index)
            stack.extend(facts[index].premises)
    return seen


def select(facts: Sequence[Fact], order: Sequence[int]) -> tuple[Fact, ...]:
    """The facts at the indices `order`, in that order, with premises renumbered. KeyError if one is missing or comes
    too late."""
    place: dict[int, int] = {}
    chosen = []
    for index in order:
        fact = facts[index]
        step = fact.step and evolve(fact.step, premises=tuple(place[p] for p in fact.step.premises))
        chosen.append(evolve(fact, step=step, premises=tuple(place[p] for p in fact.premises)))
        place[index] = len(place)
    return tuple(chosen)


@frozen
class Verdict:
    """What a checker says of one proof. `reason` names the first mistake when it is not proved.

    `relies_on` names what a proved one rests on that nobody vouches for, a phrase each: a theorem of the library that
    is not proved itself (`"unproved: lie"`), a file with rules of one's own, an axiom of a theory of one's own.
    """

    proved: bool
    reason: str = ""
    relies_on: tuple[str, ...] = ()


@runtime_checkable
class Env(Protocol):
    """Decides whether a step holds (`apply`) and, by separate code, whether a whole proof does (`check`)."""

    name: str
    fingerprint: str
    """Changes whenever the library or the rules change; stored with every proof."""
    sources: tuple[str, ...]
    """The files that verdicts rest on, a line for people each: what it is, its absolute place, its SHA-256 digest."""

    def canonical(self, goal: Goal) -> Goal:
        """The goal with statements in canonical spelling, repeated hypotheses merged, and only those conditions that
        speak of its variables. Raises `GoalError` for a goal that is not well-formed or names unknown theorems."""
        ...

    def begin(self, goal: Goal) -> ProofGraph:
        """A graph of the canonical goal with its hypotheses as facts. Raises `GoalError` as `canonical` does."""
        ...

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """Judge a step. Fast, never mutates the graph, never raises for a bad step. A step whose result is already a
        fact is `Rejected("duplicate")`."""
        ...

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """`apply` without waiting; in-process envs answer at once."""
        ...

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """Whether `proof.facts` prove `goal`, from scratch. Trusts nothing in `proof`, its own goal included, and
        shares no judgement with `apply`. Never raises for a bad proof."""
        ...

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """The names of all axioms that a checked proof rests on, directly or through theorems of the library, each once
        and in a stable order. An env without axioms names the rules that it trusts."""
        ...

    def key(self, goal: Goal) -> str:
        """Equal for two goals exactly if they are the same up to renaming of variables and order of hypotheses."""
        ...

    def close(self) -> None:
        """Release processes and files. May be called twice."""
        ...


class ExternalChecker(Protocol):
    """Hands exported proofs to a program that the project did not write."""

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        """One verdict per proof; `folder` receives what was exported and what the program printed. Raises
        `UserError` if the program is not installed."""
        ...


@frozen
class Vocabulary:
    """The tokens of a codec; a token's id is its place. `fingerprint` names the vocabulary in checkpoints."""

    tokens: tuple[str, ...]

    @cached_property
    def ids(self) -> dict[str, int]:
        """Token to id."""
        return {token: index for index, token in enumerate(self.tokens)}

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of the SHA-256 of all tokens in order."""
        return hashlib.sha256("\n".join(self.tokens).encode()).hexdigest()[:16]

    def __len__(self) -> int:
        return len(self.tokens)


class Cursor(Protocol):
    """A partial step: where the grammar is, and what may come next. Steps are prefix-free: after each `push` it is
    known whether the step is complete."""

    complete: bool

    def allowed(self) -> np.ndarray:
        """Ids (int64, ascending, shape [n]) that may come next; empty at a dead end. May name a token that `push`
        then refuses: deciding that is often dearer than sampling again. Must not be modified by the caller."""
        ...

    def push(self, token: int) -> bool:
        """Take a token of `allowed`. False: the token leads nowhere, the cursor is unchanged but `allowed` no longer
        names it, and the caller draws again (which keeps the distribution that of the tokens that lead somewhere)."""
        ...

    def step(self) -> Step:
        """The step, once complete."""
        ...


class Codec(Protocol):
    """Tokens for goals, steps and facts, and the grammar of the next step.

    A transcript is `encode_goal`, then for every step: `step_token`, `encode_step`, `encode_fact`.
    """

    vocabulary: Vocabulary
    step_token: int

    def encode_goal(self, goal: Goal) -> list[int]:
        """The goal and its hypotheses. Raises `CodecError` if it does not fit the vocabulary."""
        ...

    def encode_step(self, step: Step) -> list[int]:
        """The tokens that a cursor accepts for this step."""
        ...

    def encode_fact(self, index: int, fact: Fact) -> list[int]:
        """The env's answer: a fact with its index in the graph. Raises `CodecError` if there are too many facts."""
        ...

    def cursor(self, graph: ProofGraph) -> Cursor:
        """A cursor at the start of the graph's next step (after `step_token`)."""
        ...

    def augment(self, proof: Proof, rng: random.Random) -> Proof:
        """An equivalent proof for training, for example with variables renamed; may be the same object."""
        ...

    def descriptions(self) -> Mapping[int, Sequence[int]]:
        """For tokens that stand for something with a text of its own (a theorem's label), that text as token ids.
        Models may build the token's embedding from it. May be empty."""
        ...


class Dataset(Protocol):
    """Where goals and proofs come from, by split. Only `train` is ever learned from."""

    def goals(self, split: str) -> Sequence[Goal]:
        """Canonical goals of "train", "valid" or "test", always in the same order; empty for a dataset without."""
        ...

    def proofs(self, split: str) -> Sequence[Proof]:
        """Known proofs of `goals(split)`, in the same order; empty for a dataset without. May compute on access."""
        ...

    def draw(self, rng: random.Random) -> Proof | None:
        """One proof to learn from, of train; depends on nothing but `rng`. None: try again."""
        ...

    def held_out(self) -> frozenset[str]:
        """Keys (`Env.key`) that no training goal of any source may have."""
        ...

    def stats(self) -> dict[str, Any]:
        """Counts for `fwd data stats`, plain values only."""
        ...


@define(eq=False)
class Ask:
    """Ask a policy for the next step of a graph.

    `temperature` 0 is argmax. With `count` > 1, about the likeliest so many steps, best first: each begins where it is
    likeliest to leave the others, at whatever token that is, and is completed by argmax. `rng` is the search's own, so
    that results do not depend on batching.
    """

    graph: ProofGraph
    rng: random.Random
    temperature: float = 1.0
    count: int = 1
    max_tokens: int = 64
    """Longest step, in tokens."""


@frozen
class Proposal:
    """A proposed step with its log-probability (nats, under the grammar's renormalised distribution at temperature 1)
    and length in tokens. `step` is None when the model could not finish one; `failure` says why ("dead-end",
    "too-long")."""

    step: Step | None
    logprob: float = 0.0
    tokens: int = 0
    failure: str = ""


@frozen(eq=False)
class Reply:
    """A policy's answer to an `Ask`; `transcript` is the length in tokens of the graph's transcript so far. Without
    proposals, `full` is True: the transcript no longer fits the model."""

    ask: Ask
    proposals: tuple[Proposal, ...]
    transcript: int = 0
    full: bool = False


class Policy(Protocol):
    """Proposes steps for many graphs at once. What it has computed for a graph it keeps until `forget`."""

    name: str
    slots: int
    """How many graphs it serves well at the same time."""

    def submit(self, ask: Ask) -> None:
        """Queue a request."""
        ...

    def advance(self) -> list[Reply]:
        """Do one batch of work and return the requests that are finished, in no particular order."""
        ...

    def forget(self, graph: ProofGraph) -> None:
        """The graph will not be asked about again."""
        ...


@frozen
class EnvSpec:
    """What a plugin registers for an env. Import strings (`"package.module:name"`) load nothing until used.

    config    attrs class of the env's settings
    env       callable(config) -> Env
    codec     callable(env) -> Codec
    datasets  name -> callable(env) -> Dataset; the first is the main one, whose goals are proved and evaluated on
    presets   name -> settings by section, e.g. {"env": {...}, "model": {...}, "train": {...}}
    build     callable(config, options: BuildOptions) -> None: prepares the corpus for `fwd data build`
    external  callable(env) -> ExternalChecker
    resolve   callable(config) -> config whose files are named by absolute place, so that it means the same when it is
              read in another folder; what cannot be found stays as it is
    programs  callable(config) -> paths of the files that run as programs when the env starts: a config that comes from
              somebody else's folder may name them only with the user's leave
    """

    name: str
    summary: str
    config: str
    env: str
    codec: str
    datasets: Mapping[str, str] = field(factory=dict)
    presets: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    default_preset: str = "debug"
    build: str | None = None
    external: str | None = None
    resolve: str | None = None
    programs: str | None = None

    @property
    def main(self) -> str | None:
        """The name of the main dataset; None for an env without datasets."""
        return next(iter(self.datasets), None)


@frozen
class BuildOptions:
    """What `fwd data build` was told: fetch from upstream if nothing is installed, redo cached work."""

    download: bool = False
    force: bool = False
