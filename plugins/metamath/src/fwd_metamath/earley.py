"""An incremental parser for a database's own syntax (J. Earley, "An efficient context-free parsing algorithm", 1970).

The syntax axioms of one typecode share a trie; an item is a node of a trie with the column where it began. One parser
serves both to read statements and to know, symbol by symbol, what an expression under construction may go on with:
the items of the last column are the set of stacks of a nondeterministic parser, left recursion included.
"""

from __future__ import annotations

from collections.abc import Mapping

from fwd_metamath.terms import Rule, Term, make


class Node:
    """A place in the trie of the rules of one typecode.

    `edges` go on with a constant, `wants` with an expression of some typecode; `rule` is the rule that ends here.
    """

    __slots__ = ("edges", "rule", "wants")

    def __init__(self) -> None:
        self.edges: dict[str, Node] = {}
        self.wants: list[tuple[str, Node]] = []
        self.rule: Rule | None = None

    def grow(self, rule: Rule) -> None:
        """Add a rule below this root; of two rules with the same text the first one counts."""
        node = self
        for symbol in rule.symbols:
            if isinstance(symbol, int):
                typecode = rule.children[symbol]
                following = dict(node.wants).get(typecode)
                if following is None:
                    following = Node()
                    node.wants.append((typecode, following))
            else:
                following = node.edges.setdefault(symbol, Node())
            node = following
        if node.rule is None:
            node.rule = rule


ACCEPT = Node()
"""Where an item goes when the whole expression is complete."""

Item = tuple[Node, "Column | None", tuple[Term, ...]]
"""A node, the column where its rule began, and the expressions read so far."""


class Column:
    """Everything that may be going on after some number of symbols."""

    __slots__ = ("accepted", "items", "seen", "waiting")

    def __init__(self) -> None:
        self.items: list[Item] = []
        """Those that may go on with a constant."""
        self.waiting: dict[str, list[Item]] = {}
        """By typecode: the items that an expression starting here leads to (its own not yet appended)."""
        self.seen: set[tuple[Node, Column | None]] = set()
        self.accepted: Term | None = None
        """The whole expression, if it may end here."""


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
        root = roots.get(typecode)
        if root is not None:
            self._close(self.column, [(root, self.column, ())])

    def push(self, symbol: str) -> bool:
        """Read one more symbol; False (and nothing changes) if no expression goes on with it."""
        last = self.column
        leaf = self._variables.get(symbol)
        if leaf is not None:
            pending = [(node, origin, (*terms, leaf)) for node, origin, terms in last.waiting.get(leaf.typecode, ())]
        else:
            pending = [
                (node.edges[symbol], origin, terms) for node, origin, terms in last.items if symbol in node.edges
            ]
        column = Column()
        self._close(column, pending)
        if not column.seen:
            return False
        self.column = column
        return True

    def _close(self, column: Column, pending: list[Item]) -> None:
        """Add the items to the column with all that follows from them without a further symbol."""
        seen, items, waiting = column.seen, column.items, column.waiting
        since, limit, roots = self._since, self._limit, self._roots
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
            for typecode, following in node.wants:
                if since is not None and since[following] >= limit:
                    continue
                waiters = waiting.get(typecode)
                if waiters is not None:
                    waiters.append((following, origin, terms))
                    continue
                waiting[typecode] = [(following, origin, terms)]
                root = roots.get(typecode)
                if root is not None:
                    pending.append((root, column, ()))
            rule = node.rule
            if rule is not None and (since is None or rule.index < limit):
                term = _finish(rule, terms)
                if term is not None:
                    pending.extend(
                        (following, start, (*before, term))
                        for following, start, before in origin.waiting.get(rule.typecode, ())
                    )


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
