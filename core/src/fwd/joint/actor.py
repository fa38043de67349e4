"""One actor: proves goals of the train split with the newest weights, and stores all that its searches derived.

In the store's folder of its name it keeps, beside the segments:

    state.json      how often it was started and how often it tried each goal, so that no search is ever repeated
    metrics.jsonl   a line now and then: how fast, how well, how far behind the newest checkpoint
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import asdict, define, evolve, field

from fwd.api import Goal
from fwd.config import RunConfig, read, structure
from fwd.errors import ConfigError, UserError
from fwd.files import replace
from fwd.hooks import Run
from fwd.joint.choices import GoalChoice, Material
from fwd.joint.fresh import FreshPolicy, Stopped
from fwd.loading import Player, load_strategy
from fwd.plugins import Events, PluginSet, load
from fwd.prover import Prover
from fwd.search.base import SOLVED, ProofSearch, Strategy
from fwd.store import ProofReader, ProofRecord, ProofWriter
from fwd.train.generated import GeneratedProofs

STATE = "state.json"
METRICS = "metrics.jsonl"
FORK = "fork"
"""Stands for the stop reason in records of graphs that a search left to go on with another."""
MOST_VISITS = 200_000
"""Goals of which the visits are remembered; of more, the ones that were first tried longest ago are forgotten."""


@define
class ActorState:
    """What an actor remembers from one start to the next."""

    starts: int = 0
    searches: int = 0
    written: int | None = None
    """How many records the store had of this actor; what came after that is not counted yet."""
    visits: dict[str, int] = field(factory=dict)


def act(
    plugins: PluginSet,
    player: Player,
    run: Path | None,
    store: Path,
    name: str,
    stopped: Callable[[], bool],
    *,
    seed: int = 0,
    limit: int | None = None,
) -> None:
    """Prove and store until `stopped` says so, or for `limit` searches. `run` is followed to its newest checkpoint;
    `name` is the writer's. Raises `UserError` for what the user can fix."""
    config = player.config
    strategy = _strategy(config, plugins)
    policy = FreshPolicy(player, run, config.actor.behind, stopped)
    found = GeneratedProofs(player.env, store, config.generated)
    choice = _choice(plugins, player, found)
    with (
        closing(player.env),
        ProofWriter(store, name, config.store) as writer,
        plugins.running(Run("actor", writer.folder, config.run.env, config)) as events,
    ):
        label_store(store, config)
        actor = _Actor(player, policy, choice, found, writer, random.Random(f"{seed}/{name}"), events)
        actor.begin(seed)
        prover = Prover(policy, player.env, strategy, seed=actor.seed, events=events)
        try:
            with closing(prover.prove(actor.goals(limit), lambda goal: [actor.trial(goal)])) as searches:
                for search in searches:
                    actor.keep(search, strategy.name)
        except Stopped:
            pass
        actor.save()
        actor.log()


def judge(config: RunConfig, plugins: PluginSet) -> None:
    """Raises `UserError` if the settings of actors name nothing that is installed, or are wrong."""
    _strategy(config, plugins)
    _choice_settings(config, plugins)


def _strategy(config: RunConfig, plugins: PluginSet) -> Strategy:
    return load_strategy(plugins, config.actor.strategy, config.actor.settings, "actor.settings")


def _choice_settings(config: RunConfig, plugins: PluginSet) -> Any:
    return structure(load(plugins.choices.get(config.actor.goals).config), config.actor.choice, "actor.choice")


def label_store(store: Path, config: RunConfig) -> None:
    """Say in the store what its proofs are about. Raises `UserError` if it holds those of another env."""
    path = store / "config.toml"
    if not path.exists():
        replace(path, config.dumps())
    elif (other := read(path).get("run", {}).get("env")) != config.run.env:
        raise UserError(f"{store} holds proofs of the env {other!r}: choose another --store")


def _choice(plugins: PluginSet, player: Player, found: GeneratedProofs) -> GoalChoice:
    """The configured choice of goals. Raises `UserError` if the env has nothing to choose from."""
    spec = plugins.env(player.config.run.env)
    datasets = {name: load(factory)(player.env) for name, factory in spec.datasets.items()}
    human = datasets[spec.main].goals("train") if spec.main else ()
    if not human:
        raise UserError(f"{spec.name} has no goals in its train split: an actor has nothing to prove")
    held_out = frozenset().union(*(dataset.held_out() for dataset in datasets.values()))
    settings = _choice_settings(player.config, plugins)
    factory = load(plugins.choices.get(player.config.actor.goals).factory)
    return factory(settings, Material(player.env, human, found, held_out))


