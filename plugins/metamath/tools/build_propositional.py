"""Write the embedded database `propositional.mm` from its readable source `propositional.src`.

The source has one block per axiom or theorem, between section lines that start with `==`:

    theorem chain: Chain two implications.
      1 ( ph -> ps )
      2 ( ps -> ch )
      |- ( ph -> ch )
      3 keep-i 2
      4 mp-d 1 3

The lines before `|-` are the hypotheses. Each line after it is a step: its number, the assertion that it applies, and
the numbers of the facts that fill the hypotheses of that assertion, in order. No step names a substitution: most
general unification over the whole proof finds it, and what stays open becomes the first variable of the theorem.

Run it without arguments to rewrite the database in place. The output depends on the source alone.
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, frozen

SOURCE = Path(__file__).with_name("propositional.src")
TARGET = Path(__file__).parents[1] / "src/fwd_metamath/data/propositional.mm"
WIDTH = 79  # columns of a database, by custom

VARIABLES = ("ph", "ps", "ch", "th", "ta", "et", "ze", "si")
INFIX = {"->": "wi", "<->": "wb", "/\\": "wa", "\\/": "wo"}
SYNTAX = (
    ("wn", "-. ph", "The negation of a formula is a formula."),
    ("wi", "( ph -> ps )", "An implication is a formula."),
    ("wb", "( ph <-> ps )", "An equivalence is a formula."),
    ("wa", "( ph /\\ ps )", "A conjunction is a formula."),
    ("wo", "( ph \\/ ps )", "A disjunction is a formula."),
)
ABOUT = (
    "A small database of classical propositional calculus, the default library of fwd's Metamath plugin. Implication "
    "and negation come by the axioms of Lukasiewicz and modus ponens, equivalence by three axioms, conjunction and "
    "disjunction by definitions. Each theorem is proved from earlier ones in a few steps. This file is made by "
    "tools/build_propositional.py from tools/propositional.src: edit that source, then run the builder."
)


class SourceError(Exception):
    """The source is malformed, or a proof in it does not prove its theorem. The message names the theorem."""


@define(eq=False)
class Hole:
    """An expression that unification has yet to find."""

    value: Formula | None = None


@frozen
class Compound:
    """A syntax axiom applied to its operands."""

    label: str
    parts: tuple[Formula, ...]


Formula = str | Hole | Compound  # a plain string is a variable
Step = tuple[str, tuple[int, ...]]  # the assertion to apply, and the facts that fill its hypotheses, counted from 1
Node = tuple[str, tuple[int, ...]]  # the same with all operands: a label, and the nodes that it consumes, from 0


@frozen
class Block:
    """An axiom or theorem as the source states it; an axiom has no steps."""

    label: str
    axiom: bool
    comment: str
    hypotheses: tuple[str, ...]
    statement: str
    steps: tuple[Step, ...]

    @property
    def hypothesis_labels(self) -> list[str]:
        return [f"{self.label}.{number}" for number in range(1, len(self.hypotheses) + 1)]

    @property
    def variables(self) -> list[str]:
        """Variables of the hypotheses and the statement, in order of declaration."""
        used = set(" ".join((*self.hypotheses, self.statement)).split())
        return [variable for variable in VARIABLES if variable in used]


def parse(text: str, leaves: Mapping[str, Formula]) -> Formula:
    """The formula that `text` spells, its variables replaced by `leaves`. Raises ValueError when it spells none."""
    tokens = text.split()[::-1]
    formula = take(tokens, leaves)
    if tokens:
        raise ValueError(f"'{text}' goes on after its end")
    return formula


def take(tokens: list[str], leaves: Mapping[str, Formula]) -> Formula:
    """Take one formula off the end of `tokens`, which are in reverse order. Raises ValueError."""
    head = tokens.pop() if tokens else "nothing"
    if head in leaves:
        return leaves[head]
    if head == "-.":
        return Compound("wn", (take(tokens, leaves),))
    if head != "(":
        raise ValueError(f"a formula cannot start with {head}")
    left = take(tokens, leaves)
    symbol = tokens.pop() if tokens else "nothing"
    if symbol not in INFIX:
        raise ValueError(f"{symbol} is no connective")
    right = take(tokens, leaves)
    if not tokens or tokens.pop() != ")":
        raise ValueError("a closing parenthesis is missing")
    return Compound(INFIX[symbol], (left, right))


def resolve(formula: Formula) -> Formula:
    """Follow filled holes at the head of `formula`."""
    while isinstance(formula, Hole) and formula.value is not None:
        formula = formula.value
    return formula


def occurs(hole: Hole, formula: Formula) -> bool:
    formula = resolve(formula)
    if isinstance(formula, Compound):
        return any(occurs(hole, part) for part in formula.parts)
    return formula is hole


def unify(left: Formula, right: Formula) -> bool:
    """Fill holes so that both formulas become equal; False when no filling does (some holes may be filled by then)."""
    left, right = resolve(left), resolve(right)
    if left is right:
        return True
    if isinstance(right, Hole):
        left, right = right, left
    if isinstance(left, Hole):
        if occurs(left, right):
            return False
        left.value = right
        return True
    if isinstance(left, Compound) and isinstance(right, Compound) and left.label == right.label:
        return all(map(unify, left.parts, right.parts))
    return left == right


# The source


def read(source: str) -> Iterator[str | Block]:
    """Section titles and blocks, in order. Raises SourceError."""
    lines = [line.rstrip() for line in source.splitlines() if line.strip() and not line.startswith("#")]
    starts = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        head = lines[start]
        try:
            yield head.strip("= ") if head.startswith("==") else read_block(head, lines[start + 1 : end])
        except ValueError as error:
            raise SourceError(f"{head}: {error}") from error


def read_block(head: str, lines: Sequence[str]) -> Block:
    """One block from its head line and its indented lines. Raises ValueError."""
    name, comment = head.split(": ", 1)
    kind, label = name.split()
    hypotheses: list[str] = []
    statement = ""
    steps: list[Step] = []
    for line in lines:
        number, rest = line.split(maxsplit=1)
        if number == "|-":
            statement = rest
            continue
        if int(number) != len(hypotheses) + len(steps) + 1:
            raise ValueError(f"number {number} is out of order")
        if statement:
            applied, *premises = rest.split()
            steps.append((applied, tuple(map(int, premises))))
        else:
            hypotheses.append(rest)
    if not statement or kind not in ("axiom", "theorem") or (kind == "axiom") == bool(steps):
        raise ValueError("a block is an axiom or a theorem, has a statement, and a theorem has steps")
    return Block(label, kind == "axiom", comment, tuple(hypotheses), statement, tuple(steps))


# Proofs


def instances(block: Block, library: Mapping[str, Block]) -> list[list[Formula]]:
    """For each step of a proof, what it substitutes for the variables of its assertion. Raises ValueError."""
    own: dict[str, Formula] = {variable: variable for variable in block.variables}
    facts = [parse(hypothesis, own) for hypothesis in block.hypotheses]
    substitutions: list[dict[str, Formula]] = []
    for label, premises in block.steps:
        applied = library.get(label)
        if applied is None:
            raise ValueError(f"no earlier assertion is called {label}")
        holes: dict[str, Formula] = {variable: Hole() for variable in applied.variables}
        wanted = [parse(hypothesis, holes) for hypothesis in applied.hypotheses]
        if len(wanted) != len(premises) or not all(0 < premise <= len(facts) for premise in premises):
            raise ValueError(f"{label} has premises that are missing, superfluous or later")
        if not all(unify(facts[premise - 1], want) for premise, want in zip(premises, wanted, strict=True)):
            raise ValueError(f"fact {len(facts) + 1}: {label} does not apply to its premises")
        facts.append(parse(applied.statement, holes))
        substitutions.append(holes)
    if not unify(facts[-1], parse(block.statement, own)):
        raise ValueError("the last step proves something else")
    return [[close(formula, block.variables[0]) for formula in holes.values()] for holes in substitutions]


def close(formula: Formula, default: str) -> Formula:
    """`formula` with filled holes inlined and open ones replaced by the variable `default`."""
    formula = resolve(formula)
    if isinstance(formula, Compound):
        return Compound(formula.label, tuple(close(part, default) for part in formula.parts))
    return default if isinstance(formula, Hole) else formula


def nodes(block: Block, library: Mapping[str, Block]) -> list[Node]:
    """The proof as distinct nodes, children before parents, the theorem's own last. Raises ValueError."""
    table: dict[Node, int] = {}

    def add(label: str, children: Iterable[int] = ()) -> int:
        return table.setdefault((label, tuple(children)), len(table))

    def add_formula(formula: Formula) -> int:
        if isinstance(formula, Compound):
            return add(formula.label, [add_formula(part) for part in formula.parts])
        return add(f"w{formula}")

    facts = [add(label) for label in block.hypothesis_labels]
    for (label, premises), substitution in zip(block.steps, instances(block, library), strict=True):
        operands = [add_formula(formula) for formula in substitution]
        facts.append(add(label, [*operands, *(facts[premise - 1] for premise in premises)]))
    if len(set(facts)) < len(facts):
        raise ValueError("a step is repeated")
    needless = set(range(1, len(facts))) - {premise for _, premises in block.steps for premise in premises}
    if needless:
        raise ValueError(f"fact {min(needless)} is never used")
    return list(table)


