"""The evidence in a folder of `fwd prove`, judged from scratch."""

from __future__ import annotations

from pathlib import Path

from attrs import define, field
from fwd.api import Env, Goal, Proof
from fwd.config import RunConfig, read
from fwd.errors import GoalError, UserError
from fwd.plugins import PluginSet, load

from fwd_cli import record
from fwd_cli.asked import FILE, Asked

Failure = tuple[str, str]
"""The name of a goal, and what is wrong with its proof."""


@define(eq=False)
class Evidence:
    """What a folder claims (`claims`: name and trial of each solved result) and the proofs that it has for that."""

    folder: Path
    plugins: PluginSet
    env: Env
    goals: dict[str, Goal]
    claims: list[tuple[str, int]]
    proofs: dict[tuple[str, int], Proof]

    def check(self) -> list[Failure]:
        """Failures by the env's own checker: each claim against the goal that was asked for, then proofs that nobody
        claims."""
        failures = []
        for claim in self.claims:
            name = claim[0]
            if name not in self.goals:
                failures.append((name, "this goal was not asked for"))
            elif claim not in self.proofs:
                failures.append((name, f"trial {claim[1]} claims a proof that is not in the store"))
            else:
                verdict = self.env.check(self.goals[name], self.proofs[claim])
                if not verdict.proved:
                    failures.append((name, verdict.reason or "refused"))
        return failures

    def check_externally(self) -> list[Failure]:
        """Failures by the env's external checker. Raises `UserError` if it has none, or its program is missing."""
        spec = self.plugins.env(self.env.name)
        if spec.external is None:
            raise UserError(f"{self.env.name} brings no external checker: run fwd check without --external")
        verdicts = load(spec.external)(self.env).check(list(self.proofs.values()), self.folder / "external")
        pairs = zip(self.proofs, verdicts, strict=True)
        return [(name, verdict.reason or "refused") for (name, _), verdict in pairs if not verdict.proved]

    def close(self) -> None:
        """Release the env."""
        self.env.close()
