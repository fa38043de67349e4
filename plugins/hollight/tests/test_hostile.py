"""Records from strangers before all three judges: none runs, none holds the others up, none that lies is accepted; and
whatever `apply` takes holds with the others too, whatever its spelling.

One folder of records goes through `fwd check` twice. The second time our own check says yes to everything, so
that all that can be written at all reaches a plain HOL Light.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from attrs import evolve, frozen
from fwd.api import Applied, Fact, Goal, Proof, Step, Verdict
from fwd.config import resolve
from fwd.plugins import PluginSet
from fwd.prover import Prover
from fwd.search.linear import Sampling
from fwd.store import ProofRecord, ProofWriter
from fwd.uniform import UniformPolicy
from fwd_hollight import check as checker
from fwd_hollight.codec import HolLightCodec
from fwd_hollight.env import HolLightEnv
from fwd_hollight.external import HolLightExternal
from fwd_hollight.human import HumanProofs

main = pytest.importorskip("fwd_cli.main")

pytestmark = [pytest.mark.oracle, pytest.mark.slow, pytest.mark.timeout(900)]

CANARY = "CANARY"
"""What a payload would make, as a path that every test run has its own of."""
RUN = 'ignore(Sys.command"touch${IFS}CANARY")'
"""OCaml that would make it, without a blank, so that it fits into one word."""

PAYLOADS = {
    "a back quote": f"`;;{RUN};;`",
    "two back quotes": f"x`in {RUN};let y=`x",
    "a quote": f'";;{RUN};;"',
    "an escaped quote": f'\\";;{RUN};;"',
    "a backslash": "\\",
    "an open comment": "(*",
    "a closed comment": f"*);;{RUN};;(*",
    "the end of a phrase": f";;\n{RUN};;\n",
    "a directive": ';;\n#use "CANARY.ml";;\n',
    "a quotation of camlp5": f"<:expr<{RUN}>>",
    "a quoted string": f"|}};;{RUN};;{{|",
    "a remark": "T // harmless\n /\\ F",
    "our own words": ';;module Fwd=struct let proof n _ _ _ _ _=Judge.say n"accepted"end;;',
    "a control character": "T\x07",
    "no text at all": "\ud800",
}

LAST = Fact("F", Step("REWRITE_TAC", (), ("F", "[ ]")), (0,))


def claim(*facts: Fact, name: str = "", hypotheses: Sequence[str] = (), before: str | None = None) -> Proof:
    return Proof(Goal(name, facts[-1].statement, tuple(hypotheses), before=before), facts)


def tactic(label: str, rest: str, statement: str = "F", *premises: int) -> Fact:
    return Fact(statement, Step(label, (), (statement, rest) if rest else (statement,)), premises)


PLACES = {
    "its goal": lambda text: claim(tactic("REWRITE_TAC", "[ ]", text)),
    "a statement": lambda text: claim(tactic("REWRITE_TAC", "[ ]", text), LAST),
    "a hypothesis": lambda text: claim(Fact(text), LAST, hypotheses=[text]),
    "a term": lambda text: claim(tactic("REWRITE_TAC", f"[ SPEC ` {text} ` TRUTH ]")),
    "a type": lambda text: claim(tactic("REWRITE_TAC", f"[ INST_TYPE [ ( ` : {text} ` , ` : A ` ) ] TRUTH ]")),
    "a string": lambda text: claim(tactic("then_", f'( LABEL_TAC "{text}" TRUTH ) ALL_TAC')),
    "a local name": lambda text: claim(tactic("MAP_EVERY", f"( fun {text} -> ALL_TAC ) [ 0 ]")),
    "an argument": lambda text: claim(tactic("REWRITE_TAC", text)),
    "a label": lambda text: claim(tactic(text, "")),
    "a limit": lambda text: claim(tactic("ALL_TAC", ""), before=text),
    "a name": lambda text: claim(tactic("ALL_TAC", ""), name=text),
}

LOOP = "( orelse_ ( REPEAT ( ONCE_REWRITE_TAC [ EQ_SYM_EQ ] ) ) ALL_TAC )"
LARGE = "( funpow 28 ( W ( curry mk_pair ) ) ` x : num ` )"
"""A term that is small only where its parts are shared."""

LIES = {
    **{f"{payload} in {place}": PLACES[place](PAYLOADS[payload]) for place in PLACES for payload in PAYLOADS},
    "a back quote in an equation of strings": claim(
        tactic("REFL_TAC", "", f'"`;;{RUN};;let s=`x" = "`;;{RUN};;let s=`x"'), LAST
    ),
    "a backslash at the end of a string": claim(
        tactic("then_", f'( LABEL_TAC "\\" TRUTH ) ( LABEL_TAC ";{RUN};" TRUTH )')
    ),
    "a verdict in a string": claim(tactic("FAIL_TAC", '"accepted"')),
    "a verdict on many lines": claim(tactic("FAIL_TAC", '"\\n\\nfwd"')),
    "no step": claim(Fact("F")),
    "the claim itself": claim(tactic("ALL_TAC", "", "F", 0)),
    "assumed": claim(tactic("ACCEPT_TAC", "( ASSUME ` F ` )")),
    "assumed by a rule": claim(Fact("F", Step("ASSUME", (), ("` F `",)))),
    "another theorem": claim(Fact("F", Step("REFL", (), ("` T `",)))),
    "a made-up type": claim(tactic("REFL_TAC", "", "x = x"), LAST),
    "cheating": claim(tactic("CHEAT_TAC", "")),
    "an axiom": claim(tactic("ACCEPT_TAC", "( new_axiom ` F ` )")),
    "a module": claim(tactic("ACCEPT_TAC", "( Fwd . fact 0 )")),
    "a premise of later": claim(Fact("F", Step("SYM", (5,), ("#0",)), (5,))),
    "wrong types": claim(tactic("REPEAT", "3")),
    "wrong OCaml": claim(tactic("REPEAT", "( ( ( )")),
    "a loop": claim(tactic("REPEAT", LOOP, "( a : num ) = b"), LAST),
    "a loop that nothing interrupts": claim(tactic("K", f"ALL_TAC ( aconv {LARGE} {LARGE} )")),
    "a deep statement": claim(tactic("REWRITE_TAC", "[ ]", "( " * 3000 + "T" + " )" * 3000), LAST),
    "a deep argument": claim(tactic("ACCEPT_TAC", "( " * 3000 + "TRUTH" + " )" * 3000)),
    "a long argument": claim(tactic("REWRITE_TAC", "[ " + "TRUTH ; " * 4000 + "TRUTH ]")),
    "a long statement": claim(tactic("REWRITE_TAC", "[ ]", " /\\ ".join(["T"] * 40000)), LAST),
    "a large number": claim(tactic("REPLICATE_TAC", "99999999999999999999999 ALL_TAC")),
    "many facts": claim(*[tactic("REWRITE_TAC", "[ ]", "T")] * 300, LAST),
}

HELPER = "let TWICE_HALF = new_definition `half_of n = n DIV 2`;;\n"
THEORY = """
needs "helper.ml";;
parse_as_infix("<*>",(20,"right"));;
let STAR = new_definition `m <*> n = m * n + half_of n`;;
new_constant("mystery",`:num`);;
let MYSTERY = new_axiom `mystery = 3`;;
"""
"""A theory of one's own that loads a file beside it and has an axiom."""

