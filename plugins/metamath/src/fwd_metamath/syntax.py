"""The syntax of a database, from its own syntax axioms: text to terms and back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from fwd.errors import DatabaseError, GoalError

from fwd_metamath.database import PROVABLE, Assertion, Database
from fwd_metamath.earley import Node, Parse
from fwd_metamath.terms import Pattern, Rule, Term, variable

MEMORY = 1 << 15
"""How many statements are remembered with their terms (twice as many at most)."""

SAMPLE = 100
"""How many assertions tell what follows `|-`."""

NEVER = float("inf")
"""The index of an axiom that does not exist."""


class Syntax:
    """Reads and writes the expressions of a database, using the syntax axioms declared before the label `before`.

    `rules` has the syntax axioms by label, `variables` the leaf of every variable, `top` the typecode of what follows
    `|-`. Raises `DatabaseError` if the axioms are of a kind that no parser here can use.
    """

    def __init__(self, database: Database, before: str | None = None):
        self.database = database
        limit = len(database.assertions) if before is None else database.assertion(before).index
        self.rules: dict[str, Rule] = {}
        self.roots: dict[str, Node] = {}
        for assertion in database.assertions.values():
            if assertion.index >= limit:
                break
            if assertion.axiom and assertion.typecode != PROVABLE and not assertion.essentials:
                self._add(assertion)
        self.variables: dict[str, Term] = {}
        for bit, name in enumerate(database.variables):
            self.variables[name] = variable(name, database.float_of(name).typecode, 1 << bit)
        self.names = list(self.variables)
        self.open = _open_typecodes(self.roots)
        self._young: dict[tuple[str, str], Term] = {}
        self._old: dict[tuple[str, str], Term] = {}
        self.top = self._find_top(limit)

    def _add(self, assertion: Assertion) -> None:
        """Make a rule of a syntax axiom."""
        places = {item.variable: place for place, item in enumerate(assertion.floats)}
        symbols = [places.get(symbol, symbol) for symbol in assertion.statement.split()[1:]]
        if not symbols:
            raise DatabaseError(
                f"{assertion.place}: fwd can verify this database but prove nothing with it, since it cannot parse a "
                "syntax in which an expression may be empty"
            )
        children = tuple(item.typecode for item in assertion.floats)
        if symbols == [0] and children == (assertion.typecode,):
            return  # an expression is an expression
        rule = Rule(assertion.label, assertion.typecode, children, symbols, assertion.index)
        self.rules[rule.label] = rule
        self.roots.setdefault(rule.typecode, Node()).grow(rule)

    def _find_top(self, limit: int) -> str:
        """The typecode by which most of the first statements that assert something can be read."""
        known = {*self.roots, *(leaf.typecode for leaf in self.variables.values())}
        samples = [a for a in self.database.assertions.values() if a.typecode == PROVABLE and a.index < limit][:SAMPLE]
        if not samples:
            raise DatabaseError(
                f"{self.database.path}: nothing is asserted with {PROVABLE}, so there is nothing to prove"
            )
        best, most = "", 0
        for typecode in sorted(known, key=lambda typecode: (typecode != "wff", typecode)):
            fitting = sum(self.read(sample.statement.split()[1:], typecode) is not None for sample in samples)
            if fitting > most:
                best, most = typecode, fitting
            if most == len(samples):
                break
        if not most:
            raise DatabaseError(
                f"{self.database.path}: none of its first {len(samples)} assertions can be parsed by its syntax axioms"
            )
        return best

    def read(self, symbols: Iterable[str], typecode: str) -> Term | None:
        """Parse; None if this is no expression of the typecode."""
        parse = self.start(typecode)
        push = parse.push
        for symbol in symbols:
            if not push(symbol):
                return None
        return parse.column.accepted

    def start(self, typecode: str, reach: Reach | None = None) -> Parse:
        """A parse of an expression, to be fed symbol by symbol."""
        if reach is None:
            return Parse(self.roots, self.variables, typecode)
        return Parse(self.roots, self.variables, typecode, reach.since.nodes, reach.limit)

    def parse(self, text: str, typecode: str | None = None) -> Term:
        """The term of an expression (without typecode; of `top` if none is named). Raises `GoalError`. Remembers."""
        typecode = typecode or self.top
        key = (typecode, text)
        term = self._young.get(key)
        if term is None:
            term = self._old.get(key)
            if term is None:
                term = self.read(text.split(), typecode)
                if term is None:
                    why = f"{shown(text)} is not a {typecode} by the syntax of {self.database.path}"
                    raise GoalError(f"{why}{self._strange(text)}")
            self._remember(key, term)
        return term

    def _strange(self, text: str) -> str:
        """Which symbol of a text the database does not have, to end a message with."""
        for symbol in text.split():
            if symbol not in self.database.constants and symbol not in self.variables:
                return f": {shown(symbol)} is none of its symbols (symbols are separated by blanks)"
        return ""

    def statement(self, text: str) -> Term:
        """The term of `|- ...`. Raises `GoalError`."""
        head, _, rest = text.strip().partition(" ")
        if head != PROVABLE:
            raise GoalError(f"{shown(text)} should begin with {PROVABLE}")
        return self.parse(rest)

    def remember(self, term: Term) -> None:
        """Spare a later `parse` of the term's text."""
        self._remember((term.typecode, term.text), term)

    def _remember(self, key: tuple[str, str], term: Term) -> None:
        if len(self._young) >= MEMORY:
            self._old, self._young = self._young, {}
        self._young[key] = term

    def text(self, term: Term) -> str:
        """The symbols of a term, joined by one blank."""
        return term.text

    def pattern(self, term: Term, assertion: Assertion) -> Pattern:
        """A term of the assertion's variables, compiled."""
        return Pattern(term, {item.variable: place for place, item in enumerate(assertion.floats)})

    def names_of(self, mask: int) -> list[str]:
        """The variables of a mask, in order of declaration."""
        found = []
        while mask:
            low = mask & -mask
            found.append(self.names[low.bit_length() - 1])
            mask ^= low
        return found

    @lru_cache(maxsize=MEMORY)  # noqa: B019 (a syntax lives as long as its env)
    def typecodes_of(self, mask: int) -> frozenset[str]:
        """The typecodes of a mask's variables."""
        return frozenset(self.variables[name].typecode for name in self.names_of(mask))

    def reach(self, typecodes: frozenset[str], limit: int) -> Reach:
        """What can be written with variables of these typecodes and the syntax axioms with an index below `limit`."""
        return Reach(self._since(typecodes), limit)

    @lru_cache(maxsize=64)  # noqa: B019 (see above)
    def _since(self, typecodes: frozenset[str]) -> Since:
        return Since(self.roots, typecodes)


