"""What people type: usual notations beside those of `fwd_equations.parse`, which alone reads goals, rules and proofs.

Nothing here is trusted: what a person typed is shown as it was understood, with notes on what may be meant otherwise,
and what can be meant in two ways is refused with both spellings.

    2x, 2(x+1), (x+1)(x-1)      products; 1/2x, sin 2x and x^2y are refused
    x^-1, x^(-2), x^(1/2)       1/x, 1/x^2, sqrt(x)
    e^x, e^(x+y)                exp; then e alone is exp(1), else it is a variable
    |x|, [x], √x, ·, ÷, x²      abs(x), (x), sqrt(x), *, /, x^2
    x > 0 -> ..., => and ⇒      the same as |-
    0 < x < 1, and, ∧           two hypotheses
"""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import frozen

from fwd_equations import exact
from fwd_equations.greek import GREEK
from fwd_equations.parse import NAMED, Reader, Unreadable, shown
from fwd_equations.seeds import substitute
from fwd_equations.show import show
from fwd_equations.terms import BINARY, LARGEST_EXPONENT, POWERS, Term, binary, is_variable, leaf, unary, variables

_SIGNS = {
    **dict.fromkeys("\u00d7·⋅∙", "*"),
    **dict.fromkeys("÷\u2215", "/"),
    **dict.fromkeys("\u2212\u2013", "-"),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    **dict.fromkeys("∧;", ","),
    **dict.fromkeys("→⇒⟹⟶", " |- "),
    "√": " sqrt ",
    "⩽": "<=",
    "⩾": ">=",
}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_LOWERED = str.maketrans(_RAISED, "0123456789-")
DEEPEST = 50
"""Most parentheses around a statement, and most exponents in parentheses."""
_RELATIONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
_FUNCTIONS = frozenset(NAMED)
_MEANT = {
    **dict.fromkeys(("e", "E"), "Euler's number is exp(1)"),
    **dict.fromkeys(("PI", "Pi"), "the number is pi"),
    **dict.fromkeys(("i", "I", "j"), "there are no complex numbers"),
    **dict.fromkeys(("inf", "infinity", "infty", "oo"), "there is no infinity"),
    **dict.fromkeys(("nan", "NaN"), "every term has a value"),
    **dict.fromkeys(("deg", "degree", "degrees"), "angles are in radians"),
}
"""Names of variables that some take for something else."""


@frozen
class Question:
    """What somebody asked, as it was understood."""

    hypotheses: tuple[Term, ...]
    conclusion: Term
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """In ordinary syntax."""
        given = ", ".join(map(show, self.hypotheses))
        return f"{given} |- {show(self.conclusion)}" if given else show(self.conclusion)


def read_question(text: str) -> Question:
    """What somebody typed. Raises `Unreadable`, with the right spelling where that can be told."""
    try:
        return _question(_Typed(text))
    except Unreadable as error:
        if "=>" in text and "is no statement" in str(error):
            raise Unreadable(f"{error}; => is read as |-: is >= meant?") from None
        raise


def _question(reader: _Typed) -> Question:
    first = [] if reader.next_is("|-") else reader.several()
    hypotheses: list[Term] = []
    if reader.take("|-"):
        hypotheses, first = first, reader.chain()
        if reader.next_is("|-"):
            raise Unreadable(f"there is more than one |-, -> or => in {shown(reader.text)}: is >= meant?")
    reader.end()
    if len(first) > 1:
        raise Unreadable(f"ask one thing at a time: {' or '.join(map(show, first))}; hypotheses stand before |-")
    terms = [reader.meant(one) for one in (*hypotheses, *first)]
    notes = (*reader.notes, *_notes_on_names(dict.fromkeys(name for term in terms for name in variables(term))))
    return Question(tuple(dict.fromkeys(terms[:-1])), terms[-1], notes)


def _notes_on_names(names: dict[str, None]) -> list[str]:
    """What may be misunderstood in the names of variables."""
    found = [f"{name} is a variable here: {_MEANT[name]}" for name in names if name in _MEANT]
    for name in names:
        product = len(name) < 4 and name.isalpha() and name.lower() not in GREEK
        if len(name) > 1 and name not in _MEANT and (product or names.keys() >= set(name)):
            found.append(f"{name} is one variable: a product is written {'*'.join(name)}")
    return found


