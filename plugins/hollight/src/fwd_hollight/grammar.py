"""Which tokens may come next in a step: names and facts of fitting type, and terms that are well formed.

That a step is well formed does not mean that it holds: what a tactic does, and whether a term has a type, only HOL
Light says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from attrs import frozen
from fwd.api import Goal

from fwd_hollight import typed
from fwd_hollight.layout import NAME, WORD, Layout
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.typed import HOL_TYPE, LITERALS, TERM, Slot, Unifier, applied
from fwd_hollight.types import TACTIC, THEOREM, Type, result

MASKS = 4000
"""Goals whose limits are remembered."""
NONE = np.zeros(0, dtype=np.int64)


def union(parts: list[np.ndarray]) -> np.ndarray:
    """All ids of several arrays, ascending."""
    parts = [part for part in parts if len(part)]
    if len(parts) == 1:
        return parts[0]
    return np.unique(np.concatenate(parts)) if parts else NONE


@frozen(eq=False)
class Fitting:
    """For a type, the ids of names that have it, and of those that have it once they are applied."""

    values: np.ndarray
    functions: np.ndarray


class Grammar:
    """What all cursors of one codec share."""

    def __init__(self, layout: Layout, config: HolLightConfig) -> None:
        self.layout = layout
        self.library = layout.library
        self.config = config
        self.ids = layout.vocabulary.ids
        self._fitting: dict[Type, Fitting] = {}
        self._kinds: dict[tuple[str, ...], np.ndarray] = {}
        self._masks: dict[tuple[str | None, frozenset[str]], np.ndarray] = {}

    @cached_property
    def words(self) -> dict[int, str]:
        """The words of steps by id, names included."""
        tokens = enumerate(self.layout.vocabulary.tokens)
        return {number: token[1:] for number, token in tokens if number >= self.layout.first_word}

    def word(self, text: str) -> np.ndarray:
        """The id of a word that is no name, if the vocabulary has it."""
        number = self.ids.get(WORD + text)
        return NONE if number is None else np.array([number], dtype=np.int64)

    @cached_property
    def labels(self) -> np.ndarray:
        """Ids of functions that give a tactic or a theorem."""
        found = []
        for name in self.library.functions:
            kind = self.library.usable[name]
            end = result(kind)
            if end == TACTIC or end.variable or (end == THEOREM and kind != THEOREM):
                found.append(self.ids[NAME + name])
        return np.array(sorted(found), dtype=np.int64)

    @cached_property
    def _theorems(self) -> np.ndarray:
        return np.array(sorted(self.ids[NAME + name] for name in self.library.theorems), dtype=np.int64)

    @cached_property
    def identifiers(self) -> np.ndarray:
        """Ids of words that a function may call its argument."""
        return self._others(lambda word: (word[0].isalpha() and word != "fun") or word == "_")

    def _others(self, choose: Callable[[str], bool]) -> np.ndarray:
        names = self.library.usable
        found = [number for number, word in self.words.items() if word not in names and choose(word)]
        return np.array(found, dtype=np.int64)

    @cached_property
    def literals(self) -> dict[Type, np.ndarray]:
        """Ids of numbers and strings."""
        kinds = (lambda word: word.isdigit(), lambda word: word.startswith('"'))
        return dict(zip(LITERALS, map(self._others, kinds), strict=True))

    def of_kinds(self, kinds: list[str]) -> np.ndarray:
        """Ids of terms' tokens of some kinds."""
        key = tuple(kinds)
        if key not in self._kinds:
            by_kind = self.layout.by_kind
            self._kinds[key] = union([by_kind[kind] for kind in kinds if kind in by_kind])
        return self._kinds[key]

    def fitting(self, wanted: Type) -> Fitting:
        """Names that fit a type; its variables may be anything."""
        wanted = _plain(wanted)
        if wanted not in self._fitting:
            self._fitting[wanted] = self._find(wanted)
        return self._fitting[wanted]

    def _find(self, wanted: Type) -> Fitting:
        values, functions = [], []
        for name in self.library.functions:
            kind = typed.fresh(self.library.usable[name])
            if Unifier().fits(kind, wanted):
                values.append(self.ids[NAME + name])
            if any(Unifier().fits(one, wanted) for one in applied(kind)):
                functions.append(self.ids[NAME + name])
        arrays = [np.array(sorted(values), dtype=np.int64)]
        if Unifier().fits(THEOREM, wanted):
            arrays.append(self._theorems)
        return Fitting(union(arrays), np.array(sorted(functions), dtype=np.int64))

    def permitted(self, goal: Goal) -> np.ndarray:
        """For each id, whether the goal allows it: False for names that are forbidden or too late."""
        limits = goal.before, goal.forbidden
        if limits not in self._masks:
            if len(self._masks) >= MASKS:
                self._masks.clear()
            self._masks[limits] = self._mask(goal)
        return self._masks[limits]

    def _mask(self, goal: Goal) -> np.ndarray:
        mask = np.ones(len(self.ids), dtype=bool)
        late = [name for name in self.library.usable if not self.library.permits(name, goal.before, goal.forbidden)]
        mask[[self.ids[NAME + name] for name in late]] = False
        return mask

    def expressions(self, slot: Slot, types: Unifier, room: bool) -> list[np.ndarray]:
        """What may begin an expression in a slot; brackets only where there is room. Facts and local names apart."""
        assert slot.wanted is not None
        wanted = types.resolved(slot.wanted)
        fitting = self.fitting(wanted)
        found = [fitting.values, *(ids for kind, ids in self.literals.items() if types.fits(kind, wanted))]
        if types.fits(TERM, wanted) or types.fits(HOL_TYPE, wanted):
            found.append(self.word("`"))
        if types.fits(Type("list", (typed.fresh(),)), wanted):
            found.append(self.word("["))
        if room and (len(fitting.functions) or wanted.name in ("->", "*")):
            found.append(self.word("("))
        return found


def _plain(one: Type) -> Type:
    """The type with its variables numbered from 0."""
    names: dict[str, Type] = {}

    def copy(part: Type) -> Type:
        if part.variable:
            return names.setdefault(part.name, Type(f"'{len(names)}"))
        return Type(part.name, tuple(copy(item) for item in part.items))

    return copy(one)
