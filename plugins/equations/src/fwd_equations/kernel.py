"""The second gate: replays a whole proof on texts, with nothing but string matching and rational numbers.

It shares no code with `apply`: statements are tuples of tokens here (prefix text split at blanks), a part of a
statement is a run of tokens, and a rule is applied by replacing such runs. There is no evaluator of functions: a side
condition must be a fact that the proof cites, follow from one by the meaning of its relation, or be a relation between
rational numbers that is decided exactly. What is trusted are the rules, the reader of rules and goals, and this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from fwd.api import Fact, Goal, Proof, Step, Verdict

from fwd_equations.rulefile import Rule

Tokens = tuple[str, ...]

RELATIONS = ("=", "!=", "<=", "<")
TWO = frozenset((*RELATIONS, "+", "-", "*", "/", "min", "max"))
ONE = frozenset(
    (
        *("neg", "abs", "sqrt", "exp", "ln", "sin", "cos", "tan", "asin", "acos", "atan"),
        *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        *(f"^{exponent}" for exponent in range(100)),
    )
)
BITS = 4096
"""Rational numbers with more bits than this are not computed."""

_LEAF = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}|0|[1-9][0-9]{0,99}")
_VARIABLE = re.compile(r"[A-Z]")
_POSITION = re.compile(r"@(0|[1-9][0-9]{0,5})")


class Refused(Exception):
    """The proof has a mistake."""


class Kernel:
    """Checks proofs that use some rules."""

    def __init__(self, rules: Iterable[Rule]):
        self._rules: dict[str, tuple[int, Rule]] = {rule.name: (index, rule) for index, rule in enumerate(rules)}

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """Whether the facts prove the canonical goal. Never raises for a bad proof."""
        try:
            self._facts(goal, proof.facts)
        except Refused as mistake:
            return Verdict(False, str(mistake))
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as mistake:
            return Verdict(False, f"not a proof at all: {mistake!r}")
        return Verdict(True)

    def _facts(self, goal: Goal, facts: Sequence[Fact]) -> None:
        proved: list[Tokens] = []
        hypotheses = set(goal.hypotheses)
        for number, fact in enumerate(facts):
            if fact.step is None:
                if fact.statement not in hypotheses:
                    raise Refused(f"fact {number} has no step and is no hypothesis of the goal")
                proved.append(tuple(fact.statement.split(" ")))
                continue
            try:
                result = self._result(goal, proved, fact, fact.step)
            except Refused as mistake:
                raise Refused(f"fact {number}: {mistake}") from None
            if " ".join(result) != fact.statement:
                raise Refused(f"fact {number}: {fact.step.label} does not give {fact.statement[:80]!r}")
            proved.append(result)
        if tuple(goal.statement.split(" ")) not in proved:
            raise Refused("the goal is not among the facts")

    def _result(self, goal: Goal, proved: Sequence[Tokens], fact: Fact, step: Step) -> Tokens:
        """What the step proves."""
        for premise in fact.premises:
            if type(premise) is not int or not 0 <= premise < len(proved):
                raise Refused(f"there is no earlier fact {premise!r}")
        if tuple(fact.premises[: len(step.premises)]) != tuple(step.premises):
            raise Refused("the fact does not cite what its step names")
        premises = [proved[premise] for premise in step.premises]
        cited = [proved[premise] for premise in fact.premises]
        kind, *rest = step.label.split(":")
        match kind, rest:
            case "have", [name]:
                return self._have(self._rule(goal, name), premises, step.arguments, cited)
            case "rw", [name, ("fwd" | "bwd") as direction]:
                return self._rewrite(self._rule(goal, name), direction, premises, step.arguments, cited)
            case "use", [("fwd" | "bwd") as direction]:
                return _use(direction, premises, step.arguments)
            case "norm", []:
                return _norm(premises, step.arguments, fact.statement)
            case "calc", []:
                return _calc(premises, step.arguments)
        raise Refused(f"{step.label[:80]!r} is no step")

    def _rule(self, goal: Goal, name: str) -> Rule:
        """The rule, if the goal allows it."""
        if name not in self._rules:
            raise Refused(f"there is no rule {name[:80]!r}")
        index, rule = self._rules[name]
        if name in goal.forbidden or (goal.before is not None and index >= self._rules[goal.before][0]):
            raise Refused(f"the rule {name} may not be used")
        return rule

    def _have(
        self, rule: Rule, premises: Sequence[Tokens], arguments: Sequence[str], cited: Sequence[Tokens]
    ) -> Tokens:
        """An assertion applied to facts, or an equation stated."""
        if rule.kind == "equivalence":
            raise Refused(f"{rule.name} is an equivalence")
        _need(len(premises) == len(rule.premises), "the number of premises is wrong")
        values: dict[str, Tokens] = {}
        for pattern, premise in zip(rule.premises, premises, strict=True):
            _need(_match(_tokens(pattern.text), premise, 0, values) == len(premise), "a premise does not fit")
        _complete(rule, values, arguments)
        _conditions(rule, values, cited)
        conclusion = _tokens(rule.right.text)
        if rule.left is not None:
            conclusion = ("=", *_tokens(rule.left.text), *conclusion)
        return _instance(conclusion, values)

    def _rewrite(
        self, rule: Rule, direction: str, premises: Sequence[Tokens], arguments: Sequence[str], cited: Sequence[Tokens]
    ) -> Tokens:
        """One part of a fact replaced by what the rule says is equal (or, for a whole fact, equivalent)."""
        if rule.left is None:
            raise Refused(f"{rule.name} is an assertion")
        _need(len(premises) == 1 and len(arguments) >= 1, "one premise and a position are needed")
        sides = (_tokens(rule.left.text), _tokens(rule.right.text))
        source, target = sides if direction == "fwd" else sides[::-1]
        statement = premises[0]
        start = _start(arguments[0], statement)
        values: dict[str, Tokens] = {}
        stop = _match(source, statement, start, values)
        if stop is None:
            raise Refused(f"{rule.name} does not fit at {start}")
        _complete(rule, values, arguments[1:])
        _conditions(rule, values, cited)
        return (*statement[:start], *_instance(target, values), *statement[stop:])


def _need(true: bool, complaint: str) -> None:
    if not true:
        raise Refused(complaint)


def _tokens(text: str) -> Tokens:
    return tuple(text.split(" "))


def _end(tokens: Sequence[str], start: int) -> int:
    """The place after the part that begins at `start`."""
    wanted, place = 1, start
    while wanted:
        token = tokens[place]
        wanted += 1 if token in TWO else 0 if token in ONE else -1
        place += 1
    return place


def _start(text: str, statement: Tokens) -> int:
    found = _POSITION.fullmatch(text)
    if found is None or int(found[1]) >= len(statement):
        raise Refused("there is no such position")
    return int(found[1])


def _match(pattern: Tokens, tokens: Tokens, start: int, values: dict[str, Tokens]) -> int | None:
    """The place after the part of `tokens` from `start` that is the pattern with its variables replaced by `values`,
    which are extended; None if it does not fit. A variable stands for a term, never for a statement."""
    place = start
    for token in pattern:
        if place >= len(tokens):
            return None
        if not _VARIABLE.fullmatch(token):
            if tokens[place] != token:
                return None
            place += 1
            continue
        if tokens[place] in RELATIONS:
            return None
        stop = _end(tokens, place)
        if values.setdefault(token, tokens[place:stop]) != tokens[place:stop]:
            return None
        place = stop
    return place


def _instance(pattern: Tokens, values: dict[str, Tokens]) -> Tokens:
    """The pattern with its variables replaced."""
    found: list[str] = []
    for token in pattern:
        found.extend(values[token] if _VARIABLE.fullmatch(token) else (token,))
    return tuple(found)


def _complete(rule: Rule, values: dict[str, Tokens], arguments: Sequence[str]) -> None:
    """Give the rule's other variables, in order of first occurrence, the terms of the arguments."""
    names = dict.fromkeys(token for part in rule.parts for token in _tokens(part.text) if _VARIABLE.fullmatch(token))
    left = [name for name in names if name not in values]
    _need(len(left) == len(arguments), "the number of arguments is wrong")
    for name, text in zip(left, arguments, strict=True):
        values[name] = _term(text)


