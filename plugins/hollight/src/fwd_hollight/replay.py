"""From recorded proofs to forward proofs that the env itself has judged, step by step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, field, frozen
from fwd.api import Applied, Goal, Proof, ProofGraph, Rejected, Step

from fwd_hollight import texts
from fwd_hollight.env import HolLightEnv
from fwd_hollight.recording import Recorded, RecordedProof

_LEMMA = re.compile(r"#L([0-9]+)")


@frozen
class Outcome:
    """What became of a recorded proof: its forward proof, or why there is none; and how many of its steps there were,
    how many were tried and how many gave exactly what was recorded."""

    name: str
    proof: Proof | None
    problem: str
    steps: int
    tried: int
    exact: int


@define(eq=False)
class Replayer:
    """Replays the proofs of one recording."""

    env: HolLightEnv
    recorded: Sequence[RecordedProof]
    _by_number: dict[int, RecordedProof] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._by_number = {one.number: one for one in self.recorded}

    def theorems(self) -> Iterator[tuple[str, RecordedProof]]:
        """The recorded proofs that are not local to another, each with a name of its own."""
        seen: Counter[str] = Counter()
        for one in self.recorded:
            if "/" in one.name or one.file not in self.env.library.files:
                continue
            name = one.name or f"{one.file}:{one.line}"
            seen[name] += 1
            yield (name if seen[name] == 1 else f"{name}.{seen[name]}"), one

    def replay(self, name: str, recorded: RecordedProof) -> Outcome:
        """Derive every step on a graph of facts."""
        if recorded.problem:
            return Outcome(name, None, recorded.problem, 0, 0, 0)
        goal = Goal(name, recorded.steps[-1].statement, before=self._before(recorded))
        graph = self.env.begin(goal)
        tally: Counter[str] = Counter()
        problem = self._derive(graph, recorded, tally, set())
        proof = None if problem or not graph.solved else Proof.of(graph)
        if not problem and proof is None:
            problem = "another statement"
        return Outcome(name, proof, problem, len(recorded.steps), tally["tried"], tally["exact"])

    def _before(self, recorded: RecordedProof) -> str | None:
        """The name whose definition ends what the proof may use: its own, unless that means something else by now."""
        own = recorded.name.split(",")[0]
        order = self.env.library.order.get(own)
        if order is not None and order[0] == self.env.library.files[recorded.file] and order[1] <= recorded.line:
            return own
        return self.env.library.first_after(recorded.file, recorded.line)

    def _derive(self, graph: ProofGraph, recorded: RecordedProof, tally: Counter[str], around: set[int]) -> str:
        """Add a recorded proof to a graph, lemmas first. The problem that ended it, or nothing."""
        if recorded.problem:
            return f"lemma: {recorded.problem}"
        for step in recorded.steps:
            for number in _lemmas(step):
                if number in around:
                    return "lemma: of itself"
                lemma = self._by_number[number]
                if lemma.problem or graph.find(self._spelled(lemma.steps[-1])) is None:
                    problem = self._derive(graph, lemma, Counter(), around | {number})
                    if problem:
                        return problem
            tally["tried"] += 1
            problem = self._step(graph, step)
            if problem:
                return problem
            tally["exact"] += 1
        return ""

    def _step(self, graph: ProofGraph, recorded: Recorded) -> str:
        """Make one recorded step. The problem, or nothing if its statement is a fact now."""
        if graph.find(self._spelled(recorded)) is not None:
            return ""
        lemmas = list(dict.fromkeys(_lemmas(recorded)))
        found = [graph.find(self._spelled(self._by_number[number].steps[-1])) for number in lemmas]
        text = _LEMMA.sub(lambda match: f"#{lemmas.index(int(match[1]))}", recorded.text)
        try:
            label, _, rest = texts.canonical(text).partition(" ")
        except texts.Malformed as error:
            return error.code
        arguments = (recorded.statement, rest) if rest else (recorded.statement,)
        premises = tuple(one for one in found if one is not None)
        answer = self.env.apply(graph, Step(label, premises, arguments))
        if isinstance(answer, Rejected):
            return answer.code
        assert isinstance(answer, Applied)
        graph.add(answer.fact)
        return ""

    def _spelled(self, recorded: Recorded) -> str:
        """What the step states, in the env's spelling."""
        return self.env.canonical(Goal("", recorded.statement)).statement


def _lemmas(step: Recorded) -> list[int]:
    return [int(number) for number in _LEMMA.findall(step.text)]
