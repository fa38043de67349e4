"""Steps that are malicious or broken: refused, and the worker's parser is as before and goes on working."""

from __future__ import annotations

import pytest
from attrs import evolve
from fwd.api import Applied, Goal, Rejected, Step
from fwd_hollight.env import HolLightEnv
from fwd_hollight.session import Session
from fwd_hollight.settings import HolLightConfig

pytestmark = pytest.mark.oracle

GOAL = Goal("mine", "!m n. m + n = n + m", before="ADD_SYM")
GOOD = Step("REWRITE_TAC", (), ("! n . 0 + n = n", "[ ADD_CLAUSES ]"))

FALSE = "F"
DEEP = "( " * 3000 + "T" + " )" * 3000
LONG = " /\\ ".join(["T"] * 4000)


def tac(label: str, rest: str = "", statement: str = FALSE) -> Step:
    return Step(label, (), (statement, rest) if rest else (statement,))


ATTACKS = {
    # What proves anything, by name
    "cheat": tac("CHEAT_TAC"),
    "cheat as an argument": tac("then_", "CHEAT_TAC ALL_TAC"),
    "mk_thm": tac("ACCEPT_TAC", "( mk_thm ( [ ] , ` F ` ) )"),
    "new_axiom": tac("ACCEPT_TAC", "( new_axiom ` F ` )"),
    "new_axiom as a rule": Step("new_axiom", (), ("` F `",)),
    "an axiom by its list": tac("ACCEPT_TAC", "( hd ( axioms ( ) ) )"),
    "new definition": tac("REWRITE_TAC", "[ new_definition ` f = T ` ]"),
    "new basic definition": tac("REWRITE_TAC", "[ new_basic_definition ` f = T ` ]"),
    "new type": tac("MAP_EVERY", 'new_type [ ( "t" , 0 ) ]'),
    "new constant": tac("MAP_EVERY", 'new_constant [ ( "c" , `: bool ` ) ]'),
    "define": tac("REWRITE_TAC", "[ define ` f x = T ` ]"),
    "prove_by_refinement": tac("ACCEPT_TAC", "( prove_by_refinement ( ` F ` , [ ] ) )"),
    # What changes the parser or the toplevel
    "prioritize": tac("K", "ALL_TAC ( prioritize_real ( ) )", "T"),
    "parse_as_infix": tac("K", 'ALL_TAC ( parse_as_infix ( "+" , ( 1 , "left" ) ) )', "T"),
    "override_interface": tac("K", 'ALL_TAC ( override_interface ( "T" , ` F ` ) )', "T"),
    "unparse": tac("K", 'ALL_TAC ( unparse_as_infix "+" )', "T"),
    "reserve words": tac("K", 'ALL_TAC ( reserve_words [ "n" ] )', "T"),
    "hide constant": tac("K", 'ALL_TAC ( hide_constant "T" )', "T"),
    # OCaml
    "let": tac("ALL_TAC", "let x = 1 in x"),
    "let of a call": tac("let", "_ = prioritize_real ( ) in ALL_TAC"),
    "a sequence": tac("ALL_TAC", "; ALL_TAC"),
    "a module": tac("ACCEPT_TAC", "( Obj.magic 0 )"),
    "assignment": tac("ALL_TAC", "( the_axioms := [ ] )"),
    "dereference": tac("ACCEPT_TAC", "( hd ( ! the_axioms ) )"),
    "recursion": tac("ALL_TAC", "let rec f x = f x in f"),
    "match": tac("ALL_TAC", "( match 0 with _ -> ALL_TAC )"),
    "try": tac("ALL_TAC", "( try ALL_TAC with _ -> ALL_TAC )"),
    "end of phrase": tac("ALL_TAC", ";; exit 0;;"),
    "exit": tac("K", "ALL_TAC ( exit 0 )", "T"),
    "process": tac("K", 'ALL_TAC ( Sys.command "id" )', "T"),
    "Unix": tac("K", "ALL_TAC ( Unix.fork ( ) )", "T"),
    "read a file": tac("K", 'ALL_TAC ( strings_of_file "/etc/passwd" )', "T"),
    "load a file": tac("K", 'ALL_TAC ( loadt "x.ml" )', "T"),
    "raise": tac("ALL_TAC", "( raise Exit )"),
    "a comment": tac("ALL_TAC", "(* *)"),
    "our own names": tac("K", "ALL_TAC ( contexts )", "T"),
    # Types
    "a number as a theorem": tac("ACCEPT_TAC", "0"),
    "a string as a term": tac("EXISTS_TAC", '"x"'),
    "a list as a theorem": tac("ACCEPT_TAC", "[ ADD_CLAUSES ]"),
    "too many arguments": tac("ALL_TAC", "ALL_TAC"),
    "too few arguments": tac("REWRITE_TAC"),
    "self application": tac("MAP_EVERY", "( fun x -> ( x x ) ) [ ]"),
    "a tactic as a theorem": Step("SYM", (), ("ALL_TAC",)),
    # What is no proof
    "wrong": tac("REWRITE_TAC", "[ ADD_CLAUSES ]"),
    "the claim itself": tac("ASM_REWRITE_TAC", "[ ]"),
    "subgoal that is no fact": tac("MP_TAC", "TRUTH"),
    "assume": tac("ACCEPT_TAC", "( ASSUME ` F ` )"),
    "assume as a rule, hidden": tac("ACCEPT_TAC", "( DISCH_ALL ( ASSUME ` F ` ) )"),
    "metavariable": tac("ALL_TAC", "", "?x. x = y"),
    "unbound premise": Step("SYM", (), ("#0",)),
    "premise of nothing": Step("SYM", (7,), ("#0",)),
    # What the goal may not use
    "itself": tac("ACCEPT_TAC", "ADD_SYM", "! m n . m + n = n + m"),
    "itself in a list": tac("MESON_TAC", "[ ADD_SYM ]", "! m n . m + n = n + m"),
    "later": tac("REWRITE_TAC", "[ LE_EXISTS ]", "! n . n <= n"),
    "a later decision procedure": tac("ARITH_TAC", "", "! m n . m + n = n + m"),
    "unknown": tac("ACCEPT_TAC", "NO_SUCH_THEOREM"),
    # Syntax
    "open quotation": tac("EXISTS_TAC", "` x"),
    "open bracket": tac("REWRITE_TAC", "[ ADD_CLAUSES"),
    "open string": tac("LABEL_TAC", '"x'),
    "statement with a hole": tac("ALL_TAC", "", "! x ."),
    "statement that is no proposition": tac("ALL_TAC", "", "SUC 0"),
    "statement without types": tac("REFL_TAC", "", "x = x"),
    "two turnstiles": tac("ALL_TAC", "", "T |- T |- T"),
    "antiquotation": tac("EXISTS_TAC", "` ^ x `"),
    "zero byte": tac("ALL_TAC", "\0"),
    "not ASCII": tac("ALL_TAC", "", "\u2200 x . x = x"),
    "comment in a term": tac("ALL_TAC", "", "T // T"),
    # Too much
    "deep term": tac("ALL_TAC", "", DEEP),
    "long statement": tac("ALL_TAC", "", LONG * 20),
    "deep text": tac("ACCEPT_TAC", "( " * 3000 + "TRUTH" + " )" * 3000),
    "huge number": tac("ACCEPT_TAC", f"( ARITH_RULE ` {'9' * 30000} = 0 ` )"),
}

