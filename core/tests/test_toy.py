"""The toy env against slower, more obvious accounts of the same things."""

import itertools
import random

import pytest
from fwd.api import Applied, Fact, Goal, Proof, Step
from fwd.errors import GoalError
from fwd.testing.toy import ToyCodec, ToyConfig, ToyEnv, ToyHuman, ToySynthetic
from fwd.testing.toy_rules import LABELS, LETTERS, RULES, goal_letters

CONFIG = ToyConfig(proofs=60, valid=10, test=10)


@pytest.fixture(scope="module")
def env():
    return ToyEnv(CONFIG)


def renamings(goal: Goal) -> frozenset[tuple]:
    """All spellings of a goal over the first letters, hypotheses and conditions as sets."""
    letters = goal_letters(goal)
    spellings = set()
    for order in itertools.permutations(LETTERS[: len(letters)]):
        table = str.maketrans(dict(zip(letters, order, strict=True)))
        differ = frozenset("".join(sorted(one.translate(table).split())) for one in goal.conditions)
        spellings.add((goal.statement.translate(table), frozenset(h.translate(table) for h in goal.hypotheses), differ))
    return frozenset(spellings)


def test_keys_are_equal_exactly_for_renamings(env):
    rng = random.Random(1)
    goals = []
    for _ in range(400):
        pairs = [(rng.choice("abcd"), rng.choice("<~"), rng.choice("abcd")) for _ in range(3)]
        statement, *hypotheses = ["".join(pair) for pair in pairs]
        conditions = (" ".join(sorted(rng.sample("abcd", 2))),) if rng.random() < 0.5 else ()
        goals.append(env.canonical(Goal("g", statement, tuple(hypotheses), conditions)))
    judged = [(env.key(goal), renamings(goal), goal) for goal in goals]
    same = 0
    for one, other in itertools.combinations(judged, 2):
        same += one[1] == other[1]
        assert (one[0] == other[0]) == (one[1] == other[1]), (one[2], other[2])
    assert same > 20


def test_key_of_a_goal_full_of_symmetry_is_quick():
    env = ToyEnv(ToyConfig(max_facts=20))

    def crowd(letters: str) -> tuple[str, ...]:
        return tuple(f"{a}<{b}" for a, b in itertools.permutations(letters, 2))

    assert env.key(Goal("g", "a<b", crowd("cdefg"))) == env.key(Goal("g", "h<g", crowd("badce")))


def test_apply_and_check_agree_on_every_step(env):
    goal = Goal("g", "a<d", ("a<b", "b<=c", "c<b", "a<=b", "c<d"), ("b c",))
    graph = env.begin(goal)
    taken = 0
    for label in LABELS:
        rule = RULES[label]
        for premises in itertools.product(range(5), repeat=len(rule.premises)):
            for arguments in itertools.product("ab", repeat=len(rule.argument)):
                step = Step(label, premises, arguments)
                answer = env.apply(graph, step)
                for statement in ("a<b", "a<c", "a<d", "a<=a", "a<=c", "b<=b", "b<c", "b<d", "b<=d", "c<=b"):
                    aim = Goal("g", statement, goal.hypotheses, goal.conditions)
                    claimed = (*graph.facts, Fact(statement, step, premises))
                    applied = isinstance(answer, Applied) and answer.fact.statement == statement
                    assert graph.find(statement) is not None or env.check(aim, Proof(aim, claimed)).proved == applied
                taken += isinstance(answer, Applied)
    assert taken > 5


def test_conditions_are_needed(env):
    graph = env.begin(Goal("g", "a<b", ("a<=b",)))
    assert env.apply(graph, Step("strict", (0,))).code == "condition"
    graph = env.begin(Goal("g", "a<b", ("a<=b",), ("b a",)))
    assert env.apply(graph, Step("strict", (0,))).fact.statement == "a<b"


def test_bad_conditions_are_goal_errors(env):
    for condition in ("a", "a a", "a z", "", "a b c"):
        with pytest.raises(GoalError, match="not a condition"):
            env.canonical(Goal("g", "a<b", (), (condition,)))


def test_the_grammar_allows_exactly_what_apply_takes(env):
    """All steps through the cursor are all steps that the env applies (letters of the goal only)."""
    codec = ToyCodec(env)
    for proof in ToyHuman(env).proofs("valid"):
        graph = env.begin(proof.goal)
        letters = goal_letters(proof.goal)
        taken = set()
        for label in LABELS:
            for premises in itertools.product(range(len(graph.facts)), repeat=len(RULES[label].premises)):
                for arguments in itertools.product(letters, repeat=len(RULES[label].argument)):
                    step = Step(label, premises, arguments)
                    if isinstance(env.apply(graph, step), Applied):
                        taken.add(step)
        assert walked(codec, graph) == taken


def walked(codec, graph) -> set[Step]:
    """Every step that the grammar can spell."""
    found, stack = set(), [[]]
    while stack:
        tokens = stack.pop()
        cursor = codec.cursor(graph)
        if not all(cursor.push(token) for token in tokens):
            continue
        if cursor.complete:
            found.add(cursor.step())
        else:
            stack += [[*tokens, token] for token in cursor.allowed().tolist()]
    return found


def test_the_grammar_refuses_at_least_once(env):
    """The toy exercises what `Cursor.push` may answer."""
    codec = ToyCodec(env)
    cursor = codec.cursor(env.begin(Goal("g", "a<b", ("a<c",))))
    chain = codec.ids["chain"]
    assert chain in cursor.allowed()
    assert not cursor.push(chain)
    assert chain not in cursor.allowed()


def test_a_full_graph_offers_nothing():
    env = ToyEnv(ToyConfig(max_facts=3))
    graph = env.begin(Goal("g", "a<d", ("a<b", "b<c", "c<d")))
    assert ToyCodec(env).cursor(graph).allowed().size == 0
    assert env.apply(graph, Step("chain", (0, 1))).code == "full"


def test_data_is_worth_learning_from(env):
    train = ToyHuman(env).proofs("train")
    assert {fact.step.label for proof in train for fact in proof.facts if fact.step} >= {
        "chain",
        "left",
        "right",
        "weak",
    }
    assert max(proof.steps for proof in train) >= 4
    synthetic = ToySynthetic(env)
    drawn = [synthetic.draw(random.Random(seed)) for seed in range(40)]
    assert sum(proof is not None for proof in drawn) > 10
