"""The work that `engine.py` measures: real goals in mid-search, and a policy that keeps the time.

Searches in a steady state have graphs of all depths. To begin there, the first searches start with graphs that even
draws from the grammar have grown to a random depth; those that come after them start from nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import cycle
from typing import Any, ClassVar

import numpy as np
import torch
from attrs import define, field, frozen
from fwd.api import Applied, Ask, Codec, Cursor, Env, Goal, ProofGraph, Rejected, Reply, Step
from fwd.config import resolve
from fwd.model import kernel
from fwd.model.engine import WIDE
from fwd.model.policy import ModelPolicy
from fwd.model.transformer import Linear, Transformer
from fwd.plugins import PluginSet, load, load_env
from fwd.search.base import Moves, ProofSearch
from fwd.search.linear import Sampling, SamplingConfig
from fwd.settings import ModelConfig
from fwd.uniform import UniformPolicy
from torch import Tensor
from torch.nn import functional as F

SIZES = {
    "1M": ModelConfig(d_model=128, n_layers=4, n_heads=4, n_kv_heads=4, d_ff=352),
    "5M": ModelConfig(d_model=256, n_layers=6, n_heads=4, n_kv_heads=4, d_ff=704),
    "25M": ModelConfig(d_model=512, n_layers=8, n_heads=8, n_kv_heads=8, d_ff=1408),
}
"""Models by their number of parameters, embeddings not counted."""

LENGTHS = {"propositional": ("cpu", 30), "full": ("gpu", 100)}
"""The presets of the Metamath env whose goals are taken (the propositional part of set.mm, or all of it), and the most
symbols of a fact: random steps without a limit write longer and longer ones, as no trained model does."""

SAMPLED = 3
"""The bare products are made after one of so many passes and heads; an odd number, since these alternate."""

STEPS = 32
"""Steps of a search: the default of the strategy `sampling`."""


@define(eq=False)
class World:
    """An env with its codec and the goals of its valid split, ready to use."""

    env: Env
    codec: Codec
    goals: list[Goal]
    longest: int

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """What the env says, and no to facts that are too long."""
        answer = self.env.apply(graph, step)
        if isinstance(answer, Applied) and answer.fact.statement.count(" ") > self.longest:
            return Rejected("too-long")
        return answer

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """`apply`, as envs answer."""
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    @classmethod
    def of(cls, lengths: str) -> World:
        """Load everything, the grammar's parts included that are made at first use."""
        plugins = PluginSet.discover()
        spec = plugins.env("metamath")
        preset, longest = LENGTHS[lengths]
        env, codec = load_env(spec, resolve(plugins, "metamath", preset).env)
        goals = list(load(spec.datasets["human"])(env).goals("valid"))
        codec.cursor(env.begin(goals[0])).allowed()
        for theorem in env.library:
            theorem.conclusion  # noqa: B018 (parsed when it is first drawn: some minutes later all have been)
        return cls(env, codec, goals, longest)

    def model(self, config: ModelConfig, seed: int) -> Transformer:
        """A model with random weights."""
        torch.manual_seed(seed)
        return Transformer(config, len(self.codec.vocabulary), self.codec.descriptions())


@frozen(eq=False)
class Resumed:
    """The strategy `sampling`, whose first `count` searches begin in the middle. `room` is the most tokens of the
    transcript to begin with."""

    world: World
    count: int
    room: int
    started: list[str] = field(factory=list)
    name: ClassVar[str] = "resumed"

    def search(self, search: ProofSearch) -> Moves:
        """Grow the graph without the model, then go on with it."""
        depth = 0
        if len(self.started) < self.count:
            self.started.append(search.goal.name)
            depth = self._grow(search.graph, random.Random(f"{search.goal.name} {len(self.started)}"))
        return Sampling(SamplingConfig(max_steps=STEPS - depth)).search(search)

    def _grow(self, graph: ProofGraph, rng: random.Random) -> int:
        codec = self.world.codec
        uniform = UniformPolicy(codec, 1)
        depth, tokens = rng.randrange(STEPS), len(codec.encode_goal(graph.goal))
        for _ in range(4 * depth):
            uniform.submit(Ask(graph, rng))
            (reply,) = uniform.advance()
            step = reply.proposals[0].step if reply.proposals else None
            answer = self.world.apply(graph, step) if step else None
            if isinstance(answer, Applied):
                fact = codec.encode_fact(len(graph.facts), answer.fact)
                tokens += 1 + len(codec.encode_step(step)) + len(fact)
                if tokens > self.room or len(graph.facts) == depth:
                    break
                graph.add(answer.fact)
        return min(depth, STEPS - 1)


def clock() -> float:
    """Seconds. On one thread the processor's time: on a quiet machine it is as long as the wall clock's, on a busy one
    it is disturbed less."""
    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


class Over(Exception):
    """The time is over."""


