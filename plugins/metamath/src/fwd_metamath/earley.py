"""An incremental parser for a database's own syntax (J. Earley, "An efficient context-free parsing algorithm", 1970).

The syntax axioms of one typecode share a trie; an item is a node of a trie with the column where it began. One parser
serves both to read statements and to know, symbol by symbol, what an expression under construction may go on with:
the items of the last column are the set of stacks of a nondeterministic parser, left recursion included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fwd_metamath.terms import Rule, Term, make


class Node:
    """A place in the trie of the rules of one typecode.

    `edges` go on with a constant, `wants` with an expression of some typecode; `rule` is the rule that ends here.
    """

    __slots__ = ("edges", "rule", "wants")

    def __init__(self) -> None:
        self.edges: dict[str, Node] = {}
        self.wants: dict[str, Node] = {}
        self.rule: Rule | None = None

    def grow(self, rule: Rule) -> None:
        """Add a rule below this root; of two rules with the same text the first one counts."""
        node = self
        for symbol in rule.symbols:
            if isinstance(symbol, int):
                node = node.wants.setdefault(rule.children[symbol], Node())
            else:
                node = node.edges.setdefault(symbol, Node())
        if node.rule is None:
            node.rule = rule


ACCEPT = Node()
"""Where an item goes when the whole expression is complete."""

Item = tuple[Node, "Column | None", tuple[Term, ...]]
"""A node, the column where its rule began, and the expressions read so far."""


class Column:
    """Everything that may be going on after some number of symbols. Rules that begin here are not listed item by item:
    so a column does not refer to itself, and goes when its parse goes."""

    __slots__ = ("accepted", "items", "roots", "waiting")

    def __init__(self) -> None:
        self.items: list[Item] = []
        """Those that began earlier and may go on with a constant."""
        self.waiting: dict[str, list[Item]] = {}
        """By typecode: those that began earlier and that an expression starting here leads to (its own not yet
        appended)."""
        self.roots: list[Node] = []
        """Where the rules begin that may begin here."""
        self.accepted: Term | None = None
        """The whole expression, if it may end here."""

    def after(self, term: Term) -> list[Item]:
        """What an expression starting here leads to."""
        found = [(node, origin, (*terms, term)) for node, origin, terms in self.waiting.get(term.typecode, ())]
        for root in self.roots:
            following = root.wants.get(term.typecode)
            if following is not None:
                found.append((following, self, (term,)))
        return found


class Parse:
    """One expression being read. `since` restricts the grammar to the nodes whose number there is below `limit`, and to
    the rules whose index is; None to nothing."""

    __slots__ = ("_limit", "_roots", "_since", "_variables", "column")

    def __init__(
        self,
        roots: dict[str, Node],
        variables: dict[str, Term],
        typecode: str,
        since: Mapping[Node, float] | None = None,
        limit: int = 0,
    ) -> None:
        self._roots = roots
        self._variables = variables
        self._since = since
        self._limit = limit
        self.column = Column()
        self.column.waiting[typecode] = [(ACCEPT, None, ())]
        self.column.roots = self._begun(self.column.waiting)

    def push(self, symbol: str) -> bool:
        """Read one more symbol; False (and nothing changes) if no expression goes on with it."""
        last = self.column
        leaf = self._variables.get(symbol)
        if leaf is not None:
            pending = last.after(leaf)
        else:
            pending = [
                (node.edges[symbol], origin, terms) for node, origin, terms in last.items if symbol in node.edges
            ]
            pending += [(root.edges[symbol], last, ()) for root in last.roots if symbol in root.edges]
        column = self._closed(pending)
        if column is None:
            return False
        self.column = column
        return True

    @property
    def nodes(self) -> list[Node]:
        """Where the expression may go on with a constant."""
        return [*(node for node, _, _ in self.column.items), *self.column.roots]

    @property
    def typecodes(self) -> set[str]:
        """Typecodes of the expressions with which it may go on."""
        wanted = (typecode for root in self.column.roots for typecode in self._wanted(root))
        return {*self.column.waiting, *wanted}

    def _wanted(self, node: Node) -> dict[str, Node]:
        """The node's `wants`, as far as the restriction admits them."""
        since, limit = self._since, self._limit
        if since is None:
            return node.wants
        return {typecode: following for typecode, following in node.wants.items() if since[following] < limit}

    def _begun(self, typecodes: Iterable[str]) -> list[Node]:
        """Where rules begin by which an expression of these typecodes can."""
        since, roots = self._since, self._roots
        wanted = list(typecodes)
        found: list[Node] = []
        for typecode in wanted:  # grows while we read it
            root = roots.get(typecode)
            if root is not None and root not in found and (since is None or since[root] < self._limit):
                found.append(root)
                wanted.extend(self._wanted(root))
        return found

    def _closed(self, pending: list[Item]) -> Column | None:
        """The items and all that follows from them without a further symbol; None without items."""
        column = Column()
        items, waiting = column.items, column.waiting
        since, limit = self._since, self._limit
        seen: set[tuple[Node, Column | None]] = set()
        for node, origin, terms in pending:  # grows while we read it
            if (node, origin) in seen:
                continue
            if origin is None:
                seen.add((node, origin))
                column.accepted = terms[0]
                continue
            if since is not None and since[node] >= limit:
                continue
            seen.add((node, origin))
            if node.edges:
                items.append((node, origin, terms))
            if node.wants:
                for typecode, following in self._wanted(node).items():
                    waiting.setdefault(typecode, []).append((following, origin, terms))
            rule = node.rule
            if rule is not None and (since is None or rule.index < limit):
                term = _finish(rule, terms)
                if term is not None:
                    pending += origin.after(term)
        if not seen:
            return None
        if waiting:
            column.roots = self._begun(waiting)
        return column


def _finish(rule: Rule, terms: tuple[Term, ...]) -> Term | None:
    """The rule's term from its expressions in the order of the text; None if a repeated variable got two values."""
    if rule.fixed:
        return make(rule, terms)
    children: list[Term | None] = [None] * len(rule.children)
    for place, term in zip(rule.occurrences, terms, strict=True):
        if children[place] is not None and children[place] is not term:
            return None
        children[place] = term
    return make(rule, tuple(children))  # type: ignore[arg-type]
