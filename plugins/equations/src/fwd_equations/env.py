"""The equations env: judges steps by matching rules against facts.

Steps, with the arguments they take (terms are prefix text; variables in the order of `Rule.variables`):

    have:NAME         premises: a fact for each hypothesis of the assertion; a term for each open variable.
                      An equation may be stated so as well, all its variables being open.
    rw:NAME:fwd|bwd   premise: the fact to rewrite; "@POSITION", then a term for each open variable
    use:fwd|bwd       premises: the fact to rewrite, an equality to rewrite it with; "@POSITION"
    norm              premise: a fact, in which all arithmetic with numbers is carried out; "@POSITION" for a part only
    calc              a statement about numbers, decided exactly
    algebra           states the goal, if it follows by algebra from the facts (`fwd_equations.closing`)

Side conditions are looked up among the facts or decided exactly; `Fact.premises` lists the facts that gave them, after
the step's own premises.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path

from attrs import evolve
from fwd.api import Applied, Fact, Goal, Proof, ProofGraph, Rejected, Step, Verdict
from fwd.errors import DatabaseError, GoalError

from fwd_equations import exact, rulefile
from fwd_equations.algebra import Algebra
from fwd_equations.falsify import check_rules
from fwd_equations.kernel import Kernel
from fwd_equations.keys import key
from fwd_equations.match import Derivation, Library, Rewrite
from fwd_equations.parse import Unreadable, read_prefix, read_statement
from fwd_equations.settings import EquationsConfig
from fwd_equations.state import DECIDED, NOTE, State, Texts
from fwd_equations.terms import RELATIONS, Term, at, is_statement, replace

MEANING = "4"
"""Changes when the meaning of steps does."""

USES = ("use:fwd", "use:bwd")
NORM = "norm"
CALC = "calc"
ALGEBRA = "algebra"

ARGUMENTS = 10_000
"""Most terms in steps that are remembered: searches spell the same ones again and again."""

_POSITION = re.compile(r"@(0|[1-9][0-9]{0,5})")


class _Refused(Exception):
    """Carries a rejection out of a helper."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class EquationsEnv:
    """Forward proving with the rules that are carried along and those of `config.rules`. Raises `DatabaseError` for a
    rules file with a mistake."""

    name = "equations"

    def __init__(self, config: EquationsConfig):
        self.config = config
        self.library = Library(load_rules(config))
        self.texts = Texts()
        self.algebra = Algebra()
        self._kernel = Kernel(self.library.rules)
        content = f"{MEANING} {rulefile.fingerprint(self.library.rules)} {config.max_statement}"
        self.fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
        carried = len(rulefile.load(rulefile.builtin()))
        self._own = {rule.name: f"rules of {rule.source}" for rule in self.library.rules[carried:]}
        """By the names of rules of one's own, what a proof with them relies on."""
        self.sources = tuple(dict.fromkeys(f"rules of {rule.source}" for rule in self.library.rules))

    def canonical(self, goal: Goal) -> Goal:
        """See `fwd.api.Env`. Statements may come in ordinary syntax. `forbidden` and `before` name rules, or steps by
        their labels, which means the rules of those steps."""
        if goal.conditions:
            raise GoalError(f"{goal.name}: there are no conditions beside hypotheses here")
        return evolve(
            goal,
            statement=_read(goal, goal.statement).text,
            hypotheses=tuple(dict.fromkeys(_read(goal, text).text for text in goal.hypotheses)),
            forbidden=frozenset(self._rule_name(goal, name) for name in goal.forbidden),
            before=None if goal.before is None else self._rule_name(goal, goal.before),
        )

    def _rule_name(self, goal: Goal, name: str) -> str:
        move = self.library.moves.get(name)
        name = name if move is None else move.rule.name
        if name not in self.library.index:
            raise GoalError(f"{goal.name}: there is no rule {name!r}")
        return name

    def begin(self, goal: Goal) -> ProofGraph:
        """See `fwd.api.Env`."""
        goal = self.canonical(goal)
        return ProofGraph(goal, [Fact(hypothesis) for hypothesis in goal.hypotheses])

    def state(self, graph: ProofGraph) -> State:
        """The graph's facts as terms, up to date."""
        state = graph.notes.get(NOTE)
        if state is None:
            state = graph.notes[NOTE] = State(graph.goal, self.library, self.algebra)
        if len(state.terms) < len(graph.facts):
            state.update(self.texts, graph)
        return state

    def apply(self, graph: ProofGraph, step: Step) -> Applied | Rejected:
        """See `fwd.api.Env`. Codes: unknown, forbidden, premises, mismatch, arguments, syntax, position, condition,
        false, too-long, duplicate."""
        state = self.state(graph)
        try:
            premises = _premises(state, step)
            move = self.library.moves.get(step.label)
            given: tuple[int, ...] = ()
            if isinstance(move, Rewrite):
                term, given = self._rewrite(state, move, step, premises)
            elif isinstance(move, Derivation):
                term, given = self._derive(state, move, step, premises)
            elif step.label in USES:
                term = _use(step, premises)
            elif step.label == NORM:
                term = _norm(step, premises)
            elif step.label == CALC:
                term = _calc(step)
            elif step.label == ALGEBRA:
                term, given = self._algebra(state, step)
            else:
                raise _Refused("unknown", f"{step.label!r} is no step")
        except _Refused as refused:
            return Rejected(refused.code, str(refused))
        if term.size > self.config.max_statement:
            return Rejected("too-long", f"the result has more than {self.config.max_statement} nodes")
        if term in state.index:
            return Rejected("duplicate", f"{term.text} is known already")
        text = term.text
        self.texts.remember(text, term)
        return Applied(Fact(text, step, (*step.premises, *given)))

    def _rewrite(self, state: State, move: Rewrite, step: Step, premises: list[Term]) -> tuple[Term, tuple[int, ...]]:
        """The rewritten fact, and the facts that give the conditions."""
        _permitted(state, move)
        _count(step, 1, 1 + len(move.open))
        position = _position(step.arguments[0], premises[0])
        values = move.match(at(premises[0], position))
        if values is None:
            raise _Refused("mismatch", f"{move.label} does not fit at {position}")
        for place, text in zip(move.open, step.arguments[1:], strict=True):
            values[place] = _argument(text)
        given = _given(state, move, values)
        return replace(premises[0], position, move.target(values)), given  # type: ignore[arg-type]

    def _derive(self, state: State, move: Derivation, step: Step, premises: list[Term]) -> tuple[Term, tuple[int, ...]]:
        """The derived fact, and the facts that give the conditions."""
        _permitted(state, move)
        _count(step, len(move.premises), len(move.open))
        values = move.unknown.copy()
        for pattern, premise in zip(move.premises, premises, strict=True):
            if not pattern.match(premise, values):
                raise _Refused("mismatch", f"{premise.text} is not what {move.label} needs")
        for place, text in zip(move.open, step.arguments, strict=True):
            values[place] = _argument(text)
        return move.target(values), _given(state, move, values)  # type: ignore[arg-type]

    def _algebra(self, state: State, step: Step) -> tuple[Term, tuple[int, ...]]:
        """The goal, and the facts that give it."""
        _count(step, 0, 0)
        given = state.closes(self.texts)
        if given is None:
            raise _Refused("false", "the goal does not follow by algebra from the facts")
        return self.texts.read(state.goal.statement), given

    def submit(self, graph: ProofGraph, step: Step) -> Future[Applied | Rejected]:
        """See `fwd.api.Env`."""
        future: Future[Applied | Rejected] = Future()
        future.set_result(self.apply(graph, step))
        return future

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """See `fwd.api.Env`. What is proved relies on the files with rules of one's own that it uses."""
        try:
            verdict = self._kernel.check(self.canonical(goal), proof)
        except GoalError as error:
            return Verdict(False, str(error))
        except Exception as mistake:
            return Verdict(False, f"no goal at all: {type(mistake).__name__}: {str(mistake)[:200]!r}")
        if not verdict.proved:
            return verdict
        return evolve(verdict, relies_on=self._relied_on(self.axioms(proof)))

    def _relied_on(self, rules: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._own[name] for name in rules if name in self._own))

    def axioms(self, proof: Proof) -> tuple[str, ...]:
        """See `fwd.api.Env`: the rules that the proof uses, in the order of the rules files. Steps by arithmetic and
        algebra use none: they rest on what holds in every ordered field, and on 1/0 = 0."""
        labels = {fact.step.label for fact in proof.facts if fact.step is not None}
        used = {move.rule.name for label in labels if (move := self.library.moves.get(label)) is not None}
        return tuple(name for name in self.library.index if name in used)

    def key(self, goal: Goal) -> str:
        """See `fwd.api.Env`. The goal's statements must be spelled canonically."""
        return key(goal)

    def close(self) -> None:
        """See `fwd.api.Env`."""


