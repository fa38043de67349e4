"""A proof as a graph of the statements that it proves."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from fwd_metamath.database import PROVABLE, Assertion, Database
from fwd_metamath.verifier import Kernel


@frozen
class Traced:
    """One statement of a proof: an essential hypothesis (label None) or the result of an assertion.

    `substitution` follows the assertion's mandatory `floats`, typecodes dropped; `premises`, indices of earlier
    statements, follows its `essentials`.
    """

    statement: str
    label: str | None = None
    substitution: tuple[str, ...] = ()
    premises: tuple[int, ...] = ()


def trace(database: Database, assertion: Assertion, kernel: Kernel | None = None) -> list[Traced]:
    """Every distinct `|-` statement that the proof of `assertion` needs, in an order that respects premises.

    The last one is the assertion's own statement; the list is empty if that is not a `|-` statement. The proof is
    verified on the way: `ProofError` if it is wrong or incomplete. Pass one `kernel` for many assertions.
    """
    if assertion.typecode != PROVABLE:
        return []
    nodes = [Traced(item.statement) for item in assertion.essentials]
    index = {node.statement: number for number, node in enumerate(nodes)}

    def observe(applied: Assertion, substitution: Sequence[str], premises: Sequence[str], result: str) -> None:
        if applied.typecode == PROVABLE and result not in index:
            index[result] = len(nodes)
            nodes.append(Traced(result, applied.label, tuple(substitution), tuple([index[item] for item in premises])))

    (kernel or Kernel(database)).verify(assertion, observe)
    return _pruned(nodes, index[assertion.statement])


def _pruned(nodes: Sequence[Traced], target: int) -> list[Traced]:
    """What `target` needs, renumbered; `target` comes last."""
    needed = {target}
    for number in range(target, -1, -1):
        if number in needed:
            needed.update(nodes[number].premises)
    place = {number: position for position, number in enumerate(sorted(needed))}
    return [
        Traced(node.statement, node.label, node.substitution, tuple([place[premise] for premise in node.premises]))
        for number, node in enumerate(nodes)
        if number in needed
    ]