LOCALS = ("val", "mod", "o", "TH", "let", "in", "x0", "x0_", "_x", "x'", "fact", "Fwd", "Judge", "fwd_fact", "ADD_SYM")
"""Names of local variables: words of OCaml and of ours, capitals, names of the library."""
ZERO = "! n . 0 + ( 0 + n ) = n"

ODD: dict[str, tuple[str, Sequence[Step]]] = {
    **{
        f"a local {name}": (
            ZERO,
            [Step("then_", (), (ZERO, f"( ( fun {name} -> REWRITE_TAC [ {name} ] ) ADD_CLAUSES ) ALL_TAC"))],
        )
        for name in LOCALS
    },
    "a local in a local": (
        ZERO,
        [Step("then_", (), (ZERO, "( ( fun x -> ( fun x -> REWRITE_TAC [ x ] ) ADD_CLAUSES ) TRUTH ) ALL_TAC"))],
    ),
    "a pair of locals of one name": (
        ZERO,
        [Step("then_", (), (ZERO, "( ( fun ( x , x ) -> REWRITE_TAC [ x ] ) ( ADD_CLAUSES , TRUTH ) ) ALL_TAC"))],
    ),
    "functions in a list": (
        ZERO,
        [
            Step(
                "EVERY",
                (),
                (ZERO, "( map ( fun f -> f TRUTH ) [ fun t -> REWRITE_TAC [ ADD_CLAUSES ; t ] ; fun _ -> ALL_TAC ] )"),
            )
        ],
    ),
    "a strange string": (
        ZERO,
        [Step("then_", (), (ZERO, '( LABEL_TAC "\\`(*;;" TRUTH ) ( REWRITE_TAC [ ADD_CLAUSES ] )'))],
    ),
    "white space": ("!n.\n\t0+(0+n)\r\n  =n", [Step("REWRITE_TAC", (), (".", "[ ADD_CLAUSES ]"))]),
    "irrelevant facts": (
        ZERO,
        [
            Step("TAUT", (), ("` p \\/ ~ p `",)),
            Step("SPEC_ALL", (), ("ADD_SYM",)),
            Step("REWRITE_TAC", (), (".", "[ ADD_CLAUSES ]")),
            Step("SYM", (1,), ("#0",)),
        ],
    ),
    "other names of bound variables": (
        "( z : num ) = z",
        [
            Step("ACCEPT_TAC", (), ("! ( z : num ) . z = z", "( INST_TYPE [ ( ` : num ` , ` : A ` ) ] EQ_REFL )")),
            Step("SPEC_ALL", (0,), ("#0",)),
        ],
    ),
    "types that are left open": ("( \\ x . x ) = ( \\ x . ( x : A ) )", [Step("REFL", (), ("` \\ x . x `",))]),
    "an axiom of one's own": (
        "mystery <*> 2 = 7",
        [
            Step(
                "REWRITE_TAC",
                (),
                (".", "[ STAR ; MYSTERY ; TWICE_HALF ; ARITH_RULE ` 2 DIV 2 = 1 /\\ 3 * 2 + 1 = 7 ` ]"),
            )
        ],
    ),
    "variables with names of OCaml": (
        "! val mod' type . 0 + ( val + mod' + type ) = ( val + mod' ) + type",
        [Step("REWRITE_TAC", (), (".", "[ ADD_CLAUSES ; ADD_ASSOC ]"))],
    ),
}