def load_rules(config: EquationsConfig) -> tuple[rulefile.Rule, ...]:
    """The rules that the settings name. Those of a user's file are tested at many points first. Raises
    `DatabaseError`."""
    carried = rulefile.load(rulefile.builtin())
    if config.rules is None:
        return carried
    rules = rulefile.load(rulefile.builtin(), Path(config.rules))
    for rule, reason in check_rules(rules[len(carried) :]):
        raise DatabaseError(f"{rule.where}: {rule.name}: {reason}")
    return rules


def _read(goal: Goal, text: str) -> Term:
    try:
        return read_statement(text)
    except Unreadable as error:
        raise GoalError(f"{goal.name}: {error}") from None


def _premises(state: State, step: Step) -> list[Term]:
    terms = state.terms
    for premise in step.premises:
        if type(premise) is not int or not 0 <= premise < len(terms):
            raise _Refused("premises", f"there is no fact {premise!r}")
    return [terms[premise] for premise in step.premises]


def _permitted(state: State, move: Rewrite | Derivation) -> None:
    if not state.permits(move):
        raise _Refused("forbidden", f"{move.rule.name} may not be used for {state.goal.name}")


def _count(step: Step, premises: int, arguments: int) -> None:
    if len(step.premises) != premises:
        raise _Refused("premises", f"{step.label} needs {premises} premises, not {len(step.premises)}")
    if len(step.arguments) != arguments:
        raise _Refused("arguments", f"{step.label} takes {arguments} arguments, not {len(step.arguments)}")


