"""The commands `fwd equations ...`, as `fwd` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from fwd.errors import UserError
from fwd_equations.commands import app
from fwd_equations.env import EquationsEnv
from typer.testing import CliRunner

UNIFORM = ["--model", "uniform", "--preset", "debug", "--set", "strategy.max_steps=6"]


def outcome(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run(*arguments: str) -> tuple[int, str]:
    result = outcome(*arguments)
    return result.exit_code, result.stdout


def test_a_statement_in_ordinary_syntax_is_proved_in_its_own_names():
    code, output = run("prove", "theta > 0 |- 0 < sqrt theta", *UNIFORM, "--trials=60")
    assert code == 0
    assert output.splitlines()[0].split() == ["1.", "0", "<", "theta", "given"]
    assert "0 < sqrt(theta)" in output.splitlines()[-1]


def test_a_hypothesis_proves_itself_in_every_format():
    for form, word in (("text", "given"), ("latex", "align*"), ("lean", "import Mathlib")):
        code, output = run("prove", "x = y |- x = y", *UNIFORM, "--format", form)
        assert code == 0
        assert word in output


def test_not_found_is_said_honestly():
    code, output = run("prove", "cosh(x)^2 - sinh(x)^2 = 1", *UNIFORM, "--trials=2")
    assert code == 1
    assert output == "not found in 2 searches (max-steps); that does not make it false\n"


def test_what_was_understood_is_said_before_anything_is_searched():
    result = outcome("prove", "x > 0 => 2x = x + x", *UNIFORM, "--trials=20")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == "understood: 0 < x |- 2*x = x + x"
    result = outcome("prove", "xy = y*x", *UNIFORM, "--trials=1")
    assert result.stderr.splitlines()[1] == "note: xy is one variable: a product is written x*y"


def test_what_is_false_is_answered_by_a_point():
    for statement, lines in (
        (
            "1/R1 + 1/R2 = (R1+R2)/(R1*R2)",
            ["it is false at R1 = 0, R2 = 1: the left side is 1, the right side 0", "it may hold with: R1*R2 != 0"],
        ),
        ("sqrt(x^2) = x", ["it is false at x = -1: the left side is 1, the right side -1", "it may hold with: 0 <= x"]),
        ("x^2 = 2 |- x = 1", ["it is false at x = -sqrt(2): the left side is -sqrt(2), the right side 1"]),
    ):
        result = outcome("prove", statement, *UNIFORM, "--trials=1000000")
        assert (result.exit_code, result.stdout.splitlines()) == (1, lines)


@pytest.mark.parametrize(
    "statement", ["-3 < x, x < 3 |- -3 < x", "-x=y|--x = y", "-m*s = p |- -m*s = p", "--x = x |- --x=x"]
)
def test_a_statement_may_begin_with_a_minus_sign(statement: str):
    for arguments in ((statement, *UNIFORM), (*UNIFORM, statement)):
        code, output = run("prove", *arguments, "--trials=1")
        assert code == 0
        assert output.splitlines()[0].endswith("given")


def test_an_option_that_is_misspelled_is_no_statement():
    result = outcome("prove", "x = x", "--trails=3", *UNIFORM)
    assert result.exit_code == 2
    assert "--trails" in result.stderr


def test_a_proof_with_rules_of_ones_own_says_so(tmp_path: Path):
    mine = tmp_path / "mine.rules"
    mine.write_text("my_bound: |- pi < 22/7\n")
    settings = ("--set", f"env.rules={mine}")
    result = outcome("prove", "pi < 22/7", *UNIFORM, *settings, "--trials=3000", "--set", "strategy.max_steps=1")
    assert result.exit_code == 0
    assert f"relies on rules of {mine} (SHA-256 " in result.stderr


def test_what_is_printed_is_what_was_checked(monkeypatch: pytest.MonkeyPatch):
    """The names of the question are given back to the proof, and the kernel judges it so."""
    checked = []
    check = EquationsEnv.check
    monkeypatch.setattr(
        EquationsEnv, "check", lambda env, goal, proof: (checked.append(proof), check(env, goal, proof))[1]
    )
    code, _ = run("prove", "theta > 0 |- 0 < sqrt theta", *UNIFORM, "--trials=60")
    assert code == 0
    assert "theta" in checked[-1].facts[-1].statement


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["x + 1"], "no statement"),
        (["x = log(y)"], "did you mean ln"),
        (["x > |- y = y"], "missing"),
        ([", ".join(f"v{n} = v{n}" for n in range(40)) + " |- v1 = v2"], "40 variables"),
        (["x = x", "--format", "tex"], "unknown format"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], complaint: str):
    with pytest.raises(UserError, match=complaint) as caught:
        run("prove", *arguments, *UNIFORM)
    assert len(str(caught.value).splitlines()) == 1


def test_rules_are_listed_by_section():
    code, output = run("rules")
    assert code == 0
    assert "[trig]" in output.splitlines()
    assert "ln_mul: ln(A*B) = ln(A) + ln(B) if A != 0, B != 0" in output.splitlines()
    assert len([line for line in output.splitlines() if ":" in line]) > 150


def test_rules_of_ones_own_are_checked(tmp_path: Path):
    mine = tmp_path / "mine.rules"
    mine.write_text("[mine]\nmy_square: A*A = A^2\nmy_slip: sqrt(A)^2 = A\n")
    code, output = run("rules", "--file", str(mine))
    assert (code, output) == (0, "[mine]\nmy_square: A*A = A^2\nmy_slip: sqrt(A)^2 = A\n")
    result = outcome("rules", "--file", str(mine), "--check", "--points", "50")
    assert result.exit_code == 1
    output = result.stderr
    assert output.startswith(f"{mine}:3: my_slip: is false at A = ")
    assert "my_square" not in output
