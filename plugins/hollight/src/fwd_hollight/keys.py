"""Keys of goals: equal for goals that differ in names of variables and order of hypotheses only.

The worker gives each statement as a prefix text without names of bound variables (`ocaml/terms.ml`). A theorem's free
variables mean what its outermost universal quantifiers would, and its assumptions what antecedents would, so those
are told apart no more than names are.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence

MOST_ORDERS = 720
"""Orders of hypotheses that are alike which are tried; beyond, some orders may get keys of their own."""


def key(shapes: Sequence[str]) -> str:
    """The key of a goal's shape and those of its hypotheses."""
    goal, *hypotheses = [shape.split(" ") for shape in shapes]
    least = min(_renamed([goal, *order]) for order in _orders(hypotheses))
    return hashlib.sha256(least.encode()).hexdigest()[:24]


def _orders(hypotheses: list[list[str]]) -> Iterator[tuple[list[str], ...]]:
    """The orders of hypotheses that their shapes without names of variables leave open."""
    groups: dict[str, list[list[str]]] = {}
    for one in hypotheses:
        groups.setdefault(_renamed([one]), []).append(one)
    choices = [itertools.permutations(groups[shape]) for shape in sorted(groups)]
    for chosen in itertools.islice(itertools.product(*choices), MOST_ORDERS):
        yield tuple(itertools.chain.from_iterable(chosen))


def _renamed(shapes: Sequence[Sequence[str]]) -> str:
    """The shapes with variables and type variables numbered by first occurrence."""
    names: dict[str, str] = {}
    words: list[str] = []
    for shape in shapes:
        variable = False
        for word in shape:
            if variable or word.startswith("'"):
                kind = "v" if variable else "'"
                word = names.setdefault(kind + word, f"{kind}{len(names)}")
            variable = word == "v"
            words.append(word)
        words.append(";")
    return " ".join(words)