def _position(text: str, term: Term) -> int:
    found = _POSITION.fullmatch(text) if isinstance(text, str) else None
    if found is None or int(found[1]) >= term.size:
        raise _Refused("position", "a position is @ and the number of a node of the fact")
    return int(found[1])


def _argument(text: str) -> Term:
    """A term for an open variable, which must be spelled canonically."""
    if not isinstance(text, str):
        raise _Refused("syntax", "an argument is a term")
    return _read_argument(text)


@lru_cache(ARGUMENTS)
def _read_argument(text: str) -> Term:
    try:
        term = read_prefix(text)
    except Unreadable as error:
        raise _Refused("syntax", str(error)) from None
    if is_statement(term) or term.text != text:
        raise _Refused("syntax", "an argument is a term in prefix text with single blanks")
    return term


def _given(state: State, move: Rewrite | Derivation, values: list[Term | None]) -> tuple[int, ...]:
    """The facts that give the move's conditions, without those that are decided."""
    given: list[int] = []
    for condition in move.conditions:
        wanted = condition(values)  # type: ignore[arg-type]
        index = state.support(wanted)
        if index is None:
            raise _Refused("condition", f"{move.label} needs {wanted.text}")
        if index != DECIDED:
            given.append(index)
    return tuple(given)


def _use(step: Step, premises: list[Term]) -> Term:
    """One fact rewritten by another, which is an equality."""
    _count(step, 2, 1)
    fact, equality = premises
    if equality.head != "=":
        raise _Refused("mismatch", f"{equality.text} is no equality")
    old, new = equality.args if step.label == "use:fwd" else equality.args[::-1]
    position = _position(step.arguments[0], fact)
    if at(fact, position) is not old:
        raise _Refused("mismatch", f"{old.text} does not stand at {position}")
    return replace(fact, position, new)


def _norm(step: Step, premises: list[Term]) -> Term:
    """A fact with arithmetic carried out, everywhere or in one part."""
    _count(step, 1, len(step.arguments[:1]))
    if not step.arguments:
        return exact.normal(premises[0])
    position = _position(step.arguments[0], premises[0])
    return replace(premises[0], position, exact.normal(at(premises[0], position)))


def _calc(step: Step) -> Term:
    """A true statement about numbers."""
    _count(step, 0, 1)
    text = step.arguments[0]
    try:
        term = read_prefix(text) if isinstance(text, str) else None
    except Unreadable as error:
        raise _Refused("syntax", str(error)) from None
    if term is None or term.head not in RELATIONS or term.text != text:
        raise _Refused("syntax", "the argument is a statement in prefix text with single blanks")
    if not exact.decide(term):
        raise _Refused("false", f"{text} is not a true statement about numbers")
    return term
