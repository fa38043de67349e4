"""The evidence in a folder of `fwd prove` or in a proof store, judged from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve, frozen
from fwd.api import Env, Goal, Proof, Verdict
from fwd.config import RunConfig, assign, meant, merge, read
from fwd.errors import GoalError, UserError
from fwd.plugins import PluginSet, load, start_env
from fwd.store import Entry, ProofReader, ProofRecord, StoreError, recover

from fwd_cli import record
from fwd_cli.asked import FILE, Asked
from fwd_cli.goals import GoalsFile
from fwd_cli.record import explained


@frozen
class Claim:
    """Somebody says that this goal is proved. Without a proof, `problem` says why there is none to judge. `foreign`:
    the proof was made with another library than the one at hand. `others` are proofs that will do as well."""

    name: str
    goal: Goal | None = None
    proof: Proof | None = None
    others: tuple[Proof, ...] = ()
    problem: str = ""
    foreign: bool = False


@frozen(eq=False)
class Evidence:
    """The claims of a folder, the env that they speak of, and what in the folder could not be read."""

    folder: Path
    plugins: PluginSet
    env: Env
    claims: Sequence[Claim]
    complaints: Sequence[str]

    def check(self) -> Iterator[tuple[Claim, Verdict]]:
        """What the env's own checker says of each claim, with the proof that it said it of."""
        for claim in self.claims:
            if claim.goal is None or claim.proof is None:
                yield claim, Verdict(False, claim.problem)
                continue
            verdict = judge(self.env, claim.goal, claim.proof)
            for other in claim.others:
                if not verdict.proved:
                    claim = evolve(claim, proof=other)
                    verdict = judge(self.env, claim.goal, other)
            yield claim, verdict

    def check_externally(self, claims: Sequence[Claim]) -> Iterator[tuple[Claim, Verdict]]:
        """What a program of others says of claims that hold. Raises `UserError` if the env has no external checker, its
        program is missing, or the folder cannot be written."""
        spec = self.plugins.env(self.env.name)
        if spec.external is None:
            raise UserError(f"{self.env.name} brings no external checker: run fwd check without --external")
        folder = self.folder / "external"
        if folder.is_symlink():
            raise UserError(f"{folder} is a link, which nothing is written to: move it away")
        with explained(folder):
            folder.mkdir(exist_ok=True)
        proofs = [evolve(claim.proof, goal=claim.goal) for claim in claims]
        yield from zip(claims, load(spec.external)(self.env).check(proofs, folder), strict=True)


def judge(env: Env, goal: Goal, proof: Proof) -> Verdict:
    """The checker's verdict. One that fails on a proof, which none should, has not accepted it."""
    try:
        return env.check(goal, proof)
    except Exception as error:
        return Verdict(False, f"the checker of {env.name} failed: {type(error).__name__}: {error}")


@contextmanager
def evidence(plugins: PluginSet, folder: Path, settings: Iterable[str] = ()) -> Iterator[Evidence]:
    """Open a folder that `fwd prove` wrote, a proof store that has its config in or beside it, or a joint run. Raises
    `UserError` if it is neither, if it holds nothing to judge, or if all of it was made with another library."""
    folder = _home(folder)
    with judging(plugins, folder, settings) as env:
        if (folder / "prove.json").is_file():
            reader, made_with = ProofReader(folder / "proofs"), record.read_task(folder).sources
            claims = _claims_of_results(plugins, env, folder, reader)
        else:
            reader, made_with = ProofReader(folder), ()
            claims = [_claim(env, one.record.goal, one.record) for one in records(reader) if one.record.solved]
            claims += [Claim("(unreadable)", problem=complaint) for complaint in reader.complaints]
        if not claims:
            raise UserError(f"{folder}: there is nothing to check: nothing in it claims to be proved")
        if all(claim.foreign for claim in claims):
            raise UserError(_another_library(folder, env, made_with))
        yield Evidence(folder, plugins, env, claims, reader.complaints)


