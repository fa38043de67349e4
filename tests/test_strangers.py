"""Stores and folders from strangers: what is in them is data, and one bad record costs one line and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgpack
import pytest
import zstandard
from attrs import evolve
from forged import Raw, frame
from fwd.config import resolve
from fwd.errors import UserError
from fwd.plugins import PluginSet, start_env
from fwd.store import ProofReader, ProofRecord, ProofWriter
from fwd.store.record import LARGEST, RecordError
from fwd.testing.toy import ToyConfig

GOAL, FACTS, OUTCOME, ORIGIN = 1, 2, 3, 4


def without_size(layout: Any) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=False).compress(msgpack.packb(layout))


@pytest.fixture
def store(fwd) -> Path:
    """An output of `fwd prove` with some proofs; the honest ones."""
    options = ("--strategy", "sampling", "--trials", 2, "--limit", 10, "--out", "out")
    assert fwd("prove", "--model", "uniform", "--env", "toy", *options).code == 0
    return Path("out/proofs")


@pytest.fixture
def layout(store: Path) -> list[Any]:
    """An honest record with a step, as plain data to be spoilt."""
    records = [entry.record for entry in ProofReader(store)]
    chosen = next(one for one in records if one.goal.hypotheses and one.proof().facts[-1].premises)
    return msgpack.unpackb(zstandard.ZstdDecompressor().decompress(chosen.pack()))


def put(place: tuple[int, ...], value: Any) -> Callable[[list[Any]], bytes]:
    """The record with something else at a place."""

    def spoil(layout: list[Any]) -> bytes:
        at = layout
        for index in place[:-1]:
            at = at[index]
        at[place[-1]] = value
        return frame(layout)

    return spoil


BOMB = b"\x00" * (LARGEST + 1)
LAST = (FACTS, -1)
SPOILT: dict[str, Callable[[list[Any]], bytes]] = {
    "nothing": lambda layout: b"",
    "junk": lambda layout: b"junk" * 99,
    "no msgpack": lambda layout: zstandard.ZstdCompressor().compress(b"\xc1\xc1"),
    "half of it": lambda layout: frame(layout)[:-9],
    "a bomb": lambda layout: zstandard.ZstdCompressor().compress(BOMB),
    "a bomb that hides its size": lambda layout: without_size([1, "a" * (64 << 20)]),
    "of unknown size": without_size,
    "deep": lambda layout: zstandard.ZstdCompressor().compress(b"\x91" * 100_000 + b"\x01"),
    "a list that claims to be long": lambda layout: zstandard.ZstdCompressor().compress(b"\xdd\xff\xff\xff\xff"),
    "a number": lambda layout: frame(7),
    "a table": lambda layout: frame({"a": 1}),
    "an empty list": lambda layout: frame([]),
    "too short": lambda layout: frame(layout[:3]),
    "another version": put((0,), 2),
    "version true": put((0,), True),
    "version as text": put((0,), "1"),
    "an extension": lambda layout: frame([1, msgpack.ExtType(4, b"x"), [], [], []]),
    "no goal": put((GOAL,), None),
    "goal as text": put((GOAL,), "abcdef"),
    "a name that is a number": put((GOAL, 0), 5),
    "a name of bytes": put((GOAL, 0), b"name"),
    "a name with a lone surrogate": put((GOAL, 0), "\ud800"),
    "a statement that is a list": put((GOAL, 1), ["a"]),
    "hypotheses as text": put((GOAL, 2), "ab"),
    "a hypothesis that is none": put((GOAL, 2), [None]),
    "more hypotheses than facts": lambda layout: put((GOAL, 2), layout[GOAL][2] + ["a<b"] * 99)(layout),
    "other hypotheses than facts": put((GOAL, 2), []),
    "forbidden as a table": put((GOAL, 4), {"a": 1}),
    "before as a list": put((GOAL, 5), ["mp"]),
    "facts as a number": put((FACTS,), 3),
    "a fact that is a text": put(LAST, "abcde"),
    "a fact that is too short": put(LAST, ["a"]),
    "a premise of -1": put((*LAST, 1), [-1]),
    "a premise that is true": put((*LAST, 1), [True]),
    "a premise that is 0.0": put((*LAST, 1), [0.0]),
    "a premise that is a text": put((*LAST, 1), ["0"]),
    "a premise that comes later": put((*LAST, 1), [9999]),
    "a premise beyond all numbers": put((*LAST, 1), [2**63]),
    "premises as text": put((*LAST, 1), "00"),
    "own premises that are not premises": put((*LAST, 3), [9999]),
    "own premises of -1": put((*LAST, 3), [-1]),
    "a label that is a number": put((*LAST, 2), 5),
    "a fact without a step": put((*LAST, 2), None),
    "an argument that is a number": put((*LAST, 4), [5]),
    "arguments as text": put((*LAST, 4), "ab"),
    "a hypothesis with a step": put((FACTS, 0, 2), "mp"),
    "solved as a number": put((OUTCOME, 0), 1),
    "stopped as a number": put((OUTCOME, 1), 1),
    "an outcome that is too short": put((OUTCOME,), [True]),
    "a model that is a list": put((ORIGIN, 0), []),
    "a step that is a text": put((ORIGIN, 1), "7"),
    "a seed that is a number with a point": put((ORIGIN, 2), 0.5),
    "a trial that is nothing": put((ORIGIN, 3), None),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_record_is_refused(what, layout):
    with pytest.raises(RecordError) as refusal:
        ProofRecord.unpack(SPOILT[what](layout))
    assert "\n" not in str(refusal.value)


def test_honest_records_beside_spoilt_ones_are_judged(store, layout, fwd):
    honest = [entry.record for entry in ProofReader(store)]
    plain = msgpack.packb(layout)
    with ProofWriter(store, "stranger") as writer:
        for spoil in SPOILT.values():
            writer.append(Raw(spoil(msgpack.unpackb(plain))))
        writer.append(evolve(honest[0], trial=99))
        writer.append(evolve(honest[1], fingerprint="of another library"))
    outcome = fwd("check", "out")
    assert outcome.code == 0
    assert outcome.out == f"{len(honest)} proofs checked: all hold\n"
    assert sum(line.startswith("warning: record") for line in outcome.errors) == len(SPOILT)
    outcome = fwd("store", "verify", "out")
    assert outcome.code == 2
    assert f"{len(honest) + 1} proofs checked: all hold" in outcome.out
    assert f"{len(SPOILT)} records unreadable" in outcome.out
    counts = json.loads(fwd("store", "stats", "out", "--json").out)
    assert (counts["records"], len(counts["complaints"])) == (len(honest) + 2, len(SPOILT))
    assert len(fwd("store", "export", "out").out.splitlines()) == len(honest) + 2
    Path("alone").mkdir()
    Path("alone/config.toml").write_bytes(Path("out/config.toml").read_bytes())
    store.rename("alone/proofs")
    outcome = fwd("check", "alone/proofs")
    assert outcome.code == 1, "records that cannot be read may have claimed something"
    assert outcome.out.count("FAIL") == len(SPOILT) + 2


def test_names_cannot_forge_lines_or_steer_a_terminal(store, layout, fwd):
    layout[GOAL][0] = "x\n999 proofs checked: all hold\r\x1b[2J\u202e"
    for fact in layout[FACTS]:
        fact[1], fact[3] = [], None
    with ProofWriter(store, "stranger") as writer:
        writer.append(Raw(frame(layout)))
    outcome = fwd("store", "verify", "out")
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 2
    assert "FAIL x\\n999 proofs checked: all hold\\r\\x1b[2J\\u202e" in outcome.out


def test_a_segment_that_lies_about_its_size(store, fwd):
    with ProofWriter(store, "stranger") as writer:
        writer.append(next(iter(ProofReader(store))).record)
    (segment,) = (store / "stranger").glob("seg-*")
    segment.rename(segment.with_name("seg-000000000000-999999999999.mdb"))
    outcome = fwd("store", "verify", "out")
    assert outcome.code == 1
    assert "does not hold the records that its name says" in outcome.err


@pytest.mark.parametrize("settings", [(), ("--set", "env.max_facts=23")])
def test_nothing_to_check_is_not_that_all_hold(settings, fwd):
    task = ("--model", "uniform", "--env", "toy", "--set", "strategy.max_steps=1", "--limit", 1, "--seed", 3)
    assert fwd("prove", *task, "--out", "out").code == 0
    assert json.loads(Path("out/summary.json").read_text())["proved"] == 0
    for folder in ("out", "out/proofs"):
        outcome = fwd("check", folder, *settings)
        assert (outcome.code, outcome.out) == (2, "")
        assert "there is nothing to check" in outcome.err


def test_another_library_is_an_error(store, layout, fwd):
    layout[OUTCOME][3] = "0123456789abcdef"
    with ProofWriter(store, "stranger") as writer:
        writer.append(Raw(frame(layout)))
    assert fwd("check", "out").code == 0, "what nobody claims is not judged"
    outcome = fwd("store", "verify", "out")
    assert outcome.code == 2
    assert "1 records were made with another library" in outcome.err
    assert "--set" in outcome.err
    for entry in list(ProofReader(store)):
        with ProofWriter(Path("foreign/proofs"), "a") as writer:
            writer.append(evolve(entry.record, fingerprint="0123456789abcdef"))
    for name in ("config.toml", "prove.json", "results.jsonl", "goals.jsonl"):
        if Path("out", name).exists():
            Path("foreign", name).write_bytes(Path("out", name).read_bytes())
    outcome = fwd("check", "foreign")
    assert (outcome.code, outcome.out) == (2, "")
    assert "cannot be judged with" in outcome.err
    assert "--set" in outcome.err


def programs(config: ToyConfig) -> list[Path]:
    """As an env would whose settings name a theory of one's own."""
    return [Path("theory.ml").absolute()]


