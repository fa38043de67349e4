"""The training loop: draw, learn, tell, save; and continue exactly where a checkpoint left off."""

from __future__ import annotations

import math
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from attrs import astuple, define, evolve, field

from fwd.api import Vocabulary
from fwd.config import RunConfig
from fwd.errors import CheckpointError, DeathError, UserError, WorkError
from fwd.files import alone, replace
from fwd.hooks import Run
from fwd.model import checkpoint
from fwd.model.checkpoint import writing
from fwd.model.precision import cores, device
from fwd.model.transformer import Transformer
from fwd.plugins import Events, PluginSet, load, load_env
from fwd.screen import say
from fwd.train.arrivals import Arrivals
from fwd.train.batching import Microbatch, optimiser_steps
from fwd.train.evaluation import Evaluation
from fwd.train.gradients import Gradients, StepStats
from fwd.train.group import Group
from fwd.train.loader import Loader
from fwd.train.metrics import BOARD, Metrics, Quiet
from fwd.train.metrics import FILE as METRICS
from fwd.train.optimiser import adamw, flat_state, learning_rate, progress, restore_state
from fwd.train.stopping import stop_requests

HOPELESS = 5
"""After so many steps in a row without a number training ends."""
LOCK = ".lock"
"""In a run's folder: held by the process that trains there, or that launched those which do."""


def train(config: RunConfig, plugins: PluginSet, out: Path, resume: bool = False) -> None:
    """Train a model as the config says, in this process, and leave everything in the folder `out`.

    `out` receives config.toml, metrics.jsonl, tensorboard/ and checkpoints/, and must be new or empty unless `resume`
    is set, which continues from its newest checkpoint: with `train.steps` set and one thread the weights become, bit
    for bit, those of a run that was never interrupted. Ctrl-C and SIGTERM finish the step, write a checkpoint and
    raise KeyboardInterrupt. Raises `UserError` for what the user can fix.
    """
    with preparing(config, out, resume):
        learn(config, plugins, out, resume)