def compress(block: Block, library: Mapping[str, Block]) -> tuple[list[str], str]:
    """Labels in parentheses and letters of a compressed proof (Metamath book, appendix B)."""
    proof = nodes(block, library)
    mandatory = [f"w{variable}" for variable in block.variables] + block.hypothesis_labels
    labels = [label for label in dict.fromkeys(label for label, _ in proof) if label not in mandatory]
    places = {label: place for place, label in enumerate(mandatory + labels)}
    uses = Counter(child for _, children in proof for child in children)
    saved: dict[int, int] = {}  # node -> the number that recalls it

    def visit(index: int) -> str:
        label, children = proof[index]
        if index in saved:
            return letter_code(saved[index])
        letters = "".join(map(visit, children)) + letter_code(places[label])
        if not children or uses[index] == 1:
            return letters
        saved[index] = len(places) + len(saved)
        return letters + "Z"

    uses[len(proof) - 1] = 1  # the theorem itself
    return labels, visit(len(proof) - 1)


def letter_code(number: int) -> str:
    """A number from 0 in the letters of compressed proofs: A to T end it, U to Y are digits before."""
    number, last = divmod(number, 20)
    code = chr(ord("A") + last)
    while number:
        number, digit = divmod(number - 1, 5)
        code = chr(ord("U") + digit) + code
    return code