@frozen
class Judged:
    """What the judges said, by name of the goal; `names` are those of the lies, by what they try."""

    folder: Path
    canary: Path
    names: dict[str, str]
    honest: list[str]
    ours: dict[str, Verdict]
    outside: dict[str, Verdict]
    codes: tuple[int, int]


@pytest.fixture(scope="module")
def theory(env: HolLightEnv) -> Iterator[HolLightEnv]:
    """An env on top of whose library a theory of one's own is loaded."""
    with tempfile.TemporaryDirectory(prefix="fwd") as place:
        (Path(place) / "mylib.ml").write_text(THEORY)
        (Path(place) / "helper.ml").write_text(HELPER)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(place)
            other = HolLightEnv(evolve(env.config, libraries=("mylib.ml",)))
        yield other
        other.close()
        other.zygote.stop()


def found(env: HolLightEnv, codec: HolLightCodec, goals: Sequence[Goal]) -> list[Proof]:
    """Facts that searches without a model derive, as goals of their own, each with all that was derived before it."""
    proofs = []
    for search in Prover(UniformPolicy(codec), env, Sampling(), seed=5).prove(goals, trials=3):
        facts, goal = search.graph.facts, search.graph.goal
        for place in range(len(goal.hypotheses) + 1, len(facts), 3):
            named = evolve(goal, name=f"found {len(proofs)}", statement=facts[place].statement)
            proofs.append(Proof(named, tuple(facts[: place + 1])))
    return proofs


