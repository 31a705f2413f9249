"""Frames between the sandbox and its UDF processes, on a stream socket.

A frame is one byte that says what it is, eight bytes of length (little-endian), and the payload. The sandbox
only writes when the worker waits for it (a job, the answer to a request), and always reads; so neither can
block the other.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_HEADER = struct.Struct("<cQ")

JOB = b"J"
"""To the worker: what to run, as JSON."""
ANSWER = b"A"
"""To the worker: the answer to its request, as JSON."""
ROWS = b"R"
"""From the worker: an Arrow record batch of emitted rows, without its schema."""
REQUEST = b"Q"
"""From the worker: it asks for a connection or for the body of a script, as JSON."""
FAILED = b"F"
"""From the worker: the script failed, as JSON. Nothing follows."""
DONE = b"D"
"""From the worker: all groups are done and the script cleaned up, as JSON. Nothing follows."""

Payload = bytes | bytearray | memoryview


def send(channel: socket.socket, kind: bytes, payload: Payload) -> None:
    """Write one frame."""
    channel.sendall(_HEADER.pack(kind, len(payload)))
    channel.sendall(payload)


def send_json(channel: socket.socket, kind: bytes, payload: Any) -> None:
    """Write one frame of JSON."""
    send(channel, kind, json.dumps(payload).encode())


def receive(channel: socket.socket) -> tuple[bytes, bytearray]:
    """Read one frame.

    Returns:
        Its kind and its payload.

    Raises:
        EOFError: the other side is gone.
    """
    kind, length = _HEADER.unpack(_exactly(channel, _HEADER.size))
    return kind, _exactly(channel, length)


def receive_json(channel: socket.socket, expected: bytes) -> dict[str, Any]:
    """The next frame, which is of the expected kind and holds a JSON object.

    Raises:
        EOFError: the other side is gone, or sent something else.
    """
    kind, payload = receive(channel)
    if kind != expected:
        raise EOFError(f"expected a frame {expected!r}, got {kind!r}")
    result: dict[str, Any] = json.loads(payload)
    return result


def _exactly(channel: socket.socket, length: int) -> bytearray:
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        count = channel.recv_into(view)
        if not count:
            raise EOFError("the other side of the channel is gone")
        view = view[count:]
    return buffer