@contextmanager
def judging(plugins: PluginSet, folder: Path, settings: Iterable[str] = ()) -> Iterator[Env]:
    """The env that the proofs in a folder speak of, by the config in or beside it and other `settings` of the env.
    Raises `UserError`."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give an output of fwd prove, or a proof store")
    place = next((one for one in (folder, folder.parent) if (one / "config.toml").is_file()), None)
    if place is None:
        raise UserError(f"{folder} is neither an output of fwd prove nor a proof store: it has no config.toml")
    told = merge(*map(assign, settings))
    if wrong := [section for section in told if section != "env"]:
        raise UserError(f"{wrong[0]}: only settings of the env matter here, such as env.KEY=VALUE")
    config = RunConfig.loads(merge(read(place / "config.toml"), told), plugins)
    env = start_env(plugins.env(config.run.env), (meant(config, plugins) if told else config).env)
    try:
        yield env
    finally:
        env.close()


def records(reader: ProofReader) -> Iterator[Entry]:
    """All records of a store, those of a writer that died included. What keeps it from being written is a complaint."""
    try:
        recover(reader.store)
    except StoreError as error:
        reader.broken[reader.store] = str(error)
    yield from reader


def _home(folder: Path) -> Path:
    """The folder to judge: an output rather than its store, the store rather than its joint run."""
    if folder.name == "proofs" and (folder.parent / "prove.json").is_file():
        return folder.parent
    return folder / "store" if (folder / "store").is_dir() and not (folder / "prove.json").is_file() else folder


def _claims_of_results(plugins: PluginSet, env: Env, folder: Path, reader: ProofReader) -> list[Claim]:
    """One claim for each solved result. What counts is the goal that was asked for, whatever the stored proof says."""
    results = [result for result in record.read_results(folder) if result.solved]
    if not results:
        return []
    split = record.read_task(folder).split
    file = GoalsFile.read(folder / "goals.jsonl", pipes=False) if split == FILE else None
    asked = Asked(plugins, env, split, file)
    goals = {goal.name: goal for goal in asked.goals}
    wanted = {(result.name, result.trial) for result in results}
    found = (entry.record for entry in records(reader) if entry.record.solved)
    stored: dict[tuple[str, int], list[ProofRecord]] = {}
    for one in found:
        if (one.goal.name, one.trial) in wanted:
            stored.setdefault((one.goal.name, one.trial), []).append(one)
    claims = []
    for result in results:
        goal, proofs = goals.get(result.name), stored.get((result.name, result.trial), [])
        if goal is None:
            claims.append(Claim(result.name, problem="this goal was not asked for"))
        elif not proofs:
            claims.append(Claim(result.name, problem=f"the proof of trial {result.trial} is not in the store"))
        else:
            claims.append(_best([_claim(env, goal, proof) for proof in proofs]))
    return claims


def _best(claims: list[Claim]) -> Claim:
    """One claim of several that say the same: somebody may have put a worse record beside the right one."""
    first, *others = sorted(claims, key=lambda claim: claim.proof is None)
    return evolve(first, others=tuple(claim.proof for claim in others if claim.proof is not None))


def _claim(env: Env, goal: Goal, stored: ProofRecord) -> Claim:
    """The claim that a stored graph proves a goal, which need not be its own."""
    if stored.env != env.name or stored.fingerprint != env.fingerprint:
        made = f"made with another library or other rules ({stored.env} {stored.fingerprint}, not {env.fingerprint})"
        return Claim(goal.name, problem=made, foreign=True)
    try:
        goal = env.canonical(goal)
        return Claim(goal.name, goal, Proof.of(evolve(stored, goal=goal).graph()))
    except (GoalError, ValueError) as error:
        return Claim(goal.name, problem=str(error))


def _another_library(folder: Path, env: Env, made_with: Sequence[str]) -> str:
    here, made = ("; ".join(one) or "what this version of the env brings" for one in (env.sources, made_with))
    then = f"made with {made}" if made_with else "made with another library or other rules"
    return (
        f"{folder}: its proofs were {then}, and cannot be judged with {here}: give the library that they were made "
        "with by --set, e.g. --set env.database=PATH where the env is so set"
    )
