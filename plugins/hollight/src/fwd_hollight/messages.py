"""Messages to and from a worker: lists of strings, each with its length in front (`ocaml/fwd_wire.ml`)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

LARGEST = 16 * 1024 * 1024


class ConnectionLost(Exception):
    """The other side is gone, or speaks another language."""


def send(connection: socket.socket, strings: Sequence[str]) -> None:
    """Send one message. Raises `ConnectionLost`, or `TimeoutError` after the socket's timeout."""
    body = bytearray()
    for text in strings:
        data = text.encode("utf-8", "surrogatepass")
        body += struct.pack(">i", len(data)) + data
    try:
        connection.sendall(struct.pack(">i", len(body)) + body)
    except TimeoutError:
        raise
    except OSError as error:
        raise ConnectionLost(str(error)) from None


def receive(connection: socket.socket) -> list[str]:
    """Receive one message. Raises as `send` does."""
    (size,) = struct.unpack(">i", _exactly(connection, 4))
    if not 0 <= size <= LARGEST:
        raise ConnectionLost("a message of a strange size")
    body = _exactly(connection, size)
    strings, place = [], 0
    while place < size:
        (count,) = struct.unpack_from(">i", body, place)
        strings.append(body[place + 4 : place + 4 + count].decode("utf-8", "replace"))
        place += 4 + count
    return strings


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts, left = [], count
    while left:
        try:
            part = connection.recv(min(left, 1 << 16))
        except TimeoutError:
            raise
        except OSError as error:
            raise ConnectionLost(str(error)) from None
        if not part:
            raise ConnectionLost("the worker is gone")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
