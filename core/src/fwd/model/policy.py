"""A model as a policy: writes steps token by token, under the codec's grammar, for many graphs at once."""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence

import numpy as np
from attrs import define, field

from fwd.api import Ask, Codec, Cursor, Policy, ProofGraph, Proposal, Reply
from fwd.errors import CodecError
from fwd.model.engine import Engine
from fwd.model.sampling import Choice, draw_each
from fwd.model.transformer import Transformer
from fwd.search.branches import Branches
from fwd.settings import EngineConfig

_NOTHING = np.zeros(0, dtype=np.int64)


@define(eq=False)
class _Row:
    """A graph that has a slot of the engine. The slot's first `length` tokens are the transcript of the graph's first
    `facts` facts. Where memory is short, rows of a lower `number` come first."""

    graph: ProofGraph
    slot: int
    number: int
    length: int = 0
    facts: int = 0
    busy: bool = False


@define(eq=False)
class _Draft:
    """A request at work: the step that is being written after the first `start` tokens of the row."""

    ask: Ask
    row: _Row
    start: int
    cursor: Cursor
    tokens: list[int] = field(factory=list)
    logprob: float = 0.0
    allowed: np.ndarray = _NOTHING
    """What may come next, while the model is asked."""
    done: list[Proposal] = field(factory=list)
    branches: Branches = field(factory=Branches)
    """For requests of several steps: how others begin."""
    written: int = 0
    """How many of `tokens` the engine knows."""