def learn(
    config: RunConfig,
    plugins: PluginSet,
    out: Path,
    resume: bool,
    group: Group | None = None,
    store: Path | None = None,
    neighbours: int = 1,
) -> None:
    """The work of one trainer, in a folder that is prepared; see `train`.

    `group` has all trainers of the run. With a `store`, to which actors write, a share of what is learned comes from
    there. `neighbours` processes of the run, this one included, share the machine's cores.
    """
    group = group or Group()
    torch.manual_seed(config.train.seed)
    torch.set_num_threads(1)  # cores are shared out by microbatch; see fwd.train.gradients
    spec = plugins.env(config.run.env)
    env, codec = load_env(spec, config.env)
    where = device(config.train.device, "train.device")
    model = Transformer(config.model, len(codec.vocabulary), codec.descriptions()).to(where)
    trainer = _Trainer(config, out, codec.vocabulary, model, group)
    if resume:
        trainer.restore()
    group.spread(model)
    threads = config.train.threads or max(1, cores() // neighbours)
    evaluation = None
    if config.train.evaluate_every and spec.main:
        dataset = load(spec.datasets[spec.main])(env)
        engine = evolve(config.engine, threads=config.engine.threads or threads)
        evaluation = Evaluation(plugins, env, codec, dataset, engine, config.train.evaluate_limit, group)
    with ExitStack() as stack:
        stack.callback(env.close)
        stopped = stack.enter_context(stop_requests())
        run = Run("train", out, config.run.env, config)
        events = stack.enter_context(plugins.running(run)) if group.first else plugins.events
        metrics = stack.enter_context(Metrics(out, trainer.step) if group.first else Quiet())
        if store and trainer.saved < 0:
            trainer.save(events)  # for the actors to begin with
        loader = stack.enter_context(Loader(config, plugins, group, stopped, trainer.pool, trainer.position, store))
        gradients = stack.enter_context(
            Gradients(model, codec.step_token, config.train.seed, config.train.precision, threads, group)
        )
        trainer.run(loader, gradients, metrics, evaluation, events, stopped)


def held(out: Path) -> AbstractContextManager[None]:
    """Keep other processes from training in a run's folder. Raises `UserError` if one does."""
    return alone(out / LOCK, UserError(f"{out} is at work already in another process: wait for it, or stop it"))


@contextmanager
def preparing(config: RunConfig, out: Path, resume: bool) -> Iterator[None]:
    """Make the run's folder with its config, and keep other processes from training in it meanwhile; a new one that
    fails before it has learned anything goes again. Raises `UserError`."""
    progress(config.train, 0, 0.0)  # whether the length of the run is set
    made = not out.exists()
    with ExitStack() as stack:
        with writing(out):
            if resume and not out.is_dir():
                raise UserError(f"{out}: no such run to resume")
            if not resume and out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise UserError(f"{out} is not empty: choose another --out, or continue that run with --resume {out}")
            out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(held(out))
            checkpoint.sweep(out)
            replace(out / "config.toml", config.dumps())
        try:
            yield
        except DeathError:
            raise
        except Exception:
            if not resume:
                discard(out, made)
            raise


def discard(out: Path, folder: bool = True) -> None:
    """Take a run away that learned nothing, so that it can be begun again; its `folder` as well if that is empty then.
    Does nothing to one that learned something."""
    lines = out / METRICS
    if checkpoint.steps(out) or (lines.exists() and lines.stat().st_size):
        return
    shutil.rmtree(out / BOARD, ignore_errors=True)
    for path in (out / "config.toml", lines, out / LOCK, *out.glob(".meeting-*.json")):
        path.unlink(missing_ok=True)
    if folder:
        with suppress(OSError):
            out.rmdir()


@define(eq=False)
class _Trainer:
    """A run in progress, the same on all trainers of the group. `pool` and `taken` say where the data is: `taken`
    optimiser steps of that pool are done; `position` is how far the proof store was read for it."""

    config: RunConfig
    out: Path
    vocabulary: Vocabulary
    model: Transformer
    group: Group
    optimiser: torch.optim.AdamW = field(init=False)
    step: int = 0
    pool: int = 0
    taken: int = 0
    position: Mapping[str, int] | None = None
    seconds: float = 0.0
    """Wall-clock time of training, evaluation not counted."""
    counts: Counter[str] = field(factory=Counter)
    """What became of the draws behind the pools that are used up."""
    arrivals: Arrivals = field(factory=Arrivals)
    saved: int = -1
    """Step of the newest checkpoint."""
    lost: int = 0
    """Steps in a row whose gradients were no numbers."""
    waited: float = 0.0
    """Seconds that this process waited for data since the last line of metrics."""

    def __attrs_post_init__(self) -> None:
        self.optimiser = adamw(self.model, self.config.train)

    def run(
        self,
        loader: Loader,
        gradients: Gradients,
        metrics: Metrics,
        evaluation: Evaluation | None,
        events: Events,
        stopped: threading.Event,
    ) -> None:
        """Train to the end, or until `stopped` is set on any trainer: then save and raise KeyboardInterrupt."""
        train = self.config.train
        window, window_start = StepStats(), self.seconds
        halted = False
        for batches in self._data(loader):
            if halted or progress(train, self.step, self.seconds / 60) >= 1:
                break
            started = time.perf_counter()
            rate = learning_rate(train, self.step, self.seconds / 60)
            stats = gradients.compute(self.step, batches)
            norm = self._update(rate)
            stats, seconds, halted = self._agree(stats, time.perf_counter() - started, stopped.is_set())
            self.step += 1
            self.taken += 1
            self.seconds += seconds
            self._look(norm)
            window += stats if math.isfinite(norm) else StepStats()
            over = progress(train, self.step, self.seconds / 60) >= 1
            if over or self.step % train.log_every == 0:
                self._log(metrics, events, window, self.seconds - window_start, rate, norm)
                window, window_start = StepStats(), self.seconds
            self.waited += loader.waited()
            metrics.progress(progress(train, self.step, self.seconds / 60))
            if self.step % train.checkpoint_every == 0 and not self.lost:
                self.save(events)
            if evaluation and (over or self.step % (train.evaluate_every or 1) == 0):
                told = evaluation.run(self.model, stopped.is_set)
                if told:
                    self._tell(metrics, events, told)
            if over:
                break
        else:
            halted = True  # the loader gives up only when it is told to
        if self.saved != self.step and not self.lost:
            self.save(events)
        if halted:
            raise KeyboardInterrupt
        if self.lost:
            raise self._hopeless()

    def _agree(self, stats: StepStats, seconds: float, stopped: bool) -> tuple[StepStats, float, bool]:
        """What all trainers did together, how long it took by the first one's clock, and whether any is to stop."""
        mine = [*astuple(stats), seconds if self.group.first else 0.0, float(stopped)]
        *sums, seconds, stops = self.group.sum(mine)
        return StepStats(*sums), seconds, stops > 0  # type: ignore[arg-type]

    def restore(self) -> None:
        """Continue from the newest checkpoint of the run that is whole, if it has one already."""
        if not checkpoint.steps(self.out):
            return  # the run ended before its first checkpoint: begin again
        tell = say if self.group.first else lambda line: None
        folder, about = checkpoint.whole(self.out, tell, training=True)
        checkpoint.match_vocabulary(folder, about, self.vocabulary)
        checkpoint.restore_weights(folder, about, self.model)
        restore_state(
            self.model, self.optimiser, checkpoint.read_tensors(folder, about, "optimizer.safetensors"), folder
        )
        state = checkpoint.read_trainer(folder, about)
        self.step = self.saved = about["step"]
        try:
            self.pool, self.taken = int(state["pool"]), int(state["taken"])
            self.seconds, self.counts = float(state["seconds"]), Counter(state["counts"])
            self.position = state.get("position")
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{folder / 'trainer.json'}: corrupt; use another checkpoint") from error

    def _data(self, loader: Loader) -> Iterator[list[Microbatch]]:
        """Optimiser steps from where the run is; endless unless the loader gives up."""
        train = self.config.train
        for delivery in loader:
            self.position = delivery.position
            self.arrivals.note(delivery)
            rng = random.Random(f"{train.seed}/{self.pool}/order")
            steps = optimiser_steps(delivery.pool, train.microbatch_tokens, train.batch_tokens, rng, self.group.size)
            yield from steps[self.taken :]
            self.counts.update(delivery.pool.counts)
            self.pool += 1
            self.taken = 0
            self.position = None

    def _update(self, rate: float) -> float:
        """One step of the optimiser. The norm of the gradient before it was clipped; if that is no number, nothing is
        learned."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        norm = float(torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.train.clip))
        if math.isfinite(norm):
            self.optimiser.step()
        self.optimiser.zero_grad()
        return norm

    def _look(self, norm: float) -> None:
        """Count steps in a row whose gradients are no numbers. Raises `WorkError` after a few: what was saved before
        stays the newest checkpoint."""
        self.lost = 0 if math.isfinite(norm) else self.lost + 1
        if self.lost >= HOPELESS:
            raise self._hopeless()

    def _hopeless(self) -> WorkError:
        saved = f"the newest checkpoint is of step {self.saved}" if self.saved >= 0 else "there is no checkpoint yet"
        return WorkError(
            f"the gradients of the last {self.lost} steps, up to step {self.step}, are not numbers; {saved} in "
            f"{self.out}. A smaller train.lr than {self.config.train.lr:g} or a smaller train.clip may help"
        )

    def _log(
        self, metrics: Metrics, events: Events, window: StepStats, seconds: float, rate: float, norm: float
    ) -> None:
        """The metrics of the steps since the last line."""
        values = {
            "loss": window.loss / max(window.weight, 1e-9),
            "label_accuracy": window.labels_right / max(window.labels, 1),
            "step_accuracy": window.right / max(window.told, 1),
            "lr": rate,
            "gradient_norm": norm,
            "tokens_per_second": window.tokens / max(seconds, 1e-9),
            "minutes": self.seconds / 60,
            "seconds_waited_for_data": self.waited,
            "pools": self.pool,
            **{name: float(count) for name, count in sorted(self.counts.items())},
            **self.arrivals.metrics(self.step),
        }
        self.waited = 0.0
        self._tell(metrics, events, values)

    def _tell(self, metrics: Metrics, events: Events, values: Mapping[str, float]) -> None:
        metrics.log(self.step, values)
        if self.group.first:
            events.fwd_train_logged(step=self.step, metrics=dict(values))

    def save(self, events: Events) -> None:
        """Write a checkpoint of what all trainers have, if this one speaks for them."""
        self.group.compare(self.model)
        self.saved = self.step
        if not self.group.first:
            return
        state: dict[str, Any] = {
            "pool": self.pool,
            "taken": self.taken,
            "position": self.position,
            "seconds": self.seconds,
            "counts": dict(self.counts),
        }
        optimiser = flat_state(self.model, self.optimiser)
        folder = checkpoint.save(
            self.out, self.step, self.config, self.vocabulary, self.model, optimiser, state, self.config.train.keep
        )
        events.fwd_checkpoint_saved(path=folder)
