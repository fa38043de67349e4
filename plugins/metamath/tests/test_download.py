"""Fetching files: from a small server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fwd.errors import DatabaseError
from fwd_metamath import download as downloading
from fwd_metamath.download import UPSTREAM, Upstream, download, fetch
from fwd_metamath.sources import DEBIAN, KNOWN

CONTENT = bytes(range(256)) * 1000


class Server(ThreadingHTTPServer):
    """Serves CONTENT under any name; remembers the ranges that it was asked for, and may break off."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []
        self.break_off_after: int | None = None
        self.ranges = True

    def upstream(self, content: bytes = CONTENT) -> Upstream:
        return Upstream(f"http://127.0.0.1:{self.server_port}/some/file.mm", hashlib.sha256(content).hexdigest())


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        if begin >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        end = self.server.break_off_after
        self.wfile.write(CONTENT[begin:end])

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_whole(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    target = download(server.upstream(), tmp_path / "new" / "file.mm", lambda *now: seen.append(now))
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert list(target.parent.iterdir()) == [target]
    assert download(server.upstream(), target) == target
    assert server.asked == [None]


@pytest.mark.parametrize("ranges", [True, False])
def test_goes_on_where_it_was_broken_off(ranges: bool, server: Server, tmp_path: Path) -> None:
    target = tmp_path / "file.mm"
    server.break_off_after = 100_000
    with pytest.raises(DatabaseError, match="run the command again to go on"):
        download(server.upstream(), target)
    assert not target.exists()
    server.break_off_after = None
    server.ranges = ranges
    assert download(server.upstream(), target).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-"]


def test_everything_had_arrived(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.mm.part").write_bytes(CONTENT)
    assert download(server.upstream(), tmp_path / "file.mm").read_bytes() == CONTENT


def test_wrong_content_is_not_kept(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="SHA-256"):
        download(server.upstream(b"something else"), tmp_path / "file.mm")
    assert list(tmp_path.iterdir()) == []


def test_no_network(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be fetched"):
        download(Upstream("http://127.0.0.1:1/file.mm", "0" * 64), tmp_path / "file.mm")


def test_fetch_by_name(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FWD_HOME", str(tmp_path))
    monkeypatch.setattr(downloading, "UPSTREAM", {"set.mm": server.upstream()})
    target = fetch("set.mm")
    assert target == tmp_path / "metamath" / "databases" / "set.mm"
    assert fetch("my.mm") is None


def test_all_known_databases_are_pinned() -> None:
    assert set(UPSTREAM) == set(KNOWN)
    assert all(downloading.COMMIT in source.url for source in UPSTREAM.values())


@pytest.mark.oracle
@pytest.mark.parametrize("name", KNOWN)
def test_debian_has_the_pinned_content(name: str) -> None:
    assert hashlib.sha256((DEBIAN / name).read_bytes()).hexdigest() == UPSTREAM[name].sha256
