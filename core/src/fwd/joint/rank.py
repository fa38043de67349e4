"""One process of a run, by its rank: the first `joint.trainers` ranks learn together, the others prove.

`take_part` is for whoever starts the processes: the launcher on one machine, torchrun, a batch system. Run as a program
(`python -m fwd.joint.rank RUN`), it is what the launcher on one machine starts.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from fwd.config import RunConfig, read
from fwd.errors import DeathError, FwdError, UserError, WorkError
from fwd.files import replace
from fwd.joint.actor import act
from fwd.joint.fresh import Stopped, either, wait_for_player
from fwd.joint.meeting import MEET_SECONDS, trainers
from fwd.launch import World
from fwd.model.precision import cores, take_gpu
from fwd.plugins import PluginSet
from fwd.processes.lifeline import hold_on_to
from fwd.train.loop import learn, preparing
from fwd.train.stopping import stop_requests

STORE = "store"
"""The proof store's folder in a run."""
DONE = "done"
"""A file that says of which launch training is over, so that its actors need not go on."""
FAILED, USER, NEIGHBOUR = 1, 2, 3
"""Exit codes: the work failed, the user was told what to fix, a process that this one works with died."""
PARENT = "FWD_PARENT"
"""The process that a rank must not survive."""


def take_part(config: RunConfig, plugins: PluginSet, run: Path, place: World, resume: bool) -> None:
    """Do the work of one rank, from the preparation of the run's folder to its end.

    Raises KeyboardInterrupt after SIGINT, SIGTERM or SIGUSR2, when everything is saved, and `UserError` for what the
    user can fix.
    """
    expected = config.joint.trainers + config.joint.actors
    if place.size != expected:
        raise UserError(
            f"{config.joint.trainers} trainers and {config.joint.actors} actors are {expected} processes, "
            f"but {place.size} were started"
        )
    with preparing(config, run, resume) if place.rank == 0 else nullcontext():
        _await_preparation(run)
        work(config, plugins, run, place, resume)


def work(config: RunConfig, plugins: PluginSet, run: Path, place: World, resume: bool) -> None:
    """The same in a folder that is prepared."""
    take_gpu(place.local_rank)
    if place.rank < config.joint.trainers:
        _train(config, plugins, run, place, resume)
    else:
        _act(config, plugins, run, place)


def _train(config: RunConfig, plugins: PluginSet, run: Path, place: World, resume: bool) -> None:
    store = run / STORE if config.joint.actors and config.train.generated_prob else None
    with trainers(run, place, config.joint.trainers) as group:
        learn(config, plugins, run, resume, group, store, place.here)
        if group.first:
            replace(run / DONE, place.launch)


def _act(config: RunConfig, plugins: PluginSet, run: Path, place: World) -> None:
    """Prove until the trainers are done."""
    name = f"actor-{place.rank - config.joint.trainers}"
    settings = [] if config.engine.threads else [f"engine.threads={max(1, cores() // place.here)}"]
    with stop_requests() as stopped:
        over = either(stopped, lambda: _done(run, place))
        try:
            player, follow = wait_for_player(plugins, str(run), over, lambda line: None, settings=settings)
            act(plugins, player, follow, run / STORE, name, over, seed=config.train.seed)
        except Stopped:
            pass
        if stopped.is_set():
            raise KeyboardInterrupt


def _done(run: Path, place: World) -> bool:
    """Whether the training of this launch is over; that of an earlier one may have been as well."""
    try:
        return (run / DONE).read_text(encoding="utf-8") == place.launch
    except OSError:
        return False


def _await_preparation(run: Path) -> None:
    deadline = time.monotonic() + MEET_SECONDS
    while not (run / "config.toml").exists():
        if time.monotonic() >= deadline:
            raise UserError(f"{run} was not prepared by the first process")
        time.sleep(0.1)


def main() -> int:
    """The program: `RUN new|resume`, with its place in the environment. Returns the exit code."""
    run, how = Path(sys.argv[1]), sys.argv[2]
    try:
        hold_on_to(int(os.environ[PARENT]), signal.SIGTERM)
        plugins = PluginSet.discover()
        place = World.found()
        assert place is not None
        work(RunConfig.loads(read(run / "config.toml"), plugins), plugins, run, place, how == "resume")
    except KeyboardInterrupt:
        return 130
    except (FwdError, OSError) as error:
        sys.stderr.writelines(f"error: {line}\n" for line in str(error).splitlines())
        if isinstance(error, DeathError):
            return NEIGHBOUR
        return FAILED if isinstance(error, WorkError) else USER
    return 0


if __name__ == "__main__":
    sys.exit(main())
