"""Unification of terms by structure sharing: an instance of an assertion is its own terms and a number.

A *place* is a pair (term, instance): the term with its variables read as the instance's own. Binding a variable
copies nothing, trying another assertion costs no more than the comparison, and a failed attempt is undone from a
trail (Boyer and Moore, "The sharing of structure in theorem-proving programs", 1972).
"""

from __future__ import annotations

from collections.abc import Iterator

from fwd_metamath.terms import Term

Place = tuple[Term, int]


class Bindings:
    """What variables of instances stand for. Instances are numbered from 0 in the order of `instance`."""

    def __init__(self) -> None:
        self._of: list[dict[str, Place]] = []
        self._trail: list[tuple[int, str]] = []

    def instance(self) -> int:
        """A new instance, none of whose variables is bound."""
        self._of.append({})
        return len(self._of) - 1

    def forget_last(self) -> None:
        """Take back the newest instance; nothing may be bound to its variables any more."""
        self._of.pop()

    def resolve(self, term: Term, instance: int) -> Place:
        """Follow bindings until a rule or an unbound variable."""
        while term.rule is None:
            bound = self._of[instance].get(term.label)
            if bound is None:
                break
            term, instance = bound
        return term, instance

    def bind(self, variable: Term, instance: int, place: Place) -> None:
        """Let an unbound variable stand for `place`, which must have its typecode and not contain it."""
        self._of[instance][variable.label] = place
        self._trail.append((instance, variable.label))

    def unify(self, one: Place, other: Place) -> bool:
        """Make two places equal, most generally. On failure nothing is changed. Typecodes must agree, and a variable
        is never bound to a term that contains it."""
        mark = len(self._trail)
        stack = [(*one, *other)]
        while stack:
            left, i, right, j = stack.pop()
            left, i = self.resolve(left, i)
            right, j = self.resolve(right, j)
            if left is right and (i == j or not left.mask):
                continue
            if left.rule is None or right.rule is None:
                if left.rule is not None:
                    left, i, right, j = right, j, left, i
                if left.typecode == right.typecode and not self._occurs(left, i, (right, j)):
                    self.bind(left, i, (right, j))
                    continue
            elif left.rule is right.rule:
                stack += [(a, i, b, j) for a, b in zip(left.children, right.children, strict=True)]
                continue
            self._undo(mark)
            return False
        return True

    def unbound(self, place: Place) -> Iterator[Place]:
        """The unbound variables of a place from left to right, each occurrence."""
        stack = [place]
        while stack:
            term, instance = self.resolve(*stack.pop())
            if term.rule is None:
                yield term, instance
            elif term.mask:
                stack += [(child, instance) for child in reversed(term.children)]

    def _occurs(self, variable: Term, instance: int, place: Place) -> bool:
        """Whether an unbound variable is part of a place, or is it."""
        return any(term is variable and i == instance for term, i in self.unbound(place))

    def _undo(self, mark: int) -> None:
        while len(self._trail) > mark:
            instance, name = self._trail.pop()
            del self._of[instance][name]
