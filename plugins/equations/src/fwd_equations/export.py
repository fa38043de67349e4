"""Proofs for people: as readable text, as LaTeX, and (in `fwd_equations.lean`) as a Lean 4 file."""

from __future__ import annotations

import re
from collections.abc import Callable

from fwd.api import Proof

from fwd_equations.env import ALGEBRA, CALC, NORM, EquationsEnv
from fwd_equations.explain import Line, lines
from fwd_equations.greek import GREEK
from fwd_equations.lean import lean
from fwd_equations.show import show
from fwd_equations.terms import POWERS, RELATIONS, Term, at, is_variable


def text(env: EquationsEnv, proof: Proof) -> str:
    """A numbered list of facts, each with its reason."""
    found = lines(env, proof)
    shown = [show(line.statement) for line in found]
    width = min(60, max(map(len, shown), default=0))
    rows = [f"{line.number:3}. {one:{width}}  {_reason(found, line)}" for line, one in zip(found, shown, strict=True)]
    return "\n".join(row.rstrip() for row in rows)


def _reason(
    found: list[Line], line: Line, spell: Callable[[Term], str] = show, escape: Callable[[str], str] = str
) -> str:
    """Why a fact holds, in words: terms are spelled, names of rules escaped."""
    if not line.label:
        return "given"
    if line.label == CALC:
        return "by arithmetic"
    numbers = " and ".join(str(one) for one in line.premises)
    where = ""
    if line.position:
        where = f", at {spell(at(found[line.premises[0] - 1].statement, line.position))}"
    if line.label == NORM:
        return f"by arithmetic from {numbers}{where}"
    given = " and ".join(str(one) for one in dict.fromkeys(line.given))
    if line.label == ALGEBRA:
        return f"by algebra from {given}" if given else "by algebra"
    since = f", since {given}" if given else ""
    if line.move is None:
        return f"{line.premises[0]}, rewritten with {line.premises[1]}{where}"
    reason = escape(line.move.rule.name)
    if line.label.endswith(":bwd"):
        reason += ", backwards"
    if numbers:
        reason += f", from {numbers}"
    return reason + where + since


def latex(env: EquationsEnv, proof: Proof) -> str:
    """An `align*` environment (of the package amsmath) with one row for each fact."""
    found = lines(env, proof)
    rows = []
    for line in found:
        reason = _reason(found, line, lambda term: f"${latex_term(term)}$", _latex_escaped)
        rows.append(rf"  ({line.number})\quad & {latex_term(line.statement)} && \text{{{reason}}}")
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


_RELATIONS = {"=": "=", "!=": r"\ne", "<=": r"\le", "<": "<"}
_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh"}
_OWN = frozenset(("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "min", "max"))
"""Functions that LaTeX has a command for."""


def latex_term(term: Term) -> str:
    """A term or statement as LaTeX mathematics."""
    out: list[str] = []
    stack: list[Term | str] = [term]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            stack.extend(reversed(_latex_pieces(item)))
    return "".join(out)


def _latex_pieces(term: Term) -> list[Term | str]:
    """One level of a term, as texts and arguments."""
    head, args = term.head, term.args
    if not args:
        return [_latex_name(head) if is_variable(head) else r"\pi " if head == "pi" else head]
    if head in RELATIONS:
        return [args[0], f" {_RELATIONS[head]} ", args[1]]
    if head == "/":
        return [r"\frac{", args[0], "}{", args[1], "}"]
    if head == "sqrt":
        return [r"\sqrt{", args[0], "}"]
    if head == "abs":
        return [r"\left|", args[0], r"\right|"]
    if head in POWERS:
        return [*_latex_wrapped(args[0], 4), f"^{{{head[1:]}}}"]
    if head == "neg":
        return ["-", *_latex_wrapped(args[0], 2)]
    if head in ("+", "-"):
        return [*_latex_wrapped(args[0], 1), f" {head} ", *_latex_wrapped(args[1], 2)]
    if head == "*":
        return [*_latex_wrapped(args[0], 2), r" \cdot ", *_latex_wrapped(args[1], 3)]
    name = _NAMES.get(head, head)
    name = rf"\{name}" if name in _OWN else rf"\operatorname{{{name}}}"
    return [rf"{name}\left(", *[piece for arg in args for piece in (", ", arg)][1:], r"\right)"]


def _latex_name(name: str) -> str:
    """A variable, so that no two are spelled alike: x, x_{1} for x1, V_{out} for V_out; what cannot be spelled so is
    one word in italics."""
    base, digits = re.fullmatch(r"(.*?)([0-9]*)", name).groups()  # type: ignore[union-attr]
    if digits and (base in GREEK or len(base) == 1):
        return f"{_latex_base(base)}_{{{digits}}}"
    base, _, index = name.partition("_")
    if index and not index.isdigit():
        return rf"{_latex_base(base)}_{{\mathrm{{{_latex_escaped(index)}}}}}"
    return _latex_base(name)


def _latex_base(name: str) -> str:
    if name in GREEK:
        return rf"\{name} "
    return name if len(name) == 1 else rf"\mathit{{{_latex_escaped(name)}}}"


def _latex_escaped(text: str) -> str:
    """A name as LaTeX text: it consists of letters, digits and underscores."""
    return text.replace("_", r"\_")


def _latex_wrapped(term: Term, least: int) -> list[Term | str]:
    """A term, in parentheses if it binds less than `least`."""
    binds = {"+": 1, "-": 1, "neg": 1, "*": 2, "/": 3}.get(term.head, 3 if term.head in POWERS else 4)
    return [term] if binds >= least else [r"\left(", term, r"\right)"]


FORMATS: dict[str, Callable[[EquationsEnv, Proof], str]] = {"text": text, "latex": latex, "lean": lean}