@define(eq=False)
class _Actor:
    """An actor at work."""

    player: Player
    policy: FreshPolicy
    choice: GoalChoice
    found: GeneratedProofs
    writer: ProofWriter
    rng: random.Random
    events: Events
    state: ActorState = field(factory=ActorState)
    seed: int = 0
    begun: dict[tuple[str, int], int | None] = field(factory=dict)
    """Of searches in flight, the training step of the weights that they began with."""
    window: list[ProofSearch] = field(factory=list)
    """What was found since the last line of metrics."""
    logged: float = field(factory=time.monotonic)

    def begin(self, seed: int) -> None:
        """Remember, and count this start before anything else: searches of one start are never made in another."""
        path = self.writer.folder / STATE
        self.state.written = 0
        if path.exists():
            try:
                self.state = structure(ActorState, json.loads(path.read_bytes()))
            except (ValueError, ConfigError):
                raise UserError(f"{path} is damaged: move it away, or use another name") from None
        self._catch_up()
        self.state.starts += 1
        self.seed = random.Random(f"{seed}/{self.writer.name}/{self.state.starts}").getrandbits(62)
        self.rng.seed(self.seed)
        self.save()
        self.found.refresh_later()

    def _catch_up(self) -> None:
        """Count the searches that were stored after the state was last written: then the process was killed."""
        name, written = self.writer.name, self.state.written
        if written is None or written >= self.writer.next:
            return
        self.writer.seal()
        entries = ProofReader(self.writer.folder.parent, {name: written}).poll({name: self.writer.next})
        found = {(one.record.seed, one.record.goal.name, one.record.trial) for one in entries}
        self.state.searches += len(found)

    def goals(self, limit: int | None) -> Iterator[Goal]:
        """Goals to try, as many as there is room for; those are counted that were asked for ahead as well."""
        left = itertools.count() if limit is None else range(limit - self.state.searches)
        for _ in left:
            yield self.choice.next(self.rng, self.state.visits)

    def trial(self, goal: Goal) -> int:
        """The number of the goal's next trial."""
        trial = self.state.visits.get(goal.name, 0)
        self.state.visits[goal.name] = trial + 1
        self.begun[goal.name, trial] = self.policy.step
        return trial

    def keep(self, search: ProofSearch, strategy: str) -> None:
        """Store all that a finished search derived; now and then also look around."""
        record = ProofRecord.of(
            search,
            env=self.player.config.run.env,
            fingerprint=self.player.env.fingerprint,
            strategy=strategy,
            model=self.player.model,
            model_step=self.begun.pop((search.goal.name, search.trial)),
        )
        self.writer.append(record)
        for graph in search.others:
            facts = tuple(graph.facts)
            self.writer.append(
                evolve(record, facts=facts, solved=graph.solved, stopped=SOLVED if graph.solved else FORK)
            )
        self.state.searches += 1
        self.window.append(search)
        if time.monotonic() - self.logged >= self.player.config.actor.log_seconds:
            self.log()
            self.save()
            self.found.refresh_later()

    def save(self) -> None:
        """Write the state down."""
        self.state.written = self.writer.next
        visits = self.state.visits
        while len(visits) > MOST_VISITS:
            del visits[next(iter(visits))]
        replace(self.writer.folder / STATE, json.dumps(asdict(self.state)))

    def log(self) -> None:
        """A line of metrics about the time since the last one."""
        now, count = time.monotonic(), max(1, len(self.window))
        values = {
            "time": round(time.time(), 3),
            "searches": self.state.searches,
            "graphs_per_second": len(self.window) / max(1e-9, now - self.logged),
            "solved_share": sum(search.solved for search in self.window) / count,
            "facts_per_graph": sum(search.steps for search in self.window) / count,
            "model_step": self.policy.step,
            "checkpoints_behind": self.policy.most_behind,
        }
        with (self.writer.folder / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
        self.events.fwd_actor_logged(metrics=values)
        self.window, self.logged, self.policy.most_behind = [], now, 0
