"""Verdicts compared with those of the `metamath` program, on databases with one thing wrong.

`FWD_MUTATIONS=2000` compares that many random mutations; by default there are fewer.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fwd.errors import DatabaseError
from fwd_metamath.batch import verify
from fwd_metamath.cache import load
from fwd_metamath.sources import DEBIAN, locate

pytestmark = pytest.mark.oracle

PROOF = re.compile(r"\$=\s(.*?)\$\.", re.DOTALL)
VERIFIED = "All proofs in the database were verified"

BASE = """\
$c ( ) -> wff |- term = $.
$v p q r x y $.
wp $f wff p $. wq $f wff q $. wr $f wff r $. tx $f term x $. ty $f term y $.
wi $a wff ( p -> q ) $.
weq $a wff x = y $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
ax-2 $a |- ( ( p -> ( q -> r ) ) -> ( ( p -> q ) -> ( p -> r ) ) ) $.
${ min $e |- p $. maj $e |- ( p -> q ) $. ax-mp $a |- q $. $}
${ $d x y $. ax-d $a |- ( x = y -> x = y ) $. $}
${ a1i.1 $e |- p $. a1i $p |- ( q -> p ) $= wp wq wp wi a1i.1 wp wq ax-1 ax-mp $. $}
id $p |- ( p -> p ) $= ( wi ax-1 ax-2 ax-mp ) AAABZBZFAACAFABBGFBAFCAFADEE $.
${ $d x y $. th $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}
"""

PROOF_OF_ID = "( wi ax-1 ax-2 ax-mp ) AAABZBZFAACAFABBGFBAFCAFADEE"


def changed(old: str, new: str) -> str:
    """The base with one thing replaced."""
    assert BASE.count(old) == 1, old
    return BASE.replace(old, new)


def id_by(proof: str) -> str:
    """The base with another proof of `id`."""
    return changed(PROOF_OF_ID, proof)


def with_also(statement: str) -> str:
    """The base with more at its end."""
    return BASE + statement + "\n"


WRONG = {
    # proofs
    "label of another axiom": changed("wp wq ax-1 ax-mp", "wp wq ax-2 ax-mp"),
    "label that does not exist": changed("wp wq ax-1 ax-mp", "wp wq ax-9 ax-mp"),
    "swapped floats": changed("wp wq ax-1 ax-mp", "wq wp ax-1 ax-mp"),
    "swapped essentials": changed("a1i.1 wp wq ax-1 ax-mp", "wp wq ax-1 a1i.1 ax-mp"),
    "step missing": changed("wi a1i.1", "a1i.1"),
    "step too many": changed("wp wq ax-1 ax-mp", "wp wp wq ax-1 ax-mp"),
    "last step missing": changed("wp wq ax-1 ax-mp", "wp wq ax-1"),
    "empty proof": changed("tx ty ax-d $.", "$."),
    "statement not the one proved": changed("a1i $p |- ( q -> p )", "a1i $p |- ( p -> q )"),
    "statement of another typecode": changed("a1i $p |- ( q -> p )", "a1i $p wff ( q -> p )"),
    "hypothesis changed": changed("a1i.1 $e |- p $.", "a1i.1 $e |- q $."),
    "argument of the wrong typecode": changed("wp wq ax-1 ax-mp", "tx wq ax-1 ax-mp"),
    "distinct variables not given": changed("${ $d x y $. th", "${ th"),
    "distinct variables equal": with_also("ths $p |- ( x = x -> x = x ) $= tx tx ax-d $."),
    "other variables distinct": with_also("$v z $. tz $f term z $. ${ $d x z $. u $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}"),  # noqa: E501
    "hypothesis of another scope": with_also("u $p |- p $= a1i.1 $."),
    "proof by itself": with_also("u $p |- p $= wp u $."),
    "proof by a later theorem": changed("id $p", "u $p |- ( p -> p ) $= wp id $. id $p"),
    "float of a closed scope": with_also("${ $v z $. wz $f wff z $. $} u $p wff ( p -> p ) $= wz wp wi $."),
    "unknown step": id_by("?"),
    "unknown step in a compressed proof": id_by(PROOF_OF_ID[:-1] + "?"),
    # compressed proofs
    "truncated by one letter": id_by(PROOF_OF_ID[:-1]),
    "truncated to half": id_by(PROOF_OF_ID[:40]),
    "no letters": id_by("( wi ax-1 ax-2 ax-mp )"),
    "label list not closed": id_by("( wi ax-1 ax-2 ax-mp AAAB"),
    "label list without one": id_by(PROOF_OF_ID.replace("ax-2 ", "")),
    "labels swapped": id_by(PROOF_OF_ID.replace("ax-1 ax-2", "ax-2 ax-1")),
    "letter changed": id_by(PROOF_OF_ID.replace("DEE", "CEE")),
    "letter lower case": id_by(PROOF_OF_ID.replace("DEE", "dEE")),
    "letter no digit": id_by(PROOF_OF_ID.replace("DEE", "D1E")),
    "number out of range": id_by(PROOF_OF_ID.replace("DEE", "DEUE")),
    "number not finished": id_by(PROOF_OF_ID + "U"),
    "number interrupted by Z": id_by(PROOF_OF_ID.replace("AAABZ", "AAABUZ")),
    "Z missing": id_by(PROOF_OF_ID.replace("AAABZ", "AAAB")),
    "Z before the first step": id_by(PROOF_OF_ID.replace("AAABZ", "ZAAABZ")),
    "Z after a hypothesis": id_by(PROOF_OF_ID.replace("AAABZ", "AZAABZ")),
    "mandatory hypothesis listed": id_by(PROOF_OF_ID.replace("( wi", "( wp wi")),
    "unknown label listed": id_by(PROOF_OF_ID.replace("( wi", "( nobody wi")),
    # labels and symbols
    "label twice": with_also("ax-1 $a |- p $."),
    "label of a hypothesis twice": with_also("${ a1i.1 $e |- p $. $}"),
    "label with a wrong character": with_also("u+v $a |- p $."),
    "label that is a constant": with_also("wff $a |- p $."),
    "label that is a variable": with_also("x $a |- p $."),
    "symbol that is a label": with_also("$c ax-1 $."),
    "no label": with_also("$a |- p $."),
    "two labels": with_also("u v $a |- p $."),
    "label before $c": with_also("u $c T. $."),
    "label before a scope": with_also("u ${ $}"),
    "label at the end": with_also("u"),
    "constant twice": with_also("$c wff $."),
    "constant twice in one statement": with_also("$c T. T. $."),
    "constant in a scope": with_also("${ $c T. $. $}"),
    "constant that was a variable": with_also("$c p $."),
    "variable twice": with_also("$v p $."),
    "variable that is a constant": with_also("$v wff $."),
    "symbol with a dollar": with_also("$c a$b $."),
    "undeclared symbol in an axiom": with_also("u $a |- nobody $."),
    "undeclared symbol in a hypothesis": with_also("${ u $e |- nobody $. $}"),
    "undeclared symbol in a theorem": changed("a1i $p |- ( q -> p )", "a1i $p |- ( q => p )"),
    "variable without float": with_also("$v z $. u $a |- z $."),
    "statement that begins with a variable": with_also("u $a p p $."),
    "empty axiom": with_also("u $a $."),
    "empty $c": with_also("$c $."),
    "empty $v": with_also("$v $."),
    # $d and $f
    "$d of one variable": with_also("$d x $."),
    "$d of a constant": with_also("$d x wff $."),
    "$d with a variable twice": with_also("$d x y x $."),
    "$d of a variable of a closed scope": with_also("${ $v z $. $} $d x z $."),
    "$f of a constant": with_also("u $f wff ( $."),
    "$f with a variable as typecode": with_also("$v z $. u $f p z $."),
    "$f of three symbols": with_also("$v z $. u $f wff z z $."),
    "$f of an undeclared typecode": with_also("$v z $. u $f nobody z $."),
    # statements, scopes, comments, files
    "scope not closed": with_also("${"),
    "scope closed twice": with_also("$}"),
    "statement not closed": with_also("u $a |- p"),
    "statement not closed before another": changed("ax-1 $a |- ( p -> ( q -> p ) ) $.", "ax-1 $a |- ( p -> ( q -> p ) )"),  # noqa: E501
    "theorem without proof": with_also("u $p |- p $."),
    "axiom with a proof": with_also("u $a |- p $= wp $."),
    "theorem with two proofs": with_also("u $p wff ( p -> p ) $= wp wp wi $= wp $."),
    "no white space before $=": with_also("u $p wff ( p -> p )$= wp wp wi $."),
    "no white space before $.": with_also("u $p wff ( p -> p ) $= wp wp wi$."),
    "unknown keyword": with_also("$x"),
    "lone dollars": with_also("$$"),
    "comment not closed": with_also("$( not closed"),
    "comment closed twice": with_also("$( closed $) $)"),
    "comment in a comment": with_also("$( outer $( inner $) $)"),
    "comment marker inside a word": with_also("$( outer a$(b $)"),
    "comment without white space at the front": with_also("$(word $)"),
    "comment without white space at the end": with_also("$( word$)"),
    "comment without white space behind": with_also("$( word $)$( word $)"),
    "letters beyond ASCII": with_also("$( caf\u00e9 $)"),
    "included file missing": with_also("$[ nobody.mm $]"),
    "include not closed": with_also("$[ nobody.mm"),
    "include closed without being open": with_also("$]"),
}  # fmt: skip

RIGHT = {
    "the base": BASE,
    "nothing": "",
    "only a comment": "$( hello $)\n",
    "carriage returns": BASE.replace("\n", "\r\n"),
    "tabs and form feeds": BASE.replace(" $= ", "\t$=\f"),
    "no last newline": BASE.rstrip(),
    "comment in a proof": changed("tx ty ax-d", "tx $( why not? $) ty ax-d"),
    "comment in compressed letters": id_by(PROOF_OF_ID.replace("ZFA", "Z $( $c $. $= $) FA")),
    "comment between label and keyword": changed("ax-1 $a", "ax-1 $( the first $) $a"),
    "letters in pieces": id_by(PROOF_OF_ID.replace("ZFA", "Z\n F\tA")),
    "parentheses without white space": id_by(PROOF_OF_ID.replace("( wi", "(wi").replace(" ) A", ")A")),
    "last step kept in vain": id_by(PROOF_OF_ID + "Z"),
    "labels listed in vain": with_also("u $p |- ( p -> ( q -> p ) ) $= ( ax-1 wi ) ABC $."),
    "label listed twice": with_also("u $p |- ( p -> ( q -> p ) ) $= ( ax-1 ax-1 ) ABD $."),
    "dummy variable": with_also(
        "u $p |- ( p -> p ) $= wr wr wi wp wp wi wr id wp wp wi wr wr wi wp id a1i ax-mp $."
    ),
    "float of a scope between hypotheses": with_also(
        "${ u.1 $e |- p $. $v z $. wz $f wff z $. u $p |- ( z -> p ) $= wp wz wp wi u.1 wp wz ax-1 ax-mp $. $}"
        " v $p |- ( q -> ( p -> p ) ) $= wp wp wi wp id wq u $."
    ),
    "variable declared in two scopes": with_also("${ $v z $. tz $f term z $. $} ${ $v z $. wz $f wff z $. $}"),
    "empty expression": with_also("we $a wff $. u $p |- ( -> ( -> ) ) $= we we ax-1 $."),
    "theorem of syntax": with_also("u $p wff ( p -> p ) $= wp wp wi $."),
    "$d twice": with_also("$d x y $. $d x y $."),
    "symbols with percent signs": with_also("$c %s %% $. wpc $a wff p %s %% q $. u $p wff ( p %s %% q -> r ) $= wp wq wpc wr wi $."),  # noqa: E501
}  # fmt: skip


def test_there_are_enough_mutations() -> None:
    assert len(WRONG) >= 60


@pytest.mark.parametrize("name", WRONG)
def test_what_the_program_rejects_we_reject(name: str, tmp_path: Path) -> None:
    assert not accepted_by_program(WRONG[name], tmp_path)
    assert not accepted_by_us(WRONG[name], tmp_path)


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_program_accepts_we_accept(name: str, tmp_path: Path) -> None:
    assert accepted_by_program(RIGHT[name], tmp_path)
    assert accepted_by_us(RIGHT[name], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["set.mm", "iset.mm", "nf.mm", "ql.mm", "hol.mm"])
def test_accepts_the_real_databases(name: str) -> None:
    assert verify(load(DEBIAN / name, cache=False)) == []


BATCH = 250
"""Mutants that one run of the program judges."""


@pytest.mark.parametrize("name", ["hol.mm", "embedded"])
def test_random_mutations_get_the_same_verdict(
    name: str, tmp_path: Path, program: Callable[[Path, Sequence[str]], list[str]]
) -> None:
    """Half of them put a `?` into a proof."""
    total = int(os.environ.get("FWD_MUTATIONS", "300")) // 2
    base = locate(name).read_text()
    counts: Counter[str] = Counter()
    for first in range(0, total, BATCH):
        numbers = range(first, min(first + BATCH, total))
        files = [f"{number}.mm" for number in numbers]
        for number, file in zip(numbers, files, strict=True):
            (tmp_path / file).write_text(mutant(base, random.Random(f"{name} {number}")))
        for file, theirs in zip(files, program(tmp_path, files), strict=True):
            ours = our_verdict(tmp_path / file)
            counts[ours] += 1
            same = ours == theirs or (ours == "wrong" and beyond_the_specification((tmp_path / file).read_text()))
            assert same, f"{tmp_path / file}: {ours}, but {theirs} by the program"
            (tmp_path / file).unlink()
    assert 0.01 < counts["right"] / total < 0.5  # some mutations are harmless, most are not
    assert counts["incomplete"] > total / 100


def our_verdict(path: Path) -> str:
    """What `fwd metamath verify` says."""
    try:
        database = load(path, cache=False)
    except DatabaseError:
        return "wrong"
    if verify(database):
        return "wrong"
    return "incomplete" if any(item.incomplete for item in database.assertions.values()) else "right"


def beyond_the_specification(text: str) -> bool:
    """Whether a proof uses what only the program knows: names of steps (`name : step`, `name = step`)."""
    return any(":" in proof or "=" in proof for proof in PROOF.findall(text))


def accepted_by_program(text: str, folder: Path) -> bool:
    """Whether the `metamath` program reads the database without an error and verifies all its proofs.

    The line that all proofs were verified is not enough: it is printed after errors in statements, and after
    violations of distinct-variable conditions, as well.
    """
    folder.mkdir(exist_ok=True)
    (folder / "x.mm").write_text(text)
    command = ["metamath", 'read "x.mm"', "verify proof *", "exit"]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=60, stdin=subprocess.DEVNULL
    )
    errors = [line for line in ran.stdout.splitlines() if line.startswith("?") and not line.startswith("?Warning")]
    return VERIFIED in ran.stdout and not errors


def accepted_by_us(text: str, folder: Path) -> bool:
    """Whether we do."""
    (folder / "x.mm").write_text(text)
    try:
        database = load(folder / "x.mm", cache=False)
    except DatabaseError:
        return False
    return not verify(database) and not any(item.incomplete for item in database.assertions.values())


def mutant(base: str, rng: random.Random) -> str:
    """A part of a database, cut between two scopes, with one random change near its end, or with a `?` in a proof, or
    with a `?` and another change in the same proof."""
    cuts = [match.end() for match in re.finditer(r"^  \$\}$|\$\.\n\n", base, re.MULTILINE)]
    text = base[: rng.choice(cuts)]
    while text.count("${") > text.count("$}"):
        text += " $}"
    tokens = tokens_of(text, max(0, len(text) - 4000))
    proofs = list(PROOF.finditer(text))[-20:]
    if proofs and rng.random() < 0.5:
        proof = rng.choice(proofs)
        begin, before = proof.start(1), len(text)
        text = rng.choice(UNKNOWN)(text, rng.choice(tokens_of(text, begin, proof.end(1))).span(), rng)
        if rng.random() < 0.5:
            return text
        span = rng.choice(tokens_of(text, begin, proof.end(1) + len(text) - before)).span()
    else:
        span = rng.choice(tokens).span()
    return rng.choice(MUTATIONS)(text, span, rng, [match[0] for match in tokens])


def tokens_of(text: str, begin: int, end: int | None = None) -> list[re.Match[str]]:
    """The tokens in a part of a text that are in no comment."""
    bare = re.sub(r"\$\(\s.*?\$\)", lambda found: " " * len(found[0]), text, flags=re.DOTALL)
    return list(re.compile(r"\S+").finditer(bare, begin, len(text) if end is None else end))


def unknown_token(text: str, span: tuple[int, int], rng: random.Random) -> str:
    return replaced(text, span, "?")


def insert_unknown(text: str, span: tuple[int, int], rng: random.Random) -> str:
    return replaced(text, (span[1], span[1]), " ?")


def unknown_letter(text: str, span: tuple[int, int], rng: random.Random) -> str:
    place = rng.randrange(*span)
    return replaced(text, (place, place + 1), "?")


UNKNOWN = [unknown_token, insert_unknown, unknown_letter]


def replaced(text: str, span: tuple[int, int], new: str) -> str:
    """The text with a span replaced."""
    return text[: span[0]] + new + text[span[1] :]


def delete_token(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    return replaced(text, span, "")


def double_token(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    return replaced(text, span, text[slice(*span)] + " " + text[slice(*span)])


def change_token(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    return replaced(text, span, rng.choice(tokens))


def insert_token(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    return replaced(text, span, text[slice(*span)] + " " + rng.choice(tokens))


def swap_with_next(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    following = re.compile(r"\s+(\S+)").match(text, span[1])
    if following is None:
        return replaced(text, span, "")
    return replaced(text, (span[0], following.end()), f"{following[1]} {text[slice(*span)]}")


def delete_character(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    place = rng.randrange(*span)
    return replaced(text, (place, place + 1), "")


def change_character(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    place = rng.randrange(*span)
    return replaced(text, (place, place + 1), chr(rng.randrange(32, 127)))


def change_letter(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    place = rng.randrange(*span)
    return replaced(text, (place, place + 1), rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def insert_character(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    place = rng.randrange(*span)
    return replaced(text, (place, place), chr(rng.randrange(32, 127)))


def delete_statement(text: str, span: tuple[int, int], rng: random.Random, tokens: list[str]) -> str:
    begin = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    return replaced(text, (begin, end if end > 0 else len(text)), "")


Mutation = Callable[[str, tuple[int, int], random.Random, list[str]], str]

MUTATIONS: list[Mutation] = [
    delete_token,
    double_token,
    change_token,
    insert_token,
    swap_with_next,
    delete_character,
    change_character,
    change_letter,
    insert_character,
    delete_statement,
]
