"""A proof as a Lean 4 file over Mathlib.

Each rule that the proof uses becomes a lemma, each step a `have`. A rewrite is `Eq.mp (congrArg (fun hole => ...) e)`:
it happens at its position and nowhere else. An `algebra` step becomes a lemma of its own. Lemmas are proved by what
Mathlib says (`fwd_equations.mathlib`), or by general tactics that prove all or fail: what they cannot prove is an error
when Lean reads the file, and nothing is assumed. No Lean has read such a file yet.

Functions are Mathlib's, total as they are there. `atanh` is defined in the file: Mathlib's `Real.artanh` is the same
from -1 to 1, and 0 beyond. Names cannot be captured: those of variables end with `_`, no other name does.
"""

from __future__ import annotations

from collections.abc import Sequence

from fwd.api import Proof

from fwd_equations import exact
from fwd_equations.env import ALGEBRA, CALC, NORM, EquationsEnv
from fwd_equations.explain import Line, lines
from fwd_equations.match import Derivation
from fwd_equations.mathlib import PROOFS, TACTICS
from fwd_equations.rulefile import Rule
from fwd_equations.seeds import substitute
from fwd_equations.sites import sums
from fwd_equations.terms import POWERS, Term, at, leaf, postorder, replace, variables

HEADER = """-- Written by fwd, and not compiled: where Lean reports an error, a lemma remains to be proved.
-- Real.arcosh needs a Mathlib of 2026.
import Mathlib

namespace Fwd

noncomputable section

def atanh (x : Real) : Real := Real.log ((1 + x) / (1 - x)) / 2
"""