def _term(text: str) -> Tokens:
    """The tokens of one well-formed term."""
    tokens = _tokens(text)
    for token in tokens:
        _need(token not in RELATIONS, "an argument has a relation in it")
        _need(token in TWO or token in ONE or _LEAF.fullmatch(token) is not None, f"{token[:40]!r} means nothing")
    _need(_end(tokens, 0) == len(tokens), "an argument is not one term")
    return tokens


def _conditions(rule: Rule, values: dict[str, Tokens], cited: Sequence[Tokens]) -> None:
    """Refuse unless every side condition of the rule is given."""
    for condition in rule.conditions:
        wanted = _instance(_tokens(condition.text), values)
        if not any(_gives(fact, wanted) for fact in cited) and not _true(wanted):
            raise Refused(f"nothing gives {' '.join(wanted)[:80]!r}")


def _gives(fact: Tokens, wanted: Tokens) -> bool:
    """Whether a fact gives a statement at once: it is the same, or a < b for a <= b, a != b and b != a, or a = b for
    a <= b, b <= a and b = a, or a != b for b != a."""
    if fact == wanted:
        return True
    middle, other = _end(wanted, 1), _end(fact, 1)
    same = fact[1:] == wanted[1:]
    swapped = fact[1:other] == wanted[middle:] and fact[other:] == wanted[1:middle]
    match wanted[0]:
        case "=":
            return fact[0] == "=" and swapped
        case "!=":
            return (fact[0] == "<" and (same or swapped)) or (fact[0] == "!=" and swapped)
        case "<=":
            return (fact[0] == "<" and same) or (fact[0] == "=" and (same or swapped))
    return False


