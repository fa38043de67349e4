"""A person's question: a statement in ordinary syntax, answered by a proof in the person's own names."""

from __future__ import annotations

from attrs import frozen
from fwd.api import Goal, Proof
from fwd.errors import GoalError
from fwd.prover import Prover

from fwd_equations.codec import rename
from fwd_equations.layout import NAMES
from fwd_equations.parse import Unreadable, read_sequent
from fwd_equations.terms import variables


@frozen
class Answer:
    """A proof that was checked, or why there is none: how many searches were tried, and how the last one stopped."""

    proof: Proof | None
    tried: int
    stopped: str


def ask(prover: Prover, text: str, trials: int) -> Answer:
    """Search up to `trials` times for a proof. Raises `GoalError` for what cannot be read."""
    try:
        hypotheses, conclusion = read_sequent(text)
    except Unreadable as error:
        raise GoalError(str(error)) from None
    names = dict.fromkeys(name for term in (conclusion, *hypotheses) for name in variables(term))
    if len(names) > len(NAMES):
        raise GoalError(f"there are {len(names)} variables, at most {len(NAMES)} can be spoken of")
    spoken = _spoken(list(names))
    asked = Goal("question", conclusion.text, tuple(one.text for one in hypotheses))
    goal = prover.env.canonical(rename(Proof(asked, ()), spoken).goal)
    tried, stopped = 0, ""
    searches = prover.prove([goal], trials)
    try:
        for search in searches:
            tried, stopped = tried + 1, search.stopped
            if search.solved and search.proof is not None:
                return Answer(rename(search.proof, {new: old for old, new in spoken.items()}), tried, stopped)
    finally:
        searches.close()
    return Answer(None, tried, stopped)


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
