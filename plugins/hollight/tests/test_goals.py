"""Goals as people type them, their spelling, and what their proofs may not use."""

# ruff: noqa: RUF001

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from fwd.api import Applied, Ask, Fact, Goal, Proof, Rejected, Step
from fwd.errors import GoalError
from fwd.uniform import UniformPolicy
from fwd_hollight import corpus, notation
from fwd_hollight.codec import HolLightCodec
from fwd_hollight.env import HolLightEnv
from fwd_hollight.keys import key
from fwd_hollight.session import Session

ODD = [
    "T",
    "!m n. m + n = n + m",
    "(x:A) = x",
    "!x:A. ?y:B. R x y",
    "?!n. n = 0",
    "(@x:num. T) = 0 \\/ T",
    "(minimal n. n > 3) = 4",
    # sets, whose variables have no binders
    "UNIONS {s:num->bool | s = {}} = {}",
    "{x:A | F} = {}",
    "{x + y | x | x < y} = {z:num | T}",
    "{x + y | x < y} = {z:num | T}",
    "{(x:num,y:num) | T} = {}",
    "{{x} | x IN s} = {{x:A} | x IN s}",
    "{f x | f | f 0 = (x:num)} = s",
    "{(\\y:num. x) | x:bool} = {}",
    "{{}} = {{}:A->bool}",
    "{1,2} = {x | x = 1 \\/ x = 2}",
    "FINITE {P | P (x:A) /\\ !y. P y ==> y = x}",
    "(:num) = UNIV",
    "CARD(:bool#bool) = 4",
    # overloaded and polymorphic constants
    "(int_of_num:num->int) = int_of_num",
    "((lambda i. &0):real^2) = (lambda i. &0)",
    "((+):int->int->int) = (+)",
    "(+) = ((+):real->real->real)",
    "((mod):int->int->int->bool) = (mod)",
    "(x == y) (mod (n:int))",
    "(x:num == y) (mod n) <=> (&x == &y:int) (mod &n)",
    "!m n. (&m:int) + &n = &(m + n)",
    "!n. abs(&n:int) = &n",
    "(&0:int) = &0",
    "&0 = &0",
    "(&m:hreal) = &n <=> m = n",
    "!x:real. --x = -- --x",
    "#1.5 = &3 / &2",
    "0 = NUMERAL _0",
    "(!) = ((!):(num->bool)->bool)",
    "(,) = ((,):num->num->num#num)",
    "{} = ({}:num->bool)",
    "[] = ([]:(num)list)",
    "INL (x:A) = (INL x:A+B)",
    "NONE = (NONE:(A)option)",
    "I o I = (I:A->A)",
    "dimindex(:2) = 2",
    "((lambda) g:A^B)$i = g i",
    "ARB = (ARB:A)",
    # patterns
    "(\\(x,y). x + y) = (\\(x,y). y + x)",
    "(\\(x:num,y:A). T) = (\\z. T)",
    "(match (x:num) with 0 -> 1 | SUC n -> n) = 2",
    "(match (x:(A)list) with [] -> T | CONS h t when h = h -> F) = T",
    "(function 0 -> 1 | SUC n -> n) = (\\x. x)",
    "(let x = &1 and y = &2 in x + y) = (&3:int)",
    "(let (x,y) = z in x + y:num) = 3",
    "(if p then x else y:A) = (if ~p then y else x)",
    # names
    "(\\x:num. \\x:bool. x) = f",
    "(\\T. T) = (\\x:num. x)",
    "!x'. x' = x'':num",
    "(f:A->B) (x:A) = f' x",
    "(x:num) + __x = __x + x",
    "?lambda_. lambda_ = 0",
    # strings
    '"abc" = "ab\\"c"',
    'LENGTH "hello world" = 11',
    '["a";""] = []',
    'HD "|-" = HD ";;"',
    # sequents
    "x = 1 ;; y = (x:num) |- y = 1",
    "(p:bool) |- ?q. q = (p:bool)",
]


@pytest.fixture(scope="module")
def other(env: HolLightEnv) -> Iterator[Session]:
    """A worker that has not read what people typed."""
    session = Session(env.zygote, env.config)
    yield session
    session.close()


@pytest.mark.oracle
@pytest.mark.parametrize("text", ODD)
def test_a_spelling_is_read_back(env: HolLightEnv, other: Session, text: str) -> None:
    (once,) = env.ask(["canonical", text])
    assert env.ask(["canonical", once]) == [once]
    assert key(env.ask(["key", text])) == key(env.ask(["key", once]))
    assert '"' not in once
    assert other.ask(["canonical", once]) == [once]


@pytest.mark.oracle
def test_every_theorem_has_a_spelling(env: HolLightEnv) -> None:
    library = env.library
    assert set(library.statements) == set(library.theorems)
    assert library.keys["ADD_SYM"][0] in library.keys["ADD_AC"][1:]


@pytest.mark.oracle
def test_what_has_no_spelling_is_no_fact(env: HolLightEnv) -> None:
    """Variables whose names are marks of sequents, comments or no words at all."""
    graph = env.begin(Goal("mine", "T"))
    for name in (";;", "|-", "//", "T", "("):
        answer = env.apply(graph, Step("REFL", (), (f'( mk_var ( "{name}" , ` : bool ` ) )',)))
        assert isinstance(answer, Rejected), name
        assert answer.code == "spelling"