_NAMES = {
    **{name: f"Real.{name}" for name in ("sqrt", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: name for name in ("atanh", "abs", "min", "max")},
    "ln": "Real.log",
    "asin": "Real.arcsin",
    "acos": "Real.arccos",
    "atan": "Real.arctan",
    "asinh": "Real.arsinh",
    "acosh": "Real.arcosh",
}
_RELATIONS = {"=": "=", "!=": "≠", "<=": "≤", "<": "<"}
HOLE = "?"
"""What stands where a rewrite happens; nobody can call a variable so."""


def lean(env: EquationsEnv, proof: Proof) -> str:
    """The file. The proof must hold."""
    found = lines(env, proof)
    rules = dict.fromkeys(line.move.rule for line in found if line.move is not None)
    algebra = [_algebra_lemma(found, line) for line in found if line.label == ALGEBRA]
    parts = [HEADER, *map(lemma, rules), *algebra, _theorem(proof, found), "end\n\nend Fwd\n"]
    return "\n".join(parts)


def lemma(rule: Rule) -> str:
    """A rule, with its variables and then its premises and conditions as arguments."""
    names = {name: f"{name}_" for name in rule.variables}
    given = [f" (h{number} : {_spell(one, names)})" for number, one in enumerate((*rule.premises, *rule.conditions), 1)]
    if rule.left is None:
        claim = _spell(rule.right, names)
    else:
        claim = f"{_spell(rule.left, names)} {'=' if rule.kind == 'equation' else '↔'} {_spell(rule.right, names)}"
    return f"theorem rule_{rule.name}{_binder(names.values())}{''.join(given)} :\n    {claim} := by{_attempts(rule)}"


def _attempts(rule: Rule | None = None) -> str:
    """Tactics, of which the first counts that proves all there is to prove."""
    own = PROOFS.get(rule.name) if rule is not None else None
    found = (f"({own})", *TACTICS) if own is not None else TACTICS
    return "\n  first\n" + "".join(f"  | {one}\n" for one in found)


def _algebra_lemma(found: list[Line], line: Line) -> str:
    """What an `algebra` step says, the facts that give it as arguments."""
    cited = [found[number - 1] for number in line.given]
    names = {name: f"{name}_" for name in _variables([*cited, line])}
    given = "".join(f"\n    (h{one.number} : {_spell(one.statement, names)})" for one in cited)
    claim = _spell(line.statement, names)
    return f"theorem algebra_{line.number}{_binder(names.values())}{given} :\n    {claim} := by{_attempts()}"


def _variables(found: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(name for line in found for name in variables(line.statement)))


def _binder(names: object) -> str:
    found = " ".join(names)  # type: ignore[arg-type]
    return f" ({found} : Real)" if found else ""


def _theorem(proof: Proof, found: list[Line]) -> str:
    texts = [*proof.goal.hypotheses, proof.goal.statement]
    names = {name: f"{name}_" for name in _variables(found)}
    known = len(proof.goal.hypotheses)
    given = "".join(f"\n    (h{line.number} : {_spell(line.statement, names)})" for line in found if not line.label)
    goal = found[_last(found, texts[-1])]
    rows = [f"theorem goal{_binder(names.values())}{given} :\n    {_spell(goal.statement, names)} := by"]
    rows += [row for line in found[known:] for row in _have(found, line, names)]
    return "\n".join([*rows, f"  exact h{goal.number}\n"])


def _last(found: list[Line], text: str) -> int:
    return next(index for index, line in enumerate(found) if line.statement.text == text)


def _have(found: list[Line], line: Line, names: dict[str, str]) -> list[str]:
    """One step. Steps that are hypotheses need none."""
    if not line.label:
        return []
    start = f"  have h{line.number} : {_spell(line.statement, names)} :="
    if line.label == CALC:
        return [f"{start} by norm_num"]
    premise = found[line.premises[0] - 1] if line.premises else line
    if line.label == NORM:
        return _arithmetic(premise, line, names, start)
    if line.label == ALGEBRA:
        cited = line.given
        used = [f"({names[name]})" for name in _variables([*(found[one - 1] for one in cited), line])]
        return [f"{start}\n    {' '.join([f'algebra_{line.number}', *used, *(f'h{one}' for one in cited)])}"]
    if line.move is None:
        equality = f"h{line.premises[1]}" + ("" if line.label == "use:fwd" else ".symm")
        return [f"{start}\n    {_rewritten(premise, line.position or 0, equality, names)}"]
    rule = line.move.rule
    values = dict(zip(rule.variables, line.values, strict=True))
    arguments = [f"({_spell(value, names)})" for value in line.values]
    if isinstance(line.move, Derivation):
        arguments += [f"h{one}" for one in line.premises]
    cited = [found[one - 1] for one in dict.fromkeys(line.given)]
    arguments += [f"({_because(substitute(one, values), cited, names)})" for one in rule.conditions]
    call = " ".join([f"rule_{rule.name}", *arguments])
    if isinstance(line.move, Derivation):
        return [f"{start}\n    {call}"]
    forward = line.label.endswith(":fwd")
    if rule.kind == "equivalence":
        return [f"{start}\n    ({call}).{'mp' if forward else 'mpr'} h{premise.number}"]
    equality = f"({call})" + ("" if forward else ".symm")
    return [f"{start}\n    {_rewritten(premise, line.position or 0, equality, names)}"]


def _rewritten(premise: Line, position: int, equality: str, names: dict[str, str], fact: str = "") -> str:
    around = _spell(replace(premise.statement, position, leaf(HOLE)), {**names, HOLE: "hole"})
    return f"Eq.mp (congrArg (fun hole : Real => {around}) {equality}) {fact or f'h{premise.number}'}"


def _arithmetic(premise: Line, line: Line, names: dict[str, str], start: str) -> list[str]:
    """Each part in turn, from the last to the first so that positions stay what they are."""
    statement = premise.statement
    places = sums(statement) if line.position is None else (line.position,)
    rows = [f"{start} by", f"    have s := h{premise.number}"]
    for place in reversed(places):
        part = at(statement, place)
        new = exact.normal(part)
        equality = f"(show {_spell(part, names)} = {_spell(new, names)} by norm_num)"
        rows.append(f"    replace s := {_rewritten(Line(0, statement), place, equality, names, 's')}")
        statement = replace(statement, place, new)
    return [*rows, "    exact s"]


def _because(condition: Term, cited: Sequence[Line], names: dict[str, str]) -> str:
    """A proof of a condition from the facts that are cited for it, or by arithmetic."""
    head, sides = condition.head, condition.args
    for line in cited:
        other, fact, same = line.statement.head, f"h{line.number}", line.statement.args == sides
        if not same and line.statement.args != sides[::-1]:
            continue
        match head, other, same:
            case _, _, True if head == other:
                return fact
            case (("=" | "!="), _, False) if head == other:
                return f"{fact}.symm"
            case "<=", "<", True:
                return f"le_of_lt {fact}"
            case "<=", "=", _:
                return f"le_of_eq {fact}" if same else f"le_of_eq {fact}.symm"
            case "!=", "<", _:
                return f"ne_of_lt {fact}" if same else f"ne_of_gt {fact}"
    return f"show {_spell(condition, names)} by norm_num"


def _spell(term: Term, names: dict[str, str]) -> str:
    """A term in Lean, with all parentheses."""
    done: dict[Term, str] = {}
    for node in postorder(term, done):
        done[node] = _one(node.head, [done[arg] for arg in node.args], names)
    text = done[term]
    return text[1:-1] if term.args and text.startswith("(") else text


def _one(head: str, args: list[str], names: dict[str, str]) -> str:
    if not args:
        return names.get(head) or ("Real.pi" if head == "pi" else f"({head} : Real)")
    if head in _RELATIONS:
        return f"({args[0]} {_RELATIONS[head]} {args[1]})"
    if head in ("+", "-", "*", "/"):
        return f"({args[0]} {head} {args[1]})"
    if head in POWERS:
        return f"({args[0]} ^ {head[1:]})"
    return f"(-{args[0]})" if head == "neg" else f"({' '.join((_NAMES[head], *args))})"
