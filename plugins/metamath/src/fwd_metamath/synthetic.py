"""The dataset of synthetic theorems: random compositions of assertions, made concrete.

In a composition (`fwd_metamath.compose`) the variables are open. Here each becomes a variable of the database, at
random the same as another one or a small formula. Assertions are drawn about as often as train's human proofs use them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from fwd.api import Fact, Goal, Proof, Step, ancestors, select

from fwd_metamath.compose import Composition, Index, Node, Weighted
from fwd_metamath.corpus import corpus_of
from fwd_metamath.database import Assertion
from fwd_metamath.env import MetamathEnv
from fwd_metamath.human import distribution
from fwd_metamath.library import Theorem
from fwd_metamath.splits import cited
from fwd_metamath.terms import Rule, Term, make, subterms
from fwd_metamath.unification import Bindings, Place

MOST_COUNTED = 20
"""An assertion's weight is one more than the train proofs that use it, at most this many more."""
SHUFFLED = 0.3
"""Share of samples whose variables are not named in the order of the database."""
NAMES = 12
"""Variables of one typecode that a sample may name."""
SAMPLE = 2000
"""Draws that `stats` looks at."""
LARGEST_RULE = 3
"""Most children of a syntax axiom that a variable is replaced by."""


class SyntheticProofs:
    """Random theorems with proofs, to learn from only (a `fwd.api.Dataset` without goals)."""

    def __init__(self, env: MetamathEnv) -> None:
        self.env = env
        self.corpus = corpus_of(env)

    def goals(self, split: str) -> Sequence[Goal]:
        """None."""
        return ()

    def proofs(self, split: str) -> Sequence[Proof]:
        """None."""
        return ()

    def held_out(self) -> frozenset[str]:
        """The keys of valid, test and reserved theorems."""
        return self.corpus.splits.held_out

    def draw(self, rng: random.Random) -> Proof | None:
        """A fresh theorem; None if `compose` gives none or one that is held out."""
        proof = self.compose(rng)
        return None if proof is None or self.env.key(proof.goal) in self.held_out() else proof

    def compose(self, rng: random.Random) -> Proof | None:
        """A fresh theorem, held out or not; None if it is too large, trivial or breaks a `$d` condition."""
        config = self.env.config
        composition = Composition(self.index, config.synthetic_depth, rng)
        if not composition.grow(config.synthetic_steps, config.synthetic_hypotheses):
            return None
        nodes = list(composition.nodes())
        naming = Naming(self, composition.bindings, rng)
        return Writer(self.env, naming).proof(nodes) if naming.name(nodes) else None

    def stats(self) -> dict[str, Any]:
        """What `SAMPLE` compositions give, always the same ones, and how many of them are held out."""
        rng = random.Random(0)
        made = [proof for _ in range(SAMPLE) if (proof := self.compose(rng)) is not None]
        keys = [self.env.key(proof.goal) for proof in made]
        held_out = self.held_out()
        return {
            "assertions": len(self.weights),
            "tried": SAMPLE,
            "made": len(made),
            "different": len(set(keys)),
            "held_out": sum(key in held_out for key in keys),
            "steps": distribution([proof.steps for proof in made]),
        }

    @cached_property
    def weights(self) -> dict[Theorem, int]:
        """Assertions of moderate size with how often to draw them."""
        uses: Counter[str] = Counter()
        for label in self.corpus.splits.train:
            uses.update(cited(self.env.database.assertions[label]))
        longest = self.env.config.max_statement
        return {
            theorem: 1 + min(uses[theorem.label], MOST_COUNTED)
            for theorem in self.env.library
            if max(len(text.split()) for text in statements(theorem.assertion)) <= longest
        }

    @cached_property
    def index(self) -> Index:
        """The assertions by shape."""
        return Index(self.weights)

    @cached_property
    def rules(self) -> dict[str, Weighted[Rule]]:
        """Small syntax axioms by typecode, by the number of assertions that have them."""
        uses: Counter[Rule] = Counter()
        for theorem in self.weights:
            patterns = (theorem.conclusion, *theorem.essentials)
            uses.update({part.rule for pattern in patterns for part in subterms(pattern.term) if part.rule})
        by_typecode: dict[str, list[tuple[Rule, int]]] = {}
        for rule, count in uses.items():
            if len(rule.children) <= LARGEST_RULE:
                by_typecode.setdefault(rule.typecode, []).append((rule, count))
        return {typecode: Weighted(counted) for typecode, counted in by_typecode.items()}

    @cached_property
    def names(self) -> dict[str, list[Term]]:
        """The first variables of each typecode, in order of declaration."""
        variables = self.env.syntax.variables
        available = self.env.dummies(0, self.env.limit)
        return {typecode: [variables[name] for name in names[:NAMES]] for typecode, names in available.items()}


