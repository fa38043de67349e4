"""The outside world: proofs written as theorems of their own behind their database, for the `metamath` program."""

from __future__ import annotations

import textwrap
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import frozen
from fwd.api import Fact, Proof, Verdict
from fwd.errors import UserError
from fwd.text import printable

from fwd_metamath import outside
from fwd_metamath.check import Conditions, plain
from fwd_metamath.compress import Writer
from fwd_metamath.env import MetamathEnv
from fwd_metamath.flat import Hypothesis, flat, outermost
from fwd_metamath.outside import Answers


@frozen
class Export:
    """One proof made ready: its theorem's label, what to write, and the labels that the proof names."""

    label: str
    text: str
    uses: frozenset[str]


class MetamathExternal:
    """Hands proofs to the `metamath` program; see `fwd.api.ExternalChecker`.

    Each proof becomes a new theorem at the end of a copy of the database. All its names are made up here: labels are
    numbers behind a prefix that the database does not use, and variables are renamed, so that no scope, hypothesis or
    condition of the database is in their way. The program is asked about these theorems and about those of the
    database that they rest on; what else is in the database does not matter.
    """

    def __init__(self, env: MetamathEnv):
        self.env = env

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        """One verdict per proof. `folder` receives the copy (`proofs.mm`) and what the program printed
        (`metamath.log`). Raises `UserError` if the program is not installed or the folder cannot be written."""
        outside.program()
        text = flat(self.env.database)
        scribe = Scribe(self.env, text)
        verdicts = [self.env.check(proof.goal, proof) for proof in proofs]
        exports: dict[int, Export] = {}
        for number, proof in enumerate(proofs):
            if verdicts[number].proved:
                try:
                    exports[number] = scribe.export(number, proof)
                except Exception as error:
                    verdicts[number] = Verdict(False, printable(f"cannot be written down: {error!r}"))
        written = "".join([text, "\n", scribe.declarations(), *[one.text for one in exports.values()]])
        answers = self._ask(folder, written, list(exports.values()))
        labels = {one.label for one in exports.values()}
        for number, one in exports.items():
            if reason := answers.everything or self._against(one, labels, answers.against):
                verdicts[number] = Verdict(False, reason)
        return verdicts

    def _ask(self, folder: Path, written: str, exports: Sequence[Export]) -> Answers:
        """Ask the program about the proofs and the theorems of the database that they rest on."""
        assertions, unproved = self.env.database.assertions, self.env.unproved
        beneath = self.env.rests.on(label for one in exports for label in one.uses)
        library = [label for label in beneath if not assertions[label].axiom and label not in unproved]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            outside.fresh(folder / outside.DATABASE).write_text(written, encoding="ascii")
            return outside.ask(folder, [*library, *[one.label for one in exports]])
        except OSError as error:
            raise UserError(f"cannot export to {folder}: {error}") from None

    def _against(self, export: Export, exports: Container[str], against: Mapping[str, str]) -> str:
        """What the program has against a proof, an assertion that it rests on, or a declaration, on which all rest."""
        assertions = self.env.database.assertions
        beneath = set(self.env.rests.on(export.uses)) if against else ()
        for label, complaint in against.items():
            theorem = label.partition(".")[0]
            if theorem == export.label:
                return complaint
            if label in beneath or (label not in assertions and theorem not in exports):
                return printable(f"rests on {label}: {complaint}")
        return ""


class Scribe:
    """Writes checked proofs as theorems at the end of one database."""

    def __init__(self, env: MetamathEnv, text: str):
        self._env = env
        self._prefix = _unused_prefix(text)
        self._given = _mandatory(outermost(text))
        self._names: dict[str, str] = {}
        """What the variables of the database are called in the theorems."""
        self._floats: dict[str, str] = {}
        """The labels of their `$f`."""

    def declarations(self) -> str:
        """What all theorems need that were written so far: their variables."""
        variables = [f"$v {name} $." for name in self._names.values()]
        leaves = self._env.syntax.variables
        floats = [
            f"{self._floats[variable]} $f {leaves[variable].typecode} {name} $."
            for variable, name in self._names.items()
        ]
        return "".join(f"{line}\n" for line in (*variables, *floats))

    def export(self, number: int, proof: Proof) -> Export:
        """One proof as a theorem."""
        goal, facts = self._env.canonical(proof.goal), plain(proof)
        label = f"{self._prefix}{number}"
        conditions = Conditions(goal, self._env.syntax)
        texts = [fact.statement for fact in facts]
        texts += [argument for fact in facts if fact.step is not None for argument in fact.step.arguments]
        self._name(texts)
        pairs = [f"$d {self._names[x]} {self._names[y]} $.\n" for x, y in sorted(conditions.among(texts))]
        essentials = {text: f"{label}.{place}" for place, text in enumerate(goal.hypotheses, 1)}
        own = [label for variable, label in self._floats.items() if variable in conditions.own]
        target = next(index for index, fact in enumerate(facts) if fact.statement == goal.statement)
        written = self._written(facts, target, essentials, own)
        lines = [
            "${\n",
            *pairs,
            *[f"{name} $e {self._renamed(text)} $.\n" for text, name in essentials.items()],
            f"{label} $p {self._renamed(goal.statement)} $=\n{wrapped(written)} $.\n",
            "$}\n",
        ]
        return Export(label, "".join(lines), frozenset(written[: written.index(")")].split()))

    def _written(self, facts: Sequence[Fact], target: int, essentials: Mapping[str, str], own: Sequence[str]) -> str:
        mandatory = [*self._given, *own, *essentials.values()]
        return Writer(self._env.compiler, mandatory, {**self._floats, **essentials}, facts).write(target)

    def _name(self, texts: Iterable[str]) -> None:
        """Give names to the variables that have none yet."""
        known = self._env.syntax.variables
        for text in texts:
            for symbol in text.split():
                if symbol in known and symbol not in self._names:
                    self._floats[symbol] = f"{self._prefix}.{len(self._names)}"
                    self._names[symbol] = f"{symbol}:{self._prefix}"

    def _renamed(self, text: str) -> str:
        return " ".join([self._names.get(symbol, symbol) for symbol in text.split(" ")])


def _mandatory(hypotheses: Sequence[Hypothesis]) -> list[str]:
    """Of the hypotheses in the outermost scope of a database, those of every theorem at its end: all `$e`, and the
    `$f` of their variables."""
    symbols = {symbol for item in hypotheses if item.keyword == "e" for symbol in item.symbols}
    return [item.label for item in hypotheses if item.keyword == "e" or item.symbols[-1] in symbols]


def wrapped(proof: str) -> str:
    """The proof in lines of at most 79 characters where labels allow."""
    labels, _, letters = proof.partition(") ")
    lines = textwrap.wrap(f"{labels})", 77, break_on_hyphens=False, break_long_words=False)
    lines += [letters[start : start + 77] for start in range(0, len(letters), 77)]
    return "\n".join([f"  {line}" for line in lines])


def _unused_prefix(text: str) -> str:
    """The beginning of labels and the end of symbols that the database does not use."""
    prefix = "fwd"
    while prefix in text:
        prefix += "x"
    return prefix
