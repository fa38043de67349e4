"""The second gate: replays a whole proof on texts, with nothing but string matching and rational numbers.

It shares no code with `apply`: statements are tuples of tokens here (prefix text split at blanks), a part of a
statement is a run of tokens, and a rule is applied by replacing such runs. There is no evaluator of functions: a side
condition must be a fact that the proof cites, follow from one by the meaning of its relation, or be a relation between
rational numbers that is decided exactly. What is trusted are the rules, the reader of rules and goals, and this file
with its helpers, `kernel_text`, `kernel_numbers` and `kernel_algebra`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fwd.api import Fact, Goal, Proof, Step, Verdict

from fwd_equations.kernel_algebra import follows
from fwd_equations.kernel_numbers import is_true, reduced
from fwd_equations.kernel_text import (
    RELATIONS,
    VARIABLE,
    Budget,
    Refused,
    Tokens,
    end,
    instance,
    match,
    need,
    position,
    term,
    tokens_of,
)
from fwd_equations.rulefile import Rule

WORK = 3_000_000
"""Most work of one proof, which takes seconds; those that are found take a thousandth of it."""
LONGEST = 20_000
"""Most characters of a text in a proof, as of one that is read."""


class Kernel:
    """Checks proofs that use some rules."""

    def __init__(self, rules: Iterable[Rule]):
        self._rules: dict[str, tuple[int, Rule]] = {rule.name: (index, rule) for index, rule in enumerate(rules)}

    def check(self, goal: Goal, proof: Proof) -> Verdict:
        """Whether the facts prove the canonical goal. Never raises, whatever it is given for a proof."""
        try:
            self._facts(goal, proof.facts)
        except Refused as mistake:
            return Verdict(False, str(mistake))
        except Exception as mistake:
            return Verdict(False, f"not a proof at all: {type(mistake).__name__}: {str(mistake)[:200]!r}")
        return Verdict(True)

    def _facts(self, goal: Goal, facts: Sequence[Fact]) -> None:
        need(type(facts) is tuple, "its facts are no tuple")
        proved: list[Tokens] = []
        hypotheses = set(goal.hypotheses)
        budget = Budget(WORK)
        for number, fact in enumerate(facts):
            _well_formed(number, fact)
            if fact.step is None:
                if fact.statement not in hypotheses:
                    raise Refused(f"fact {number} has no step and is no hypothesis of the goal")
                proved.append(tuple(fact.statement.split(" ")))
                continue
            try:
                result = self._result(goal, proved, fact, fact.step, budget)
            except Refused as mistake:
                raise Refused(f"fact {number}: {mistake}") from None
            if " ".join(result) != fact.statement:
                raise Refused(f"fact {number}: {fact.step.label[:80]} does not give {fact.statement[:80]!r}")
            proved.append(result)
        if tuple(goal.statement.split(" ")) not in proved:
            raise Refused("the goal is not among the facts")

    def _result(self, goal: Goal, proved: Sequence[Tokens], fact: Fact, step: Step, budget: Budget) -> Tokens:
        """What the step proves."""
        for premise in fact.premises:
            if not 0 <= premise < len(proved):
                raise Refused(f"there is no earlier fact {premise}")
        if fact.premises[: len(step.premises)] != step.premises:
            raise Refused("the fact does not cite what its step names")
        premises = [proved[premise] for premise in step.premises]
        cited = [proved[premise] for premise in fact.premises]
        budget.spend(4 * sum(map(len, cited)) + 20 * len(cited) + len(fact.statement) + sum(map(len, step.arguments)))
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
            case "algebra", []:
                return _algebra(premises, step.arguments, fact.statement, cited, budget)
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
        need(len(premises) == len(rule.premises), "the number of premises is wrong")
        values: dict[str, Tokens] = {}
        for pattern, premise in zip(rule.premises, premises, strict=True):
            need(match(tokens_of(pattern.text), premise, 0, values) == len(premise), "a premise does not fit")
        _complete(rule, values, arguments)
        _conditions(rule, values, cited)
        conclusion = tokens_of(rule.right.text)
        if rule.left is not None:
            conclusion = ("=", *tokens_of(rule.left.text), *conclusion)
        return instance(conclusion, values)

    def _rewrite(
        self, rule: Rule, direction: str, premises: Sequence[Tokens], arguments: Sequence[str], cited: Sequence[Tokens]
    ) -> Tokens:
        """One part of a fact replaced by what the rule says is equal (or, for a whole fact, equivalent)."""
        if rule.left is None:
            raise Refused(f"{rule.name} is an assertion")
        need(len(premises) == 1 and len(arguments) >= 1, "one premise and a position are needed")
        sides = (tokens_of(rule.left.text), tokens_of(rule.right.text))
        source, target = sides if direction == "fwd" else sides[::-1]
        statement = premises[0]
        start = position(arguments[0], statement)
        values: dict[str, Tokens] = {}
        stop = match(source, statement, start, values)
        if stop is None:
            raise Refused(f"{rule.name} does not fit at {start}")
        _complete(rule, values, arguments[1:])
        _conditions(rule, values, cited)
        return (*statement[:start], *instance(target, values), *statement[stop:])


def _well_formed(number: int, fact: Fact) -> None:
    """Refuse what is no fact: whoever hands a proof over may have put anything in it."""
    texts, places = [fact.statement], [fact.premises]
    if fact.step is not None:
        need(type(fact.step.arguments) is tuple, f"fact {number}: its arguments are no tuple")
        texts += [fact.step.label, *fact.step.arguments]
        places.append(fact.step.premises)
    need(all(type(text) is str for text in texts), f"fact {number} has something for a text that is none")
    need(all(len(text) <= LONGEST for text in texts), f"fact {number} has a text of more than {LONGEST} characters")
    need(all(type(one) is tuple for one in places), f"fact {number}: its premises are no tuple")
    need(all(type(one) is int for part in places for one in part), f"fact {number} cites what is no number of a fact")


def _complete(rule: Rule, values: dict[str, Tokens], arguments: Sequence[str]) -> None:
    """Give the rule's other variables, in order of first occurrence, the terms of the arguments."""
    names = dict.fromkeys(token for part in rule.parts for token in tokens_of(part.text) if VARIABLE.fullmatch(token))
    left = [name for name in names if name not in values]
    need(len(left) == len(arguments), "the number of arguments is wrong")
    for name, text in zip(left, arguments, strict=True):
        values[name] = term(text)


