"""Which theorem belongs to train, valid and test.

A theorem's key is its conclusion with its hypotheses, up to renaming of variables and order of hypotheses; theorems
are split by key, so that no split holds a theorem of another under a second name. Left out of all splits are theorems
with the key of a reserved one, theorems that say the same as an axiom, theorems whose conclusion is one of
their hypotheses, theorems that are not proved, those whose proof cites another theorem that says the same,
and those that use variables which the database declares for a while only.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping

from attrs import frozen

from fwd_metamath.database import Assertion
from fwd_metamath.settings import MetamathConfig


@frozen
class Splits:
    """Labels by split, and why theorems are in none.

    `train` is in order of declaration; `valid` and `test` are in an order of their own that looks random, so that
    their first few are a fair sample. `shrunk` says so if valid and test are smaller than was asked for.
    """

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    held_out: frozenset[str]
    dropped: Mapping[str, int]
    shrunk: str = ""

    def labels(self, split: str) -> tuple[str, ...]:
        """The labels of "train", "valid" or "test"; ValueError for another name."""
        if split not in ("train", "valid", "test"):
            raise ValueError(f"no split {split!r}: take train, valid or test")
        return {"train": self.train, "valid": self.valid, "test": self.test}[split]


def split(
    assertions: Iterable[Assertion],
    keys: Mapping[str, str],
    reserved: frozenset[str],
    local: frozenset[str],
    config: MetamathConfig,
    unproved: Container[str] = (),
    unreadable: Iterable[str] = (),
) -> Splits:
    """Split the theorems among `assertions` (in order of declaration, axioms too, all with a key in `keys`).

    `reserved` are keys, `local` the labels of `$f` that are active in some part of the database only, `unproved` those
    of theorems that rest on incomplete or wrong proofs, `unreadable` those of statements that cannot be parsed. The
    order of keys is that of the SHA-256 of the seed and the key, so it does not depend on what else the database holds.
    Of a database that is too small a third is held out, in the proportion that was asked for.
    """
    assertions = list(assertions)
    groups = grouped(assertions, keys)
    axioms = {keys[assertion.label] for assertion in assertions if assertion.axiom}
    dropped: Counter[str] = Counter()
    candidates: dict[str, list[str]] = {}
    for assertion in assertions:
        if assertion.axiom:
            continue
        key = keys[assertion.label]
        if assertion.label in unproved:
            dropped["unproved"] += 1
        elif not cited(assertion).isdisjoint(unreadable):
            dropped["unreadable"] += 1
        elif reason := _unfit(assertion, key, axioms, reserved, local, groups[key]):
            dropped[reason] += 1
        else:
            candidates.setdefault(key, []).append(assertion.label)

    order = sorted(candidates, key=lambda key: hashlib.sha256(f"{config.split_seed} {key}".encode()).digest())
    sizes = _sizes(config, len(order))
    valid, test = order[: sizes[0]], order[sizes[0] : sum(sizes)]
    held = frozenset(valid) | frozenset(test)
    dropped["duplicate"] = sum(len(candidates[key]) - 1 for key in held)
    learnable = {label for key, labels in candidates.items() if key not in held for label in labels}
    return Splits(
        train=tuple(assertion.label for assertion in assertions if assertion.label in learnable),
        valid=tuple(candidates[key][0] for key in valid),
        test=tuple(candidates[key][0] for key in test),
        held_out=held | reserved,
        dropped=dict(dropped),
        shrunk=_shrunk(config, sizes, len(order)),
    )


def _sizes(config: MetamathConfig, theorems: int) -> tuple[int, int]:
    """How many theorems are valid and test: as many as was asked for, or else a third in the same proportion."""
    asked = config.valid + config.test
    if asked < theorems:
        return config.valid, config.test
    held = -(-theorems // 3)
    valid = -(-held * config.valid // asked) if asked else 0
    return valid, held - valid


def _shrunk(config: MetamathConfig, sizes: tuple[int, int], theorems: int) -> str:
    if sizes == (config.valid, config.test):
        return ""
    return (
        f"{theorems} different theorems are too few for env.valid={config.valid} and env.test={config.test}: "
        f"{sizes[0]} are valid and {sizes[1]} test"
    )


def grouped(assertions: Iterable[Assertion], keys: Mapping[str, str]) -> dict[str, list[str]]:
    """Labels by key, both in order of declaration."""
    groups: dict[str, list[str]] = {}
    for assertion in assertions:
        groups.setdefault(keys[assertion.label], []).append(assertion.label)
    return groups


def cited(assertion: Assertion) -> set[str]:
    """The labels in a proof as written; of a compressed proof, those between the parentheses."""
    return set((assertion.proof or "").removeprefix("(").partition(")")[0].split())


def _unfit(
    assertion: Assertion,
    key: str,
    axioms: set[str],
    reserved: frozenset[str],
    local: frozenset[str],
    twins: Iterable[str],
) -> str:
    """Why a theorem is in no split, or nothing."""
    if key in reserved:
        return "reserved"
    if assertion.statement in {essential.statement for essential in assertion.essentials}:
        return "trivial"
    if key in axioms:
        return "axiom"
    labels = cited(assertion)
    if not labels.isdisjoint(twins):
        return "restated"
    variables = labels.union(item.label for item in assertion.floats)
    return "" if variables.isdisjoint(local) else "local variables"
