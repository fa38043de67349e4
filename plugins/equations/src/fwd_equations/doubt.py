"""Whether a question has the answer no: a point at which what was asked is false, and what it may have lacked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import islice

from attrs import frozen

from fwd_equations.falsify import falsify
from fwd_equations.numeric import HIGH, Evaluator, Number, Unclear, shown
from fwd_equations.show import show
from fwd_equations.terms import Term, binary, is_statement, leaf, preorder, unary, variables
from fwd_equations.typed import Question

POINTS = 200
"""Points that are looked at."""
ENOUGH = 60
"""Points at which it must hold with another hypothesis for that to be proposed."""
PROPOSALS = 10
_ZERO = leaf("0")


@frozen
class Refutation:
    """Where what was asked is false; the sides there; and hypotheses with which it may hold, if some were found."""

    where: str
    sides: str
    lacking: tuple[Term, ...] = ()

    def __str__(self) -> str:
        lines = [f"it is false at {self.where}: {self.sides}"]
        if self.lacking:
            lines.append(f"it may hold with: {', '.join(map(show, self.lacking))}")
        return "\n".join(lines)


def refute(question: Question, seed: int = 0) -> Refutation | None:
    """A point at which it is false, simple ones first; None if none was found."""
    report = falsify(question.hypotheses, question.conclusion, random.Random(seed), POINTS, thorough=True)
    if report.counterexample is None:
        return None
    return Refutation(report.counterexample, _sides(question.conclusion, report.point), _lacking(question))


def _sides(conclusion: Term, point: Mapping[str, Number]) -> str:
    try:
        left, right = (shown(Evaluator(HIGH).value(side, point)) for side in conclusion.args)
    except Unclear:
        return f"{show(conclusion)} does not hold there"
    return f"the left side is {left}, the right side {right}"


def _lacking(question: Question) -> tuple[Term, ...]:
    """One hypothesis with which no counterexample is found, or all of one kind; none if there is no such."""
    proposals = list(dict.fromkeys(_proposals(question)))
    for kind in ("!=", "<=", "<"):
        alike = [one for one in proposals if one.head == kind][:PROPOSALS]
        for lacking in (*((one,) for one in alike), tuple(alike)):
            if lacking and _holds_with(question, lacking):
                for one in lacking if len(lacking) > 1 else ():
                    fewer = tuple(other for other in lacking if other is not one)
                    lacking = fewer if _holds_with(question, fewer) else lacking
                return lacking
    return ()


def _holds_with(question: Question, more: tuple[Term, ...]) -> bool:
    """Whether no counterexample is found once there are more hypotheses."""
    hypotheses = (*question.hypotheses, *more)
    report = falsify(hypotheses, question.conclusion, random.Random(0), ENOUGH, thorough=True)
    return report.counterexample is None and report.points >= ENOUGH


def _proposals(question: Question) -> Iterator[Term]:
    """What is often forgotten: that denominators are not 0, and what functions are made for."""
    parts = (*question.conclusion.args, *(side for one in question.hypotheses for side in one.args))
    nodes = [node for part in parts for node in preorder(part) if not is_statement(node)]
    for node in nodes:
        if node.head == "/" and variables(node.args[1]):
            yield binary("!=", node.args[1], _ZERO)
        if node.head == "tan":
            yield binary("!=", unary("cos", node.args[0]), _ZERO)
        if node.head in ("sqrt", "ln") and variables(node.args[0]):
            yield binary("<=" if node.head == "sqrt" else "<", _ZERO, node.args[0])
    for name in islice(dict.fromkeys(name for part in parts for name in variables(part)), 4):
        yield binary("!=", leaf(name), _ZERO)
        yield from (binary(relation, _ZERO, leaf(name)) for relation in ("<=", "<"))
