"""The commands `fwd equations ...`, as `fwd` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fwd.errors import UserError
from fwd_equations.commands import app
from typer.testing import CliRunner

UNIFORM = ["--model", "uniform", "--preset", "debug", "--set", "strategy.max_steps=6"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


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
    code, output = run("prove", "x = y", *UNIFORM, "--trials=2")
    assert code == 1
    assert output == "not found in 2 searches (max-steps); that does not make it false\n"


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
    code, output = run("rules", "--file", str(mine), "--check", "--points", "50")
    assert code == 1
    assert output.startswith(f"{mine}:3: my_slip: is false at A = ")
    assert "my_square" not in output
