"""Records of equations from strangers: each claims what is false, or is no record, and none is believed, hangs or costs
more than a line; the honest ones beside them are judged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import forged
import pytest
from forged import Plain, altered, claim
from fwd.api import Fact, Goal, Proof, ProofGraph, Step
from fwd.config import dumps, resolve
from fwd.plugins import PluginSet
from fwd.store import ProofRecord, ProofWriter
from fwd_equations.env import EquationsEnv

MANY = 20_000
REFL = ["= x x", [], "have:refl", None, ["x"]]
GIVEN = ["= x 0", [], None, None, None]
GOAL = ["g", "= x y", [], [], [], None]
FALSE = ["g", "= 0 1", [], [], [], None]
UNDER = ["g", "= x y", ["= x 0"], [], [], None]


def goal(**changes: Any) -> Plain:
    """A false goal without hypotheses, but for some items."""
    return altered(GOAL, changes)


def fact(statement: Any, label: Any = "algebra", premises: Any = (), arguments: Any = (), own: Any = None) -> Plain:
    """A fact as a record has it; steps by algebra and arithmetic name no premises."""
    return forged.fact(
        statement, label, premises, arguments, [] if label in ("algebra", "calc") and own is None else own
    )


SUM = " ".join(["+ x"] * 2000)
FORGED: dict[str, tuple[Plain, Any]] = {
    # well-formed, and false
    "the goal as a fact without a step": (GOAL, [["= x y", [], None, None, None]]),
    "a hypothesis of its own": (GOAL, [["= x y", [], None, None, None], fact("= x y", "norm", (0,))]),
    "the goal by algebra from nothing": (GOAL, [fact("= x y")]),
    "the goal by algebra from itself": (GOAL, [fact("= x y", "algebra", [0])]),
    "by algebra from what is true": (GOAL, [REFL, fact("= x y", "algebra", (0,))]),
    "by algebra with an argument": (GOAL, [REFL, fact("= x y", "algebra", (0,), ["= x y"])]),
    "by algebra with premises of its own": (GOAL, [REFL, fact("= x y", "algebra", (0,), (), [0])]),
    "0 = 1 by arithmetic": (FALSE, [fact("= 0 1", "calc", (), ["= 0 1"])]),
    "another claim of arithmetic": (FALSE, [fact("= 0 1", "calc", (), ["= 0 0"])]),
    "arithmetic without an argument": (FALSE, [fact("= 0 1", "calc")]),
    "arithmetic of digits of another script": (goal(statement="= 0 1"), [fact("= 0 1", "calc", (), ["= 0 \u0661"])]),
    "arithmetic of a superscript": (FALSE, [fact("= 0 1", "calc", (), ["= 0 \u00b9"])]),
    "a power of nothing": (FALSE, [fact("= 0 1", "calc", (), ["= ^0 0 ^1"])]),
    "a power beyond those there are": (FALSE, [fact("= 0 1", "calc", (), ["= ^100 0 1"])]),
    "a division by 0": (FALSE, [fact("= 0 1", "calc", (), ["= / 1 0 / 0 0"])]),
    "x/x is 1": (goal(statement="= / x x 1"), [fact("= / x x 1", "have:div_self", (), ["x"])]),
    "0/0 is 1": (goal(statement="= / 0 0 1"), [fact("= / 0 0 1", "have:div_self", (), ["0"])]),
    "a condition that is another's": (
        goal(statement="= / x x 1", hypotheses=["!= y 0"]),
        [["!= y 0", [], None, None, None], fact("= / x x 1", "have:div_self", (0,), ["x"], [])],
    ),
    "a condition that is the claim": (
        goal(statement="!= x 0"),
        [fact("= / x x 1", "have:div_self", (), ["x"]), fact("!= x 0", "norm", (0,))],
    ),
    "the rule of a rewrite stated": (GOAL, [fact("= x y", "have:add_comm", (), ["x", "y"])]),
    "a rule that does not exist": (GOAL, [fact("= x y", "have:everything")]),
    "a rule without a name": (GOAL, [fact("= x y", "have:")]),
    "a step without a name": (GOAL, [fact("= x y", "")]),
    "a step of another env": (GOAL, [fact("= x y", "ax-mp", (), ["x"])]),
    "too many colons": (GOAL, [REFL, fact("= x y", "rw:refl:fwd:bwd", (0,), ["@1"])]),
    "an equivalence as an equation": (GOAL, [REFL, fact("= y x", "rw:eq_symm:fwd", (0,), ["@1"])]),
    "an assertion as a rewrite": (GOAL, [REFL, fact("= x y", "rw:refl:fwd", (0,), ["@1"])]),
    "a rewrite to something else": (GOAL, [REFL, fact("= x y", "rw:add_zero:bwd", (0,), ["@1"])]),
    "a rewrite at a minus position": (GOAL, [REFL, fact("= x y", "rw:add_zero:bwd", (0,), ["@-1"])]),
    "a rewrite far away": (GOAL, [REFL, fact("= x y", "rw:add_zero:bwd", (0,), ["@999999"])]),
    "a rewrite of the relation": (GOAL, [REFL, fact("= x y", "rw:add_zero:bwd", (0,), ["@0"])]),
    "a rewrite without a position": (GOAL, [REFL, fact("= x y", "rw:add_zero:bwd", (0,))]),
    "a rewrite with a term too many": (GOAL, [REFL, fact("= + x 0 x", "rw:add_zero:bwd", (0,), ["@1", "y"])]),
    "use of what is no equation": (
        goal(hypotheses=["< x y"]),
        [
            ["< x y", [], None, None, None],
            fact("= x x", "have:refl", (), ["x"]),
            fact("= x y", "use:fwd", (1, 0), ["@2"]),
        ],
    ),
    "use with one premise": (UNDER, [GIVEN, fact("= x y", "use:fwd", (0,), ["@1"])]),
    "use in a third direction": (UNDER, [GIVEN, fact("= x y", "use:left", (0, 0), ["@1"])]),
    "an equation of statements": (GOAL, [fact("= = x y = x y", "have:refl", (), ["= x y"])]),
    "half a term": (GOAL, [fact("= + x + x", "have:refl", (), ["+ x"])]),
    "two terms": (GOAL, [fact("= x y x y", "have:refl", (), ["x y"])]),
    "no term": (GOAL, [fact("=  ", "have:refl", (), [""])]),
    "a term with a line end": (GOAL, [fact("= x\ny x\ny", "have:refl", (), ["x\ny"])]),
    "a goal that is one of its own steps' arguments": (GOAL, [fact("= x y", "have:refl", (), ["x"])]),
    "a forbidden rule": (goal(statement="= x x", forbidden=["refl"]), [REFL]),
    "a rule that comes later": (goal(statement="= x x", before="refl"), [REFL]),
    "a forbidden rule that does not exist": (goal(forbidden=["nothing"]), [REFL]),
    "a goal with conditions": (goal(statement="= x x", conditions=["x y"]), [REFL]),
    "a goal that cannot be read": (goal(statement="= x"), [fact("= x")]),
    "a goal in ordinary syntax": (goal(statement="x = y"), [fact("x = y")]),
    "a goal that is very long": (goal(statement=f"= {SUM} x x"), [fact(f"= {SUM} x x")]),
    "other hypotheses than the goal": (UNDER, [["= x y", [], None, None, None]]),
    "more hypotheses than facts": (goal(hypotheses=["= x 0", "= y 0"]), [GIVEN]),
    # well-formed, and long
    "a great deal of algebra": (GOAL, [fact(f"= {'^99 ' * 20}+ x y 0")] * 50),
    "products without end": (GOAL, [fact(f"= {'* + + x y + z t ' * 60}x 0")] * 50),
    "arithmetic again and again": (
        GOAL,
        [fact(f"= {'+ 1 ' * 4000}1 4001", "calc", (), [f"= {'+ 1 ' * 4000}1 4001"])]
        + [fact("= 4001 4001", "norm", (0,))] * MANY,
    ),
    "facts that cite everything": (GOAL, [REFL] + [fact("= x x", "algebra", (0,) * 50)] * MANY),
    "a tower of powers": (FALSE, [fact("= 0 1", "calc", (), [f"= {'^99 ' * 500}9 {'^99 ' * 500}9"])]),
    "a tower of parts": (GOAL, [fact(f"= {'sin ' * 50_000}x y")]),
    "very long terms": (GOAL, [fact(f"= {SUM} x y", "have:refl", (), [f"{SUM} x"])]),
    # of other types
    "a premise of 0.0": (GOAL, [REFL, fact("= x y", "norm", [0.0])]),
    "a premise that is a text": (GOAL, [REFL, fact("= x y", "norm", ["0"])]),
    "a premise that is true": (GOAL, [REFL, REFL, fact("= x y", "norm", [True])]),
    "a premise of -1": (GOAL, [REFL, fact("= x y", "norm", [-1])]),
    "a premise beyond all numbers": (GOAL, [REFL, fact("= x y", "norm", [2**60])]),
    "premises as text": (GOAL, [REFL, fact("= x y", "norm", "0")]),
    "premises of premises": (GOAL, [REFL, fact("= x y", "norm", [[0]])]),
    "hypotheses as text": (goal(hypotheses="= x y"), [fact("= x y")]),
    "a hypothesis that is a number": (goal(hypotheses=[1]), [fact("= x y")]),
    "a statement that is a number": (GOAL, [fact(7)]),
    "a statement of bytes": (GOAL, [fact(b"= x y")]),
    "a label that is a list": (GOAL, [fact("= x y", ["algebra"])]),
    "an argument that is nothing": (GOAL, [fact("= x x", "have:refl", (), [None])]),
    "a lone surrogate": (GOAL, [fact("= \ud800 \ud800", "have:refl", (), ["\ud800"])]),
    "facts as text": (GOAL, "= x y"),
    "forbidden as a number": (goal(forbidden=5), [REFL]),
    "a goal of lists": (goal(statement=["=", "x", "y"]), [REFL]),
}


@pytest.fixture(scope="module")
def env() -> EquationsEnv:
    return EquationsEnv(resolve(PluginSet.discover(), "equations").env)


def honest(env: EquationsEnv) -> Iterator[ProofRecord]:
    """Some records of proofs that hold."""
    for text, steps in (
        ("x = x", [Step("have:refl", (), ("x",))]),
        ("(x + y)^2 = x^2 + 2*x*y + y^2", [Step("algebra")]),
        ("sin(x) <= 1", [Step("have:sin_le_one", (), ("x",))]),
    ):
        graph = env.begin(Goal(text, text))
        for step in steps:
            graph.add(env.apply(graph, step).fact)  # type: ignore[union-attr]
        assert graph.solved
        yield ProofRecord(graph.goal, tuple(graph.facts), True, "solved", env.name, env.fingerprint, "", "")


@pytest.mark.timeout(120)
def test_honest_records_beside_forged_ones_are_judged(env, fwd):
    Path("out").mkdir()
    Path("out/config.toml").write_text(dumps(resolve(PluginSet.discover(), "equations")))
    good = list(honest(env))
    with ProofWriter(Path("out"), "stranger") as writer:
        for number, spoilt in enumerate(FORGED.values()):
            writer.append(claim(*spoilt, env.name, env.fingerprint))
            if number % 30 == 0:
                writer.append(good[number // 30])
    started = time.monotonic()
    outcome = fwd("check", "out")
    assert outcome.code == 1
    assert time.monotonic() - started < 90
    assert outcome.out.count("FAIL ") == len(FORGED)
    assert f"{len(FORGED) + len(good)} proofs checked: {len(FORGED)} FAIL" in outcome.out
    assert "Traceback" not in outcome.out + outcome.err
    outcome = fwd("check", "out", "--external")
    assert "no external checker" in outcome.err


def loosely(spoilt: tuple[Plain, Any]) -> tuple[Goal, Proof]:
    """What the record says, as somebody would hand it over who looks at nothing."""
    plain, rows = spoilt
    name, statement, hypotheses, conditions, forbidden, before = plain
    asked = Goal(name, statement, hypotheses, conditions, forbidden, before)
    facts = []
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, list):
            facts.append(row)
            continue
        text, premises, label, own, arguments = row
        premises = tuple(premises) if isinstance(premises, list) else premises
        own = premises if own is None else tuple(own)
        step = None if label is None else Step(label, own, tuple(arguments or ()))
        facts.append(Fact(text, step, premises))
    return asked, Proof(asked, tuple(facts))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", FORGED)
def test_the_checker_believes_none_and_never_raises(env, what):
    verdict = env.check(*loosely(FORGED[what]))
    assert not verdict.proved
    assert 0 < len(verdict.reason) < 1000


ODD = [None, 5, "text", [], (), object(), SimpleNamespace(facts=5), SimpleNamespace(facts=[None]), float("nan")]
ODD += [
    SimpleNamespace(facts=(odd,)) for odd in (None, 5, "text", Fact(None), Fact("= x x", 5), Fact("= x x", None, 5))
]  # type: ignore[arg-type]
ODD += [SimpleNamespace(facts=(Fact("= x x", Step(*odd)),)) for odd in ((None,), ("norm", 5), ("norm", (), None))]  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", ODD, ids=lambda one: f"{one}"[:40].partition(" at 0x")[0])
def test_anything_may_be_handed_over(env, odd):
    good = next(honest(env))
    assert env.check(good.goal, Proof.of(ProofGraph(good.goal, good.facts))).proved
    assert not env.check(good.goal, odd).proved
    assert not env.check(odd, Proof(good.goal, good.facts)).proved