ENDLESS = {
    "a loop": tac("REPEAT", "( CONV_TAC ( REDEPTH_CONV ( REWR_CONV ( SPEC_ALL EQ_SYM_EQ ) ) ) )", "( a : num ) = b"),
    "a loop that swallows": tac("TRY", "( REPEAT ( ONCE_REWRITE_TAC [ EQ_SYM_EQ ] ) )", "( a : num ) = b"),
    "a loop that tries again": tac(
        "REPEAT", "( orelse_ ( REPEAT ( ONCE_REWRITE_TAC [ EQ_SYM_EQ ] ) ) ALL_TAC )", "( a : num ) = b"
    ),
    "search": tac("MESON_TAC", "[ EQ_SYM ; EQ_TRANS ; ADD_CLAUSES ]", "! a b c d e . a + b = c * d + e"),
    "growth": tac("REPEAT", "( MP_TAC ( ASSUME ` a = b : num ` ) )", "( a : num ) = b"),
}


@pytest.fixture(scope="module")
def session(env: HolLightEnv) -> Session:
    """One worker for all attacks, with little time and memory for each."""
    config = evolve(env.config, step_seconds=0.5, step_memory=256, workers=1)
    return Session(env.zygote, config)


@pytest.fixture(scope="module")
def goal(env: HolLightEnv) -> Goal:
    return env.canonical(GOAL)


def judge(session: Session, env: HolLightEnv, goal: Goal, step: Step) -> Applied | Rejected:
    return session.step(env.library, goal, (), step)


def state(session: Session) -> list[str]:
    """A digest of what the parser and printer go by, and how many axioms, definitions and constants there are."""
    return session.ask(["state"])


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(session: Session, env: HolLightEnv, goal: Goal, name: str) -> None:
    before = state(session)
    answer = judge(session, env, goal, ATTACKS[name])
    assert isinstance(answer, Rejected), answer
    assert len(answer.message) < 1000
    assert state(session) == before
    assert isinstance(judge(session, env, goal, GOOD), Applied)


@pytest.mark.parametrize("name", ENDLESS)
def test_endless(session: Session, env: HolLightEnv, goal: Goal, name: str) -> None:
    before = state(session)
    answer = judge(session, env, goal, ENDLESS[name])
    assert isinstance(answer, Rejected), answer
    assert answer.code in ("timeout", "memory", "stack", "crash", "fails"), answer
    assert state(session) == before
    assert isinstance(judge(session, env, goal, GOOD), Applied)


def test_workers_of_one_zygote_start_alike(session: Session, env: HolLightEnv) -> None:
    fresh = Session(env.zygote, HolLightConfig())
    assert state(fresh) == state(session)
    fresh.close()
