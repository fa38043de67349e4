"""The proof store: generated proofs on disk, written by actors, read by trainers while it grows.

    STORE/<writer>/seg-<first>-<count>.mdb    sealed segments of that writer: complete, and never changed again
    STORE/<writer>/open/                      its open segment, private to it (on node-local disk if so configured)

The names are the manifest. Writers share nothing, so any number of them may work on a network file system.
"""

from fwd.settings import StoreConfig
from fwd.store.adoption import adopt
from fwd.store.files import StoreError
from fwd.store.reader import Entry, ProofReader, StoreStats, ends, stats
from fwd.store.record import ProofRecord
from fwd.store.retention import prune
from fwd.store.writer import ProofWriter, recover

__all__ = [
    "Entry",
    "ProofReader",
    "ProofRecord",
    "ProofWriter",
    "StoreConfig",
    "StoreError",
    "StoreStats",
    "adopt",
    "ends",
    "prune",
    "recover",
    "stats",
]