def odd_proof(env: HolLightEnv, name: str) -> Proof:
    """The proof that `apply` makes, with all its facts."""
    statement, steps = ODD[name]
    graph = env.begin(Goal(name, statement))
    for step in steps:
        answer = env.apply(graph, step)
        assert isinstance(answer, Applied), (name, answer)
        graph.add(answer.fact)
    assert graph.solved, (name, [fact.statement for fact in graph.facts])
    return Proof(graph.goal, tuple(graph.facts))


def forgeries(proof: Proof) -> dict[str, Proof]:
    """A real proof made into none."""
    last = proof.facts[-1]
    assert last.step is not None
    false = evolve(last, statement="F", step=evolve(last.step, arguments=("F", *last.step.arguments[1:])))
    goal = proof.goal
    return {
        "another statement": Proof(evolve(goal, name="forged 1", statement="F"), (*proof.facts[:-1], false)),
        "no tactic": Proof(
            evolve(goal, name="forged 2"), (*proof.facts[:-1], evolve(last, step=evolve(last.step, label="ALL_TAC")))
        ),
        "given": Proof(evolve(goal, name="forged 3"), (evolve(last, step=None, premises=()),)),
    }


def spoilt(proof: Proof, name: str, canary: Path) -> Proof:
    """The record with this test run's own canary, under a name by which its verdict is found."""

    def put(text: str) -> str:
        return text.replace(CANARY, str(canary))

    facts = []
    for fact in proof.facts:
        step = fact.step and Step(put(fact.step.label), fact.step.premises, tuple(map(put, fact.step.arguments)))
        facts.append(Fact(put(fact.statement), step, fact.premises))
    goal = proof.goal
    before = None if goal.before is None else put(goal.before)
    named = Goal(put(goal.name) or name, put(goal.statement), tuple(map(put, goal.hypotheses)), before=before)
    return Proof(named, tuple(facts))


def write(folder: Path, env: HolLightEnv, proofs: Sequence[Proof]) -> None:
    """A proof store of these; what cannot even be written is left out."""
    settings = ["env.max_facts=24", "env.step_seconds=0.2"]
    settings += [f"env.libraries={list(env.config.libraries)}"]
    config = resolve(PluginSet.of("fwd_hollight.plugin"), "hollight", "debug", None, settings)
    folder.mkdir()
    (folder / "config.toml").write_text(config.dumps(), encoding="utf-8")
    origin = {"env": env.name, "fingerprint": env.fingerprint, "strategy": "sampling", "model": "uniform"}
    with ProofWriter(folder, "stranger") as writer:
        for number, one in enumerate(proofs):
            with contextlib.suppress(ValueError):
                writer.append(ProofRecord(one.goal, one.facts, True, "solved", **origin, trial=number))