def _use(direction: str, premises: Sequence[Tokens], arguments: Sequence[str]) -> Tokens:
    """One part of the first premise replaced by what the second says is equal."""
    _need(len(premises) == 2 and len(arguments) == 1, "two premises and a position are needed")
    statement, equality = premises
    _need(equality[0] == "=", "the second premise is no equality")
    middle = _end(equality, 1)
    sides = (equality[1:middle], equality[middle:])
    old, new = sides if direction == "fwd" else sides[::-1]
    start = _start(arguments[0], statement)
    stop = _end(statement, start)
    _need(statement[start:stop] == old, "the side of the equality does not stand there")
    return (*statement[:start], *new, *statement[stop:])


def _norm(premises: Sequence[Tokens], arguments: Sequence[str], claim: str) -> Tokens:
    """The claim, if it is the premise but for arithmetic with numbers (and, with a position, only there)."""
    _need(len(premises) == 1 and len(arguments) <= 1, "one premise and at most a position are needed")
    statement, claimed = premises[0], _tokens(claim)
    _need(claimed[0] in RELATIONS, "the claim is no statement")
    _term(" ".join(claimed[1 : _end(claimed, 1)]))
    _term(" ".join(claimed[_end(claimed, 1) :]))
    start = _start(arguments[0], statement) if arguments else 0
    after = statement[_end(statement, start) :]
    _need(len(claimed) >= start + len(after), "the claim is too short")
    same = claimed[:start] == statement[:start] and claimed[len(claimed) - len(after) :] == after
    _need(not start or same, "the claim differs elsewhere")
    _need(_reduced(claimed) == _reduced(statement), "the claim differs by more than arithmetic")
    return claimed


def _calc(premises: Sequence[Tokens], arguments: Sequence[str]) -> Tokens:
    """A true statement about rational numbers."""
    _need(not premises and len(arguments) == 1, "no premise and one statement are needed")
    statement = _tokens(arguments[0])
    _need(statement[0] in RELATIONS, "the argument is no statement")
    middle = _end(statement, 1)
    _term(" ".join(statement[1:middle]))
    _term(" ".join(statement[middle:]))
    _need(_true(statement), "the statement is not a true one about numbers")
    return statement


def _true(statement: Tokens) -> bool:
    """Whether both sides are rational numbers, in the relation."""
    values = _values(statement)
    left, right = values[1], values[_end(statement, 1)]
    if left is None or right is None:
        return False
    match statement[0]:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<=":
            return left <= right
    return left < right


def _reduced(statement: Tokens) -> Tokens:
    """The statement with every largest rational part replaced by a token for its value."""
    values = _values(statement)
    found: list[str] = []
    place = 0
    while place < len(statement):
        value = values[place]
        found.append(statement[place] if value is None else f"#{value}")
        place = place + 1 if value is None else _end(statement, place)
    return tuple(found)


def _values(statement: Tokens) -> list[Fraction | None]:
    """For each place the value of the part that begins there; None if it is not rational or too large."""
    values: list[Fraction | None] = [None] * len(statement)
    ready: list[Fraction | None] = []
    for place in range(len(statement) - 1, -1, -1):
        token = statement[place]
        if token in TWO:
            one, two = ready.pop(), ready.pop()
            value = None if one is None or two is None else _two(token, one, two)
        elif token in ONE:
            one = ready.pop()
            value = None if one is None else _one(token, one)
        else:
            value = Fraction(token) if token.isdigit() else None
        if value is not None and max(value.numerator.bit_length(), value.denominator.bit_length()) > BITS:
            value = None
        values[place] = value
        ready.append(value)
    return values


def _two(token: str, one: Fraction, two: Fraction) -> Fraction | None:
    match token:
        case "+":
            return one + two
        case "-":
            return one - two
        case "*":
            return one * two
        case "/":
            return one / two if two else Fraction(0)
        case "min":
            return min(one, two)
        case "max":
            return max(one, two)
    return None


def _one(token: str, one: Fraction) -> Fraction | None:
    if token == "neg":
        return -one
    if token == "abs":
        return abs(one)
    if not token.startswith("^"):
        return None
    exponent = int(token[1:])
    bits = max(one.numerator.bit_length(), one.denominator.bit_length())
    return one**exponent if exponent * bits <= BITS else None
