"""Which theorem of the corpus belongs to train, valid and test.

Theorems are split by key, so that no split holds a theorem of another under a second name or in other variables. A
theorem's goal forbids every theorem with its key, and those that have a conjunct with it; a proof that uses one of
those is left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen
from fwd.api import Proof
from fwd.errors import ConfigError

from fwd_hollight.corpus import Corpus
from fwd_hollight.library import Library
from fwd_hollight.settings import HolLightConfig


@frozen(eq=False)
class Splits:
    """Proofs by split; `train` in order of the library. `dropped` counts theorems in none, by why."""

    train: tuple[Proof, ...]
    valid: tuple[Proof, ...]
    test: tuple[Proof, ...]
    held_out: frozenset[str]
    dropped: Mapping[str, int]

    def of(self, split: str) -> tuple[Proof, ...]:
        """The proofs of "train", "valid" or "test"; ValueError for another name."""
        if split not in ("train", "valid", "test"):
            raise ValueError(f"no split {split!r}: take train, valid or test")
        return {"train": self.train, "valid": self.valid, "test": self.test}[split]


def split(corpus: Corpus, library: Library, config: HolLightConfig) -> Splits:
    """Split the theorems that the config's limits leave. Raises `ConfigError` if nothing would be left for train."""
    dropped: Counter[str] = Counter()
    groups: dict[str, list[Proof]] = defaultdict(list)
    for proof in _chosen(corpus, config, dropped):
        key = corpus.keys[proof.goal.statement]
        forbidden = library.saying_more(library.by_key.get(key, ()))
        if forbidden & used_words(proof)[0]:
            dropped["restated"] += 1
        else:
            groups[key].append(evolve(proof, goal=evolve(proof.goal, forbidden=forbidden)))
    order = list(groups)
    if config.split == "random":
        order.sort(key=lambda key: hashlib.sha256(f"{config.split_seed} {key}".encode()).digest())
    else:
        order.reverse()
    size = config.valid + config.test
    if size >= len(order):
        raise ConfigError(f"env.valid and env.test ask for {size} theorems and there are {len(order)}: make them less")
    held = order[:size]
    dropped["duplicate"] = sum(len(groups[key]) - 1 for key in held)
    kept = {id(proof) for key in order[size:] for proof in groups[key]}
    learnable = tuple(proof for proofs in groups.values() for proof in proofs if id(proof) in kept)
    firsts = [groups[key][0] for key in held]
    return Splits(learnable, tuple(firsts[: config.valid]), tuple(firsts[config.valid :]), frozenset(held), dropped)


def used_words(proof: Proof) -> tuple[set[str], set[str]]:
    """Words in the texts of a proof's steps, and tokens of the terms that they quote."""
    outside: set[str] = set()
    inside: set[str] = set()
    for fact in proof.facts:
        if fact.step is not None:
            outside.add(fact.step.label)
            for text in fact.step.arguments[1:]:
                for place, part in enumerate(text.split("`")):
                    (inside if place % 2 else outside).update(part.split())
                outside.update("`" for _ in range("`" in text))
    return outside, inside


def length(proof: Proof) -> int:
    """About how many tokens the transcript of a proof has."""
    words = 1 + len(proof.goal.statement.split(" "))
    for fact in proof.facts:
        texts = [fact.statement, *(fact.step.arguments if fact.step else ())]
        words += 5 + sum(len(text.split(" ")) for text in texts)
    return words


def _chosen(corpus: Corpus, config: HolLightConfig, dropped: Counter[str]) -> Sequence[Proof]:
    """The proofs within the config's limits, in order of the library."""
    kept = []
    for proof in corpus.proofs:
        reason = _unfit(proof, config)
        if reason:
            dropped[reason] += 1
        else:
            kept.append(proof)
    if config.theorems is not None and len(kept) > config.theorems:
        shortest = sorted(range(len(kept)), key=lambda index: (length(kept[index]), index))[: config.theorems]
        dropped["beyond env.theorems"] = len(kept) - config.theorems
        kept = [kept[index] for index in sorted(shortest)]
    return kept


def _unfit(proof: Proof, config: HolLightConfig) -> str:
    """Why a proof is not used, or nothing."""
    if not config.min_steps <= proof.steps:
        return "too few steps"
    if len(proof.facts) > config.max_facts or (config.max_steps is not None and proof.steps > config.max_steps):
        return "too many steps"
    if any(len(fact.statement.split(" ")) > config.max_statement for fact in proof.facts):
        return "a statement too long"
    arguments = [text for fact in proof.facts if fact.step for text in fact.step.arguments[1:]]
    if any(len(text.split(" ")) > config.max_argument for text in arguments):
        return "an argument too long"
    if config.max_tokens is not None and length(proof) > config.max_tokens:
        return "too many tokens"
    return ""
