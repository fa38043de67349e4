"""What every strategy must keep: it stops, says why, and the same seed gives the same search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fwd.api import Codec, Env, Goal, Proof
from fwd.prover import Prover
from fwd.search.base import SOLVED, ProofSearch, Strategy
from fwd.testing.contracts.running import require, spread
from fwd.uniform import UniformPolicy


class StrategyContract:
    """Fixtures: `env`, `codec`, `proofs` (known proofs), and `make_strategy`, which takes `max_steps` and makes the
    strategy with that limit."""

    def test_every_search_stops_and_says_why(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        for search in _searched(env, codec, make_strategy(8), proofs, trials=2):
            require(
                bool(search.stopped) and search.stopped == search.stopped.strip(), "a search ended without a reason"
            )
            require("error" not in search.stopped, f"{search.goal.name}: {search.stopped}: {search.message}")
            require((search.stopped == SOLVED) == search.solved, f"{search.goal.name}: stopped says {search.stopped}")

    def test_max_steps_is_kept(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        for limit in (1, 3):
            for search in _searched(env, codec, make_strategy(limit), proofs):
                require(search.steps <= limit, f"{search.goal.name}: {search.steps} steps, max_steps is {limit}")

    def test_solved_means_checked(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        for search in _searched(env, codec, make_strategy(16), proofs, trials=4):
            require(search.stopped != "check-failed", f"{search.goal.name}: claims what check refuses")
            if search.solved:
                require(search.proof is not None, f"{search.goal.name}: solved without a proof")
                require(env.check(search.goal, search.proof).proved, f"{search.goal.name}: its proof does not hold")  # type: ignore[arg-type]

    def test_the_same_seed_gives_the_same_search(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        runs = [
            {
                (one.goal.name, one.trial): _result(one)
                for one in _searched(env, codec, make_strategy(8), order, 2, slots)
            }
            for order, slots in ((proofs, 64), (proofs, 1), (proofs[::-1], 3))
        ]
        for other in runs[1:]:
            different = [name for name in runs[0] if runs[0][name] != other[name]]
            require(not different, f"results depend on what else is in flight: {different[:1]}")

    def test_a_goal_that_is_given_is_solved_at_once(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        given = [proof.goal for proof in proofs if proof.goal.hypotheses]
        goals = [Goal(f"given {n}", one.hypotheses[0], one.hypotheses, one.conditions) for n, one in enumerate(given)]
        prover = Prover(UniformPolicy(codec), env, make_strategy(8))
        for search in prover.prove(goals):
            require(
                search.solved and search.steps == 0, f"{search.goal.name}: a hypothesis is the goal: {search.stopped}"
            )

    def test_a_search_may_be_abandoned(
        self, env: Env, codec: Codec, make_strategy: Callable[[int], Strategy], proofs: Sequence[Proof]
    ) -> None:
        strategy = make_strategy(8)
        for proof in spread(proofs, 5):
            moves = strategy.search(ProofSearch(proof.goal, 0, 0, env.begin(proof.goal)))
            next(moves, None)
            moves.close()


def _searched(
    env: Env, codec: Codec, strategy: Strategy, proofs: Sequence[Proof], trials: int = 1, slots: int = 64
) -> list[ProofSearch]:
    prover = Prover(UniformPolicy(codec, slots=slots), env, strategy, seed=7)
    return list(prover.prove([proof.goal for proof in proofs], trials=trials))


def _result(search: ProofSearch) -> tuple[Any, ...]:
    return search.stopped, search.solved, search.steps, search.rejected, search.tokens, tuple(search.graph.facts)
