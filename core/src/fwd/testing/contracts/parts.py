"""What smaller parts must keep: external checkers, choices of goals, launchers."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from fwd.api import Env, ExternalChecker, Proof
from fwd.launch import Launcher, Task, TaskState
from fwd.testing.contracts.running import require


class ExternalContract:
    """Fixtures: `env`, `external`, its checker, and `proofs`, known proofs of canonical goals."""

    def test_known_proofs_pass_and_forged_ones_fail(
        self, env: Env, external: ExternalChecker, proofs: Sequence[Proof]
    ) -> None:
        minimal = [Proof.of(proof.graph()) for proof in proofs]
        forged = [
            Proof(evolve(other.goal, name="forged"), one.facts)
            for one, other in zip(minimal, [*minimal[1:], minimal[0]], strict=True)
            if not env.check(other.goal, Proof(other.goal, one.facts)).proved
        ][:1]
        with tempfile.TemporaryDirectory() as folder:
            verdicts = external.check([*minimal, *forged], Path(folder))
        require(len(verdicts) == len(minimal) + len(forged), "there must be a verdict for each proof, in order")
        for proof, verdict in zip(minimal, verdicts, strict=False):
            require(verdict.proved, f"{proof.goal.name}: a known proof is refused: {verdict.reason}")
        for verdict in verdicts[len(minimal) :]:
            require(not verdict.proved, "a proof of another goal passes")
            require(bool(verdict.reason), "a refusal must give a reason")


class ChoiceContract:
    """Fixtures: `material` (see `fwd.joint.choices.Material`) and `make_choice`, which makes a fresh choice of it."""

    def test_goals_may_be_tried(self, material: Any, make_choice: Callable[[], Any]) -> None:
        choice, rng, visits = make_choice(), random.Random(0), {}
        for _ in range(100):
            goal = choice.next(rng, visits)
            visits[goal.name] = visits.get(goal.name, 0) + 1
            require(material.env.canonical(goal) == goal, f"{goal.name} is not canonical")
            require(material.env.key(goal) not in material.held_out, f"{goal.name} is held out")

    def test_goals_depend_on_the_rng_and_the_visits_alone(self, make_choice: Callable[[], Any]) -> None:
        runs = []
        for run in range(2):
            random.seed(run)
            choice, rng = make_choice(), random.Random(1)
            runs.append([choice.next(rng, {}) for _ in range(20)])
        require(runs[0] == runs[1], "the same rng gives other goals")


class LauncherContract:
    """Fixture: `make_launcher`, which makes a launcher that has room for two tasks."""

    def test_every_task_is_run_to_its_end(self, make_launcher: Callable[[], Launcher]) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            call = "fwd.testing.contracts.parts:leave"
            tasks = [Task(f"task-{n}", call, {"path": str(folder / f"left-{n}"), "fail": n == 1}) for n in range(3)]
            last: list[TaskState] = []
            for states in make_launcher().run(tasks, folder / "launch"):
                require(
                    [one.name for one in states] == [one.name for one in tasks], "the states of all tasks, in order"
                )
                last = states
            require(len(last) == 3 and all(one.ended for one in last), "the last states must be final")
            told = [one.status for one in last]
            require(told == ["done", "failed", "done"], f"a task that raises has failed, the others are done: {told}")
            require("on purpose" in last[1].error, "a failed task must say why")
            left = sorted(path.name for path in folder.glob("left-*"))
            require(left == ["left-0", "left-2"], f"what the tasks were to write is not there: {left}")


def leave(path: str, fail: bool) -> None:
    """What the launcher's tasks do."""
    if fail:
        raise RuntimeError("failed on purpose")
    Path(path).write_text("here", encoding="utf-8")
