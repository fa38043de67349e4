"""What each step of a proof does, with the values of the rule's variables: what exports are written from."""

from __future__ import annotations

from attrs import frozen
from fwd.api import Fact, Proof

from fwd_equations.env import EquationsEnv
from fwd_equations.match import Derivation, Move, Rewrite, Values
from fwd_equations.parse import read_prefix
from fwd_equations.terms import Term, at


@frozen(eq=False)
class Line:
    """One fact of a proof. `number` counts from 1, hypotheses included, and so do `premises` and `given`: the facts
    that the step names, and those that give its conditions. `position` is None unless a part is rewritten. `values`
    are those of the variables of `move`; steps without a rule have no move."""

    number: int
    statement: Term
    label: str = ""
    premises: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    position: int | None = None
    move: Move | None = None
    values: tuple[Term, ...] = ()


def lines(env: EquationsEnv, proof: Proof) -> list[Line]:
    """The facts of a proof that holds."""
    terms = [read_prefix(fact.statement) for fact in proof.facts]
    return [_line(env, terms, number, fact) for number, fact in enumerate(proof.facts)]


def _line(env: EquationsEnv, terms: list[Term], number: int, fact: Fact) -> Line:
    step = fact.step
    if step is None:
        return Line(number + 1, terms[number])
    count = len(step.premises)
    premises = tuple(one + 1 for one in step.premises)
    given = tuple(one + 1 for one in fact.premises[count:])
    arguments = step.arguments
    position = None
    if arguments and arguments[0].startswith("@"):
        position, arguments = int(arguments[0][1:]), arguments[1:]
    move = env.library.moves.get(step.label)
    used = [terms[one] for one in step.premises]
    values = () if move is None else _values(move, used, position, [read_prefix(text) for text in arguments])
    return Line(number + 1, terms[number], step.label, premises, given, position, move, values)


def _values(move: Move, premises: list[Term], position: int | None, opened: list[Term]) -> tuple[Term, ...]:
    values: Values | None
    if isinstance(move, Rewrite):
        values = move.match(at(premises[0], position or 0))
    else:
        assert isinstance(move, Derivation)
        values = move.unknown.copy()
        for pattern, premise in zip(move.premises, premises, strict=True):
            pattern.match(premise, values)
    assert values is not None
    for place, term in zip(move.open, opened, strict=True):
        values[place] = term
    return tuple(one for one in values if one is not None)
