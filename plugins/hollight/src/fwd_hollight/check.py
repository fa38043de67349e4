"""The check of a whole proof, in a new process that nothing was asked of before.

HOL Light makes every fact again from exactly the theorems that the proof names (`ocaml/check.ml`); here it is only
seen to that those come earlier and that steps are in canonical form.
"""

from __future__ import annotations

from fwd.api import Fact, Goal, Proof, Step, Verdict

from fwd_hollight import texts
from fwd_hollight.library import Library
from fwd_hollight.settings import HolLightConfig
from fwd_hollight.worker import Refused, Worker, WorkerLost
from fwd_hollight.zygote import Zygote

START = 20.0
"""Processor time for a check beside that for its steps."""
TRIES = 3
"""How often a check is begun whose worker dies, in case something else killed it."""


class _Doubt(Exception):
    """Why the proof is none, before HOL Light is asked."""


def seconds(config: HolLightConfig, proof: Proof) -> float:
    """Processor time that the check of a proof may take."""
    return START + config.step_seconds * proof.steps


def malformed(goal: Goal, proof: Proof) -> str:
    """What of a goal and a proof is not even of the right types; empty if nothing."""
    if not isinstance(goal, Goal) or not isinstance(proof, Proof) or not isinstance(proof.facts, tuple):
        return "this is no goal with a proof"
    names = [goal.name, *([] if goal.before is None else [goal.before])]
    if not all(map(_texts, (names, [goal.statement], goal.hypotheses, goal.conditions, goal.forbidden))):
        return "the goal's statements and names must be texts"
    for index, fact in enumerate(proof.facts):
        step = fact.step if isinstance(fact, Fact) else None
        if not isinstance(fact, Fact) or not _texts([fact.statement]) or not isinstance(fact.premises, tuple):
            return f"fact {index} is none"
        if step is None:
            continue
        if not isinstance(step, Step) or not isinstance(step.premises, tuple) or not isinstance(step.arguments, tuple):
            return f"fact {index}: its step is none"
        if not _texts([step.label, *step.arguments]):
            return f"fact {index}: label and arguments of its step must be texts"
    return ""


def _texts(items: object) -> bool:
    """Whether these are texts, all of which can be written as UTF-8."""
    try:
        return isinstance(items, (tuple, list, frozenset)) and all(
            isinstance(one, str) and one.encode() is not None for one in items
        )
    except UnicodeEncodeError:
        return False


def check(zygote: Zygote, config: HolLightConfig, library: Library, goal: Goal, proof: Proof) -> Verdict:
    """The verdict on a proof of a canonical goal, neither of them malformed."""
    try:
        rows = _rows(library, goal, proof.facts)
    except _Doubt as doubt:
        return Verdict(False, str(doubt))
    limits = [goal.before or "", " ".join(sorted(goal.forbidden))]
    request = ["check", *limits, goal.statement, str(len(goal.hypotheses)), *goal.hypotheses, *rows]
    for _ in range(TRIES):
        worker = None
        try:
            worker = Worker(zygote, config.step_memory, config.longest)
            worker.ask(seconds(config, proof), request)
            return Verdict(True)
        except Refused as refused:
            return Verdict(False, f"HOL Light: {refused.code}: {refused}")
        except WorkerLost as lost:
            if lost.overdue:
                return Verdict(False, "the check takes too long")
        finally:
            if worker is not None:
                worker.kill()
    return Verdict(False, "HOL Light did not survive the check")


def _rows(library: Library, goal: Goal, facts: tuple[Fact, ...]) -> list[str]:
    """For each fact that is made: "rule" or "tactic", statement, numbers of the theorems that its text names, numbers
    of those that its tactic's subgoals are, text. Numbers count hypotheses first."""
    given = len(goal.hypotheses)
    numbers: list[int] = []
    rows: list[list[str]] = []
    for index, fact in enumerate(facts):
        if fact.step is None:
            if fact.statement not in goal.hypotheses or fact.premises:
                raise _Doubt(f"fact {index} is not a hypothesis of the goal")
            numbers.append(goal.hypotheses.index(fact.statement))
            continue
        named = len(fact.step.premises)
        if any(type(one) is not int or not 0 <= one < index for one in (*fact.premises, *fact.step.premises)):
            raise _Doubt(f"fact {index}: a premise does not come earlier")
        if fact.premises[:named] != fact.step.premises:
            raise _Doubt(f"fact {index}: its premises are not those of its step")
        try:
            text, statement = texts.parts(library, goal, fact.step)
        except texts.Malformed as error:
            raise _Doubt(f"fact {index}: {error}") from None
        if statement and statement != fact.statement:
            raise _Doubt(f"fact {index}: its step states something else")
        if not statement and len(fact.premises) > named:
            raise _Doubt(f"fact {index}: a rule has no premises but those that its text names")
        used = [" ".join(str(numbers[one]) for one in part) for part in (fact.step.premises, fact.premises[named:])]
        rows.append(["tactic" if statement else "rule", fact.statement, *used, text])
        numbers.append(given + len(rows) - 1)
    return [field for row in rows for field in row]
