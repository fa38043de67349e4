"""Proofs written back into databases, and what the `metamath` program says of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Fact, Goal, Proof, Step
from fwd.errors import UserError
from fwd_metamath.augment import rename
from fwd_metamath.corpus import corpus_of
from fwd_metamath.env import MetamathEnv
from fwd_metamath.export import Export, MetamathExternal, Scribe
from fwd_metamath.settings import MetamathConfig

oracle = pytest.mark.oracle

Human = Callable[..., list[Proof]]

COMPLETE = Path(__file__).with_name("small.mm").read_text().replace("unproved $p", "ax-unproved $a").replace("$= ?", "")


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MetamathEnv:
    """The miniature database without its unproved theorem, and with an include."""
    monkeypatch.chdir(tmp_path)
    first, second = COMPLETE.split("a1i.1 $e", 1)
    head, tail = first.rsplit("${", 1)
    (tmp_path / "part.mm").write_text(head)
    (tmp_path / "whole.mm").write_text(f"$( $[ not.mm $] $)\n$[ part.mm $]\n$[ part.mm $]\n${{{tail}a1i.1 $e{second}")
    return MetamathEnv(MetamathConfig(database=str(tmp_path / "whole.mm"), valid=1, test=1))


def goals_with_dummies() -> list[Proof]:
    goal = Goal("g", "|- ph", ("|- ( A. x A. y A. z ch -> ph )",), ("x y",))
    facts = (
        Fact(goal.hypotheses[0]),
        Fact("|- A. y A. z ch", Step("ax-two", (), ("ch", "y", "z"))),
        Fact("|- A. x A. y A. z ch", Step("ax-gen", (1,), ("x",)), (1,)),
        Fact("|- A. w A. w A. w F.", Step("ax-gen", (0,), ("w",)), (0,)),
        Fact("|- ph", Step("ax-mp", (2, 0)), (2, 0)),
    )
    # Fact 3 claims what is not so.
    good = Proof(evolve(goal, conditions=("x y", "y z")), (*facts[:3], facts[4]))
    return [good, Proof(goal, facts)]


def test_missing_program(small: MetamathEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="metamath program is not installed"):
        MetamathExternal(small).check([], tmp_path)


@oracle
def test_theorems_subgoals_and_user_goals(complete: MetamathEnv, tmp_path: Path) -> None:
    corpus = corpus_of(complete)
    proofs = [corpus.proof(label) for label in ("a1i", "id", "later")]
    proofs += proofs  # a second proof of the same theorem
    proofs += [evolve(proof, goal=evolve(proof.goal, name="mine")) for proof in proofs[:3]]
    proofs.append(proofs[1].subproof(2))
    proofs.append(Proof(Goal("g", "|- ph", ("|- ps", "|- ph")), (Fact("|- ps"), Fact("|- ph"))))
    good, bad = goals_with_dummies()
    verdicts = MetamathExternal(complete).check([*proofs, good, bad], tmp_path / "out")
    assert [verdict.proved for verdict in verdicts] == [True] * (len(proofs) + 1) + [False]
    assert "?Error" not in (tmp_path / "out/metamath.log").read_text()


@oracle
def test_dummies_of_a_theorem_of_the_database(complete: MetamathEnv, tmp_path: Path) -> None:
    corpus = corpus_of(complete)
    whole = corpus.proof("id")
    detour = (
        Fact("|- ( ch -> A. y ch )", Step("ax-5", (), ("ch", "y"))),
        Fact(
            "|- ( ( ch -> A. y ch ) -> ( ( ph -> ph ) -> ( ch -> A. y ch ) ) )",
            Step("ax-1", (), ("( ch -> A. y ch )", "( ph -> ph )")),
        ),
    )
    goal = evolve(whole.goal, hypotheses=())
    facts = [*detour, *whole.facts]
    shifted = [
        evolve(fact, step=fact.step and evolve(fact.step, premises=tuple(p + 2 for p in fact.step.premises)))
        for fact in whole.facts
    ]
    assert len(facts) == len(shifted) + 2
    verdicts = MetamathExternal(complete).check([Proof(goal, (*detour, *shifted))], tmp_path)
    assert verdicts[0].proved, verdicts[0].reason
    assert "$d" in (tmp_path / "proofs.mm").read_text()


@oracle
def test_the_program_has_the_last_word(complete: MetamathEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were our own gates broken, the program would still refuse, name the proof and accept the others."""
    corpus = corpus_of(complete)
    proofs = [corpus.proof(label) for label in ("a1i", "id", "later")]
    make = Scribe.export

    def broken(self: Scribe, number: int, proof: Proof) -> Export:
        export = make(self, number, proof)
        return evolve(export, text=export.text.replace(" $.\n$}", "A $.\n$}")) if number == 1 else export

    monkeypatch.setattr(Scribe, "export", broken)
    verdicts = MetamathExternal(complete).check(proofs, tmp_path)
    assert [verdict.proved for verdict in verdicts] == [True, False, True]
    assert verdicts[1].reason.startswith("metamath: on line")
    assert "MM>" not in verdicts[1].reason


@oracle
def test_folder_that_cannot_be_written(complete: MetamathEnv, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    proof = corpus_of(complete).proof("id")
    with pytest.raises(UserError, match="cannot export"):
        MetamathExternal(complete).check([proof], tmp_path / "file")


@oracle
def test_every_human_proof_of_the_embedded_database(embedded: MetamathEnv, human: Human, tmp_path: Path) -> None:
    rng = random.Random(0)
    proofs = human(embedded)
    proofs += [rename(embedded, proof, rng) for proof in proofs[::5]]
    proofs += [proof.subproof(rng.randrange(len(proof.facts))) for proof in proofs[::5]]
    verdicts = MetamathExternal(embedded).check(proofs, tmp_path)
    assert all(verdict.proved for verdict in verdicts), [verdict.reason for verdict in verdicts if not verdict.proved]


@oracle
@pytest.mark.parametrize(("name", "every"), [("hol.mm", 1), ("ql.mm", 10)])
def test_human_proofs_of_real_databases(debian: Path, human: Human, tmp_path: Path, name: str, every: int) -> None:
    env = MetamathEnv(MetamathConfig(database=str(debian / name), valid=5, test=5))
    proofs = human(env, every)
    proofs += [rename(env, proof.subproof(len(proof.facts) // 2)) for proof in proofs]
    verdicts = MetamathExternal(env).check(proofs, tmp_path)
    assert all(verdict.proved for verdict in verdicts), [verdict.reason for verdict in verdicts if not verdict.proved]
