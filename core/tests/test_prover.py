"""The prover and the strategies of core, on a world of numbers: facts are numbers, steps double or add one."""

from __future__ import annotations

import itertools
import logging
import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
from fwd.api import Applied, Ask, Fact, Goal, Proof, ProofGraph, Proposal, Rejected, Reply, Step, Verdict, Vocabulary
from fwd.errors import GoalError
from fwd.prover import Prover
from fwd.search.base import Try
from fwd.search.linear import Greedy, GreedyConfig, Sampling, SamplingConfig
from fwd.uniform import UniformPolicy


class Numbers:
    """From the hypotheses (numbers) derive the goal (a number) by `inc` and `dbl` of one fact."""

    name = "numbers"
    fingerprint = "1"
    sources = ()

    def canonical(self, goal: Goal) -> Goal:
        if not goal.statement.isdigit():
            raise GoalError(f"{goal.name} is not a number")
        return goal

    def begin(self, goal: Goal) -> ProofGraph:
        return ProofGraph(self.canonical(goal), [Fact(text) for text in goal.hypotheses])

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        if step.label not in ("inc", "dbl"):
            return Rejected("unknown-label")
        number = int(graph.facts[step.premises[0]].statement)
        result = str(number + 1 if step.label == "inc" else 2 * number)
        if graph.find(result) is not None:
            return Rejected("duplicate")
        return Applied(Fact(result, step, step.premises))

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        values: list[str] = []
        for fact in proof.facts:
            if fact.step is None:
                right = fact.statement in goal.hypotheses
            else:
                before = int(values[fact.step.premises[0]])
                right = int(fact.statement) == (before + 1 if fact.step.label == "inc" else 2 * before)
            if not right:
                return Verdict(False, f"{fact.statement} does not follow")
            values.append(fact.statement)
        return Verdict(goal.statement in values, "the goal is missing")

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        return ()

    def key(self, goal: Goal) -> str:
        return goal.statement

    def close(self) -> None:
        pass