def shown(text: str) -> str:
    """Text for a message, cut short if it is long."""
    return repr(text if len(text) <= 80 else text[:80] + "...")


class Since:
    """From which syntax axiom on an expression can be finished, given variables of some typecodes.

    `nodes` has for every node of the tries the index of the first axiom with which, and with those before it, some rule
    can be completed from there; `typecodes` the same for whole expressions, -1 for those of the variables.
    """

    def __init__(self, roots: dict[str, Node], typecodes: frozenset[str]):
        ordered = [node for root in roots.values() for node in _children_first(root)]
        self.nodes: dict[Node, float] = dict.fromkeys(ordered, NEVER)
        self.typecodes: dict[str, float] = dict.fromkeys(typecodes, -1)
        self.memo: dict[object, object] = {}
        """For the grammar: what it has computed for a set of nodes."""
        self.edges: dict[object, object] = {}
        """The same for a single node."""
        fell = True
        while fell:
            fell = False
            for node in ordered:
                index = self._index(node)
                if index < self.nodes[node]:
                    self.nodes[node], fell = index, True
            for typecode, root in roots.items():
                if self.nodes[root] < self.typecodes.get(typecode, NEVER):
                    self.typecodes[typecode], fell = self.nodes[root], True

    def _index(self, node: Node) -> float:
        """The index for a node, as far as those that it leads to are known by now."""
        nodes, typecodes = self.nodes, self.typecodes
        ways = [nodes[following] for following in node.edges.values()]
        ways += [max(typecodes.get(typecode, NEVER), nodes[following]) for typecode, following in node.wants.items()]
        if node.rule is not None:
            ways.append(node.rule.index)
        return min(ways, default=NEVER)


class Reach:
    """The part of a grammar by which an expression can be finished, using the axioms with an index below `limit`: the
    nodes whose index in `since` is, and the rules whose own is."""

    def __init__(self, since: Since, limit: int):
        self.since = since
        self.limit = limit

    @property
    def productive(self) -> frozenset[str]:
        """Typecodes of which there is an expression."""
        return frozenset(typecode for typecode, index in self.since.typecodes.items() if index < self.limit)


def _children_first(root: Node) -> list[Node]:
    """All nodes of a trie, each after those below it."""
    order = [root]
    for node in order:  # grows while we read it
        order.extend(node.edges.values())
        order.extend(node.wants.values())
    order.reverse()
    return order


def _open_typecodes(roots: dict[str, Node]) -> frozenset[str]:
    """Typecodes of which an expression may be the beginning of a longer one, so that its end must be marked.

    That is so where a rule is the beginning of another, where an expression may begin with one of its own typecode
    (a postfix or infix without parentheses), or where it may end with an open one.
    """
    firsts = {typecode: set(root.wants) for typecode, root in roots.items()}
    lasts: dict[str, set[str]] = {}
    found: set[str] = set()
    for typecode, root in roots.items():
        lasts[typecode] = set()
        for node in _children_first(root):
            lasts[typecode].update(last for last, following in node.wants.items() if following.rule is not None)
            if node.rule is not None and (node.edges or node.wants):
                found.add(typecode)
        if typecode in _closure(firsts, typecode):
            found.add(typecode)
    return frozenset(typecode for typecode in roots if typecode in found or _closure(lasts, typecode) & found)


def _closure(relation: dict[str, set[str]], start: str) -> set[str]:
    """Everything reachable from `start` in one step or more."""
    reached: set[str] = set()
    stack = [start]
    while stack:
        for following in relation.get(stack.pop(), ()):
            if following not in reached:
                reached.add(following)
                stack.append(following)
    return reached
