"""Statements and terms in ordinary syntax, as `fwd_equations.parse` reads it."""

from __future__ import annotations

from fwd_equations.parse import NAMED, PRECEDENCE
from fwd_equations.terms import POWERS, RELATIONS, Term


def show(term: Term) -> str:
    """A term or statement in ordinary syntax, with as few parentheses as reading needs."""
    out: list[str] = []
    stack: list[Term | str] = [term]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            stack.extend(reversed(_pieces(item)))
    return "".join(out)


def _pieces(term: Term) -> list[Term | str]:
    """One level of a term, as texts and arguments."""
    head, args = term.head, term.args
    if not args:
        return [head]
    if head in RELATIONS:
        return [args[0], f" {head} ", args[1]]
    if head in NAMED:
        return [f"{head}(", *[piece for arg in args for piece in (", ", arg)][1:], ")"]
    if head == "neg":
        return ["-", *_wrapped(args[0], 3)]
    if head in POWERS:
        return [*_wrapped(args[0], 5), head]
    precedence = PRECEDENCE[head]
    sign = f" {head} " if precedence == 1 else head
    return [*_wrapped(args[0], precedence), sign, *_wrapped(args[1], precedence + 1)]


def _wrapped(term: Term, least: int) -> list[Term | str]:
    """A term, in parentheses if it binds less than `least`."""
    binds = PRECEDENCE.get(term.head, 4 if term.head in POWERS else 5)
    return [term] if binds >= least else ["(", term, ")"]
