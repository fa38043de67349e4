"""Random questions of algebra, with facts that have nothing to do with them: both gates must answer them alike."""

from __future__ import annotations

import random

from fwd.api import Goal

from fwd_equations.parse import read_statement

_NAMES = ("x", "y", "z", "t", "u")
_BASES = (*_NAMES[:4], "sqrt(x)", "sin(y)", "(x + y)", "(x - y)", "(x - 1)", "(y + 2)", "(z - t)", "(x*y)", "(x^2 + 1)")
_NUMBERS = ("1", "2", "3", "1/2", "-1", "-2")
_RELATIONS = ("=", "=", "=", "!=", "<", "<", "<=", "<=")


class Asker:
    """Draws questions, about half of which have the answer yes."""

    def __init__(self, rng: random.Random):
        self._rng = rng

    def question(self, name: str) -> Goal:
        """The goal, spelled canonically: `name` is its name, hypotheses come in any order."""
        rng = self._rng
        facts = [self._fact() for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        goal = rng.choice((self._combined, self._combined, self._cancelled, self._cancelled, self._substituted))(facts)
        facts += [self._fact() for _ in range(rng.choice((0, 1, 1, 2, 3)))]
        rng.shuffle(facts)
        hypotheses = dict.fromkeys(read_statement(" ".join(one)).text for one in facts)
        return Goal(name, read_statement(goal).text, tuple(hypotheses))

    def _fact(self) -> tuple[str, str, str]:
        """A left side, a relation and a right side."""
        rng = self._rng
        if rng.random() < 0.3:
            return self._base(), rng.choice(_RELATIONS), rng.choice(("0", "0", *_NUMBERS))
        return self._term(), rng.choice(_RELATIONS), self._term()

    def _base(self) -> str:
        return self._rng.choice(_BASES)

    def _term(self) -> str:
        rng = self._rng
        kind = rng.random()
        if kind < 0.25:
            return self._base()
        if kind < 0.4:
            return rng.choice(_NUMBERS)
        if kind < 0.6:
            return f"({self._base()} {rng.choice('+-')} {self._base()})"
        if kind < 0.75:
            return f"{self._base()}*{self._base()}"
        if kind < 0.85:
            return f"({rng.choice(_NUMBERS)})*{self._base()}"
        return f"{rng.choice((self._base(), '1'))}/{self._base()}"

    def _combined(self, facts: list[tuple[str, str, str]]) -> str:
        """A sum of the facts, each a number of times, with a number or a wrong sign now and then."""
        rng = self._rng
        parts: list[tuple[str, str, str]] = []
        for left, relation, right in facts:
            factor = rng.choice(("1", "1", "2", "3/2", f"({rng.choice(_NUMBERS)})"))
            if relation == "=" and rng.random() < 0.5:
                factor = self._term()
            parts.append((f"({factor})*({left})", relation, f"({factor})*({right})"))
        relations = {relation for _, relation, _ in parts}
        relation = "=" if relations == {"="} else "!=" if "!=" in relations else "<" if "<" in relations else "<="
        if rng.random() < 0.2:
            relation = rng.choice(_RELATIONS)
        left, right = (" + ".join(one[side] for one in parts) for side in (0, 2))
        return f"{left} {relation} {right}{rng.choice(('', '', '', ' + 1', ' - 1'))}"

    def _cancelled(self, facts: list[tuple[str, str, str]]) -> str:
        """Something divided by what a fact says is not 0, perhaps."""
        rng = self._rng
        left, relation, right = rng.choice(facts)
        below = rng.choice((self._base(), f"({left} - ({right}))"))
        if relation == "=" or rng.random() < 0.5:
            below = rng.choice((left, right, self._base(), f"({left} + {rng.choice(_NUMBERS)})"))
        facts.append((below, rng.choice(("!=", "!=", "<", "=")), rng.choice(("0", "0", "0", "1", "-1", self._term()))))
        above = self._term()
        return rng.choice(
            (
                f"({above})*({below})/({below}) = {above}",
                f"({below})/({below}) = 1",
                f"1/(1/({below}) + 1/({below})) = ({below})/2",
                f"({above})/({below}) + ({self._term()}) = (({above}) + ({self._term()})*({below}))/({below})",
                f"({below})^3/({below})^2 <= {below}",
            )
        )

    def _substituted(self, facts: list[tuple[str, str, str]]) -> str:
        """What equations between variables and numbers say of a quotient."""
        rng = self._rng
        one, two = rng.sample(_NAMES, 2)
        number, other = rng.choice(_NUMBERS), rng.choice(_NUMBERS)
        facts += [(one, "=", number), (two, rng.choice(("=", "=", "<", "!=")), other)]
        return rng.choice(
            (
                f"1/({one} - {other}) = 1/(({number}) - ({other}))",
                f"{one}/{one} + {two} = 1 + {two}",
                f"{two}/{two} = 1",
                f"({one} + {two})/({one} - {two}) = (({number}) + ({other}))/(({number}) - ({other}))",
                f"{one}*{two} {rng.choice(_RELATIONS)} ({number})*({two})",
            )
        )