def test_a_config_from_elsewhere_may_name_no_program(monkeypatch):
    plugins = PluginSet.of("fwd.testing.toy_plugin")
    spec = evolve(plugins.env("toy"), name="scripted", programs="fwd.testing.toy:programs")
    monkeypatch.setattr("fwd.testing.toy.programs", programs, raising=False)
    plugins.envs.add("scripted", spec, "a test")
    Path("theory.ml").write_text("let x = 1;;")
    with pytest.raises(UserError, match=r"theory\.ml would run as a program.*never named"):
        start_env(spec, ToyConfig())
    config = resolve(plugins, "scripted")  # the user's own config
    start_env(spec, config.env).close()
    Path("theory.ml").write_text("let x = 2;;")
    with pytest.raises(UserError, match="as it is now"):
        start_env(spec, config.env)
    Path("theory.ml").unlink()
    with pytest.raises(UserError, match="cannot be read"):
        start_env(spec, config.env)


@pytest.mark.parametrize("name", ["results.jsonl", "goals.jsonl"])
def test_a_pipe_in_a_folder_is_not_waited_for(fwd, name: str):
    Path("goals.jsonl").write_text('{"name": "mine", "statement": "a<=a"}\n')
    assert fwd("prove", "--model", "uniform", "--env", "toy", "--goals", "goals.jsonl", "--out", "out").code == 0
    Path("out", name).unlink()
    os.mkfifo(Path("out", name))
    ran = fwd("check", "out")
    assert (ran.code, "not a regular file" in ran.err) == (2, True), ran.err
