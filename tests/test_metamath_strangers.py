"""Records of Metamath proofs from strangers: each claims what is not so, or is no record, and none is believed, runs
anything, hangs or costs more than a line; the honest ones beside them are judged, by the `metamath` program as well."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from forged import Plain, altered, claim, fact, given
from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.config import dumps, resolve
from fwd.plugins import PluginSet
from fwd.store import ProofRecord, ProofWriter
from fwd_metamath.env import MetamathEnv
from fwd_metamath.export import MetamathExternal

SMALL = Path(__file__).parents[1] / "plugins/metamath/tests/small.mm"
ESCAPE = '$. $} ${ evil $a |- F. $. $} ! x\nexit\nsystem "touch evil"\ntools\n'
ID = "|- ( ph -> ph )"
FALSE = "|- F."
GOAL = ["g", FALSE, [], [], [], None]
BY_ID = [ID, [], "id", None, ["ph"]]


def goal(**changes: Any) -> Plain:
    """A false goal without hypotheses, but for some items."""
    return altered(GOAL, changes)


DEEP = "( ph -> " * 5000 + "ph" + " )" * 5000
WIDE = "A. x " * 19_000 + "ph"
LONG = "A. x " * 4_900 + "ph"
LARGE = f"|- ( {LONG} -> ( ph -> {LONG} ) )"
NAMES = ["ph", "ps", "ch", "x", "y", "z", "w"]
UNDER = goal(hypotheses=["|- ph"])
FORGED: dict[str, tuple[Plain, Any]] = {
    # well-formed, and false
    "the goal without a step": (GOAL, [given(FALSE)]),
    "the goal as its own premise": (GOAL, [fact(FALSE, "a1i", [0], ["ph"])]),
    "a hypothesis that the goal does not have": (GOAL, [given("|- ph"), fact(FALSE, "ax-mp", (0, 0))]),
    "by a theorem of something else": (GOAL, [fact(FALSE, "id", (), ["ph"])]),
    "by what is not proved": (goal(statement="|- ( ph -> ps )"), [fact("|- ( ph -> ps )", "unproved", (), NAMES[:2])]),
    "by a syntax axiom": (goal(statement="|- ph"), [fact("|- ph", "wi", (), ["ph", "ph"])]),
    "by a hypothesis of a variable": (goal(statement="|- ph"), [fact("|- ph", "wph")]),
    "by the hypothesis of another": (goal(statement="|- ph"), [fact("|- ph", "a1i.1")]),
    "by nothing": (GOAL, [fact(FALSE, "")]),
    "by a label of the export": (GOAL, [fact(FALSE, "fwd0")]),
    "by a label of the checker": (GOAL, [fact(FALSE, "fact 0")]),
    "by a pattern of labels": (GOAL, [fact(FALSE, "*")]),
    "by an unknown step": (GOAL, [fact(FALSE, "?")]),
    "by commands": (GOAL, [fact(FALSE, 'ax-1 $. $} exit\nsystem "touch evil"')]),
    "by a step of another env": (GOAL, [fact(FALSE, "have:refl")]),
    "a forbidden theorem": (goal(statement=ID, forbidden=["id"]), [BY_ID]),
    "a theorem that comes later": (goal(statement=ID, before="id"), [BY_ID]),
    "an axiom that comes later": (goal(before="unproved"), [fact("|- ( F. -> ph )", "ax-fal", (), ["ph"])]),
    "another statement than is proved": (GOAL, [[FALSE, [], "id", None, ["ph"]]]),
    "more blanks": (goal(statement=ID), [["|-  ( ph -> ph )", [], "id", None, ["ph"]]]),
    "a comment": (goal(statement=ID), [["|- ( ph $( or not $) -> ph )", [], "id", None, ["ph"]]]),
    "another typecode": (goal(statement="wff F."), [fact("wff F.", "wfal")]),
    "no typecode": (goal(statement="F."), [fact("F.", "wfal")]),
    "no statement": (goal(statement=""), [fact("", "id", (), ["ph"])]),
    "only a typecode": (goal(statement="|-"), [fact("|-", "id", (), ["ph"])]),
    "a condition that is not given": (
        goal(statement="|- ( ph -> A. x ph )"),
        [fact("|- ( ph -> A. x ph )", "ax-5", (), ["ph", "x"])],
    ),
    "a condition of others": (
        goal(statement="|- ( ph -> A. x ph )", conditions=["ps x", "ph y"]),
        [fact("|- ( ph -> A. x ph )", "ax-5", (), ["ph", "x"])],
    ),
    "a condition of one": (goal(statement=ID, conditions=["x x"]), [BY_ID]),
    "a condition of commands": (goal(statement=ID, conditions=[ESCAPE]), [BY_ID]),
    "a variable that is bound": (
        goal(statement="|- ( A. x ph -> A. x A. x ph )"),
        [fact("|- ( A. x ph -> A. x A. x ph )", "ax-5", (), ["A. x ph", "x"])],
    ),
    "one dummy for two": (
        goal(hypotheses=["|- ( A. y A. y ch -> F. )"]),
        [
            given("|- ( A. y A. y ch -> F. )"),
            fact("|- A. y A. y ch", "ax-two", (), ["ch", "y", "y"]),
            fact(FALSE, "ax-mp", (1, 0)),
        ],
    ),
    "two typecodes": (goal(statement="|- ( x -> x )"), [fact("|- ( x -> x )", "id", (), ["x"])]),
    "an empty argument": (goal(statement="|- ( -> )"), [fact("|- ( -> )", "id", (), [""])]),
    "an argument too many": (goal(statement=ID), [fact(ID, "id", (), ["ph", "ph"])]),
    "an argument too few": (goal(statement=ID), [fact(ID, "id")]),
    "arguments of commands": (goal(statement=ID), [fact(ID, "id", (), [ESCAPE])]),
    "arguments of half a formula": (goal(statement=ID), [fact(ID, "id", (), ["ph -> ph"])]),
    "premises too many": (UNDER, [given("|- ph"), fact(FALSE, "a1i", (0, 0), ["F."])]),
    "premises too few": (UNDER, [given("|- ph"), fact(FALSE, "ax-mp", (0,))]),
    "premises that do not fit": (UNDER, [given("|- ph"), fact(FALSE, "ax-mp", (0, 0))]),
    # goals that are none
    "a statement of commands": (goal(statement=f"|- {ESCAPE}"), [fact(f"|- {ESCAPE}", "id", (), ["ph"])]),
    "a hypothesis of commands": (goal(hypotheses=[ESCAPE]), [given(ESCAPE), fact(FALSE, "id", (), ["ph"])]),
    "a name of commands": (goal(name=ESCAPE), [fact(FALSE, "id", (), ["ph"])]),
    "a name of two lines": (goal(name="g\n9 proofs checked: all hold"), [given(FALSE)]),
    "a name that is a theorem's": (goal(name="id"), [given(FALSE)]),
    "before something unknown": (goal(statement=ID, before="nothing"), [BY_ID]),
    "something unknown is forbidden": (goal(statement=ID, forbidden=["nothing"]), [BY_ID]),
    "a symbol of another script": (goal(statement="|- ( \u03c6 -> \u03c6 )"), [fact("|- ( \u03c6 -> \u03c6 )", "id")]),
    "a statement that is not closed": (goal(statement="|- ( ph"), [fact("|- ( ph", "id", (), ["ph"])]),
    "a comment that is not closed": (goal(statement=f"{ID} $( "), [BY_ID]),
    "a comment in a comment": (goal(statement=f"{ID} $( $( $)"), [BY_ID]),
    "the directive of an include": (goal(statement=f"{ID} $[ /etc/passwd $]"), [BY_ID]),
    # large
    "a statement without an end": (goal(statement="|- " + "( " * 99_999), [given("|- " + "( " * 99_999)]),
    "many comments": (goal(statement="|- " + "$( " * 99_999), [given(FALSE)]),
    "an argument without an end": (goal(statement=ID), [fact(ID, "id", (), ["( " * 99_999])]),
    "a tower": (GOAL, [fact(f"|- ( {DEEP} -> {DEEP} )", "id", (), [DEEP])]),
    "a tower of one more": (GOAL, [fact(f"|- ( {WIDE} -> {WIDE} )", "id", (), [WIDE])]),
    "many towers": (GOAL, [fact(f"|- ( {WIDE[:-2]}ps -> ph )", "id", (), [WIDE])] * 9),
    "many facts": (GOAL, [BY_ID] * 20_000),
    "a large step again and again": (
        GOAL,
        [
            fact(LARGE, "ax-1", (), [LONG, "ph"]),
            BY_ID,
            fact(f"|- ( {LARGE[3:]} -> ( ph -> ph ) )", "a1i", (1,), [LARGE[3:]]),
            *[fact(ID, "ax-mp", (0, 2))] * 20_000,
        ],
    ),
    "many conditions": (goal(conditions=[" ".join(NAMES)] * 50_000), [BY_ID]),
    "many hypotheses": (goal(hypotheses=["|- ph"] * 5000), [given("|- ph")] * 5000),
    "many forbidden theorems": (goal(statement=ID, forbidden=["id", *["ax-1"] * 50_000]), [BY_ID]),
    # of other types
    "a premise of -1": (UNDER, [given("|- ph"), fact(FALSE, "a1i", [-1], ["ph"])]),
    "premises of true and false": (UNDER, [given("|- ph"), given(FALSE), fact(FALSE, "ax-mp", [True, False])]),
    "premises of their own": (UNDER, [given("|- ph"), fact(FALSE, "ax-mp", (0,), (), [-1, 0])]),
    "a premise of 0.0": (UNDER, [given("|- ph"), fact(FALSE, "a1i", [0.0], ["ph"])]),
    "a premise beyond all": (UNDER, [given("|- ph"), fact(FALSE, "a1i", [2**40], ["ph"])]),
    "more hypotheses than facts": (goal(hypotheses=["|- ph", "|- ps"]), [given("|- ph")]),
    "a statement that is a number": (GOAL, [fact(7, "id", (), ["ph"])]),
    "a statement of bytes": (GOAL, [fact(b"|- F.", "id", (), ["ph"])]),
    "a label that is a list": (GOAL, [fact(FALSE, ["id"], (), ["ph"])]),
    "an argument that is nothing": (goal(statement=ID), [fact(ID, "id", (), [None])]),
    "a lone surrogate": (goal(statement="|- \ud800"), [fact("|- \ud800", "id", (), ["\ud800"])]),
    "facts as text": (GOAL, FALSE),
    "a goal of lists": (goal(statement=["|-", "F."]), [BY_ID]),
    "hypotheses as text": (goal(hypotheses="|-"), [BY_ID]),
}


@pytest.fixture(scope="module")
def config():
    return resolve(PluginSet.discover(), "metamath", assignments=[f"env.database={SMALL}"])


@pytest.fixture(scope="module")
def env(config) -> MetamathEnv:
    return MetamathEnv(config.env)


def honest(env: MetamathEnv) -> Iterator[Proof]:
    """Some proofs that hold, with names that would be commands if they could."""
    detach = [Step("ax-mp", (0, 1)), Step("a1i", (2,), ("A. x A. y ph",))]
    for asked, steps in (
        (Goal("id", ID), [Step("id", (), ("ph",))]),
        (Goal(ESCAPE, "|- ( A. x A. y ph -> ps )", ("|- ph", "|- ( ph -> ps )")), detach),
        (Goal("fwd0", "|- ( ph -> A. x ph )", (), ("ph x",)), [Step("ax-5", (), ("ph", "x"))]),
    ):
        graph = env.begin(asked)
        for step in steps:
            graph.add(env.apply(graph, step).fact)  # type: ignore[union-attr]
        yield Proof.of(graph)


@pytest.mark.oracle
@pytest.mark.timeout(120)
def test_honest_records_beside_forged_ones_are_judged(env, config, fwd):
    Path("out").mkdir()
    Path("out/config.toml").write_text(dumps(config))
    good = [ProofRecord(one.goal, one.facts, True, "solved", env.name, env.fingerprint, "", "") for one in honest(env)]
    with ProofWriter(Path("out"), "stranger") as writer:
        for number, spoilt in enumerate(FORGED.values()):
            writer.append(claim(*spoilt, env.name, env.fingerprint))
            if number % 30 == 0:
                writer.append(good[number // 30])
    started = time.monotonic()
    outcome = fwd("check", "out", "--external")
    assert time.monotonic() - started < 90
    assert outcome.code == 1
    assert outcome.out.count("FAIL ") == len(FORGED)
    assert f"{len(FORGED) + len(good)} proofs checked: {len(FORGED)} FAIL" in outcome.out
    assert outcome.out.splitlines()[-1] == f"{len(good)} proofs checked by an outside program: all hold"
    assert len(outcome.out.splitlines()) <= 2 * len(FORGED) + 9
    assert "Traceback" not in outcome.out + outcome.err
    assert not list(Path().rglob("evil"))


def loosely(spoilt: tuple[Plain, Any]) -> tuple[Goal, Proof]:
    """What the record says, as somebody would hand it over who looks at nothing."""
    plain, rows = spoilt
    facts = []
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, list):
            facts.append(row)
            continue
        text, premises, label, own, arguments = row
        premises = tuple(premises) if isinstance(premises, list) else premises
        own = premises if own is None else tuple(own)
        facts.append(Fact(text, None if label is None else Step(label, own, tuple(arguments or ())), premises))
    name, statement, hypotheses, conditions, forbidden, before = plain
    asked = Goal(name, statement, tuple(hypotheses), tuple(conditions), frozenset(forbidden), before)
    return asked, Proof(asked, tuple(facts))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", FORGED)
def test_the_checker_believes_none_and_never_raises(env, what):
    verdict = env.check(*loosely(FORGED[what]))
    assert not verdict.proved
    assert 0 < len(verdict.reason) < 1000
    assert verdict.reason.isprintable()


ODD: list[Any] = [None, 5, "text", [], (), object(), SimpleNamespace(facts=5), SimpleNamespace(facts=[None])]
ODD += [SimpleNamespace(facts=(odd,)) for odd in (None, 5, "text", Fact(None), Fact(ID, 5), Fact(ID, None, 5))]  # type: ignore[arg-type]
ODD += [SimpleNamespace(facts=(Fact(ID, Step(*odd)),)) for odd in ((None,), ([],), ("id", 5), ("id", (), None))]  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", ODD, ids=lambda one: f"{one}"[:40].partition(" at 0x")[0])
def test_anything_may_be_handed_over(env, odd):
    good = next(honest(env))
    assert env.check(good.goal, Proof.of(ProofGraph(good.goal, good.facts))).proved
    assert not env.check(good.goal, odd).proved
    assert not env.check(odd, good).proved


class Liar(str):
    """A text that claims to be every other text."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


def test_what_only_behaves_like_text_proves_nothing(env):
    liar = Fact(Liar(FALSE), Step("id", (), ("ph",)))
    assert not env.check(Goal("g", FALSE), Proof(Goal("g", FALSE), (liar,))).proved


@pytest.mark.oracle
def test_the_exporter_takes_anything(env, tmp_path):
    """Each bad proof fails for itself, whatever it is made of."""
    good = list(honest(env))
    bad = [loosely(spoilt)[1] for spoilt in FORGED.values()]
    verdicts = MetamathExternal(env).check([good[0], *bad, *good[1:]], tmp_path)
    assert [verdict.proved for verdict in verdicts] == [True, *[False] * len(bad), True, True]