@define(eq=False)
class Meter:
    """Times and counts of a window that opens when `warm` graphs have got a step, and closes when `seconds` are over
    and `least` more steps have come."""

    seconds: float
    warm: int
    least: int = 0
    on_open: Callable[[], None] = lambda: None
    opened: float | None = None
    known: set[int] = field(factory=set)
    elapsed: float = 0.0
    parts: dict[str, float] = field(factory=dict)
    steps: int = 0
    written: int = 0
    transcripts: int = 0
    tokens: int = 0
    products: float = 0.0
    _passes: int = 0
    _apart: float = 0.0

    def now(self) -> float:
        """The clock, without what was done `apart`."""
        return clock() - self._apart

    @torch.inference_mode()
    def multiplied(self, rows: int, matrices: Sequence[Tensor]) -> None:
        """Count a forward pass or its head, of so many rows. Every so often its matrix products alone are made right
        after it and timed: the speed of a machine changes, and so both meet it in the same state. Not on a GPU, which
        would still be at them while the engine's time goes on."""
        self._passes += 1
        if self.opened is None or self._passes % SAMPLED or matrices[0].is_cuda:
            return
        started = clock()
        inputs = {matrix.shape[1]: matrix.new_ones(rows, matrix.shape[1]) for matrix in matrices}
        begun = clock()
        for matrix in matrices:
            F.linear(inputs[matrix.shape[1]], matrix)
        self.products += SAMPLED * (clock() - begun)
        self._apart += clock() - started

    def timed(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time counted to a part."""

        def wrapped(*arguments: Any) -> Any:
            started = self.now()
            try:
                return call(*arguments)
            finally:
                self.parts[part] = self.parts.get(part, 0.0) + self.now() - started

        return wrapped

    def note(self, replies: list[Reply]) -> None:
        """Count replies; open and close the window. Raises `Over`."""
        if self.opened is None:
            self.known.update(reply.ask.graph.id for reply in replies)
            if len(self.known) >= self.warm:
                self.on_open()
                self.opened = self.now()
                self.parts.clear()
                self.tokens = 0
            return
        self.steps += len(replies)
        self.written += sum(proposal.tokens for reply in replies for proposal in reply.proposals)
        self.transcripts += sum(reply.transcript for reply in replies)
        self.elapsed = self.now() - self.opened
        if self.elapsed >= self.seconds and self.steps >= self.least:
            raise Over


class MeteredEnv:
    """An env whose time is kept."""

    def __init__(self, world: World, meter: Meter) -> None:
        self.begin = meter.timed("env", world.env.begin)
        self.submit = meter.timed("env", world.submit)
        self.check = meter.timed("env", world.env.check)


class MeteredCodec:
    """A codec whose time, and that of its cursors, is kept."""

    def __init__(self, codec: Codec, meter: Meter) -> None:
        self._codec, self._meter = codec, meter
        self.vocabulary, self.step_token = codec.vocabulary, codec.step_token
        for name in ("encode_goal", "encode_step", "encode_fact"):
            setattr(self, name, meter.timed("grammar", getattr(codec, name)))
        self._begin = meter.timed("grammar", codec.cursor)

    def cursor(self, graph: ProofGraph) -> MeteredCursor:
        """See `fwd.api.Codec`."""
        return MeteredCursor(self._begin(graph), self._meter)


class MeteredCursor:
    """A cursor whose time is kept."""

    def __init__(self, cursor: Cursor, meter: Meter) -> None:
        self._cursor = cursor
        self.allowed = meter.timed("grammar", cursor.allowed)
        self.push = meter.timed("grammar", cursor.push)
        self.step = meter.timed("grammar", cursor.step)

    @property
    def complete(self) -> bool:
        """See `fwd.api.Cursor`."""
        return self._cursor.complete


class MeteredPolicy(ModelPolicy):
    """The policy of `fwd prove`, with a meter. `sample` collects transcripts as they were when a step was asked for;
    `firsts` each goal's first step."""

    meter: Meter
    sample: list[list[int]]
    firsts: dict[str, Any]

    def watch(self, meter: Meter) -> MeteredPolicy:
        """Begin to keep the time."""
        self.meter, self.sample, self.firsts = meter, [], {}
        self.codec = MeteredCodec(self.codec, meter)
        self.engine._model.body = self._counted(meter.timed("model", self.engine._model.body))
        self.engine.run = meter.timed("run", self.engine.run)
        self.engine.odds = self._heads(meter.timed("run", self.engine.odds))
        return self

    def advance(self) -> list[Reply]:
        """See `fwd.api.Policy`."""
        replies = super().advance()
        for reply in replies:
            if reply.proposals:
                self.firsts.setdefault(reply.ask.graph.goal.name, reply.proposals[0].step)
        if self.meter.opened is not None and len(self.sample) < self.slots:
            for reply in replies:
                row = self._rows.get(reply.ask.graph.id)
                if row is not None and row.length:
                    self.sample.append(self.engine._tokens[row.slot, : row.length + 1].tolist())
        self.meter.note(replies)
        return replies

    def use(self, threads: int) -> None:
        """Let the model be computed by so many threads from now on."""
        torch.set_num_threads(threads)
        cache = self.engine._cache
        if cache.kernel is not None:
            cache.kernel = kernel.load(cache.head, cache.keys[0].element_size(), threads)

    def _counted(self, body: Callable[..., Any]) -> Callable[..., Any]:
        matrices = [module.weight for module in self.engine._model.modules() if isinstance(module, Linear)]

        def counted(table: Any, tokens: Any, *rest: Any) -> Any:
            found = body(table, tokens, *rest)
            self.meter.tokens += len(tokens)
            self.meter.multiplied(len(tokens), matrices)
            return found

        return counted

    def _heads(self, odds: Callable[..., Any]) -> Callable[..., Any]:
        def counted(hidden: Any, allowed: list[np.ndarray]) -> Any:
            wide = [tokens for tokens in allowed if len(tokens) * WIDE > len(self.codec.vocabulary)]
            if wide:
                low, high = min(int(tokens[0]) for tokens in wide), max(int(tokens[-1]) for tokens in wide) + 1
                self.meter.multiplied(len(wide), [self.engine._table[low:high]])
            return odds(hidden, allowed)

        return counted


class Reencoding(MeteredPolicy):
    """The same, but nothing is kept from one step to the next: each begins by encoding the whole transcript."""

    def _transcribe(self, row: Any) -> int | None:
        self.engine.evict(row.slot)
        return super()._transcribe(row)


def endless(world: World, seed: int) -> Any:
    """The world's goals in random order, again and again."""
    order = world.goals.copy()
    random.Random(seed).shuffle(order)
    return cycle(order)