# The database


def wrap(text: str, indent: str) -> list[str]:
    """Lines of `text`, broken at blanks; only the letters of a proof that are longer than a line are broken as well."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def assertion_lines(block: Block, library: Mapping[str, Block]) -> list[str]:
    scoped = bool(block.hypotheses)
    indent = "  " * (1 + scoped)
    lines = ["  ${"] if scoped else []
    for label, hypothesis in zip(block.hypothesis_labels, block.hypotheses, strict=True):
        lines += wrap(f"{label} $e |- {hypothesis} $.", indent)
    lines += wrap(f"$( {block.comment} $)", indent)
    if block.axiom:
        lines += wrap(f"{block.label} $a |- {block.statement} $.", indent)
    else:
        lines += wrap(f"{block.label} $p |- {block.statement} $=", indent)
        labels, letters = compress(block, library)
        lines += wrap(f"( {' '.join(labels)} ) {letters} $.", f"{indent}  ")
    return [*lines, *(["  $}"] if scoped else []), ""]


def title_lines(title: str) -> list[str]:
    return ["$(", "=" * WIDTH, f"  {title}", "=" * WIDTH, "$)", ""]


def preamble() -> list[str]:
    """Symbols, variables and syntax."""
    constants = " ".join(["(", ")", "-.", *INFIX, "wff", "|-"])
    lines = [*wrap(f"$( {ABOUT} $)", ""), "", *title_lines("Formulas")]
    lines += [*wrap(f"$c {constants} $.", "  "), *wrap(f"$v {' '.join(VARIABLES)} $.", "  "), ""]
    lines += [f"  w{variable} $f wff {variable} $." for variable in VARIABLES]
    for label, formula, comment in SYNTAX:
        lines += ["", f"  $( {comment} $)", f"  {label} $a wff {formula} $."]
    return [*lines, ""]


def build(source: str) -> str:
    """The text of the database that `source` describes. Raises SourceError."""
    library: dict[str, Block] = {}
    lines = preamble()
    for item in read(source):
        if isinstance(item, str):
            lines += title_lines(item)
            continue
        if item.label in library:
            raise SourceError(f"{item.label} is defined twice")
        try:
            lines += assertion_lines(item, library)
        except ValueError as error:
            raise SourceError(f"{item.label}: {error}") from error
        library[item.label] = item
    return "\n".join(lines)


def main() -> None:
    try:
        TARGET.write_text(build(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
    except SourceError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
