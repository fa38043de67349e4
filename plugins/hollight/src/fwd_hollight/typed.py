"""The text of a step's arguments, word by word: which words have a type that fits where they would stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import define, field

from fwd_hollight.types import THEOREM, Type

_numbers = itertools.count(1000)

TERM, HOL_TYPE = Type("term"), Type("hol_type")
LITERALS = (Type("int"), Type("string"))


@define(eq=False)
class Unifier:
    """What is known of type variables so far."""

    bound: dict[str, Type] = field(factory=dict)

    def resolved(self, one: Type) -> Type:
        """The type with everything put in that is known."""
        while one.variable and one.name in self.bound:
            one = self.bound[one.name]
        return Type(one.name, tuple(self.resolved(item) for item in one.items)) if one.items else one

    def unify(self, one: Type, other: Type) -> bool:
        """Make two types equal. False if they cannot be; the variables are spoilt then."""
        one, other = self.resolved(one), self.resolved(other)
        if one == other:
            return True
        if one.variable or other.variable:
            variable, value = (one, other) if one.variable else (other, one)
            if variable.name in names(value):
                return False
            self.bound[variable.name] = value
            return True
        if one.name != other.name or len(one.items) != len(other.items):
            return False
        return all(self.unify(a, b) for a, b in zip(one.items, other.items, strict=True))

    def fits(self, one: Type, other: Type) -> bool:
        """Whether two types could be made equal."""
        return Unifier(dict(self.bound)).unify(one, other)


def names(one: Type) -> set[str]:
    """The variables of a type."""
    return {one.name} if one.variable else set().union(*(names(item) for item in one.items))


def fresh(one: Type | None = None) -> Type:
    """A new variable, or the type with new variables for its own."""
    if one is None:
        return Type(f"'{next(_numbers)}")
    found: dict[str, Type] = {}

    def copy(part: Type) -> Type:
        if part.variable:
            return found.setdefault(part.name, fresh())
        return Type(part.name, tuple(copy(item) for item in part.items)) if part.items else part

    return copy(one)


def arrow(domain: Type, codomain: Type) -> Type:
    """The type of a function."""
    return Type("->", (domain, codomain))


def applied(one: Type) -> Iterator[Type]:
    """What a function gives after one argument, after two, and so on."""
    while one.name == "->":
        one = one.items[1]
        yield one


@define(eq=False)
class Frame:
    """An open bracket, or the whole text. `wanted` is the type of what it will be; `kind` is "call" (with `current`,
    the type of what was applied so far), "list" or "tuple" or "function" (with the types of its `items`)."""

    kind: str
    wanted: Type
    current: Type | None = None
    items: Sequence[Type] = ()
    place: int = 0
    locals: int = 0
    """How many local names there were when it began."""


@define(eq=False)
class Slot:
    """Where the text is: the type that is wanted next, if an expression is; else which words may close or go on."""

    wanted: Type | None
    words: tuple[str, ...] = ()


class Arguments:
    """The arguments of a function so far. Words are those of `fwd_hollight.texts`, without their quotations."""

    def __init__(self, label: Type, result: Type) -> None:
        self.types = Unifier()
        whole = fresh(label)
        for current in itertools.chain([whole], applied(whole)):
            if self.types.fits(current, result) and (current.name != "->" or result.name == "->"):
                self.types.unify(current, result)
        self.frames = [Frame("call", result, whole)]
        self.locals: list[tuple[str, Type]] = []

    @property
    def complete(self) -> bool:
        """Whether the text may end here."""
        frame = self.frames[-1]
        return len(self.frames) == 1 and self.types.resolved(frame.current).name != "->"  # type: ignore[arg-type]

    def slot(self) -> Slot:
        """What may come next."""
        frame = self.frames[-1]
        current = None if frame.current is None else self.types.resolved(frame.current)
        if frame.kind == "call":
            wanted = current.items[0] if current is not None and current.name == "->" else None
            closes = len(self.frames) > 1 and frame.place > 0 and self.types.fits(frame.current, frame.wanted)  # type: ignore[arg-type]
            return Slot(wanted, (")",) if closes else ())
        if frame.kind == "list":
            if frame.place % 2 == 0:
                return Slot(frame.items[0], ("]",) if frame.place == 0 else ())
            return Slot(None, (";", "]"))
        if frame.kind == "tuple":
            if frame.place % 2 == 0:
                return Slot(frame.items[frame.place // 2])
            return Slot(None, (")",) if frame.place // 2 == len(frame.items) - 1 else (",",))
        if frame.kind == "function":
            return Slot(frame.items[0]) if frame.place == 0 else Slot(None, (")",))
        return Slot(None)

    def filled(self, found: Type) -> None:
        """An expression of this type stands in the slot now."""
        frame = self.frames[-1]
        wanted = self.slot().wanted
        assert wanted is not None
        self.types.unify(wanted, found)
        frame.place += 1
        if frame.kind == "call":
            frame.current = self.types.resolved(frame.current).items[1]  # type: ignore[union-attr,arg-type]

    def open(self, kind: str, wanted: Type, current: Type | None = None, items: Sequence[Type] = ()) -> None:
        """A bracket opens."""
        self.frames.append(Frame(kind, wanted, current, items, 0, len(self.locals)))

    def close(self) -> None:
        """The innermost bracket closes."""
        frame = self.frames.pop()
        if frame.kind == "call" and frame.current is not None:
            self.types.unify(frame.current, frame.wanted)
        del self.locals[frame.locals :]
        self.filled(frame.wanted)

    def separate(self) -> None:
        """A comma or semicolon."""
        self.frames[-1].place += 1

    def value_fits(self, found: Type) -> bool:
        """Whether a value of this type may stand in the slot."""
        wanted = self.slot().wanted
        return wanted is not None and self.types.fits(wanted, found)

    def takes_theorem(self) -> bool:
        """Whether a fact may stand in the slot."""
        return self.value_fits(THEOREM)
