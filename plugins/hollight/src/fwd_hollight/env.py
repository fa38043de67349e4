"""The HOL Light env: every fact is a theorem of HOL Light's own kernel, in a process forked for the purpose.

Statements are sequents, `first ;; second |- conclusion` or the conclusion alone, in HOL Light's printed form with one
space between any two tokens. Steps, whose text `fwd_hollight.texts` describes:

    a tactic   its statement (`.` for the goal's), then the text of its arguments; its subgoals must be facts, which
               `Fact.premises` lists after the step's own premises
    a rule     the text of its arguments; HOL Light computes the statement

A variable that is free in a theorem stands for anything; one that is free in a hypothesis stands for itself.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from functools import cached_property

from attrs import evolve, frozen
from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import GoalError

from fwd_hollight import check, install, library, notation, sources, theories
from fwd_hollight.keys import key
from fwd_hollight.library import Library
from fwd_hollight.pool import Pool
from fwd_hollight.session import Session
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.words import spaced
from fwd_hollight.worker import Refused
from fwd_hollight.zygote import Zygote

MEMO = 200_000


@frozen
class Axiom:
    """An axiom, by its name in OCaml, else by what it says; `library` is the place in the settings, from 1, of what
    brought it, and 0 is HOL Light's core."""

    library: int
    name: str


