"""The theorems of a database as goals and proofs, by split, made when they are asked for."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from attrs import evolve
from fwd.api import BuildOptions, Fact, Goal, Proof, Step
from fwd.errors import DatabaseError, GoalError
from rich.console import Console
from rich.progress import Progress

from fwd_metamath.database import PROVABLE, Assertion
from fwd_metamath.download import fetch
from fwd_metamath.env import MetamathEnv
from fwd_metamath.keys import assertion_keys, bare_goal
from fwd_metamath.reserved import reserved_keys
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.sources import locate
from fwd_metamath.splits import Splits, grouped, split
from fwd_metamath.trace import trace
from fwd_metamath.verifier import Kernel

Item = TypeVar("Item")

MEMO_STEPS = 200_000
"""Most steps of the proofs that a corpus keeps in memory, about 100 MB."""


class LazySequence(Sequence[Item], Generic[Item]):
    """A sequence by label whose items are made on access."""

    def __init__(self, labels: Sequence[str], make: Callable[[str], Item]) -> None:
        self.labels = labels
        self._make = make

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return LazySequence(self.labels[index], self._make)
        return self._make(self.labels[index])

    def __iter__(self) -> Iterator[Item]:
        return map(self._make, self.labels)


class Corpus:
    """What an env's database offers for learning and proving.

    The datasets of one env share one: take it from `corpus_of`.
    """

    def __init__(self, env: MetamathEnv) -> None:
        self.env = env
        self.assertions: list[Assertion] = [
            assertion
            for assertion in env.database.assertions.values()
            if assertion.typecode == PROVABLE and assertion.index < env.limit and assertion.label not in env.unreadable
        ]
        self._kernel = Kernel(env.database)
        self._proofs: OrderedDict[str, Proof] = OrderedDict()
        self._steps = 0

    @cached_property
    def keys(self) -> dict[str, str]:
        """The key of each assertion, by label."""
        return assertion_keys(self.env, self.assertions)

    @cached_property
    def splits(self) -> Splits:
        """Which theorem belongs where."""
        database = self.env.database
        end = len(database.assertions)
        local = frozenset(item.label for item in database.floats.values() if item.last < end)
        config, env = self.env.config, self.env
        splits = split(self.assertions, self.keys, reserved_keys(), local, config, env.unproved, env.unreadable)
        if splits.shrunk:
            print(f"notice: {database.path}: {splits.shrunk}", file=sys.stderr)
        return splits

    @cached_property
    def twins(self) -> Mapping[str, Sequence[str]]:
        """The labels of the assertions that have a key, by key."""
        return grouped(self.assertions, self.keys)

    def goals(self, split: str) -> Sequence[Goal]:
        """The goals of a split."""
        return LazySequence(self.splits.labels(split), self.goal)

    def proofs(self, split: str) -> Sequence[Proof]:
        """The proofs of `goals(split)`, in the same order."""
        return LazySequence(self.splits.labels(split), self.proof)

    def goal(self, label: str) -> Goal:
        """A theorem as a goal that forbids the theorem itself, all that say the same, and everything later."""
        twins = self.twins[self.keys[label]]
        return self.env.canonical(evolve(bare_goal(self.env.database.assertions[label]), forbidden=frozenset(twins)))

    def named(self, label: str) -> Goal | None:
        """The goal of the theorem with this label, whether it has a proof or not; None if there is none. Raises
        `GoalError` if it cannot be parsed or speaks of variables that a later scope declares anew."""
        assertion = self.env.database.assertions.get(label)
        if label in self.env.unreadable:
            raise GoalError(f"{label}: {self.env.unreadable[label]}")
        if assertion is None or assertion.axiom or label not in self.keys:
            return None
        return self.goal(label)

    def proof(self, label: str) -> Proof:
        """A theorem's proof in the database as a graph. The newest ones are kept."""
        proof = self._proofs.get(label)
        if proof is None:
            proof = self._proofs[label] = self._convert(label)
            self._steps += len(proof.facts)
            while self._steps > MEMO_STEPS and len(self._proofs) > 1:
                _, old = self._proofs.popitem(last=False)
                self._steps -= len(old.facts)
        else:
            self._proofs.move_to_end(label)
        return proof

    def _convert(self, label: str) -> Proof:
        """Every distinct provable statement of the written proof as a fact, hypotheses first."""
        database, library = self.env.database, self.env.library.by_label
        goal = self.goal(label)
        facts = [Fact(hypothesis) for hypothesis in goal.hypotheses]
        places = {fact.statement: index for index, fact in enumerate(facts)}
        where: list[int] = []
        for traced in trace(database, database.assertions[label], self._kernel):
            if traced.label is not None:
                premises = tuple(where[premise] for premise in traced.premises)
                arguments = tuple(traced.substitution[index] for index in library[traced.label].free)
                places[traced.statement] = len(facts)
                facts.append(Fact(traced.statement, Step(traced.label, premises, arguments), premises))
            where.append(places[traced.statement])
        return Proof(goal, tuple(facts))


@lru_cache(maxsize=2)
def corpus_of(env: MetamathEnv) -> Corpus:
    """The corpus of an env; the latest are kept."""
    return Corpus(env)


def build(config: MetamathConfig, options: BuildOptions) -> None:
    """Prepare the corpus for `fwd data build`: fetch the database if told to, parse it, compute all keys.

    Everything is cached under FWD_HOME; a second call finds its work done. Raises `DatabaseError` if the database is
    missing or malformed.
    """
    if options.download and not _installed(config.database):
        fetch(config.database)
    corpus = corpus_of(MetamathEnv(config))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("keys of theorems", total=len(corpus.assertions))
        assertion_keys(corpus.env, corpus.assertions, force=options.force, advance=lambda: progress.advance(task))
    splits = corpus.splits
    print(f"{len(splits.train)} train, {len(splits.valid)} valid and {len(splits.test)} test theorems")


def _installed(database: str) -> bool:
    try:
        locate(database)
    except DatabaseError:
        return False
    return True