class Naming:
    """Turns open places into terms of the database, once every open variable has its term."""

    def __init__(self, dataset: SyntheticProofs, bindings: Bindings, rng: random.Random) -> None:
        self.dataset = dataset
        self.config = dataset.env.config
        self.bindings = bindings
        self.rng = rng
        self.used: dict[str, list[Term]] = {}
        self.pools: dict[str, list[Term]] = {}
        self.terms: dict[Place, Term] = {}
        self.shuffled = rng.random() < SHUFFLED

    def name(self, nodes: Sequence[Node]) -> bool:
        """Give a term to every open variable: those of hypotheses first, then the conclusion's, then all others'.
        False if the database has too few variables."""
        places = [node.statement for node in nodes if node.theorem is None]
        places.append(nodes[-1].statement)
        for node in nodes:
            if node.theorem is not None:
                places += self.variables(node)
        for place in places:
            for variable in self.bindings.unbound(place):
                if variable not in self.terms:
                    term = self._term(variable[0].typecode)
                    if term is None:
                        return False
                    self.terms[variable] = term
        return True

    def variables(self, node: Node) -> list[Place]:
        """The mandatory variables of the theorem that a node uses, in order of declaration."""
        leaves = self.dataset.env.syntax.variables
        return [(leaves[item.variable], node.instance) for item in node.theorem.assertion.floats]

    def ground(self, place: Place) -> Term | None:
        """The term of a place; None if it is longer than a statement may be."""
        resolve, terms = self.bindings.resolve, self.terms
        target = resolve(*place)
        stack = [target]
        while stack:
            top = stack[-1]
            if top in terms:
                stack.pop()
                continue
            term, instance = top
            children = [resolve(child, instance) for child in term.children]
            missing = [child for child in children if child not in terms]
            if missing:
                stack += missing
                continue
            made = make(term.rule, tuple([terms[child] for child in children]))
            if made.length >= self.config.max_statement:
                return None
            terms[stack.pop()] = made
        return terms[target]

    def _term(self, typecode: str) -> Term | None:
        """A new variable; at random, one that is in use already, or a small formula."""
        chance = self.rng.random()
        if chance < self.config.synthetic_merge and self.used.get(typecode):
            return self.rng.choice(self.used[typecode])
        rules = self.dataset.rules.get(typecode)
        if rules and chance > 1.0 - self.config.synthetic_grow:
            rule = rules.draw(self.rng)
            children = [self._variable(child) for child in rule.children]
            return None if None in children else make(rule, tuple(children))
        return self._variable(typecode)

    def _variable(self, typecode: str) -> Term | None:
        """A variable that is not in use yet."""
        pool = self.pools.get(typecode)
        if pool is None:
            pool = self.pools[typecode] = self.dataset.names[typecode][::-1]
            if self.shuffled:
                self.rng.shuffle(pool)
        if not pool:
            return None
        self.used.setdefault(typecode, []).append(pool[-1])
        return pool.pop()


class Writer:
    """Writes a named composition down as a proof."""

    def __init__(self, env: MetamathEnv, naming: Naming) -> None:
        self.env = env
        self.naming = naming
        self.facts: list[Fact] = []
        self.places: dict[Term, int] = {}
        self.values: list[tuple[Theorem, list[Term]] | None] = []

    def proof(self, nodes: Sequence[Node]) -> Proof | None:
        """The proof of the last node's statement; None if it is too large, trivial or breaks a condition."""
        terms = [self.naming.ground(node.statement) for node in nodes]
        if None in terms:
            return None
        for node, term in zip(nodes, terms, strict=True):
            if node.theorem is None and term not in self.places:
                self._add(term, Fact(f"|- {term.text}"), None)
        of_node = dict(zip(nodes, terms, strict=True))
        for node, term in of_node.items():
            if term not in self.places:
                self._apply(node, term, of_node)
        target = self.places[terms[-1]]
        if self.facts[target].step is None:
            return None
        return self._finish(target)

    def _add(self, term: Term, fact: Fact, values: tuple[Theorem, list[Term]] | None) -> None:
        self.places[term] = len(self.facts)
        self.facts.append(fact)
        self.values.append(values)

    def _apply(self, node: Node, term: Term, of_node: dict[Node, Term]) -> None:
        """Add the step that makes a node's statement from its premises' statements."""
        premises = tuple([self.places[of_node[premise]] for premise in node.premises])
        values = [self.naming.ground(variable) for variable in self.naming.variables(node)]
        arguments = tuple([values[place].text for place in node.theorem.free])
        step = Step(node.theorem.label, premises, arguments)
        self._add(term, Fact(f"|- {term.text}", step, premises), (node.theorem, values))

    def _finish(self, target: int) -> Proof | None:
        """The part of the proof that the target needs, with the conditions that it needs."""
        needed = sorted(ancestors(self.facts, target))
        facts = select(self.facts, needed)
        hypotheses = tuple(fact.statement for fact in facts if fact.step is None)
        pairs: set[tuple[str, str]] = set()
        for index in needed:
            if (values := self.values[index]) is not None:
                found = distinct_pairs(self.env, *values)
                if found is None:
                    return None
                pairs |= found
        mentioned = 0
        for term, index in self.places.items():
            if index == target or (self.facts[index].step is None and index in needed):
                mentioned |= term.mask
        names = set(self.env.syntax.names_of(mentioned))
        conditions = tuple(f"{x} {y}" for x, y in sorted(pairs) if x in names and y in names)
        return Proof(Goal("synthetic", facts[-1].statement, hypotheses, conditions), facts)


def distinct_pairs(env: MetamathEnv, theorem: Theorem, values: Sequence[Term]) -> set[tuple[str, str]] | None:
    """The pairs of variables that must be distinct for this use of a theorem; None if two such are the same."""
    pairs: set[tuple[str, str]] = set()
    for x, y in theorem.distinct:
        one, other = values[x].mask, values[y].mask
        if one & other:
            return None
        others = env.syntax.names_of(other)
        pairs.update((min(a, b), max(a, b)) for a in env.syntax.names_of(one) for b in others)
    return pairs


def statements(assertion: Assertion) -> list[str]:
    """An assertion's statement and hypotheses."""
    return [assertion.statement, *(item.statement for item in assertion.essentials)]