@pytest.mark.oracle
def test_forbidden_theorems_have_other_names(env: HolLightEnv) -> None:
    commutes = "!m n. m + n = n + m"
    goal = env.canonical(Goal("mine", commutes))
    assert {"ADD_SYM", "ADD_AC"} <= goal.forbidden
    assert env.canonical(goal) == goal
    limited = env.canonical(Goal("mine", commutes, before="MULT_AC", forbidden=frozenset({"ADD_SYM"})))
    assert "ADD_AC" in limited.forbidden
    assert not env.canonical(Goal("mine", commutes, before="MULT_AC")).forbidden
    cited = Step("MATCH_ACCEPT_TAC", (), (".", "( CONJUNCT1 ADD_AC )"))
    answer = env.apply(env.begin(goal), cited)
    assert isinstance(answer, Rejected)
    assert answer.code == "forbidden"
    proof = Proof(goal, (Fact(goal.statement, cited),))
    assert "forbidden" in env.check(goal, proof).reason
    assert isinstance(env.apply(env.begin(Goal("mine", commutes, before="MULT_AC")), cited), Applied)


@pytest.mark.oracle
def test_conversions_with_small_letters(env: HolLightEnv) -> None:
    answer = env.apply(env.begin(Goal("mine", "T")), Step("let_CONV", (), ("` let x = 1 in x + x `",)))
    assert isinstance(answer, Applied)
    assert answer.fact.statement == "( let x = 1 in x + x ) = 1 + 1"


@pytest.mark.oracle
def test_a_step_that_is_stuck_in_c_is_a_timeout(env: HolLightEnv) -> None:
    """Comparing terms that share their parts takes for ever, and no signal interrupts it."""
    session = Session(env.zygote, evolve(env.config, step_seconds=0.3, workers=1))
    shared = "( funpow 40 ( fun x -> ( mk_pair ( x , x ) ) ) ` 0 ` )"
    step = Step("K", (), ("T", f"ALL_TAC ( mem {shared} [ {shared} ] )"))
    goal = env.canonical(Goal("mine", "T"))
    start = time.monotonic()
    answer = session.step(env.library, goal, (), step)
    assert isinstance(answer, Rejected)
    assert answer.code == "timeout"
    assert time.monotonic() - start < 20.0
    assert isinstance(session.step(env.library, goal, (), Step("ACCEPT_TAC", (), ("T", "TRUTH"))), Rejected)
    session.close()


@pytest.mark.oracle
def test_no_corpus_is_needed_to_draw_steps(env: HolLightEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "path_of", lambda name: tmp_path / name)
    codec = HolLightCodec(env)
    graph = env.begin(Goal("mine", "!m n. m + n = n + m"))
    assert codec.encode_goal(graph.goal)
    policy = UniformPolicy(codec)
    for seed in range(20):
        policy.submit(Ask(graph, random.Random(seed), count=4))
    assert any(proposal.step is not None for reply in policy.advance() for proposal in reply.proposals)


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("|- T", "T"),
        (" `T` ", "T"),
        ("⊢ ∀n:num. n ≤ n", "! n . n <= n"),
        ("∃!n. n = 0 ∧ ¬(n = 1)", "?! n . n = 0 /\\ ~ ( n = 1 )"),
        ("¬(p ∧ q) ⇔ ¬p ∨ ¬q", "~ ( p /\\ q ) <=> ~ p \\/ ~ q"),
        ("¬∀n. n = 0", "~ ( ! n . n = 0 )"),
        ("(λn. n + 1) = SUC", "( \\ n . n + 1 ) = SUC"),
        ("{1} ∪ {2} ⊆ {1,2}", "{ 1 } UNION { 2 } SUBSET { 1 , 2 }"),
        ("1 − 1 = 0 ⇒ ⊤", "1 - 1 = 0 ==> T"),
    ],
)
def test_what_people_type_is_read(env: HolLightEnv, typed: str, read: str) -> None:
    assert env.canonical(Goal("mine", typed)).statement == read


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("!x. x = x", r"the type of x is open: write \(x:num\)"),
        ("{} = {}", "a type is open"),
        ("-1 < 0", r"write --x .*--\(&1\)"),
        ("&1 = 1", "numerals of the reals and integers are &1"),
        ("p && q", r"for && write /\\"),
        ("p -> q", "write ==>"),
        ("x ≠ 1", r"for ≠ write ~\(x = y\)"),
        ("α = α", "it reads no 'α', only ASCII"),
        ("forall n. n = n", "for forall write !x. P x"),
        ("2^3 = 8", "write pow, or EXP"),
        ("1.5 = &3 / &2", "write #1.5 for 1.5"),
        ("T // T", "a comment"),
        ("T\u0007", "a control character"),
        ("x =", "term after binary operator expected"),
        ("(x:num) y", "cannot have type"),
        ("SUC 0", "no proposition"),
    ],
)
def test_what_cannot_be_read_is_told_how_to_write(env: HolLightEnv, typed: str, told: str) -> None:
    with pytest.raises(GoalError, match=told) as caught:
        env.canonical(Goal("mine", typed))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["x  =\ty\n", '"∀ `|- ∧" = x', "! x . x = ( x : A )", "p ;; q |- p", "a // ∧"[:4]])
def test_nothing_else_is_changed(text: str) -> None:
    assert notation.plain(text) == text