class ModelPolicy(Policy):
    """Steps from a trained model.

    Every graph that was asked about keeps its slot, and so its part of the key-value cache, until it is forgotten or,
    if slots are short, until another graph needs the slot more than the one that was asked about longest ago; then its
    transcript is computed again. A fork takes over what was computed for its parent or its siblings. If the engine's
    memory is short, the graphs that came first are served first.
    """

    def __init__(self, model: Transformer, codec: Codec, engine: EngineConfig, name: str) -> None:
        self.name = name
        self.codec = codec
        self.engine = Engine(model, engine)
        self.slots = self.engine.slots
        self._free = list(range(self.slots))[::-1]
        self._rows: OrderedDict[int, _Row] = OrderedDict()  # by graph.id, the one asked about last at the end
        self._eldest: dict[int, _Row] = {}  # by id of the parent: a row of one of its forks
        self._waiting: deque[Ask] = deque()
        self._drafts: dict[int, _Draft] = {}  # by graph.id
        self._numbers = itertools.count()

    def submit(self, ask: Ask) -> None:
        self._waiting.append(ask)

    def advance(self) -> list[Reply]:
        replies: list[Reply] = []
        self._admit(replies)
        drafts = {draft.row.slot: draft for draft in self._drafts.values() if not self._hold(draft.row)}
        if not drafts:
            return replies
        idle = (row.slot for row in self._rows.values() if not row.busy)
        ready, hidden = self.engine.run(sorted(drafts, key=lambda slot: drafts[slot].row.number), idle)
        if ready:
            asked = [drafts[slot] for slot in ready]
            self._choose(asked, self.engine.odds(hidden, [draft.allowed for draft in asked]))
            for draft in asked:
                self._settle(draft, replies)
        return replies

    def forget(self, graph: ProofGraph) -> None:
        self._waiting = deque(ask for ask in self._waiting if ask.graph is not graph)
        self._drafts.pop(graph.id, None)
        row = self._rows.get(graph.id)
        if row is not None:
            self._release(row)

    # Requests in

    def _admit(self, replies: list[Reply]) -> None:
        """Start the requests that can get a slot, in order."""
        for _ in range(len(self._waiting)):
            ask = self._waiting.popleft()
            row = self._row(ask.graph)
            if row is None:
                self._waiting.append(ask)
                continue
            try:
                start = self._transcribe(row)
            except CodecError:
                start = None
            if start is None:
                replies.append(Reply(ask, (), row.length, full=True))
                continue
            row.busy = True
            draft = self._drafts[ask.graph.id] = _Draft(ask, row, start, self.codec.cursor(ask.graph))
            self._settle(draft, replies)

    def _row(self, graph: ProofGraph) -> _Row | None:
        """The graph's row, or a new one; None if it has a request at work already, or all slots are at work."""
        row = self._rows.get(graph.id)
        if row is not None:
            self._rows.move_to_end(graph.id)
            return None if row.busy else row
        if not self._free:
            idle = next((row for row in self._rows.values() if not row.busy), None)
            if idle is None:
                return None
            self._release(idle)
        row = self._rows[graph.id] = _Row(graph, self._free.pop(), next(self._numbers))
        self.engine.clear(row.slot)
        return row

    def _release(self, row: _Row) -> None:
        del self._rows[row.graph.id]
        self._free.append(row.slot)
        self.engine.clear(row.slot)
        parent = row.graph.parent
        if parent is not None and self._eldest.get(parent.id) is row:
            del self._eldest[parent.id]

    def _transcribe(self, row: _Row) -> int | None:
        """Bring the row's tokens up to date with its graph, with a step announced. The length, or None if the model
        has no room for a step. Raises `CodecError` for what the vocabulary cannot say."""
        graph, codec = row.graph, self.codec
        tokens = [] if row.length else list(codec.encode_goal(graph.goal))
        for index in range(row.facts, len(graph.facts)):
            fact = graph.facts[index]
            if fact.step is not None:
                tokens += [codec.step_token, *codec.encode_step(fact.step), *codec.encode_fact(index, fact)]
        end = row.length + len(tokens) + 1
        # What the model wrote for the step that was taken is still there: writing it again keeps what was computed.
        if end >= self.engine.capacity or not self.engine.write(row.slot, row.length, [*tokens, codec.step_token]):
            return None
        row.length, row.facts = end - 1, len(graph.facts)
        return end

    def _hold(self, row: _Row) -> bool:
        """Whether a newcomer should wait for a relative that computes their common beginning in this pass; once that is
        there, it is taken over."""
        if self.engine.computed(row.slot):
            return False
        relative = self._relative(row)
        if relative is None:
            return False
        if self.engine.computed(relative.slot):
            self.engine.share(relative.slot, row.slot)
            self._rows.move_to_end(relative.graph.id)
            return False
        return relative.graph.id in self._drafts

    def _relative(self, row: _Row) -> _Row | None:
        """The row of the nearest ancestor that has one or has another fork that has one."""
        ancestor = row.graph.parent
        if ancestor is not None:
            self._eldest.setdefault(ancestor.id, row)
        while ancestor is not None:
            relative = self._rows.get(ancestor.id) or self._eldest.get(ancestor.id)
            if relative is not None and relative is not row:
                return relative
            ancestor = ancestor.parent
        return None

    # Steps out

    def _settle(self, draft: _Draft, replies: list[Reply]) -> None:
        """Go on without the model for as long as there is no choice, up to the reply if need be."""
        while True:
            ended = self._advance_alone(draft)
            if ended is None:
                return
            draft.done.append(ended)
            if len(draft.done) >= draft.ask.count or not self._branch(draft):
                break
        draft.row.busy = False
        del self._drafts[draft.ask.graph.id]
        found = sorted(draft.done, key=lambda proposal: -proposal.logprob)
        replies.append(Reply(draft.ask, tuple(found), draft.row.length))

    def _advance_alone(self, draft: _Draft) -> Proposal | None:
        """Take tokens that are the only ones allowed. The proposal, if the step ends with them, or None if the model
        has to choose."""
        cursor, tokens = draft.cursor, draft.tokens
        while not cursor.complete:
            if len(tokens) >= draft.ask.max_tokens:
                return self._failure(draft, "too-long")
            allowed = cursor.allowed()
            if not len(allowed):
                return self._failure(draft, "dead-end")
            if len(allowed) > 1:
                draft.allowed = allowed
                return None if self._write(draft) else self._failure(draft, "too-long")
            if cursor.push(int(allowed[0])):
                tokens.append(int(allowed[0]))
        return Proposal(cursor.step(), draft.logprob, len(tokens))

    def _write(self, draft: _Draft) -> bool:
        """Let the row's tokens be the transcript and the step so far. False: they do not fit."""
        slot, written = draft.row.slot, draft.written
        new = draft.tokens[written:]
        draft.written = len(draft.tokens)
        if len(new) == 1 and written:
            return self.engine.append(slot, new[0])
        return self.engine.write(slot, draft.start + written, new)

    @staticmethod
    def _failure(draft: _Draft, failure: str) -> Proposal:
        return Proposal(None, draft.logprob, len(draft.tokens), failure)

    def _choose(self, drafts: Sequence[_Draft], odds: Sequence[np.ndarray]) -> None:
        """Take one token for each draft by the model's odds."""
        drawn = []
        for draft, values in zip(drafts, odds, strict=True):
            if draft.ask.count > 1:
                self._follow(draft, values)
            else:
                drawn.append((draft, values))
        if drawn:
            temperatures = [draft.ask.temperature for draft, _ in drawn]
            picks = draw_each([values for _, values in drawn], temperatures, [draft.ask.rng for draft, _ in drawn])
            for (draft, values), pick in zip(drawn, picks, strict=True):
                self._push(draft, values, pick)

    @staticmethod
    def _push(draft: _Draft, odds: np.ndarray, pick: tuple[int, float] | None) -> None:
        """Take the token at a place of the allowed ones. A refused one is drawn again from the rest; if all are refused
        the cursor allows nothing any more, and `_settle` ends the step."""
        choice = None
        while pick is not None:
            place, logprob = pick
            token = int(draft.allowed[place])
            if draft.cursor.push(token):
                draft.logprob += logprob
                draft.tokens.append(token)
                return
            choice = choice or Choice(draft.allowed, odds)
            choice.refuse(place)
            pick = choice.draw(draft.ask.temperature, draft.ask.rng)

    @staticmethod
    def _follow(draft: _Draft, odds: np.ndarray) -> None:
        """Take the likeliest token and note the others, for requests of several steps."""
        choice = Choice(draft.allowed, odds)
        ranked = np.argsort(-odds, kind="stable")
        for rank, place in enumerate(ranked.tolist()):
            token = int(draft.allowed[place])
            if draft.cursor.push(token):
                logprobs = draft.logprob + choice.logprobs()
                draft.branches.note(draft.tokens, _pairs(draft.allowed, logprobs, ranked[rank + 1 :]))
                draft.tokens.append(token)
                draft.logprob = float(logprobs[place])
                return
            choice.refuse(place)

    def _branch(self, draft: _Draft) -> bool:
        """Begin the next step of a request of several. False: there is no other."""
        begun = draft.branches.begin(self.codec, draft.ask.graph)
        if begun is None:
            return False
        draft.cursor, draft.tokens, draft.logprob = begun
        draft.written = 0
        return True


def _pairs(tokens: np.ndarray, logprobs: np.ndarray, order: np.ndarray) -> Iterator[tuple[int, float]]:
    """Tokens with their log-probabilities, in this order."""
    return ((int(tokens[place]), float(logprobs[place])) for place in order)