@pytest.fixture(scope="module")
def judged(
    theory: HolLightEnv, codec: HolLightCodec, human: HumanProofs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judged]:
    """Half of the lies, then what is honest, then the other lies, before all judges."""
    env, real = theory, list(human.proofs("train"))
    honest = [*real, *(odd_proof(env, name) for name in ODD)]
    honest += found(codec.env, codec, [proof.goal for proof in real[:12]])
    with tempfile.TemporaryDirectory(prefix="fwd") as place, pytest.MonkeyPatch.context() as patch:
        folder, canary = tmp_path_factory.mktemp("hostile") / "store", Path(place) / "canary"
        canary.with_suffix(".ml").write_text(RUN.replace(CANARY, str(canary)) + ";;\n")
        lies = {name: spoilt(proof, name, canary) for name, proof in LIES.items()}
        lies |= forgeries(next(proof for proof in real if proof.steps > 1))
        told = list(lies.values())
        write(folder, env, [*told[::2], *honest, *told[1::2]])
        ours: dict[str, Verdict] = {}
        outside: dict[str, Verdict] = {}
        own, external = HolLightEnv.check, HolLightExternal.check

        def by_us(self: HolLightEnv, goal: Goal, proof: Proof) -> Verdict:
            ours[goal.name] = own(self, goal, proof)
            return ours[goal.name]

        def by_others(self: HolLightExternal, proofs: Sequence[Proof], folder: Path) -> list[Verdict]:
            verdicts = external(self, proofs, folder)
            outside.update(zip([proof.goal.name for proof in proofs], verdicts, strict=True))
            return verdicts

        patch.setattr(checker, "START", 3.0)
        patch.setattr(HolLightEnv, "check", by_us)
        first = main.run(["check", str(folder)])
        patch.setattr(HolLightEnv, "check", own)
        patch.setattr(checker, "check", lambda *_: Verdict(True))
        patch.setattr(HolLightExternal, "check", by_others)
        second = main.run(["check", str(folder), "--external"])
        names = {name: proof.goal.name for name, proof in lies.items()}
        yield Judged(folder, canary, names, [one.goal.name for one in honest], ours, outside, (first, second))


@pytest.mark.parametrize("name", [*LIES, "another statement", "no tactic", "given"])
def test_a_lie_is_accepted_by_nobody(judged: Judged, name: str) -> None:
    for verdicts in (judged.ours, judged.outside):
        verdict = verdicts.get(judged.names[name], Verdict(False, "it is no record"))
        assert not verdict.proved
        assert "\n" not in verdict.reason


def test_nothing_of_a_record_runs(judged: Judged) -> None:
    assert not judged.canary.exists()
    assert len(set(judged.names.values()) & set(judged.outside)) > 50  # so many reached a plain HOL Light
    log = (judged.folder / "external" / "hol-light.log").read_text(encoding="utf-8")
    assert "Error:" not in log.replace("Error: This expression has type", "")


def test_what_is_honest_is_accepted_by_all(judged: Judged) -> None:
    assert [name for name in judged.honest if not judged.ours[name].proved] == []
    assert [(name, judged.outside[name].reason) for name in judged.honest if not judged.outside[name].proved] == []
    assert judged.codes == (1, 1)
    assert (judged.folder / "external" / "proofs.ml").read_text(encoding="ascii").startswith("(* To judge")


def test_a_verdict_names_the_axioms_of_a_theory(judged: Judged, theory: HolLightEnv) -> None:
    own = Path(theory.config.libraries[0])
    said = (f"axiom of {own}: MYSTERY",)
    for verdicts in (judged.ours, judged.outside):
        assert {verdicts[name].relies_on for name in judged.honest} == {said}
    assert theory.axioms(Proof(Goal("", "T"), ())) == ("ETA_AX", "SELECT_AX", "INFINITY_AX", "MYSTERY")
    digest = hashlib.sha256(THEORY.encode()).hexdigest()
    assert f"theory {own} (SHA-256 {digest})" in theory.sources
    assert any(str(own.with_name("helper.ml")) in line for line in theory.sources)


def test_a_theory_that_changed_runs_only_if_the_user_says_so(
    judged: Judged, theory: HolLightEnv, capfd: pytest.CaptureFixture[str]
) -> None:
    own = Path(theory.config.libraries[0])
    own.write_text(THEORY + RUN.replace(CANARY, str(judged.canary)) + ";;\n")
    assert main.run(["check", str(judged.folder)]) == 2
    assert str(own) in capfd.readouterr().err
    assert not judged.canary.exists()
    own.write_text(THEORY)
