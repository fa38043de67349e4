"""The outside world: proofs written back into a copy of their database for the `metamath` program to verify."""

from __future__ import annotations

import re
import shutil
import subprocess
import textwrap
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from fwd.api import Fact, Goal, Proof, Verdict
from fwd.errors import UserError

from fwd_metamath.compress import Writer
from fwd_metamath.database import PROVABLE, Assertion
from fwd_metamath.env import MetamathEnv
from fwd_metamath.rewrite import Text

VERIFIED = "All proofs in the database were verified"
ERROR = "?Error"
PROGRAM = "metamath"
MINUTES = 30


@frozen
class Export:
    """One proof made ready: its place among the proofs, the theorem's label in the copy, and what to write."""

    number: int
    label: str
    proof: str
    distinct: str
    statement: str
    """The whole theorem in a scope of its own; empty if only the proof of an existing theorem is replaced."""
    uses: frozenset[str]


class MetamathExternal:
    """Hands proofs to the `metamath` program; see `fwd.api.ExternalChecker`.

    A proof of a theorem of the database replaces that theorem's own; any other (a sub-goal, a goal of the user, a
    second proof of the same theorem) becomes a new theorem right after the last one that it uses.
    """

    def __init__(self, env: MetamathEnv):
        self.env = env
        self.compiler = env.compiler

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        """One verdict per proof. `folder` receives the copy (`proofs.mm`) and what the program printed
        (`metamath.log`). Raises `UserError` if the program is not installed or the folder cannot be written."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise UserError(
                f"the {PROGRAM} program is not installed: install Debian's package metamath, or put it on PATH"
            )
        text = Text(Path(self.env.database.path))
        prefix = _unused_prefix(text.text)
        verdicts = [Verdict(True)] * len(proofs)
        exports: list[Export] = []
        replaced: set[str] = set()
        for number, proof in enumerate(proofs):
            verdicts[number] = self.env.check(proof.goal, proof)
            if verdicts[number].proved:
                export = self._export(number, proof, f"{prefix}{number}", replaced)
                exports.append(export)
                if not export.statement:
                    replaced.add(export.label)
        for number, reason in self._refused(program, text, exports, folder).items():
            verdicts[number] = Verdict(False, reason)
        return verdicts

    def _refused(self, program: str, text: Text, exports: list[Export], folder: Path) -> dict[int, str]:
        """The numbers of the proofs that the program does not accept, with what it says. What remains without them
        is verified as a whole."""
        refused: dict[int, str] = {}
        while exports:
            output = _run(program, text, exports, folder, ["verify proof *"])
            if VERIFIED in output and ERROR not in output:
                return refused
            wrong = _failures(
                _run(program, text, exports, folder, [f"verify proof {e.label}" for e in exports]), exports
            )
            if not wrong:
                reason = f"{PROGRAM} accepts the proof but not the whole database; see {folder / 'metamath.log'}"
                wrong = {export.number: reason for export in exports}
            refused.update(wrong)
            exports = [export for export in exports if export.number not in wrong]
        return refused

    def _export(self, number: int, proof: Proof, fresh: str, replaced: set[str]) -> Export:
        """Write one checked proof."""
        goal = self.env.canonical(proof.goal)
        target = next(index for index, fact in enumerate(proof.facts) if fact.statement == goal.statement)
        own = self.env.database.assertions.get(goal.name)
        if own is not None and own.label not in replaced and _same(own, goal):
            essentials = {item.label: item.statement for item in own.essentials}
            floats = {item.label: item.variable for item in own.floats}
            hypotheses = {label: floats.get(label) or essentials[label] for label in own.hypotheses}
            writer = Writer(self.compiler, hypotheses, proof.facts)
            uses = writer.labels(target)
            if all(self._index(label) < own.index for label in uses):
                distinct = self._distinct(goal, proof.facts, dummies_only=True)
                return Export(number, own.label, _wrapped(writer.write(target)), distinct, "", frozenset())
        return self._new(number, goal, proof.facts, target, fresh)

    def _new(self, number: int, goal: Goal, facts: Sequence[Fact], target: int, label: str) -> Export:
        """The goal as a theorem of its own."""
        database = self.env.database
        symbols = {symbol for text in (goal.statement, *goal.hypotheses) for symbol in text.split(" ")}
        floats = {item.label: item.variable for item in database.floats.values() if item.variable in symbols}
        floats = {name: variable for name, variable in floats.items() if database.float_of(variable).label == name}
        essentials = {f"{label}.{place}": text for place, text in enumerate(goal.hypotheses, 1)}
        writer = Writer(self.compiler, {**floats, **essentials}, facts)
        distinct = self._distinct(goal, facts, dummies_only=False)
        lines = [
            f"${{ {distinct}",
            *(f"{name} $e {text} $." for name, text in essentials.items()),
            f"{label} $p {goal.statement} $=",
            f"{_wrapped(writer.write(target))} $.",
            "$}",
        ]
        uses = writer.labels(target) | floats.keys()
        for text in (goal.statement, *goal.hypotheses):
            uses.update(self.compiler.building(self.env.syntax.statement(text)))
        return Export(number, label, "", "", "\n".join(lines), frozenset(uses))

    def _distinct(self, goal: Goal, facts: Sequence[Fact], dummies_only: bool) -> str:
        """`$d` statements for the goal's conditions and the dummies of the proof."""
        arguments = [text for fact in facts if fact.step is not None for text in fact.step.arguments]
        pairs = self.compiler.distinct(goal, [*(fact.statement for fact in facts), *arguments])
        if dummies_only:
            pairs -= self.compiler.distinct(goal, [])
        return " ".join(f"$d {x} {y} $." for x, y in sorted(pairs))

    def _index(self, label: str) -> int:
        """The place of an assertion in the database; -1 for a hypothesis."""
        assertion = self.env.database.assertions.get(label)
        return -1 if assertion is None else assertion.index


