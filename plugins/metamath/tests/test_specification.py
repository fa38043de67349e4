"""The verifier held to the specification (Metamath book, chapter 4 and appendix B) and to the `metamath` program.

Each case is a database and its verdict: right, wrong, or incomplete (a proof with `?` in which nothing else is wrong).
Where the program of Debian, 0.195, is known to err, `KNOWN` has what it says and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fwd_metamath.commands import app
from typer.testing import CliRunner

pytestmark = pytest.mark.oracle

RIGHT, WRONG, INCOMPLETE = "right", "wrong", "incomplete"

DECLARED = """\
$c ( ) -> wff |- term = T $.
$v p q r x y $.
wp $f wff p $. wq $f wff q $. wr $f wff r $. tx $f term x $. ty $f term y $.
"""
LOGIC = (
    DECLARED
    + """\
wi $a wff ( p -> q ) $.
weq $a wff x = y $.
wt $a wff T $.
true $a |- T $.
ax-1 $a |- ( p -> ( q -> p ) ) $.
ax-2 $a |- ( ( p -> ( q -> r ) ) -> ( ( p -> q ) -> ( p -> r ) ) ) $.
${ min $e |- p $. maj $e |- ( p -> q ) $. mp $a |- q $. $}
${ $d x y $. ax-d $a |- ( x = y -> x = y ) $. $}
${ k.1 $e |- p $. k $p |- ( q -> p ) $= wp wq wp wi k.1 wp wq ax-1 mp $. $}
"""
)
ID = "( wi ax-1 ax-2 mp ) AAABZBZFAACAFABBGFBAFCAFADEE"

Case = tuple[str, str, str]
"""A name, a database, and its verdict."""


def many(what: str, verdict: str, template: str, fillings: Sequence[str], base: str = LOGIC) -> list[Case]:
    """The base with a statement in which `@` is replaced, for each filling."""
    return [(f"{what}: {text!r}", base + template.replace("@", text) + "\n", verdict) for text in fillings]


def comments() -> list[Case]:
    """A comment may stand between any two tokens, and touches none."""
    statement = "${ $d p q $. h $e |- p $. t $p |- ( q -> p ) $= wp wq h k $. $}"
    tokens = statement.split()
    cases = []
    for place in range(len(tokens) + 1):
        text = [*tokens[:place], "$( a comment $)", *tokens[place:]]
        cases.append((f"comment before token {place}", LOGIC + " ".join(text), RIGHT))
    for place in (1, 3, 7, 9, 12, 17, 21):
        before, behind = " ".join(tokens[:place]), " ".join(tokens[place:])
        cases.append((f"comment glued to token {place}", f"{LOGIC}{before}$( c $) {behind}", WRONG))
        cases.append((f"comment glued before token {place}", f"{LOGIC}{before} $( c $){behind}", WRONG))
    return cases


CASES: list[Case] = [
    # Tokens (4.1.1)
    *[(f"separator {mark!r}", LOGIC.replace(" ", mark), RIGHT) for mark in ("\t", "\n", "\r\n", "\f", "  \t\n ")],
    *[(f"byte {ord(mark):#x}", f"{LOGIC}$( {mark} $)\n", WRONG) for mark in "\0\x01\x7f\x80\xe9"],
    *many("label character", WRONG, "a@b $a |- T $.", list("!\"#%&'()*+,/:;<=>?@[\\]^`{|}~")),
    *many("label", RIGHT, "@ $a |- T $.", ["A", "z", "0", ".", "-", "_", "a.b-c_D9", "x" * 200]),
    *many("symbol", RIGHT, "$c @x $. s $a |- @x $.", list("!\"#%&'()*+,/:;<=>?[\\]^`{|}~")),
    *many("symbol with a dollar", WRONG, "$c @ $.", ["a$b", "$x", "x$", "$$"]),
    # Comments
    *comments(),
    *many("comment", RIGHT, "$( @ $)", ["", "$", "$ (", "$=", "$.", "${ $v", "a(b"]),
    *many("comment", WRONG, "$( @ $)", ["$(", "a$(b", "$( $)", "a$)b"]),
    *many("comment's end", WRONG, "@", ["$( a", "$(a $)", "$( a$)", "$)", "$( a $)b", "$( a $)$( b $)"]),
    # Constants and variables (4.2.2, 4.2.3)
    *many("constants", WRONG, "@", ["$c $.", "$c wff $.", "$c A A $.", "$c p $.", "$c k $.", "${ $c A $. $}", "$c A"]),
    *many("constants", RIGHT, "@", ["$c A $.", "$c A B $. $c C $.", "$c $( A $) B $."]),
    *many("variables", WRONG, "@", ["$v $.", "$v p $.", "$v a a $.", "$v wff $.", "${ $v p $. $}", "$v k $.", "$v a"]),
    *many(
        "variables", RIGHT, "@", ["$v a $.", "${ $v a $. $}", "${ $v a $. $} ${ $v a $. $}", "${ $v a $. $} $v a $."]
    ),
    *many("a variable comes back as a constant", WRONG, "@", ["${ $v a $. $} $c a $."]),
    # Hypotheses (4.2.4, 4.2.5)
    *many(
        "float",
        WRONG,
        "$v a $. @",
        [
            "f $f wff $.",
            "f $f a $.",
            "f $f wff a a $.",
            "f $f a wff $.",
            "f $f nobody a $.",
            "f $f p a $.",
            "f $f wff T $.",
            "f $f wff p $.",
            "f $f wff a $. g $f wff a $.",
            "f $f wff a $. g $f term a $.",
            "wp $f wff a $.",
            "$f wff a $.",
            "f $f wff a",
            "${ $v b $. $} f $f wff b $.",
        ],
    ),
    *many("float", RIGHT, "$v a $. @", ["f $f wff a $.", "${ f $f wff a $. $} g $f wff a $.", "f $f term a $."]),
    *many(
        "essential",
        WRONG,
        "@",
        [
            "e $e $.",
            "e $e p $.",
            "e $e |- nobody $.",
            "$e |- p $.",
            "e $e |- p",
            "wp $e |- p $.",
            "$v a $. e $e |- a $.",
        ],
    ),
    *many("essential", RIGHT, "@", ["e $e |- p $.", "${ e $e |- p $. $} f $a |- q $.", "e $e wff $.", "e $e |- $."]),
    # Distinct variables (4.2.6)
    *many(
        "distinct",
        WRONG,
        "@",
        ["$d $.", "$d x $.", "$d x x $.", "$d x y x $.", "$d x T $.", "$d x nobody $.", "$d x y"],
    ),
    *many("distinct", WRONG, "@", ["${ $v a $. $} $d x a $.", "l $d x y $."]),
    *many(
        "distinct",
        RIGHT,
        "@",
        ["$d x y $.", "$d x y $. $d y x $.", "$d x y p q $.", "$v a $. $d x a $.", "${ $d x y $. $}"],
    ),
    *many(
        "distinct in a proof",
        WRONG,
        "@",
        [
            "u $p |- ( x = y -> x = y ) $= tx ty ax-d $.",
            "u $p |- ( x = x -> x = x ) $= tx tx ax-d $.",
            "${ $d x p $. u $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}",
            "${ $d x y $. $} u $p |- ( x = y -> x = y ) $= tx ty ax-d $.",
            "${ $d x y $. u $p |- ( y = y -> y = y ) $= ty ty ax-d $. $}",
        ],
    ),
    *many(
        "distinct in a proof",
        RIGHT,
        "@",
        [
            "${ $d x y $. u $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}",
            "${ $d x y $. u $p |- ( y = x -> y = x ) $= ty tx ax-d $. $}",
            "${ $d p x y $. u $p |- ( x = y -> x = y ) $= tx ty ax-d $. $}",
            "c $a term T $. u $p |- ( T = y -> T = y ) $= c ty ax-d $.",
            "c $a term T $. u $p |- ( T = T -> T = T ) $= c c ax-d $.",
        ],
    ),
    # Assertions and scopes (4.2.7, 4.2.8)
    *many(
        "assertion",
        WRONG,
        "@",
        [
            "a $a $.",
            "a $a p $.",
            "a $a |- nobody $.",
            "$a |- p $.",
            "a b $a |- p $.",
            "a $a |- p",
            "k $a |- p $.",
            "wff $a |- p $.",
            "a $p |- p $.",
            "a $p |- T $= $.",
            "a $p |- T $= true",
            "a $p |- T $= true $= true $.",
            "a $a |- T $= true $.",
            "a $p |- T$= true $.",
            "a $p |- T $= true$.",
            "a $q |- p $.",
            "a",
            "$v a $. b $a |- a $.",
            "${ k.1 $e |- p $. $}",
        ],
    ),
    *many(
        "assertion",
        RIGHT,
        "@",
        ["a $a |- $.", "a $a wff $.", "a $a term x $.", "a $p |- T $= true $.", "a $a |- p q $."],
    ),
    *many("scopes", WRONG, "@", ["${", "$}", "${ ${ $}", "${ $} $}", "l ${ $}", "l $}"]),
    *many("scopes", RIGHT, "@", ["${ $}", "${ ${ $} $}", "${ ${ l $a |- p $. $} m $a |- q $. $}"]),
    *many(
        "what a scope closes",
        WRONG,
        "@",
        [
            "${ e $e |- p $. $} u $p |- p $= e $.",
            "${ $v a $. f $f wff a $. $} u $p wff p $= f $.",
            "${ $v a $. f $f wff a $. $} u $a |- a $.",
        ],
    ),
    *many(
        "what a scope keeps",
        RIGHT,
        "@",
        [
            "${ e $e |- p $. ${ u $p |- p $= e $. $} $}",
            "${ e $e |- p $. u $p |- p $= e $. $} ${ e2 $e |- q $. v $p |- q $= wq e2 u $. $}",
            "${ $v a $. f $f wff a $. u $a |- ( a -> T ) $. $} v $p |- ( p -> T ) $= wp u $.",
        ],
    ),
    # Proofs (4.1.4, 4.3)
    *many(
        "proof",
        WRONG,
        "u $p |- ( q -> T ) $= @ $.",
        [
            "wq true k",
            "wt true k",
            "wt wq k",
            "wt wq true true k",
            "wq wt true k",
            "wt wq true k true",
            "wt wq true nobody",
            "wt wq true u",
            "wt wq true k.1",
            "wt tx true k",
            "wt wp true k",
            "wt wq wt k",
            "true wt wq k",
            "wt wq true k $",
            "WT wq true k",
            "wt wq true min",
            "wff",
            "T",
            "k",
        ],
    ),
    *many("proof", RIGHT, "u $p |- ( q -> T ) $= @ $.", ["wt wq true k", "wt\nwq\ttrue k", "wt wq $( true $) true k"]),
    *many("proof by what comes later", WRONG, "@", ["u $p |- T $= v $. v $a |- T $."]),
    *many("proof of syntax", RIGHT, "@", ["u $p wff ( p -> T ) $= wp wt wi $.", "u $p wff p $= wp $."]),
    *many("constants in hypotheses", WRONG, "${ e $e |- T $. a $a |- ( $. $} u $p |- ( $= @ a $.", ["wt"]),
    *many("constants in hypotheses", RIGHT, "${ e $e |- T $. a $a |- ( $. $} u $p |- ( $= @ a $.", ["true"]),
    # Compressed proofs (appendix B)
    *many(
        "compressed",
        RIGHT,
        "id $p |- ( p -> p ) $= @ $.",
        [ID, ID[:22] + "\n" + ID[22:], ID + "Z", ID.replace(" A", "\tA")],
    ),
    *many(
        "compressed",
        WRONG,
        "id $p |- ( p -> p ) $= @ $.",
        [
            ID[:-1],
            ID[:30],
            ID + "E",
            ID + "A",
            ID + "U",
            ID.replace(" )", ""),
            ID.replace("wi ", ""),
            ID.replace("( wi", "( nobody"),
            ID.replace("( wi", "( wp wi"),
            ID.replace("( wi", "( id wi"),
            ID.replace("( wi", "( k.1 wi"),
            ID.replace("BZB", "BZZB").replace("F", "G", 1),
            ID.replace("ABZ", "AZB"),
            ID.replace(") A", ") ZA"),
            ID.replace("DEE", "DE!"),
            ID.replace("DEE", "dEE"),
            ID.replace("DEE", "DEUUUUUA"),
            "( ) ",
            "( wi )",
            "(",
            "( )",
        ],
    ),
    *many("compressed", RIGHT, "id $p |- ( q -> T ) $= @ $.", ["( wt true k ) BACD", "( wt true k wi ax-1 ) B A C D"]),
    # Unknown steps
    *many(
        "unknown",
        INCOMPLETE,
        "u $p |- ( q -> T ) $= @ $.",
        [
            "?",
            "wt wq ? k",
            "? wq true k",
            "? ? ? k",
            "wt ? true k",
            "wt wq wp wt ? ? mp k",
            "wp wp ? k",
            "?wq?k",
            "? tx wi",
            "( ) ?",
            "( wt k ) BA?C",
            "( k ) ???B",
            "( wt k wi ) ??DZ",
            "( k ) ?",
        ],
    ),
    *many(
        "unknown beside a mistake",
        WRONG,
        "u $p |- ( q -> T ) $= @ $.",
        [
            "nobody ?",
            "wt wq ?",
            "? ?",
            "? k",
            "wt tx ? k",
            "wt wq wt ? k",
            "wt wq wq ? ? mp",
            "wp wq wp wp ax-1 ? mp",
            "wt wq true k ?",
            "u ?",
            "wt v? wq",
            "tx ty ax-d wp ? mp",
            "( nosuch ) A!b ?",
            "( nosuch ) ?",
            "( wi ) U?",
            "( wi ) ?Z",
            "( wi ) A?b",
            "( wq ) ?",
            "( wi ) ?U",
            "( wi ) ?J",
            "( wt k ) BB?CC",
            "( wi ?",
            "( wi? ) ?",
        ],
    ),
]

INCLUDES: list[tuple[str, dict[str, str], str]] = [
    ("one", {"x": "$[ y.mm $] a $a |- p $.", "y.mm": DECLARED}, RIGHT),
    ("twice", {"x": "$[ y.mm $] $[ y.mm $] a $a |- p $.", "y.mm": DECLARED}, RIGHT),
    ("nested", {"x": "$[ y.mm $] a $a |- p $.", "y.mm": "$[ z.mm $]", "z.mm": DECLARED}, RIGHT),
    ("each other", {"x": "$[ y.mm $] a $a |- p $.", "y.mm": f"$[ z.mm $] {DECLARED}", "z.mm": "$[ y.mm $]"}, RIGHT),
    ("diamond", {"x": "$[ y.mm $] $[ z.mm $]", "y.mm": "$[ w.mm $]", "z.mm": "$[ w.mm $]", "w.mm": DECLARED}, RIGHT),
    ("from the current folder", {"x": "$[ lib/y.mm $]", "lib/y.mm": "$[ lib/z.mm $]", "lib/z.mm": DECLARED}, RIGHT),
    ("beside the including file", {"x": "$[ lib/y.mm $]", "lib/y.mm": "$[ z.mm $]", "lib/z.mm": DECLARED}, WRONG),
    ("nobody", {"x": "$[ nobody.mm $]"}, WRONG),
    ("not closed", {"x": "$[ y.mm", "y.mm": DECLARED}, WRONG),
    ("a comment not closed", {"x": "$[ y.mm $] $)", "y.mm": "$( a"}, WRONG),
    ("twice the same symbols", {"x": f"$[ y.mm $] {DECLARED}", "y.mm": DECLARED}, WRONG),
    ("itself", {"x": f"$[ x $] {DECLARED}"}, RIGHT),
    ("the first file", {"x": f"{DECLARED} $[ y.mm $] a $a |- p $.", "y.mm": "$[ x $] b $a |- p $."}, RIGHT),
    ("a scope that is closed elsewhere", {"x": "$[ y.mm $] a $a |- p $. $}", "y.mm": f"{DECLARED} ${{"}, RIGHT),
    ("a label without statement", {"x": "$[ y.mm $] $a |- p $.", "y.mm": f"{DECLARED} a"}, WRONG),
    ("a statement not closed", {"x": "$[ y.mm $] p $.", "y.mm": f"{DECLARED} a $a |-"}, WRONG),
    ("a dollar in a name", {"x": "$[ y$.mm $]", "y$.mm": DECLARED}, WRONG),
    ("a comment beside the name", {"x": "$[ $( c $) y.mm $( c $) $] a $a |- p $.", "y.mm": DECLARED}, RIGHT),
    ("no white space", {"x": "$[y.mm$]", "y.mm": DECLARED}, WRONG),
    ("a folder", {"x": "$[ . $]"}, WRONG),
    ("in a comment", {"x": "$( $[ nobody.mm $] $)"}, RIGHT),
    ("in a scope", {"x": "${ $[ y.mm $] $}", "y.mm": "$v a $."}, WRONG),
    ("in a statement", {"x": "$c a $[ y.mm $] b $.", "y.mm": "c"}, WRONG),
]  # fmt: skip

SECOND = "4.2.4: of two active $f no two name the same variable; the program does not look"
ANYWHERE = "4.1.2: a file is included between statements of the outermost scope; the program pastes text"
KNOWN: dict[str, tuple[str, str]] = {
    "float: 'f $f wff p $.'": (RIGHT, SECOND),
    "float: 'f $f wff a $. g $f wff a $.'": (RIGHT, SECOND),
    "float: 'f $f wff a $. g $f term a $.'": (RIGHT, SECOND),
    "essential: '$v a $. e $e |- a $.'": (
        RIGHT,
        "4.2.5: a variable needs an active $f; the program asks in $a and $p only",
    ),
    "constants in hypotheses: 'wt'": (
        RIGHT,
        "4.1.4: the program does not compare the $e of an assertion of no variables",
    ),
    "itself": (WRONG, "4.1.2: such a reference is ignored; the program stops with bug 1765"),
    "the first file": (WRONG, "4.1.2: the same"),
    "a label without statement": (RIGHT, ANYWHERE),
    "a statement not closed": (RIGHT, ANYWHERE),
    "a dollar in a name": (RIGHT, "4.1.2: a file name has no $; the program does not look"),
    "in a scope": (RIGHT, ANYWHERE),
    "in a statement": (RIGHT, ANYWHERE),
}
"""Cases about which the program says something else, and why that is not the specification."""


def test_there_are_enough_cases() -> None:
    assert len(CASES) + len(INCLUDES) >= 200
    assert len({name for name, _, _ in CASES}) == len(CASES)


def test_verdicts_are_those_of_the_specification_and_of_the_program(
    tmp_path: Path, program: Callable[[Path, Sequence[str]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = []
    for number, (_, text, _) in enumerate(CASES):
        names.append(f"{number}.mm")
        Path(names[-1]).write_bytes(text.encode("latin-1"))
    theirs = program(tmp_path, names)
    wrong = []
    for name, said, (case, _, verdict) in zip(names, theirs, CASES, strict=True):
        expected = KNOWN.get(case, (verdict,))[0]
        if our_verdict(name) != verdict or said != expected:
            wrong.append(f"{case}: {verdict} by the specification, {our_verdict(name)} by us, {said} by the program")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("case", "files", "verdict"), INCLUDES)
def test_includes(
    case: str,
    files: dict[str, str],
    verdict: str,
    tmp_path: Path,
    program: Callable[[Path, Sequence[str]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text + "\n")
    assert our_verdict("x") == verdict
    assert program(tmp_path, ["x"]) == [KNOWN.get(case, (verdict,))[0]]


def our_verdict(name: str) -> str:
    """What `fwd metamath verify` says."""
    ran = CliRunner().invoke(app, ["verify", name])
    if ran.exit_code != 0:
        return WRONG
    return INCOMPLETE if "incomplete (?)" in ran.stdout else RIGHT