def _conditions(rule: Rule, values: dict[str, Tokens], cited: Sequence[Tokens]) -> None:
    """Refuse unless every side condition of the rule is given."""
    for condition in rule.conditions:
        wanted = instance(tokens_of(condition.text), values)
        if not any(_gives(fact, wanted) for fact in cited) and not is_true(wanted):
            raise Refused(f"nothing gives {' '.join(wanted)[:80]!r}")


def _gives(fact: Tokens, wanted: Tokens) -> bool:
    """Whether a fact gives a statement at once: it is the same, or a < b for a <= b, a != b and b != a, or a = b for
    a <= b, b <= a and b = a, or a != b for b != a."""
    if fact == wanted:
        return True
    middle, other = end(wanted, 1), end(fact, 1)
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
    need(len(premises) == 2 and len(arguments) == 1, "two premises and a position are needed")
    statement, equality = premises
    need(equality[0] == "=", "the second premise is no equality")
    middle = end(equality, 1)
    sides = (equality[1:middle], equality[middle:])
    old, new = sides if direction == "fwd" else sides[::-1]
    start = position(arguments[0], statement)
    stop = end(statement, start)
    need(statement[start:stop] == old, "the side of the equality does not stand there")
    return (*statement[:start], *new, *statement[stop:])


def _norm(premises: Sequence[Tokens], arguments: Sequence[str], claim: str) -> Tokens:
    """The claim, if it is the premise but for arithmetic with numbers (and, with a position, only there)."""
    need(len(premises) == 1 and len(arguments) <= 1, "one premise and at most a position are needed")
    statement, claimed = premises[0], _statement(claim)
    start = position(arguments[0], statement) if arguments else 0
    after = statement[end(statement, start) :]
    need(len(claimed) >= start + len(after), "the claim is too short")
    same = claimed[:start] == statement[:start] and claimed[len(claimed) - len(after) :] == after
    need(not start or same, "the claim differs elsewhere")
    need(reduced(claimed) == reduced(statement), "the claim differs by more than arithmetic")
    return claimed


def _calc(premises: Sequence[Tokens], arguments: Sequence[str]) -> Tokens:
    """A true statement about rational numbers."""
    need(not premises and len(arguments) == 1, "no premise and one statement are needed")
    statement = _statement(arguments[0])
    need(is_true(statement), "the statement is not a true one about numbers")
    return statement


def _algebra(
    premises: Sequence[Tokens], arguments: Sequence[str], claim: str, cited: Sequence[Tokens], budget: Budget
) -> Tokens:
    """The claim, if it follows by algebra from the facts that are cited."""
    need(not premises and not arguments, "neither premises nor arguments are named")
    claimed = _statement(claim)
    need(follows(cited, claimed, budget), "the claim does not follow by algebra from the facts that are cited")
    return claimed


def _statement(text: str) -> Tokens:
    """The tokens of one well-formed statement. Raises `Refused`."""
    tokens = tokens_of(text)
    need(tokens[0] in RELATIONS, "the argument is no statement")
    middle = end(tokens, 1)
    term(" ".join(tokens[1:middle]))
    term(" ".join(tokens[middle:]))
    return tokens
