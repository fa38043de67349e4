"""Statements as shared trees: hash-consed terms, and patterns compiled for matching and substitution.

Equal terms are the same object, so comparing two terms is comparing two addresses. A term that nobody holds any more
is forgotten, so a long run does not fill memory. Nothing here recurses: terms may be as deep as memory allows.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

SHORT = 256
"""Terms of up to so many symbols keep the text of all their parts."""


class Rule:
    """A syntax axiom as a way to build terms, such as `wi $a wff ( ph -> ps ) $.`

    `children` are the typecodes of its variables in the order of its mandatory `$f`; `symbols` is its text as a list
    in which a blank for child k is the number k; `index` is the axiom's place among the database's assertions.
    """

    __slots__ = (
        "children",
        "constants",
        "fixed",
        "index",
        "label",
        "occurrences",
        "symbols",
        "table",
        "template",
        "typecode",
    )

    def __init__(self, label: str, typecode: str, children: tuple[str, ...], symbols: Sequence[str | int], index: int):
        self.label = label
        self.typecode = typecode
        self.children = children
        self.symbols = tuple(symbols)
        self.index = index
        self.occurrences = tuple(symbol for symbol in symbols if isinstance(symbol, int))
        self.constants = len(self.symbols) - len(self.occurrences)
        self.template = " ".join("%s" if isinstance(s, int) else s.replace("%", "%%") for s in symbols)
        # Nearly every rule names each child once and in order, so that no rearrangement is needed.
        self.fixed = self.occurrences == tuple(range(len(children)))
        self.table: dict[tuple[Term, ...], _Reference] = {}

    def __repr__(self) -> str:
        return f"<rule {self.label}>"


class Term:
    """A variable (`rule` is None) or a rule with its children. Made only by `make` and `variable`.

    `label` is the syntax axiom's label, or the variable's name; `mask` has one bit for each variable that occurs;
    `length` is the number of symbols of the text.
    """

    __slots__ = ("__weakref__", "_text", "children", "label", "length", "mask", "rule", "typecode")

    label: str
    rule: Rule | None
    children: tuple[Term, ...]
    typecode: str
    mask: int
    length: int
    _text: str | None

    @property
    def text(self) -> str:
        """The symbols, joined by one blank, without the typecode."""
        if self._text is None:
            _spell(self)
        return self._text  # type: ignore[return-value]

    def __repr__(self) -> str:
        return f"<{self.typecode} {self.text}>" if self.length < 200 else f"<{self.typecode} of {self.length} symbols>"


class _Reference(weakref.ref[Term]):
    """A weak reference that knows its place in the rule's table."""

    __slots__ = ("key", "table")


def _forget(reference: _Reference) -> None:
    """A term died: drop its entry, unless a new equal term has taken the place."""
    table = reference.table
    if table.get(reference.key) is reference:
        del table[reference.key]


def variable(name: str, typecode: str, mask: int) -> Term:
    """A new leaf; the caller keeps one for each name."""
    term = Term()
    term.label = term._text = name
    term.rule = None
    term.children = ()
    term.typecode = typecode
    term.mask = mask
    term.length = 1
    return term


def make(rule: Rule, children: tuple[Term, ...]) -> Term:
    """The term `rule(children)`; children come in the order of the rule's mandatory variables."""
    table = rule.table
    reference = table.get(children)
    if reference is not None:
        term = reference()
        if term is not None:
            return term
    term = Term()
    term.label = rule.label
    term.rule = rule
    term.children = children
    term.typecode = rule.typecode
    term._text = None
    mask = 0
    length = rule.constants
    if rule.fixed:
        for child in children:
            mask |= child.mask
            length += child.length
    else:
        for child in children:
            mask |= child.mask
        for place in rule.occurrences:
            length += children[place].length
    term.mask = mask
    term.length = length
    reference = table[children] = _Reference(term, _forget)
    reference.key = children
    reference.table = table
    return term


def existing(rule: Rule, children: tuple[Term, ...]) -> Term | None:
    """The term `rule(children)` if somebody holds it."""
    reference = rule.table.get(children)
    return None if reference is None else reference()


def _spell(root: Term) -> None:
    """Fill in the text of a term, and of its smaller parts: keeping that of long parts too could take a space that is
    quadratic in the depth."""
    pieces: list[str] = []
    stack: list[Term | str] = [root]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part._text is not None:
            pieces.append(part._text)
        elif part.length <= SHORT:
            _spell_short(part)
            pieces.append(part._text)  # type: ignore[arg-type]
        else:
            children = part.children
            symbols = part.rule.symbols  # type: ignore[union-attr]
            stack.extend(children[item] if isinstance(item, int) else item for item in reversed(symbols))
    root._text = " ".join(pieces)


def _spell_short(root: Term) -> None:
    """Fill in the text of a term and of all its parts."""
    stack = [root]
    while stack:
        term = stack[-1]
        missing = [child for child in term.children if child._text is None]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        rule = term.rule
        if term._text is None and rule is not None:
            children = term.children
            if not rule.fixed:
                children = tuple([children[place] for place in rule.occurrences])
            term._text = rule.template % tuple([child._text for child in children])


