"""Verifies many proofs of a database, in this process or in several."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from attrs import frozen
from fwd.errors import DatabaseError

from fwd_metamath.database import Assertion, Database
from fwd_metamath.parser import without_garbage_collection
from fwd_metamath.verifier import Kernel, ProofError

CHUNK = 200_000
"""Characters of proofs that are verified between two reports of progress."""


@frozen
class Failure:
    """A wrong proof; the message names file, line, label and the first mistake, `reason` is the mistake alone."""

    label: str
    message: str
    reason: str


def verify(
    database: Database,
    labels: Collection[str] | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Failure]:
    """Verify the proofs of the assertions with these labels, by default of all; failures in order of declaration.

    Axioms are passed over; of proofs with unknown steps (`Assertion.incomplete`) what is known is judged. `progress`
    hears how many proofs of how many are done. With `jobs` > 1, as many processes work. Raises `DatabaseError` for an
    unknown label.
    """
    chosen = database.assertions.values() if labels is None else [database.assertion(label) for label in labels]
    proofs = [item for item in chosen if not item.axiom]
    chunks = list(_chunks(proofs))
    failures: list[Failure] = []
    done = 0
    with without_garbage_collection():
        for size, found in _in_processes(database, chunks, jobs) if jobs > 1 else _here(database, chunks):
            failures += found
            done += size
            if progress is not None:
                progress(done, len(proofs))
    return sorted(failures, key=lambda failure: database.assertions[failure.label].index)


def _chunks(proofs: Sequence[Assertion]) -> Iterator[list[Assertion]]:
    chunk: list[Assertion] = []
    size = 0
    for item in proofs:
        chunk.append(item)
        size += len(item.proof or "")
        if size > CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _here(database: Database, chunks: Sequence[Sequence[Assertion]]) -> Iterator[tuple[int, list[Failure]]]:
    kernel = Kernel(database)
    for chunk in chunks:
        yield len(chunk), _verified(kernel, chunk)


def _in_processes(
    database: Database, chunks: Sequence[Sequence[Assertion]], jobs: int
) -> Iterator[tuple[int, list[Failure]]]:
    """As `_here`, in no particular order. The processes are forked, so that they share the database."""
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _start, (database,))
    try:
        tasks = [pool.submit(_work, [item.label for item in chunk]) for chunk in chunks]
        for task in as_completed(tasks):
            yield task.result()
    except BrokenProcessPool as error:
        raise DatabaseError("a verifying process ended before its work did; try fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)


_worker: list[Kernel] = []


def _start(database: Database) -> None:
    gc.disable()
    _worker.append(Kernel(database))


def _work(labels: Sequence[str]) -> tuple[int, list[Failure]]:
    kernel = _worker[0]
    return len(labels), _verified(kernel, [kernel.database.assertions[label] for label in labels])


def _verified(kernel: Kernel, proofs: Sequence[Assertion]) -> list[Failure]:
    failures = []
    for item in proofs:
        try:
            if item.incomplete:
                kernel.outline(item)
            else:
                kernel.verify(item)
        except ProofError as error:
            failures.append(Failure(item.label, str(error), error.reason))
    return failures