class HolLightEnv:
    """Forward proving in HOL Light. Raises `UserError` if it is not installed."""

    name = "hollight"

    def __init__(self, config: HolLightConfig) -> None:
        install.require()
        self.config = config = theories.resolve(config)
        self.zygote = Zygote(tuple(config.libraries))
        content = " ".join([self.zygote.library_name, *sources.functions(), str(config.longest)])
        self.fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
        self.sources = theories.described(config.libraries)
        self.pool = Pool(self.zygote, config)
        self._spellings: dict[str, str] = {}
        self._keys: dict[tuple[str, ...], str] = {}

    @cached_property
    def library(self) -> Library:
        """What steps may name."""
        found = library.load(self.zygote.name, self.ask)
        self.trust({statement: found.keys[name][0] for name, statement in found.statements.items()})
        return found

    @cached_property
    def known_axioms(self) -> tuple[Axiom, ...]:
        """All axioms, in the order in which they were made."""
        rows = [row.split("\t", 1) for row in self.ask(["axioms"])]
        return tuple(Axiom(int(place), name) for place, name in rows)

    @cached_property
    def relies_on(self) -> tuple[str, ...]:
        """What every verdict rests on that is no part of HOL Light's core: HOL Light does not keep which axioms a
        theorem was made from, so all axioms of the libraries are named."""
        if not self.config.libraries:
            return ()
        places = [theories.place(name) for name in self.config.libraries]
        return tuple(f"axiom of {places[one.library - 1]}: {one.name}" for one in self.known_axioms if one.library)

    def ask(self, request: list[str]) -> list[str]:
        """A worker's answer to a request that depends on nothing before. Raises `Refused`."""
        return self.pool.submit(Goal("", request[0]), lambda session: session.ask(request)).result()

    def trust(self, statements: dict[str, str]) -> None:
        """Take it from a corpus that these statements are canonical and that these are the keys of goals without
        hypotheses that state them."""
        for statement, known in statements.items():
            self._spellings[statement] = statement
            self._keys[(statement,)] = known

    def canonical(self, goal: Goal) -> Goal:
        """See `fwd.api.Env`. `forbidden` and `before` are names of OCaml's toplevel, most of them theorems. What is
        forbidden is so under each of its names, and so are theorems that have it as a conjunct. Where `before` does not
        say which theorems there are, the goal itself is forbidden in the same way."""
        if goal.conditions:
            raise GoalError(f"{goal.name}: there are no conditions beside hypotheses here")
        for name in (*goal.forbidden, *([] if goal.before is None else [goal.before])):
            if name not in self.library.order:
                raise GoalError(f"{goal.name}: HOL Light defines no {name!r}")
        if not all(isinstance(one, str) for one in (goal.statement, *goal.hypotheses)):
            raise GoalError(f"{goal.name}: statements are texts")
        spelled = [self._spelled(goal, text) for text in (goal.statement, *goal.hypotheses)]
        hypotheses = tuple(dict.fromkeys(spelled[1:]))
        if len(hypotheses) > self.config.max_facts:
            raise GoalError(f"{goal.name}: more than {self.config.max_facts} hypotheses")
        goal = evolve(goal, statement=spelled[0], hypotheses=hypotheses)
        return evolve(goal, forbidden=self._forbidden(goal))

    def _forbidden(self, goal: Goal) -> frozenset[str]:
        own: frozenset[str] = frozenset()
        if goal.before is None:
            own = self.library.by_part.get(self.key(Goal(goal.name, goal.statement)), own)
        return own | self.library.saying_more(goal.forbidden)

    def _spelled(self, goal: Goal, text: str) -> str:
        spelling = self._spellings.get(text)
        if spelling is None:
            if len(spaced(text)) > self.config.longest:
                raise GoalError(f"{goal.name}: a statement of more than {self.config.longest} characters")
            plain = notation.plain(text)
            try:
                (spelling,) = self.ask(["canonical", plain])
            except Refused as refused:
                reason = notation.advice(plain, " ".join(str(refused).split()))
                raise GoalError(f"{goal.name}: HOL Light cannot read {text[:60]!r}: {reason}") from None
            if len(self._spellings) < MEMO:
                self._spellings[text] = self._spellings[spelling] = spelling
        return spelling

    def begin(self, goal: Goal) -> ProofGraph:
        """See `fwd.api.Env`."""
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(hypothesis) for hypothesis in goal.hypotheses])

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """See `fwd.api.Env`. Codes: unknown, forbidden, arguments, premises, syntax, type, fails, missing, invalid,
        metavariables, duplicate, too-long, spelling, system-names, full; timeout, memory, stack, crash."""
        return self.submit(graph, step).result()

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """See `fwd.api.Env`. The answer comes from the thread of the goal's worker."""
        goal, facts = graph.goal, tuple(graph.facts)
        if len(facts) >= self.config.max_facts:
            future: Future[Applied | Rejected] = Future()
            future.set_result(Rejected("full", f"the graph has {len(facts)} facts already"))
            return future

        def job(session: Session) -> Applied | Rejected:
            answer = session.step(self.library, goal, facts, step)
            return self._new(facts, answer)

        self.library  # noqa: B018 - asked for here, since it may itself need a worker
        return self.pool.submit(goal, job)

    @staticmethod
    def _new(facts: tuple[Fact, ...], answer: Applied | Rejected) -> Applied | Rejected:
        if isinstance(answer, Applied) and any(fact.statement == answer.fact.statement for fact in facts):
            return Rejected("duplicate", "this is a fact already")
        return answer

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """See `fwd.api.Env`. A new process makes every fact again."""
        problem = check.malformed(goal, proof)
        if problem:
            return Verdict(False, problem)
        try:
            goal = self.canonical(goal)
            verdict = check.check(self.zygote, self.config, self.library, goal, proof)
            return evolve(verdict, relies_on=self.relies_on) if verdict.proved else verdict
        except (GoalError, Refused) as error:
            return Verdict(False, str(error))

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """See `fwd.api.Env`. These are all that there are, whatever the proof: HOL Light does not keep which of them a
        theorem was made from."""
        return tuple(dict.fromkeys(one.name for one in self.known_axioms))

    def key(self, goal: Goal) -> str:
        """See `fwd.api.Env`; `fwd_hollight.keys` says what is not told apart."""
        statements = (goal.statement, *sorted(set(goal.hypotheses)))
        known = self._keys.get(statements)
        if known is None:
            try:
                known = key(self.ask(["key", *statements]))
            except Refused as refused:
                raise GoalError(f"{goal.name}: HOL Light cannot read this goal: {refused}") from None
            if len(self._keys) < MEMO:
                self._keys[statements] = known
        return known

    def close(self) -> None:
        """See `fwd.api.Env`."""
        self.pool.close()
