"""Writes proofs in the compressed format (Metamath book, appendix B)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fwd.api import Fact

from fwd_metamath.check import Compiler
from fwd_metamath.terms import Term

Part = int | Term
"""What a proof builds on its stack: fact number n of the proof, or an expression."""


class Writer:
    """Writes one proof. `mandatory` are the labels of the frame's mandatory hypotheses, in order; `given` has the label
    of the `$e` of a statement and of the `$f` of each variable of the proof."""

    def __init__(self, compiler: Compiler, mandatory: Sequence[str], given: Mapping[str, str], facts: Sequence[Fact]):
        self._compiler = compiler
        self._database = compiler.database
        self._facts = facts
        self._mandatory = mandatory
        self._given = given
        self._parts: dict[int, list[Part]] = {}

    def write(self, target: int) -> str:
        """The proof of fact `target`: labels in parentheses, then the steps in letters. Raises `Refused`."""
        order = self._order(target)
        uses: dict[Part, int] = {}
        for part, fresh in order:
            if not fresh:
                uses[part] = uses.get(part, 0) + 1
        labels: dict[str, int] = {}
        steps: list[tuple[str, Part | None]] = []
        for part, fresh in order:
            label = self._label(part)
            if fresh and label not in self._mandatory:
                labels.setdefault(label, len(labels))
            steps.append((label, part))
        number = {label: place for place, label in enumerate([*self._mandatory, *labels])}
        kept: dict[Part, int] = {}
        letters = []
        for (label, part), (_, fresh) in zip(steps, order, strict=True):
            if not fresh:
                letters.append(_letters(len(number) + kept[part]))
                continue
            letters.append(_letters(number[label]))
            if part in uses:
                kept[part] = len(kept)
                letters.append("Z")
        return f"( {' '.join([*labels, ')'])} {''.join(letters)}"

    def _order(self, target: int) -> list[tuple[Part, bool]]:
        """The parts in the order in which the proof needs them, and whether each is to be built (True) or has been
        (False). Hypotheses and variables are always built, since that takes one step anyway."""
        order: list[tuple[Part, bool]] = []
        built: set[Part] = set()
        stack: list[tuple[Part, bool]] = [(target, False)]
        while stack:
            part, ready = stack.pop()
            if ready:
                order.append((part, True))
                built.add(part)
                continue
            if part in built:
                order.append((part, False))
                continue
            needs = self._needs(part)
            if not needs:
                order.append((part, True))
                continue
            stack.append((part, True))
            stack.extend((need, False) for need in reversed(needs))
        return order

    def _needs(self, part: Part) -> Sequence[Part]:
        """What must be on the stack before the part's own label."""
        if isinstance(part, Term):
            return part.children
        found = self._parts.get(part)
        if found is None:
            fact = self._facts[part]
            found = self._parts[part] = []
            if fact.step is not None and fact.statement not in self._given:
                assertion = self._database.assertions[fact.step.label]
                premises = [self._facts[premise].statement for premise in fact.step.premises]
                values = self._compiler.values(fact.step.label, premises, fact.step.arguments)
                where: dict[str, Part] = {}
                for item, value in zip(assertion.floats, values, strict=True):
                    where[item.label] = value
                for essential, premise in zip(assertion.essentials, fact.step.premises, strict=True):
                    where[essential.label] = premise
                found.extend(where[label] for label in assertion.hypotheses)
        return found

    def _label(self, part: Part) -> str:
        """The last step that builds the part."""
        if isinstance(part, Term):
            return part.label if part.rule is not None else self._given[part.label]
        fact = self._facts[part]
        return self._given.get(fact.statement) or fact.step.label  # type: ignore[union-attr]


def _letters(number: int) -> str:
    """A number (from 0) in letters: the last digit to base 20, those before it to base 5 without zero."""
    word = chr(ord("A") + number % 20)
    number //= 20
    while number:
        number -= 1
        word = chr(ord("U") + number % 5) + word
        number //= 5
    return word