class _Typed(Reader):
    """Reads what people type."""

    def __init__(self, text: str):
        super().__init__(_spelled(text))
        self.text = text
        self.notes: list[str] = []
        self._exponents = 0
        self._euler = re.search(r"(?<![A-Za-z0-9_])e\s*(\^|\*\*)\s*[^\s0-9]", text) is not None
        if re.search(r"[0-9]\s*!=", text):
            self.notes.append("!= means: differs from; there are no factorials")
        for place in range(len(self._tokens)):
            self._look_at_power(place)
        for place in range(len(self._tokens) - 1, 0, -1):
            self._multiply(place)
        for place in range(len(self._tokens)):
            self._look_at_function(place)

    def _multiply(self, place: int) -> None:
        """Put a sign of multiplication before a token, if it stands there as in 2x. Raises `Unreadable` if it is open
        what is multiplied."""
        before, token = self._tokens[place - 1], self._tokens[place]
        number = self._kinds[place - 1] == "number"
        begins = self._kinds[place] == "name" or token == "("
        if self._kinds[place - 1] == "name" and before not in _FUNCTIONS and token == "(" and len(before) == 1:
            raise Unreadable(f"{before} is no function: write {before}*(...) for a product in {shown(self.text)}")
        if not begins or not (number or before == ")"):
            return
        first = place - 1 if number else self._opening(place - 1)
        earlier = self._tokens[first - 1] if first else ""
        one = before if number else "(...)"
        other = token if token != "(" else "(...)"
        if earlier == "/":
            raise Unreadable(f"./{one}{other} can be (./{one})*{other} or ./({one}*{other}): write one of these")
        if earlier == "^" and token != "(":
            raise Unreadable(f"^{one}{other} can be ^{one}*{other} or ^({one}*{other}): write one of these")
        if earlier in _FUNCTIONS and number:
            raise Unreadable(
                f"{earlier} {one}{other} can be {earlier}({one}*{other}) or {earlier}({one})*{other}: write one"
            )
        self._tokens.insert(place, "*")
        self._kinds.insert(place, "sign")

    def _opening(self, place: int) -> int:
        """The place of the parenthesis that is closed at a place, or of the function that it belongs to."""
        depth = 0
        for opening in range(place, -1, -1):
            depth += (self._tokens[opening] == ")") - (self._tokens[opening] == "(")
            if depth == 0:
                return opening - (opening > 0 and self._tokens[opening - 1] in _FUNCTIONS)
        return 0

    def _look_at_power(self, place: int) -> None:
        """Raises `Unreadable` for sin^2 x."""
        name, *rest = self._tokens[place : place + 3]
        if name in _FUNCTIONS and rest[:1] == ["^"]:
            power = "".join(rest[1:])
            raise Unreadable(f"write {name}(...)^{power} for {name}^{power}, and a{name} for its inverse")

    def _look_at_function(self, place: int) -> None:
        """Note what a function takes that stands without parentheses."""
        name, *rest = self._tokens[place : place + 4]
        if name in _FUNCTIONS and name not in BINARY and rest and rest[0] != "(" and rest[1:2] in (["^"], ["*"], ["/"]):
            after = "".join(rest[1:])
            self.notes.append(f"{name} {rest[0]}{after} is read as {name}({rest[0]}){after}")

    def meant(self, term: Term) -> Term:
        """The term, with Euler's number for `e` where that was used as one."""
        return substitute(term, {"e": unary("exp", leaf("1"))}) if self._euler else term

    def several(self) -> list[Term]:
        """Statements, of which some may be chains, separated by commas."""
        found = self.chain()
        while self.take(",") or self.take("and"):
            found += self.chain()
        return found

    def chain(self) -> list[Term]:
        """One statement, or several that share sides: a < b < c. Parentheses around them are passed over."""
        opened = 0
        while opened < DEEPEST and self._is_in_parentheses():
            opened += self.take("(")
        statement, side = self.related(self.term())
        found = [statement]
        while self.next_is_relation():
            statement, side = self.related(side)
            found.append(statement)
        for _ in range(opened):
            self._close_parenthesis()
        return found

    def _close_parenthesis(self) -> None:
        if not self.take(")"):
            raise Unreadable(f"a parenthesis is not closed in {shown(self.text)}")

    def _is_in_parentheses(self) -> bool:
        """Whether a whole statement in parentheses comes next."""
        depth = 0
        for token in self._tokens[self._place :] if self.next_is("(") else ():
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return False
            if token in _RELATIONS:
                return True
        return False

    def _power(self, base: Term) -> Term:
        """The base with the exponent that comes next, which may be negative or a half, or of e anything."""
        euler = base is leaf("e") and self._euler
        negative = self.take("-")
        if self.take("("):
            self._exponents += 1
            if self._exponents > DEEPEST:
                raise Unreadable(f"there are too many exponents in parentheses in {shown(self.text)}")
            exponent = self.term()
            self._close_parenthesis()
        elif self._place < len(self._tokens) and self._kinds[self._place] == "number":
            exponent = super()._power(base)
            if not euler:
                return binary("/", leaf("1"), _plain(exponent)) if negative else exponent
            exponent = leaf(exponent.head[1:])
        elif self._place < len(self._tokens) and is_variable(self._tokens[self._place]) and self._named():
            exponent = leaf(self._tokens[self._place])
            self._place += 1
        else:
            raise Unreadable(f"write the exponent in parentheses in {shown(self.text)}")
        if self.next_is("^"):
            raise Unreadable(f"a power of a power needs parentheses in {shown(self.text)}")
        exponent = unary("neg", exponent) if negative else exponent
        return unary("exp", exponent) if euler else self._raised(base, exponent)

    def _named(self) -> bool:
        return self._kinds[self._place] == "name"

    def _raised(self, base: Term, exponent: Term) -> Term:
        """A power whose exponent was a term in parentheses."""
        value = exact.value(exponent)
        if value is None:
            meant = unary("exp", binary("*", exponent, unary("ln", base)))
            raise Unreadable(f"an exponent must be a number, written out: is {show(meant)} meant?")
        value = Fraction(value)
        if value.denominator > 2 or abs(value.numerator) > LARGEST_EXPONENT:
            raise Unreadable(f"there is no power with the exponent {value}, only whole ones and halves")
        if value.denominator == 2:
            self.notes.append(f"the power with exponent {value} is read by sqrt, which is 0 of what is less than 0")
            base, value = unary("sqrt", base), value * 2
        power = _plain(unary(POWERS[abs(value.numerator)], base))
        return binary("/", leaf("1"), power) if value < 0 else power