class SlowNumbers(Numbers):
    """Answers from a pool of threads, and fails for goals named `boom`."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(4)
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        return self.pool.submit(self._work, graph, step)

    def _work(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        threading.Event().wait(0.003)
        with self._lock:
            self._now -= 1
        if graph.goal.name == "boom":
            raise OSError("the process died")
        return self.apply(graph, step)


class NumbersCodec:
    """A step is a label and then the index of a fact; 19 leads nowhere (`push` refuses it)."""

    vocabulary = Vocabulary((*map(str, range(20)), "inc", "dbl", "bad"))
    step_token = 0

    def cursor(self, graph: ProofGraph) -> NumbersCursor:
        return NumbersCursor(self, graph)


class NumbersCursor:
    def __init__(self, codec: NumbersCodec, graph: ProofGraph) -> None:
        self.codec, self.graph, self.taken, self.refused = codec, graph, [], False
        self.complete = False

    def allowed(self) -> np.ndarray:
        if not self.taken:
            return np.array([20, 21, 22])
        pointers = list(range(min(len(self.graph.facts), 19)))
        return np.array(pointers if self.refused else [*pointers, 19])

    def push(self, token: int) -> bool:
        if token == 19:
            self.refused = True
            return False
        self.taken.append(token)
        self.complete = len(self.taken) == 2
        return True

    def step(self) -> Step:
        return Step(self.codec.vocabulary.tokens[self.taken[0]], (self.taken[1],))


class Scripted:
    """A policy that answers by a function of the graph, `batch` requests at a time, the latest first."""

    def __init__(self, answer, slots: int = 4, batch: int = 3) -> None:
        self.name, self.slots, self.batch, self.answer = "scripted", slots, batch, answer
        self.queue: list[Ask] = []
        self.known: set[ProofGraph] = set()
        self.forgotten: list[ProofGraph] = []
        self.batches: list[int] = []

    def submit(self, ask: Ask) -> None:
        assert ask.graph not in self.forgotten
        self.known.add(ask.graph)
        self.queue.append(ask)

    def advance(self) -> list[Reply]:
        assert self.queue, "advance was called with nothing to do"
        self.batches.append(len(self.queue))
        done, self.queue = self.queue[-self.batch :], self.queue[: -self.batch]
        return [self.answer(ask) for ask in done]

    def forget(self, graph: ProofGraph) -> None:
        self.known.discard(graph)
        self.forgotten.append(graph)


def say(label: str, premise: int = -1, tokens: int = 2):
    """A script that always applies `label` to the last fact (or to fact `premise`)."""

    def answer(ask: Ask) -> Reply:
        place = premise if premise >= 0 else len(ask.graph.facts) - 1
        return Reply(ask, (Proposal(Step(label, (place,)), tokens=tokens),))

    return answer


def number(target: int, name: str = "") -> Goal:
    return Goal(name or f"g{target}", str(target), ("1",))


def prove_one(answer, goal: Goal, strategy=None, env=None):
    (search,) = Prover(Scripted(answer), env or Numbers(), strategy or Greedy()).prove([goal])
    return search


def outcome(search) -> tuple:
    facts = tuple(fact.statement for fact in search.graph.facts)
    counts = (search.steps, search.rejected, dict(search.rejections), search.tokens)
    return search.goal.name, search.trial, search.stopped, search.solved, facts, counts


def test_greedy_proves_and_counts():
    search = prove_one(say("dbl"), number(16))
    assert (search.stopped, search.solved, search.steps, search.rejected, search.tokens) == ("solved", True, 4, 0, 8)
    assert [fact.statement for fact in search.proof.facts] == ["1", "2", "4", "8", "16"]
    assert search.seconds > 0


def test_a_goal_among_its_hypotheses_takes_no_step():
    search = prove_one(say("dbl"), number(1))
    assert search.solved
    assert search.steps == 0


@pytest.mark.parametrize(
    ("answer", "stopped", "rejections"),
    [
        (say("bad"), "mistake", {"unknown-label": 1}),
        (say("inc", premise=0), "mistake", {"duplicate": 1}),
        (lambda ask: Reply(ask, (Proposal(None, tokens=3, failure="dead-end"),)), "mistake", {"dead-end": 1}),
        (lambda ask: Reply(ask, (), full=True), "context-full", {}),
        (say("inc"), "max-steps", {}),
        (say("inc", tokens=50), "max-tokens", {}),
    ],
)
def test_greedy_stops(answer, stopped, rejections):
    search = prove_one(answer, number(99), Greedy(GreedyConfig(max_steps=6, max_tokens=100)))
    assert search.stopped == stopped
    assert search.rejections == rejections
    assert search.rejected == sum(rejections.values())
    assert not search.solved
    assert search.proof is None


def test_sampling_stops_after_mistakes_in_a_row():
    """Four mistakes, a good step, five mistakes: the good step starts the count anew."""
    labels = iter(["bad"] * 4 + ["inc"] + ["bad"] * 9)
    search = prove_one(lambda ask: say(next(labels))(ask), number(99), Sampling())
    assert search.stopped == "mistakes"
    assert (search.steps, search.rejected) == (1, 9)


def test_temperature_and_step_length_reach_the_policy():
    asks = []

    def answer(ask: Ask) -> Reply:
        asks.append((ask.temperature, ask.max_tokens))
        return say("bad")(ask)

    prove_one(answer, number(9), Greedy(GreedyConfig(step_tokens=7)))
    prove_one(answer, number(9), Sampling(SamplingConfig(temperature=0.5, max_mistakes=1, step_tokens=8)))
    assert asks == [(0.0, 7), (0.5, 8)]


def test_goals_are_taken_only_as_slots_free_up():
    taken = []

    def goals():
        for index in itertools.count():
            taken.append(index)
            yield number(4 if index % 2 else 8, f"g{index}")

    policy = Scripted(say("dbl"), slots=3)
    found = Prover(policy, Numbers(), Greedy()).prove(goals())
    assert taken == []
    seen = [next(found) for _ in range(20)]
    assert len(taken) <= len(seen) + policy.slots
    assert max(policy.batches) == 3
    found.close()
    assert not policy.known


def test_searches_come_when_they_are_done():
    policy = Scripted(say("dbl"), slots=8, batch=8)
    names = [s.goal.name for s in Prover(policy, Numbers(), Greedy()).prove([number(1024), number(2), number(32)])]
    assert names == ["g2", "g32", "g1024"]


def test_invalid_goals_are_yielded():
    goals = [number(4), Goal("odd", "three"), *(Goal(f"odd{i}", "x") for i in range(50)), number(8)]
    policy = Scripted(say("dbl"), slots=2)
    searches = {s.goal.name: s for s in Prover(policy, Numbers(), Greedy()).prove(goals)}
    assert len(searches) == 53
    assert (searches["odd"].stopped, searches["odd"].message) == ("invalid-goal", "odd is not a number")
    assert searches["g4"].solved
    assert searches["g8"].solved


def test_nothing_to_do():
    assert list(Prover(Scripted(say("inc")), Numbers(), Greedy()).prove([])) == []
    assert list(Prover(Scripted(say("inc")), Numbers(), Greedy()).prove([number(4)], trials=0)) == []


def test_a_slow_env_serves_many_and_a_failure_ends_one_search(caplog):
    env = SlowNumbers()
    goals = [number(2**power, f"g{power}") for power in range(1, 9)] + [number(5, "boom")]
    with env.pool:
        searches = {s.goal.name: s for s in Prover(Scripted(say("dbl"), slots=16), env, Greedy()).prove(goals)}
    assert all(searches[f"g{power}"].solved for power in range(1, 9))
    assert searches["boom"].stopped == "env-error"
    assert "the process died" in searches["boom"].message
    assert "boom" in caplog.text
    assert env.most > 1


def test_an_env_that_fails_at_once_ends_one_search():
    class Failing(Numbers):
        def submit(self, graph, step):
            if graph.goal.name == "boom":
                raise OSError("gone")
            return super().submit(graph, step)

    searches = Prover(Scripted(say("dbl")), Failing(), Greedy()).prove([number(4), number(4, "boom"), number(8)])
    assert sorted((s.goal.name, s.stopped) for s in searches) == [
        ("boom", "env-error"),
        ("g4", "solved"),
        ("g8", "solved"),
    ]


def test_only_the_check_says_solved(caplog):
    class Lying(Numbers):
        """Accepts whatever step as the goal."""

        def apply(self, graph, step):
            return Applied(Fact(graph.goal.statement, step, step.premises))

    with caplog.at_level(logging.WARNING):
        search = prove_one(say("inc"), number(77), env=Lying())
    assert search.graph.solved
    assert not search.solved
    assert search.stopped == "check-failed"
    assert search.message == "77 does not follow"
    assert search.proof is None
    assert "g77" in caplog.text


def test_a_strategy_cannot_claim_a_goal_that_it_lacks():
    class Boasting:
        name = "boasting"

        def search(self, search):
            return "solved"
            yield

    search = prove_one(say("inc"), number(77), Boasting())
    assert not search.solved
    assert search.stopped != "solved"


@pytest.mark.parametrize("wrong", [3, [None]])
def test_a_strategy_that_yields_something_else_is_told_so_at_the_place(wrong):
    class Odd:
        name = "odd"

        def search(self, search):
            yield wrong

    with pytest.raises(TypeError, match="strategy 'odd' yields") as caught:
        prove_one(say("inc"), number(77), Odd())
    assert caught.traceback[-1].name == "search"


def test_a_strategy_may_ask_for_several_things_at_once():
    class Wide:
        name = "wide"

        def search(self, search):
            assert (yield []) == []
            graph, fork = search.graph, search.graph.fork()
            replies = yield [Ask(graph, search.rng), Ask(fork, search.rng)]
            answers = yield [Try(graph, Step("bad", (0,))), Try(fork, replies[1].proposals[0].step)]
            assert [type(answer) for answer in answers] == [Rejected, Applied]
            fork.add(answers[1].fact)
            search.graph = fork
            return "solved"

    policy = Scripted(say("inc"), batch=1)
    (search,) = Prover(policy, Numbers(), Wide()).prove([number(2)])
    assert search.solved
    assert len(policy.forgotten) == 2
    assert not policy.known


def test_one_failed_answer_of_several_ends_the_search_after_the_others_came():
    class Wide:
        name = "wide"

        def search(self, search):
            yield [Try(search.graph, Step("inc", (7,))), Ask(search.graph, search.rng)]

    policy = Scripted(say("inc"))
    (search,) = Prover(policy, Numbers(), Wide()).prove([number(2)])
    assert search.stopped == "env-error"
    assert policy.queue == []


def uniform_outcomes(slots: int, goals, trials: int = 3, seed: int = 5, env=None):
    prover = Prover(UniformPolicy(NumbersCodec(), slots), env or Numbers(), Sampling(), seed=seed)
    return sorted(outcome(search) for search in prover.prove(goals, trials))


def test_results_depend_on_the_seed_and_on_nothing_in_flight():
    goals = [number(target) for target in (3, 7, 12, 24, 100)]
    alone = sorted(itertools.chain.from_iterable(uniform_outcomes(1, [goal]) for goal in goals))
    env = SlowNumbers()
    with env.pool:
        assert (
            alone
            == uniform_outcomes(64, goals)
            == uniform_outcomes(2, goals[::-1])
            == uniform_outcomes(9, goals, env=env)
        )
    assert alone != uniform_outcomes(64, goals, seed=6)
    trials = {facts for name, *_, facts, _ in alone if name == "g100"}
    assert len(trials) > 1, "trials of one goal differ"
    assert any(one[3] for one in alone)


def test_trials_share_a_root_that_is_forgotten_last():
    policy = Scripted(say("dbl"), slots=2)
    searches = list(Prover(policy, Numbers(), Greedy()).prove([number(4), number(8)], trials=3))
    assert sorted((s.goal.name, s.trial) for s in searches) == [(g, t) for g in ("g4", "g8") for t in range(3)]
    roots = {s.graph.parent for s in searches}
    assert len(roots) == 2
    assert None not in roots
    assert sorted(g.id for g in policy.forgotten) == sorted({g.id for g in policy.forgotten})
    assert roots < set(policy.forgotten)
    assert all(len(root.facts) == 1 for root in roots)


@pytest.mark.parametrize("trials", [1, 2])
def test_closing_early_forgets_everything(trials):
    policy = Scripted(say("inc"), slots=4, batch=4)
    goals = [number(2, "short"), *(number(99, f"long{i}") for i in range(9))]
    found = Prover(policy, Numbers(), Greedy()).prove(goals, trials)
    assert next(found).goal.name == "short"
    found.close()
    assert not policy.known
    assert list(found) == []


def test_an_interrupt_comes_through_and_forgets_everything():
    calls = itertools.count()

    def answer(ask: Ask) -> Reply:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return say("inc")(ask)

    policy = Scripted(answer)
    with pytest.raises(KeyboardInterrupt):
        list(Prover(policy, Numbers(), Greedy()).prove([number(99, f"g{i}") for i in range(9)]))
    assert not policy.known


def test_events_hear_of_every_search_first():
    class Events:
        heard: list = []  # noqa: RUF012

        def fwd_goal_finished(self, search):
            self.heard.append((search.goal.name, search.stopped))

    events = Events()
    goals = [number(4), Goal("odd", "three"), number(9)]
    prover = Prover(Scripted(say("dbl"), slots=1), Numbers(), Greedy(), events=events)
    for count, search in enumerate(prover.prove(goals), start=1):
        assert events.heard[count - 1] == (search.goal.name, search.stopped)
    assert len(events.heard) == 3


def reply_of(ask: Ask) -> Reply:
    policy = UniformPolicy(NumbersCodec())
    policy.submit(ask)
    (reply,) = policy.advance()
    assert reply.ask is ask
    return reply


def test_uniform_draws_evenly_past_refused_tokens():
    graph = ProofGraph(number(99), [Fact(str(value)) for value in range(1, 4)])
    rng = random.Random(1)
    counts: dict[Step, int] = {}
    for _ in range(1800):
        (proposal,) = reply_of(Ask(graph, rng)).proposals
        counts[proposal.step] = counts.get(proposal.step, 0) + 1
        assert proposal.tokens == 2
        assert proposal.logprob == pytest.approx(-np.log(9), abs=0.3)
    assert len(counts) == 9
    assert min(counts.values()) > 140


def test_uniform_gives_different_first_tokens_and_no_more_than_there_are():
    graph = ProofGraph(number(99), [Fact("1")])
    proposals = reply_of(Ask(graph, random.Random(1), count=8)).proposals
    assert sorted(proposal.step.label for proposal in proposals) == ["bad", "dbl", "inc"]
    assert [p.logprob for p in proposals] == sorted((p.logprob for p in proposals), reverse=True)


def test_uniform_names_its_failures():
    graph = ProofGraph(number(99), [Fact("1")])
    (proposal,) = reply_of(Ask(graph, random.Random(1), max_tokens=1)).proposals
    assert (proposal.step, proposal.failure, proposal.tokens) == (None, "too-long", 1)
    empty = ProofGraph(number(99))
    (proposal,) = reply_of(Ask(empty, random.Random(1))).proposals
    assert (proposal.step, proposal.failure, proposal.tokens) == (None, "dead-end", 1)


def test_some_trials_of_a_goal_are_what_they_are_among_all():
    """Which trials is said for each goal; of one that has none nothing is begun."""
    goals = [number(target) for target in (7, 24, 100)]
    wanted = {"g7": [2], "g24": [0, 3], "g100": []}
    some = uniform_outcomes(64, goals, trials=lambda goal: wanted[goal.name])
    assert [one[:2] for one in some] == [("g24", 0), ("g24", 3), ("g7", 2)]
    assert all(one in uniform_outcomes(64, goals, trials=4) for one in some)
