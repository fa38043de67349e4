"""Splits by key: disjoint, repeatable, and without what nobody should learn from or be judged by."""

from __future__ import annotations

import pytest
from attrs import evolve
from fwd_metamath.database import Assertion, Essential, Float
from fwd_metamath.settings import MetamathConfig
from fwd_metamath.splits import Splits, grouped, split

CONFIG = MetamathConfig(valid=5, test=5)


def theorem(number: int, proof: str | None = "( ax ) A", **changes) -> Assertion:
    return evolve(Assertion(f"t{number}", number, "|-", f"|- S{number}", proof=proof), **changes)


@pytest.fixture
def theorems() -> list[Assertion]:
    return [theorem(0, None), *(theorem(number) for number in range(1, 50))]


def keys(theorems: list[Assertion]) -> dict[str, str]:
    """A key of its own for each statement."""
    return {item.label: f"key of {item.statement}" for item in theorems}


def splits_of(theorems: list[Assertion], config: MetamathConfig = CONFIG, reserved=(), local=()) -> Splits:
    return split(theorems, keys(theorems), frozenset(reserved), frozenset(local), config)


def everywhere(splits: Splits) -> list[str]:
    return [*splits.train, *splits.valid, *splits.test]


def test_every_theorem_is_in_one_split(theorems) -> None:
    splits = splits_of(theorems)
    assert sorted(everywhere(splits)) == sorted(item.label for item in theorems[1:])
    assert (len(splits.valid), len(splits.test)) == (5, 5)
    assert splits.train == tuple(sorted(splits.train, key=lambda label: int(label[1:])))


def test_the_seed_alone_decides(theorems) -> None:
    assert splits_of(theorems) == splits_of(theorems)
    other = splits_of(theorems, evolve(CONFIG, split_seed=1))
    assert set(other.valid) != set(splits_of(theorems).valid)


def test_valid_does_not_depend_on_the_size_of_test(theorems) -> None:
    assert splits_of(theorems, evolve(CONFIG, test=20)).valid == splits_of(theorems).valid


def test_theorems_that_say_the_same_share_a_split(theorems) -> None:
    theorems += [evolve(item, label=f"{item.label}bis", index=item.index + 100) for item in theorems[1:]]
    splits = splits_of(theorems)
    assert not any(label.endswith("bis") for label in (*splits.valid, *splits.test)), "the first one stands for all"
    held = {*splits.valid, *splits.test}
    assert not held & {label.removesuffix("bis") for label in splits.train}
    assert splits.dropped["duplicate"] == 10
    assert grouped(theorems, keys(theorems))["key of |- S7"] == ["t7", "t7bis"]


def test_reserved_theorems_and_their_equivalents_are_in_none(theorems) -> None:
    theorems.append(evolve(theorems[7], label="t7bis", index=107))
    splits = splits_of(theorems, reserved=["key of |- S7", "a key that is not here"])
    assert not {"t7", "t7bis"} & set(everywhere(splits))
    assert splits.dropped["reserved"] == 2
    assert {"key of |- S7", "a key that is not here"} <= splits.held_out


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"statement": "|- S0"}, "axiom"),
        ({"essentials": (Essential("t3.1", "|- S3"),)}, "trivial"),
        ({"proof": "( ax t9 ) AB", "statement": "|- S9"}, "restated"),
        ({"proof": "t9", "statement": "|- S9"}, "restated"),
        ({"floats": (Float("fx", "wff", "x"),)}, "local variables"),
        ({"proof": "( fx ax ) AB"}, "local variables"),
    ],
)
def test_what_teaches_nothing_is_left_out(theorems, changes, reason) -> None:
    theorems[3] = evolve(theorems[3], **changes)
    splits = splits_of(theorems, local=["fx"])
    assert "t3" not in everywhere(splits)
    assert splits.dropped[reason] == 1


def test_what_is_not_proved_is_left_out(theorems) -> None:
    splits = split(theorems, keys(theorems), frozenset(), frozenset(), CONFIG, unproved={"t3"})
    assert "t3" not in everywhere(splits)
    assert splits.dropped["unproved"] == 1


@pytest.mark.parametrize(
    ("count", "valid", "test", "sizes"),
    [
        (49, 40, 8, (1, 40, 8)),
        (49, 40, 9, (32, 14, 3)),
        (3, 40, 20, (2, 1, 0)),
        (1, 40, 20, (0, 1, 0)),
        (0, 4, 2, (0, 0, 0)),
    ],
)
def test_the_splits_of_a_small_database_shrink_and_say_so(theorems, count, valid, test, sizes) -> None:
    splits = splits_of(theorems[: count + 1], MetamathConfig(valid=valid, test=test))
    assert (len(splits.train), len(splits.valid), len(splits.test)) == sizes
    if sizes[1:] == (valid, test):
        assert splits.shrunk == ""
    else:
        told = f"{count} different theorems are too few for env.valid={valid} and env.test={test}: "
        assert splits.shrunk == told + f"{sizes[1]} are valid and {sizes[2]} test"


def test_what_rests_on_a_statement_that_cannot_be_read_is_left_out(theorems) -> None:
    theorems[3] = evolve(theorems[3], proof="(bad ax) AB")
    splits = split(theorems, keys(theorems), frozenset(), frozenset(), CONFIG, (), ["bad"])
    assert "t3" not in everywhere(splits)
    assert splits.dropped["unreadable"] == 1


def test_an_unknown_split_is_named(theorems) -> None:
    with pytest.raises(ValueError, match="dev"):
        splits_of(theorems).labels("dev")
