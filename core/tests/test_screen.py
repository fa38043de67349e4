"""Bars on terminals of all widths."""

import os
import pty
import re
import sys
from contextlib import suppress

import pytest
from fwd import screen
from fwd.train import metrics


@pytest.fixture
def terminal(monkeypatch):
    """Calls a function while stderr is a terminal of some columns; returns the lines that it showed."""

    def show(columns, work):
        ours, theirs = pty.openpty()
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        with os.fdopen(theirs, "w") as file, monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", file)
            work()
        shown = b""
        with suppress(OSError):  # how the end of a terminal is told
            while piece := os.read(ours, 1 << 16):
                shown += piece
        os.close(ours)
        return re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()))

    return show


VALUES = {"loss": 1.23456, "label_accuracy": 0.5, "step_accuracy": 0.75, "tokens_per_second": 12345.0, "minutes": 7.0}


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_training_shows_bar_share_time_left_step_and_loss(columns, terminal):
    def work():
        shown = metrics._Screen()
        shown.move(0.0)
        shown.log(12345, VALUES)
        shown.move(0.25)
        shown.close()

    last = [line for line in terminal(columns, work) if line.strip()][-1]
    assert len(last) <= columns
    assert re.match(r"training [━╸╺]+ +25% \S+ left step 12345  loss 1\.235", last), last


@pytest.mark.parametrize("columns", [60, 80])
def test_counts_come_before_a_long_note(columns, terminal):
    def work():
        bar = screen.bar("proving", 4000)
        bar.update(123, "17 proved, 3 running, 2 waiting, 12 done, 1 failed, 4 restarted, step 123456 of many")
        bar.stop()

    last = [line for line in terminal(columns, work) if line.strip()][-1]
    assert len(last) <= columns
    assert "123/4000" in last
    assert " left 17 proved" in last
    assert last.rstrip().endswith("…")


def test_quiet_shows_nothing(terminal, monkeypatch):
    monkeypatch.setenv(screen.QUIET, "1")
    assert terminal(80, lambda: metrics._Screen().log(1, VALUES)) == [""]


def test_elsewhere_a_line_now_and_then_and_each_evaluation(capsys):
    shown = metrics._Screen()
    for step in range(1, 50):
        shown.log(step, VALUES)
    shown.log(50, {"toy_valid_fwd_proving-prop_proved": 0.5})
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "step 1  loss 1.235  label_accuracy 0.500  step_accuracy 0.750  tokens_per_second 12345  minutes 7.000",
        "step 50  toy_valid_fwd_proving-prop_proved 0.500",
    ]