def _same(assertion: Assertion, goal: Goal) -> bool:
    """Whether the goal is this theorem, with no more conditions than it has."""
    return (
        not assertion.axiom
        and assertion.typecode == PROVABLE
        and assertion.statement == goal.statement
        and {item.statement for item in assertion.essentials} == set(goal.hypotheses)
        and {tuple(pair.split()) for pair in goal.conditions} <= assertion.distinct
    )


def _wrapped(proof: str) -> str:
    """The proof in lines of at most 79 characters where labels allow."""
    return textwrap.fill(proof, 79, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _unused_prefix(text: str) -> str:
    """The beginning of labels that the database does not use."""
    prefix = "fwd"
    while prefix in text:
        prefix += "x"
    return prefix


def _run(program: str, text: Text, exports: Sequence[Export], folder: Path, commands: Sequence[str]) -> str:
    """Write the copy with the proofs and return what the program says to the commands."""
    text.reset()
    for export in exports:
        if export.statement:
            text.insert(set(export.uses), export.statement)
        else:
            text.replace_proof(export.label, export.proof, export.distinct)
    script = ['read "proofs.mm"', *commands, "exit"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "proofs.mm").write_text(text.edited(), encoding="ascii")
        done = subprocess.run(
            [program],
            input="\n".join(script) + "\n",
            cwd=folder,
            capture_output=True,
            encoding="ascii",
            errors="replace",
            timeout=60 * MINUTES,
            check=False,
        )
        (folder / "metamath.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot export to {folder}: {error}") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"{PROGRAM} did not finish within {MINUTES} minutes") from None
    return done.stdout


def _failures(output: str, exports: Sequence[Export]) -> dict[int, str]:
    """Which of the proofs the program names in an error."""
    numbers = {export.label: export.number for export in exports}
    wrong: dict[int, str] = {}
    for block in output.split(ERROR)[1:]:
        named = re.search(r'label "([^"]+)"', block)
        if named is not None and named.group(1) in numbers:
            reason = " ".join(block.split())
            wrong.setdefault(numbers[named.group(1)], f"{PROGRAM}: {reason[:300]}")
    return wrong
