"""The outside world: a plain `hol-light`, which has none of our code loaded but what judges a script's proofs.

The script (`fwd_hollight.script`) is ordinary OCaml of HOL Light's toplevel, one phrase for each proof, each judged in
a process and within a time of its own. What HOL Light says of a proof contains a number that is drawn anew for each
script.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from fwd.api import Proof, Verdict
from fwd.errors import GoalError, UserError

from fwd_hollight import check, install, script, sources, theories
from fwd_hollight.env import HolLightEnv
from fwd_hollight.telling import Telling

OUTSIDE = resources.files("fwd_hollight") / "ocaml" / "outside.ml"
START = 1200.0
"""Seconds by the clock that HOL Light may take to start; about 90 on an idle machine."""
SLOWNESS = 20.0
"""How many times its processor time a proof may take by the clock (`ocaml/outside.ml` says the same of each)."""
MEMORY = 4096
"""Most memory in MiB of a process, beside what a step of the env may take."""
AGAIN = f"(cd {install.SOURCES} && HOLLIGHT_DIR={install.SOURCES} hol-light) < proofs.ml"


class HolLightExternal:
    """Hands proofs to a plain HOL Light; see `fwd.api.ExternalChecker`."""

    def __init__(self, env: HolLightEnv) -> None:
        self.env = env

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        """One verdict per proof. `folder` receives the script (`proofs.ml`) and what HOL Light printed
        (`hol-light.log`). Raises `UserError` if HOL Light is not installed or the folder cannot be written."""
        install.require()
        verdicts = [self.env.check(proof.goal, proof) for proof in proofs]
        phrases: dict[int, str] = {}
        limits: dict[int, float] = {}
        for number, proof in enumerate(proofs):
            if verdicts[number].proved:
                try:
                    phrases[number], limits[number] = self._phrase(number, proof)
                except script.Inexpressible as reason:
                    verdicts[number] = Verdict(False, f"it cannot be written for HOL Light: {reason}")
        if not phrases:
            return verdicts
        mark = secrets.token_hex(8)
        log = _run(self._script(mark, phrases), folder, START + SLOWNESS * sum(limits.values()), mark, len(phrases))
        said = dict(re.findall(rf"^fwd {mark} (-?[0-9]+) (.*)$", log, re.MULTILINE))
        for number in phrases:
            reason = _refusal(said, number)
            if reason:
                verdicts[number] = Verdict(False, f"HOL Light {reason}; {folder / 'hol-light.log'} says more")
        return verdicts

    def _script(self, mark: str, phrases: Mapping[int, str]) -> str:
        libraries = self.env.zygote.libraries
        own = sum(one.library > 0 for one in self.env.known_axioms)
        return "\n".join(
            [
                f"(* To judge these proofs again: {AGAIN} *)",
                OUTSIDE.read_text(encoding="ascii"),
                sources.load_path(libraries),
                *(f"Fwd.library {sources.quoted(str(theories.place(name)))};;" for name in libraries),
                f'Fwd.start "{mark}" {own};;\n',
                *phrases.values(),
                "Fwd.finish ();;\n",
            ]
        )

    def _phrase(self, number: int, proof: Proof) -> tuple[str, float]:
        """The phrase of a proof, and how many seconds it may take. Raises `Inexpressible`."""
        problem = check.malformed(proof.goal, proof)
        if problem:
            raise script.Inexpressible(problem)
        try:
            goal = self.env.canonical(proof.goal)
        except GoalError as error:
            raise script.Inexpressible(str(error)) from None
        seconds = check.seconds(self.env.config, proof)
        longest = self.env.config.longest
        return script.proof(self.env.library, longest, number, seconds, goal, proof.facts), seconds


def _refusal(said: Mapping[str, str], number: int) -> str:
    """What HOL Light has against a proof; empty if nothing."""
    started = said.get("-1", "does not start, or cannot load the libraries")
    if started not in ("started", "finished"):
        return started if "-1" not in said else f"has {started} than the env knows"
    answer = said.get(str(number), "cannot read it" if started == "finished" else "ended before it")
    return "" if answer == "accepted" else answer.replace("refused: ", "refuses it: ", 1)


def _run(text: str, folder: Path, seconds: float, mark: str, proofs: int) -> str:
    """Write the script and return what HOL Light prints when it reads it."""
    path, log_path = folder / "proofs.ml", folder / "hol-light.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in (path, log_path):
            one.unlink(missing_ok=True)  # what lies there may be a link to somewhere else
        path.write_text(text, encoding="ascii")
        with path.open("rb") as source, log_path.open("xb") as log:
            process = subprocess.Popen(
                [install.PROGRAM], stdin=source, stdout=log, stderr=subprocess.STDOUT, **install.surroundings()
            )
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY << 20, MEMORY << 20))
            _await(process, log_path, seconds, mark, proofs)
        return log_path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"cannot export to {folder}: {error}") from None


def _await(process: subprocess.Popen[bytes], log: Path, seconds: float, mark: str, proofs: int) -> None:
    """Wait for the end, which comes with the time limit if not before, and tell how far it is."""
    telling = Telling(f"a plain HOL Light judges {proofs} proofs: a minute or more to start")
    deadline = time.monotonic() + seconds
    try:
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            telling.go_on(lambda: f"{_judged(log, mark)} of {proofs} proofs judged")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _judged(log: Path, mark: str) -> int:
    return len(re.findall(rb"^fwd %s [0-9]+ " % mark.encode(), log.read_bytes(), re.MULTILINE))
