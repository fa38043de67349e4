"""The evidence in a folder of `fwd prove` or in a proof store, judged from scratch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve, frozen
from fwd.api import Env, Goal, Proof
from fwd.config import RunConfig, read
from fwd.errors import UserError
from fwd.plugins import PluginSet, load
from fwd.store import ProofReader, ProofRecord, recover

from fwd_cli import record
from fwd_cli.asked import Asked


@frozen
class Claim:
    """Somebody says that this goal is proved. Without a proof, `problem` says why there is none to judge."""

    name: str
    goal: Goal | None = None
    proof: Proof | None = None
    problem: str = ""


@frozen
class Failure:
    """A claim that does not hold, and why."""

    name: str
    reason: str


@frozen(eq=False)
class Evidence:
    """The claims of a folder, and the env that they speak of."""

    folder: Path
    plugins: PluginSet
    env: Env
    claims: list[Claim]
    warnings: list[str]

    def check(self) -> tuple[list[Claim], list[Failure]]:
        """The claims that hold by the env's own checker, and the others."""
        hold, failures = [], []
        for claim in self.claims:
            reason = self._judge(claim)
            if reason:
                failures.append(Failure(claim.name, reason))
            else:
                hold.append(claim)
        return hold, failures

    def check_externally(self, claims: list[Claim]) -> list[Failure]:
        """Which of the claims a program of others refuses. Raises `UserError` if the env has no external checker, or
        its program is missing."""
        spec = self.plugins.env(self.env.name)
        if spec.external is None:
            raise UserError(f"{self.env.name} brings no external checker: run fwd check without --external")
        proofs = [evolve(claim.proof, goal=claim.goal) for claim in claims]
        folder = self.folder / "external"
        folder.mkdir(exist_ok=True)
        verdicts = load(spec.external)(self.env).check(proofs, folder)
        pairs = zip(claims, verdicts, strict=True)
        return [Failure(claim.name, verdict.reason or "refused") for claim, verdict in pairs if not verdict.proved]

    def _judge(self, claim: Claim) -> str:
        """Why a claim does not hold; empty if it does."""
        if claim.goal is None or claim.proof is None:
            return claim.problem
        verdict = self.env.check(claim.goal, claim.proof)
        return "" if verdict.proved else verdict.reason or "refused"


@contextmanager
def evidence(plugins: PluginSet, folder: Path) -> Iterator[Evidence]:
    """Open a folder that `fwd prove` wrote, or a proof store that has its config beside it. Raises `UserError` if it is
    neither."""
    if folder.name == "proofs" and (folder.parent / "prove.json").is_file():
        folder = folder.parent
    if not (folder / "config.toml").is_file():
        raise UserError(f"{folder} is neither an output of fwd prove nor a proof store: it has no config.toml")
    config = RunConfig.loads(read(folder / "config.toml"), plugins)
    env = load(plugins.env(config.run.env).env)(config.env)
    try:
        if (folder / "prove.json").is_file():
            records, warnings = _records(folder / "proofs", env)
            claims = _claims_of_results(plugins, env, folder, records)
        else:
            records, warnings = _records(folder, env)
            claims = [_claim(one.goal, one) for one in records if one.solved]
        yield Evidence(folder, plugins, env, claims, warnings)
    finally:
        env.close()


def _records(store: Path, env: Env) -> tuple[list[ProofRecord], list[str]]:
    """All records of a store, those of a writer that died included, and what is wrong with the rest."""
    recover(store)
    reader = ProofReader(store)
    records = [entry.record for entry in reader]
    warnings = [f"{path} cannot be read: {reason}" for path, reason in reader.broken.items()]
    strangers = sum(one.fingerprint != env.fingerprint for one in records)
    if strangers:
        warnings.append(f"{strangers} proofs were made with another version of the library of {env.name}")
    return records, warnings


def _claims_of_results(plugins: PluginSet, env: Env, folder: Path, records: list[ProofRecord]) -> list[Claim]:
    """One claim for each solved result. What counts is the goal that was asked for, whatever the stored proof says."""
    asked = Asked(plugins, env, record.read_task(folder).split, folder / "goals.jsonl")
    goals = {goal.name: goal for goal in asked.goals}
    stored = {(one.goal.name, one.trial): one for one in records if one.solved}
    claims = []
    for result in record.read_results(folder):
        if not result.solved:
            continue
        goal, proof = goals.get(result.name), stored.get((result.name, result.trial))
        if goal is None:
            claims.append(Claim(result.name, problem="this goal was not asked for"))
        elif proof is None:
            claims.append(Claim(result.name, problem=f"the proof of trial {result.trial} is not in the store"))
        else:
            claims.append(_claim(env.canonical(goal), proof))
    return claims


def _claim(goal: Goal, stored: ProofRecord) -> Claim:
    """The claim that a stored graph proves a goal, which need not be its own."""
    try:
        return Claim(goal.name, goal, Proof.of(evolve(stored, goal=goal).graph()))
    except ValueError as error:
        return Claim(goal.name, problem=str(error))