def _plain(power: Term) -> Term:
    """x for x^1."""
    return power.args[0] if power.head == "^1" else power


def _spelled(text: str) -> str:
    """The text with signs that `fwd_equations.parse` knows. Raises `Unreadable`."""
    if found := re.search(r"(?<![A-Za-z0-9_])[0-9]+[eE][-+]?[0-9]+", text):
        base, exponent = re.split("[eE]", found[0])
        raise Unreadable(f"write {base}*10^{exponent.lstrip('+')} for {found[0]}")
    if re.search("<=>|<->|⇔|↔", text):
        raise Unreadable(f"ask for one direction at a time in {shown(text)}: H |- P, then P |- H")
    if re.search(r"!(?!=)", text):
        raise Unreadable(f"there are no factorials in {shown(text)}")
    text = "".join(_SIGNS.get(character, character) for character in text)
    text = re.sub(f"[{_RAISED}]+", lambda found: f"^{found[0].translate(_LOWERED)}", text)
    text = re.sub(r"=/=|<>", "!=", text)
    text = re.sub(r"=<", "<=", text)
    text = re.sub(r"(?<![<>=!])=>|->|(?<![A-Za-z0-9_])implies(?![A-Za-z0-9_])", " |- ", text)
    text = re.sub(r"&&?|(?<![A-Za-z0-9_])and(?![A-Za-z0-9_])", " , ", text)
    return _without_bars(text)


def _without_bars(text: str) -> str:
    """The text with abs(x) for |x|. A bar opens where a term may begin, else it closes one that is open; |- is what it
    seems where no bar is open and a term stands before it, or nothing does and the other bars are in pairs, or there
    are no others."""
    others = text.count("|") - text.count("|-")
    out: list[str] = []
    opened = 0
    for place, character in enumerate(text):
        if character != "|":
            out.append(character)
            continue
        before = "".join(out).rstrip()
        word = re.search(r"[A-Za-z0-9_]+$|[)π]$", before)
        ended = word is not None and word[0] not in _FUNCTIONS
        turnstile = text.startswith("|-", place)
        if turnstile and not opened and (ended or (not before and others % 2 == 0) or not others):
            out.append("|")
        elif ended and opened:
            opened -= 1
            out.append(")")
        else:
            opened += 1
            out.append(" abs(")
    if opened:
        raise Unreadable(f"a bar | is not closed in {shown(text)}: write abs(x)")
    return "".join(out)
