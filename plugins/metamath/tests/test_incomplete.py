"""Random proofs with unknown steps: what is known of them is judged as the `metamath` program judges it."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest
from attrs import frozen
from fwd_metamath.batch import verify
from fwd_metamath.cache import load

pytestmark = pytest.mark.oracle

FLOATS = "$c wff term |- ( ) -> = T F $. $v p q r x y $. wp $f wff p $. wq $f wff q $. wr $f wff r $."
LOGIC = f"""\
{FLOATS} tx $f term x $. ty $f term y $. wi $a wff ( p -> q ) $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
ax-2 $a |- ( ( p -> ( q -> r ) ) -> ( ( p -> q ) -> ( p -> r ) ) ) $.
${{ min $e |- p $. maj $e |- ( p -> q ) $. ax-mp $a |- q $. $}}
${{ $d x y $. ax-d $a |- ( x = y -> x = y ) $. $}}
${{ a1i.1 $e |- p $. a1i $a |- ( q -> p ) $. $}}
id $a |- ( p -> p ) $.
"""

AMBIGUOUS = f"""\
{FLOATS} wt $a wff T $. wf $a wff F $. cat $a wff p q $.
${{ h1 $e |- p q $. $d p q $. turn $a |- q p $. $}}
${{ h2 $e |- p q p $. cut $a |- q $. $}}
${{ h3 $e |- p T q $. h4 $e |- q p $. $d p q $. two $a |- q p q $. $}}
${{ h5 $e |- T $. plain $a |- p T $. $}}
three $a |- p q r $. begin $a |- T p $. long $a |- p F p q T p $.
"""
"""A language whose statements fit in many ways."""

Needs = dict[str, tuple[int, int]]
"""For each assertion, how many formulas and how many statements it needs."""

LOGICAL: Needs = {"ax-1": (2, 0), "ax-2": (3, 0), "ax-mp": (2, 2), "a1i": (2, 1), "id": (1, 0), "ax-d": (2, 0)}
TANGLED: Needs = {
    "turn": (2, 1),
    "cut": (2, 1),
    "two": (2, 2),
    "plain": (1, 1),
    "three": (3, 0),
    "begin": (1, 0),
    "long": (2, 0),
}


@pytest.mark.parametrize(
    ("base", "needs", "leaves", "join", "distinct"),
    [
        (LOGIC, LOGICAL, "wp wq wp wq ? tx ty", "wi", "x y p"),
        (AMBIGUOUS, TANGLED, "wp wq wr wt wf ? ?", "cat", "p q r"),
    ],
)
def test_random_incomplete_proofs_get_the_same_verdict(
    base: str, needs: Needs, leaves: str, join: str, distinct: str, tmp_path: Path
) -> None:
    """All of them are in one file, and the program names those that are wrong."""
    rng = random.Random(0)
    proofs = [Unfinished(rng, needs, leaves.split(), join).proof() for _ in range(1500)]
    lines = [f"u{number} $p |- T $= {proof} $." for number, proof in enumerate(proofs)]
    lines = [f"${{ $d {distinct} $. {line} $}}" if rng.random() < 0.5 else line for line in lines]
    (tmp_path / "x.mm").write_text(base + "\n".join(lines) + "\n")
    command = ["metamath", "set scroll continuous", 'read "x.mm"', "verify proof *", "exit"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    theirs = set(re.findall(r'label\s+"(u\d+)",\s+type', ran.stdout))
    ours = {failure.label for failure in verify(load(tmp_path / "x.mm", cache=False))}
    assert ours == theirs
    assert 100 < len(ours) < 1400


@frozen
class Unfinished:
    """Makes proofs that leave one statement and have unknown steps. What a step needs is mostly of the right kind."""

    rng: random.Random
    needs: dict[str, tuple[int, int]]
    leaves: list[str]
    join: str

    def proof(self) -> str:
        while True:
            proof = self.statement(4)
            if "?" in proof:
                return proof

    def formula(self, depth: int) -> str:
        if depth == 0 or self.rng.random() < 0.4:
            return self.rng.choice(self.leaves)
        return f"{self.formula(depth - 1)} {self.formula(depth - 1)} {self.join}"

    def statement(self, depth: int) -> str:
        if self.rng.random() < 0.15:
            return "?"
        label = self.rng.choice([label for label, (_, logical) in self.needs.items() if depth or not logical])
        formulas, logical = self.needs[label]
        parts = [self.formula(1) if self.rng.random() < 0.7 else "?" for _ in range(formulas)]
        return " ".join([*parts, *[self.statement(depth - 1) for _ in range(logical)], label])
