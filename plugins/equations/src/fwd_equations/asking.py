"""A person's question, answered by a proof in the person's own names."""

from __future__ import annotations

from attrs import frozen
from fwd.api import Goal, Proof
from fwd.errors import GoalError
from fwd.prover import Prover

from fwd_equations.codec import rename
from fwd_equations.doubt import Refutation, refute
from fwd_equations.layout import NAMES
from fwd_equations.terms import variables
from fwd_equations.typed import Question


@frozen
class Answer:
    """A proof that was checked as it is, and what it relies on; or why there is none: where what was asked is false, or
    how many searches were tried, and how the last one stopped."""

    proof: Proof | None = None
    tried: int = 0
    stopped: str = ""
    relies_on: tuple[str, ...] = ()
    refutation: Refutation | None = None


def ask(prover: Prover, question: Question, trials: int) -> Answer:
    """Look for a point at which it is false, then search up to `trials` times for a proof. Raises `GoalError` if there
    are too many names."""
    terms = (question.conclusion, *question.hypotheses)
    names = dict.fromkeys(name for term in terms for name in variables(term))
    if len(names) > len(NAMES):
        raise GoalError(f"there are {len(names)} variables, at most {len(NAMES)} can be spoken of")
    refutation = refute(question)
    if refutation is not None:
        return Answer(refutation=refutation)
    spoken = _spoken(list(names))
    asked = Goal("question", question.conclusion.text, tuple(one.text for one in question.hypotheses))
    goal = prover.env.canonical(rename(Proof(asked, ()), spoken).goal)
    tried, stopped = 0, ""
    searches = prover.prove([goal], trials)
    try:
        for search in searches:
            tried, stopped = tried + 1, search.stopped
            if search.solved and search.proof is not None:
                proof = rename(search.proof, {new: old for old, new in spoken.items()})
                verdict = prover.env.check(asked, proof)  # what is printed is what was checked
                if verdict.proved:
                    return Answer(proof, tried, stopped, verdict.relies_on)
                stopped = verdict.reason
    finally:
        searches.close()
    return Answer(tried=tried, stopped=stopped)


def _spoken(names: list[str]) -> dict[str, str]:
    """Names that the vocabulary has, for those of a person; the same where it has them."""
    free = iter([name for name in ("x", "y", "z", *NAMES) if name not in names])
    taken: set[str] = set()
    spoken: dict[str, str] = {}
    for name in names:
        new = name if name in NAMES else next(one for one in free if one not in taken)
        taken.add(new)
        spoken[name] = new
    return spoken