def subterms(term: Term) -> Iterator[Term]:
    """Every different part of a term, itself included, in no particular order."""
    seen = {term}
    stack = [term]
    while stack:
        part = stack.pop()
        yield part
        for child in part.children:
            if child not in seen:
                seen.add(child)
                stack.append(child)


def postorder(term: Term) -> Iterator[Term]:
    """Every occurrence of every part, children before parents and in the order of the rule's variables: the order in
    which a Metamath proof builds the term."""
    stack: list[tuple[Term, bool]] = [(term, False)]
    while stack:
        part, ready = stack.pop()
        if ready or not part.children:
            yield part
        else:
            stack.append((part, True))
            stack.extend((child, False) for child in reversed(part.children))


class Pattern:
    """A term whose variables are the numbered places of an assertion, compiled to two short straight programs.

    Matching walks the pattern breadth-first: `_heads` lists (register, rule) for its inner nodes, and the children of
    a node that agrees are appended to the registers; `_leaves` then lists (register, variable's place).
    Substitution walks it children first: each entry of `_build` makes one node from earlier ones; values 0..n-1 are
    the variables' and later values are the nodes'.
    """

    __slots__ = ("_build", "_heads", "_leaves", "constants", "counts", "places", "term")

    def __init__(self, term: Term, places: dict[str, int]):
        """`places` numbers the variables by name."""
        self.term = term
        self._heads: list[tuple[int, Rule]] = []
        self._leaves: list[tuple[int, int]] = []
        counts: dict[int, int] = {}
        registers = [term]
        for register, part in enumerate(registers):
            if part.rule is None:
                self._leaves.append((register, places[part.label]))
            else:
                self._heads.append((register, part.rule))
                registers.extend(part.children)
        self._build = _builder(term, places)
        symbols = 0
        for part in _occurrences(term):
            if part.rule is None:
                place = places[part.label]
                counts[place] = counts.get(place, 0) + 1
            else:
                symbols += part.rule.constants
        self.constants = symbols
        self.counts = tuple(counts.items())
        self.places = frozenset(counts)

    @property
    def size(self) -> int:
        """Number of rules in the pattern; 0 for a lone variable."""
        return len(self._heads)

    def match(self, term: Term, values: list[Term | None]) -> bool:
        """Extend `values` (by place; None is free) so that the pattern becomes the term. On False, `values` may have
        been extended in part: give a copy if it is needed afterwards."""
        registers = [term]
        for register, rule in self._heads:
            part = registers[register]
            if part.rule is not rule:
                return False
            registers += part.children
        for register, place in self._leaves:
            part = registers[register]
            value = values[place]
            if value is None:
                values[place] = part
            elif value is not part:
                return False
        return True

    def substitute(self, values: Sequence[Term]) -> Term:
        """The pattern with every variable replaced; `values` must have one for each of the pattern's places."""
        nodes = list(values)
        for rule, pick, place in self._build:
            nodes.append(make(rule, pick(nodes) if place is None else (nodes[place],)))
        return nodes[-1] if self._build else nodes[self._leaves[0][1]]

    def find(self, values: Sequence[Term]) -> Term | None:
        """As `substitute`, but None if the result does not exist yet."""
        nodes = list(values)
        for rule, pick, place in self._build:
            reference = rule.table.get(pick(nodes) if place is None else (nodes[place],))
            if reference is None:
                return None
            nodes.append(reference())  # type: ignore[arg-type]
        return nodes[-1] if self._build else nodes[self._leaves[0][1]]

    def length(self, values: Sequence[Term]) -> int:
        """Number of symbols of `substitute(values)`, without building it."""
        total = self.constants
        for place, count in self.counts:
            total += count * values[place].length
        return total


def _occurrences(term: Term) -> Iterator[Term]:
    """Every part of a term as often as it occurs in the text."""
    stack = [term]
    while stack:
        part = stack.pop()
        yield part
        if part.rule is not None:
            stack.extend(part.children[place] for place in part.rule.occurrences)


_Pick = Callable[[list[Term]], tuple[Term, ...]]


def _builder(term: Term, places: dict[str, int]) -> list[tuple[Rule, _Pick, int | None]]:
    """The program of `substitute`: (rule, picker of children, or the only child's number)."""
    program: list[tuple[Rule, _Pick, int | None]] = []
    number: dict[Term, int] = {}
    for part in postorder(term):
        if part in number:
            continue
        if part.rule is None:
            number[part] = places[part.label]
            continue
        children = [number[child] for child in part.children]
        number[part] = len(places) + len(program)
        only = children[0] if len(children) == 1 else None
        program.append((part.rule, itemgetter(*children) if len(children) > 1 else _nothing, only))
    return program


def _nothing(_nodes: list[Term]) -> tuple[Term, ...]:
    """The children of a constant."""
    return ()
