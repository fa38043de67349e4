"""`fwd store`: what a store holds, whether it holds, and how it is taken elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve
from fwd.store import ProofReader, ProofWriter, StoreConfig
from fwd.store.files import sealed


@pytest.fixture
def proved(fwd) -> Path:
    """An output of `fwd prove` with some proofs."""
    options = ("--strategy", "sampling", "--trials", 4, "--limit", 20, "--out", "out")
    assert fwd("prove", "--model", "uniform", "--env", "toy", *options).code == 0
    return Path("out")


def test_stats_count_records_solved_writers_and_bytes(proved, fwd):
    counts = json.loads(fwd("store", "stats", proved, "--json").out)
    assert counts["records"] == counts["solved"] > 5
    assert counts["writers"] == 1
    assert counts["bytes"] == sum(segment.path.stat().st_size for segment in sealed(proved / "proofs/prove"))
    assert counts["complaints"] == []
    assert fwd("store", "stats", proved / "proofs").out.count("records") == 1


def test_verify_judges_every_proof_again(proved, fwd):
    outcome = fwd("store", "verify", proved)
    assert outcome.code == 0
    assert "all hold; 0 segments broken, 0 records unreadable" in outcome.out
    lie = evolve(next(iter(ProofReader(proved / "proofs"))).record, trial=99)
    lie = evolve(
        lie, facts=(*lie.facts[:-1], evolve(lie.facts[-1], premises=(), step=evolve(lie.facts[-1].step, premises=())))
    )
    with ProofWriter(proved / "proofs", "liar") as writer:
        writer.append(lie)
    outcome = fwd("store", "verify", proved)
    assert outcome.code == 1
    assert outcome.out.count("FAIL") == 2
    assert "(liar, record 0)" in outcome.out


def test_a_broken_segment_is_named_and_the_rest_is_read(proved, fwd):
    records = [entry.record for entry in ProofReader(proved / "proofs")]
    with ProofWriter(proved / "proofs", "more", StoreConfig(seal_records=2)) as writer:
        for one in records[:4]:
            writer.append(one)
    path = sealed(proved / "proofs/more")[0].path
    path.write_bytes(path.read_bytes()[:1000])
    outcome = fwd("store", "verify", proved)
    assert outcome.code == 1
    assert path.name in outcome.err
    assert f"{len(records) + 2} records" in outcome.out
    (complaint,) = json.loads(fwd("store", "stats", proved, "--json").out)["complaints"]
    assert complaint.startswith(f"{path} is passed over: ")


def test_export_is_json_lines(proved, fwd):
    records = [entry.record for entry in ProofReader(proved / "proofs")]
    lines = [json.loads(line) for line in fwd("store", "export", proved).out.splitlines()]
    assert [line["goal"]["name"] for line in lines] == [one.goal.name for one in records]
    assert lines[0]["facts"][-1]["statement"] == records[0].facts[-1].statement
    assert fwd("store", "export", proved, "--solved", "--out", "proofs.jsonl").code == 0
    assert len(Path("proofs.jsonl").read_text().splitlines()) == len(records)
    assert fwd("store", "export", proved, "--out", "proofs.jsonl").code == 2


def test_prune_removes_the_oldest(proved, fwd):
    records = [entry.record for entry in ProofReader(proved / "proofs")]
    with ProofWriter(proved / "proofs", "more", StoreConfig(seal_records=2)) as writer:
        for one in records[:6]:
            writer.append(one)
    assert fwd("store", "prune", proved, "--keep", 2).out == "0 segments removed\n"
    assert fwd("store", "prune", proved, "--keep", 2, "--grace", 0).out == "2 segments removed\n"
    assert [path.first for path in sealed(proved / "proofs/more")] == [4]
