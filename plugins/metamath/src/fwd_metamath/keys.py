"""The keys of a database's assertions, kept in a file so that the next start need not parse every statement.

The file is `FWD_HOME/metamath/keys/<fingerprint>-<until>.msgpack`, written under a temporary name and renamed. It is
saved as the work goes, so an interrupted build goes on where it stopped. A file that cannot be read, or whose keys are
not those that the env computes today (a sample is compared), is made anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgpack
from fwd.api import Goal
from fwd.home import home

from fwd_metamath.database import Assertion
from fwd_metamath.env import MetamathEnv

FORMAT = 3
SAMPLE = 16
SAVE_SECONDS = 5.0


def bare_goal(assertion: Assertion) -> Goal:
    """An assertion as a goal, without what its proof may not use."""
    return Goal(
        name=assertion.label,
        statement=assertion.statement,
        hypotheses=tuple(dict.fromkeys(essential.statement for essential in assertion.essentials)),
        conditions=tuple(" ".join(pair) for pair in sorted(assertion.distinct)),
        before=assertion.label,
    )


def assertion_keys(
    env: MetamathEnv,
    assertions: Iterable[Assertion],
    force: bool = False,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, str]:
    """The key of each assertion by label, from the file where it has them; the rest is computed and saved.

    `force` ignores the file; `advance` is called once for each assertion. A folder that cannot be written costs only
    the time of computing again.
    """
    assertions = list(assertions)
    file = home() / "metamath" / "keys" / f"{env.database.fingerprint[:32]}-{env.config.until or 'all'}.msgpack"
    keys = {} if force else _read(file)
    known = [assertion for assertion in assertions if assertion.label in keys and len(assertion.essentials) < 5]
    sample = known[:: max(1, len(known) // SAMPLE)]
    if any(keys[assertion.label] != env.key(bare_goal(assertion)) for assertion in sample):
        keys = {}
    saved = time.monotonic()
    fresh = 0
    for assertion in assertions:
        if assertion.label not in keys:
            keys[assertion.label] = env.key(bare_goal(assertion))
            fresh += 1
        if fresh and time.monotonic() - saved > SAVE_SECONDS:
            _write(file, keys)
            saved, fresh = time.monotonic(), 0
        advance()
    if fresh:
        _write(file, keys)
    return {assertion.label: keys[assertion.label] for assertion in assertions}


def _read(file: Path) -> dict[str, str]:
    """What the file has; nothing if it is missing, damaged or of another format."""
    try:
        content = msgpack.unpackb(file.read_bytes())
    except (OSError, ValueError, msgpack.UnpackException):
        return {}
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return {}
    keys = content.get("keys")
    return keys if isinstance(keys, dict) else {}


def _write(file: Path, keys: dict[str, str]) -> None:
    """Replace the file in one go; a folder that cannot be written is no reason to stop."""
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgpack.packb({"format": FORMAT, "keys": keys}))
        os.replace(temporary, file)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
