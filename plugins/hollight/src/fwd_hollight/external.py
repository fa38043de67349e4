"""The outside world: proofs as a script for a plain `hol-light`, which has none of our code loaded.

The script is ordinary OCaml of HOL Light's toplevel, one phrase for each proof. What a phrase prints for a proof that
holds contains a number that is drawn anew for each script.
"""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Sequence
from pathlib import Path

from fwd.api import Fact, Goal, Proof, Verdict
from fwd.errors import UserError

from fwd_hollight import install, sources, texts
from fwd_hollight.env import HolLightEnv
from fwd_hollight.words import ASSUMED, TURNSTILE

MINUTES = 60
"""Longest time that HOL Light may take for a script."""

PRELUDE = """\
type_invention_warning := false;;
let fwd_axioms = axioms () and fwd_definitions = definitions ();;
let fwd_goal asl w : goal = map (fun tm -> "",ASSUME tm) asl,w;;
let fwd_assume asl w = rev_itlist (fun tm th -> MP th (ASSUME tm)) asl (ASSUME (itlist (curry mk_imp) asl w));;
let fwd_within given asl th = forall (fun tm -> exists (aconv tm) (asl @ given)) (hyp th);;
let fwd_name_types th =
  let made_up,others = partition (fun ty -> String.get (dest_vartype ty) 0 = '?')
    (itlist (fun tm found -> union (type_vars_in_term tm) found) (concl th :: hyp th) []) in
  let free = filter (fun name -> not (mem (mk_vartype name) others)) (explode "ABCDEFGHIJKLMNOPQRSTUVWXYZ") in
  INST_TYPE (zip (map mk_vartype (fst (chop_list (length made_up) free))) made_up) th;;
let fwd_stated given asl w th =
  if aconv (concl th) w && fwd_within given asl th then th else failwith "another theorem";;
let fwd_prove given asl w (tac : tactic) facts =
  let (mvs,_),gls,just = tac (fwd_goal asl w) in
  if mvs <> [] || length gls <> length facts then failwith "other subgoals" else
  fwd_stated given asl w (just null_inst facts);;
let fwd_clean () = axioms () == fwd_axioms && definitions () == fwd_definitions && length fwd_axioms = 3;;
"""


class HolLightExternal:
    """Hands proofs to a plain HOL Light; see `fwd.api.ExternalChecker`."""

    def __init__(self, env: HolLightEnv) -> None:
        self.env = env

    def check(self, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
        """One verdict per proof. `folder` receives the script (`proofs.ml`) and what HOL Light printed
        (`hol-light.log`). Raises `UserError` if HOL Light is not installed or the folder cannot be written."""
        install.require()
        verdicts = [self.env.check(proof.goal, proof) for proof in proofs]
        numbers = [number for number, verdict in enumerate(verdicts) if verdict.proved]
        mark = secrets.token_hex(8)
        phrases = [self._phrase(proofs[number], f"{mark} {number}") for number in numbers]
        output = _run("".join([sources.libraries(self.env.zygote.libraries), PRELUDE, *phrases]), folder)
        accepted = {int(number) for number in re.findall(rf"^accepted {mark} ([0-9]+)$", output, re.MULTILINE)}
        for number in numbers:
            if number not in accepted:
                verdicts[number] = Verdict(False, f"HOL Light refuses it; {folder / 'hol-light.log'} says why")
        return verdicts

    def _phrase(self, proof: Proof, mark: str) -> str:
        """The phrase that makes every fact and prints whether the last one says the goal."""
        goal = self.env.canonical(proof.goal)
        hypotheses = [_sequent(text) for text in goal.hypotheses]
        given = "; ".join(f"itlist (curry mk_imp) {asl} {w}" for asl, w in hypotheses)
        lines = [f"let fwd_given = [{given}] in"]
        for index, fact in enumerate(proof.facts):
            lines.append(f"let fact_{index} = {self._fact(goal, fact)} in")
        target = next(index for index, fact in enumerate(proof.facts) if fact.statement == goal.statement)
        asl, w = _sequent(goal.statement)
        lines.append(f"ignore (fwd_stated fwd_given {asl} {w} fact_{target});")
        body = "\n  ".join(lines)
        return (
            f"try\n  {body}\n"
            f'  if fwd_clean () then Printf.printf "\\naccepted {mark}\\n%!" else failwith "axioms or definitions"\n'
            f'with error -> Printf.printf "\\nrefused {mark}: %s\\n%!" (Printexc.to_string error);;\n'
        )

    def _fact(self, goal: Goal, fact: Fact) -> str:
        asl, w = _sequent(fact.statement)
        if fact.step is None:
            return f"fwd_assume {asl} {w}"
        text, statement = texts.parts(self.env.library, goal, fact.step)
        justification = _ocaml(text, fact.step.premises)
        if not statement:
            return f"fwd_stated fwd_given {asl} {w} (fwd_name_types ({justification}))"
        used = "; ".join(f"fact_{number}" for number in fact.premises[len(fact.step.premises) :])
        return f"fwd_prove fwd_given {asl} {w} ({justification}) [{used}]"


def _sequent(text: str) -> tuple[str, str]:
    """A sequent's assumptions as an OCaml list, and its conclusion."""
    *before, conclusion = text.split(f" {TURNSTILE} ")
    assumptions = before[0].split(f" {ASSUMED} ") if before else []
    return "[" + "; ".join(f"`{one}`" for one in assumptions) + "]", f"`{conclusion}`"


def _ocaml(text: str, premises: Sequence[int]) -> str:
    """The text of a step as OCaml: facts have names, types have their colon first, and `o` is no name."""
    parts = text.split("`")
    for place, part in enumerate(parts):
        if place % 2:
            parts[place] = part.strip()
        else:
            part = re.sub(r"#([0-9]+)", lambda found: f"fact_{premises[int(found[1])]}", part)
            parts[place] = re.sub(r"(?<![\w'])o(?![\w'])", "(o)", part)
    return "`".join(parts)


def _run(script: str, folder: Path) -> str:
    """Write the script and return what HOL Light prints when it reads it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "proofs.ml").write_text(script, encoding="utf-8")
        with (folder / "proofs.ml").open("rb") as source:
            done = subprocess.run(
                [install.PROGRAM],
                stdin=source,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=60 * MINUTES,
                check=False,
            )
        (folder / "hol-light.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot export to {folder}: {error}") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"HOL Light did not finish {folder / 'proofs.ml'} within {MINUTES} minutes") from None
    return done.stdout
