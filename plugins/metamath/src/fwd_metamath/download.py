"""Fetches databases from upstream, at a pinned commit, checked by SHA-256, resumable."""

from __future__ import annotations

import hashlib
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from attrs import frozen
from fwd.errors import DatabaseError

from fwd_metamath.sources import downloads

COMMIT = "55fe226"
"""The commit of github.com/metamath/set.mm that Debian's metamath-databases 0.0.0~20210101 is made from."""

_CHUNK = 1 << 16
_TIMEOUT = 30.0


@frozen
class Upstream:
    """A file to fetch: where it is and what its content must be."""

    url: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.url.rpartition("/")[2]


def _pinned(name: str, sha256: str) -> Upstream:
    return Upstream(f"https://raw.githubusercontent.com/metamath/set.mm/{COMMIT}/{name}", sha256)


UPSTREAM = {
    source.name: source
    for source in (
        _pinned("set.mm", "4d93307bc81337a621031739acfffb4159175f94fb90e727f4a231401091e45b"),
        _pinned("iset.mm", "dc494d817dc1c0fe6874c0969ee79fdebd0967382cd7c42d3ba1da078d2d3bd8"),
        _pinned("nf.mm", "b6a8b5bd281315b8fbfcd3df9bcdaa394f42876cf0884fef0890e5ebf7fc632f"),
        _pinned("ql.mm", "bae1cf8e9d6d46ce404aee82e94e07f7bd715877da40d76345e71d11bfc16fcd"),
        _pinned("hol.mm", "c5161fad165aa84e05671ba3c6e92c779dd88567584b1275d717a494b4a0860e"),
    )
}
"""Known files. The checksums are those of the files in Debian's package."""


def fetch(name: str) -> Path | None:
    """Fetch a database by its name, unless it is there already; None if upstream has no such file.

    Shows progress on a terminal. Raises `DatabaseError` as `download` does.
    """
    source = UPSTREAM.get(name)
    if source is None:
        return None
    target = downloads() / name
    if not sys.stderr.isatty():
        return download(source, target)
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), *Progress.get_default_columns()[1:3], DownloadColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)
        return download(source, target, lambda done, total: bar.update(task, completed=done, total=total))


def download(source: Upstream, target: Path, progress: Callable[[int, int | None], None] | None = None) -> Path:
    """Fetch `source` to `target`, unless that is there with the right content.

    What arrives is kept in `target` + ".part", where a later call goes on; it gets its own name once its checksum is
    right. `progress` hears bytes done and in all. Raises `DatabaseError` if the network fails or the content is wrong.
    """
    if target.is_file() and _sha256(target) == source.sha256:
        return target
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _receive(source, part, progress)
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise DatabaseError(f"{source.url}: cannot be fetched ({reason}); run the command again to go on") from error
    if (found := _sha256(part)) != source.sha256:
        part.unlink()
        raise DatabaseError(f"{source.url}: has SHA-256 {found}, not {source.sha256} as it should; not kept")
    os.replace(part, target)
    return target


def _receive(source: Upstream, part: Path, progress: Callable[[int, int | None], None] | None) -> None:
    """Append to `part` what is missing of it."""
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(source.url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and done:  # nothing is missing; the checksum will tell
            return
        raise
    with response:
        if response.status != 206:
            done = 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else None
        with part.open("ab" if done else "wb") as stream:
            while chunk := response.read(_CHUNK):
                stream.write(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, total)
    if total is not None and done < total:
        raise OSError(f"the connection ended after {done} of {total} bytes")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
