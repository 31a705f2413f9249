"""Clients that break the protocol: the harm is theirs alone."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pyexasol
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_websocket

from exasol_sandbox.state import SandboxState

_MASK = b"\x01\x02\x03\x04"


def _frame(first: int, payload: bytes, *, length: int | None = None) -> bytes:
    """A masked frame; `length` claims another length than the payload has."""
    size = len(payload) if length is None else length
    head = bytes([first, 0x80 | size]) if size < 126 else bytes([first, 0xFF]) + struct.pack(">Q", size)
    return head + _MASK + bytes(byte ^ _MASK[place % 4] for place, byte in enumerate(payload))


_FRAMES = {
    "reserved opcode": _frame(0x83, b"{}"),
    "reserved bits": _frame(0xF1, b"{}"),
    "no mask": b"\x81\x02{}",
    "fragmented ping": _frame(0x09, b""),
    "long ping": _frame(0x89, b"x", length=200),
    "continuation of nothing": _frame(0x80, b"{}"),
    "text that is no UTF-8": _frame(0x81, b"\xff\xfe"),
    "longer than any message may be": _frame(0x82, b"", length=1 << 40),
    "half a frame": _frame(0x81, b"{", length=100),
    "nesting": _frame(0x81, b"[" * 100_000),
}


@pytest.fixture
def witness(exasol: pyexasol.ExaConnection) -> Iterator[pyexasol.ExaConnection]:
    """A session that was there before, and must not have noticed anything."""
    exasol.execute("SELECT 1")
    yield exasol
    assert exasol.execute("SELECT 2").fetchval() == 2


@pytest.fixture
def websocket(sandbox: SandboxState) -> Iterator[ClientConnection]:
    """A connection that has not logged in."""
    with open_websocket(f"ws://{sandbox.exasol_host}:{sandbox.exasol_port}") as websocket:
        yield websocket


@pytest.mark.parametrize("frame", _FRAMES.values(), ids=_FRAMES)
def test_a_malformed_frame_ends_its_connection_only(
    websocket: ClientConnection, witness: pyexasol.ExaConnection, frame: bytes
) -> None:
    websocket.socket.sendall(frame)
    # The server may have been faster.
    with contextlib.suppress(OSError):
        websocket.socket.shutdown(socket.SHUT_WR)

    with pytest.raises(ConnectionClosed):
        while True:
            websocket.recv(timeout=10)


@pytest.mark.parametrize("username", ["sys", "", 7, None, "x" * 100_000, 'a"b', "''; DROP"])
def test_a_faulty_login_is_refused(
    websocket: ClientConnection, witness: pyexasol.ExaConnection, username: object
) -> None:
    websocket.send(json.dumps({"command": "login", "protocolVersion": 3}))
    json.loads(websocket.recv(timeout=10))
    websocket.send(json.dumps({"username": username, "password": "bm90IGVuY3J5cHRlZA=="}))

    answer = json.loads(websocket.recv(timeout=10))

    assert answer["status"] == "error"
    assert answer["exception"]["sqlCode"] == "08004"


def test_many_wrong_passwords_lock_nobody_else_out(
    connect: Callable[..., pyexasol.ExaConnection], witness: pyexasol.ExaConnection
) -> None:
    for attempt in range(10):
        with pytest.raises(pyexasol.ExaAuthError):
            connect(password=f"wrong {attempt}")

    assert connect().execute("SELECT 1").fetchval() == 1


def test_many_half_open_sockets_take_no_place(
    sandbox: SandboxState, connect: Callable[..., pyexasol.ExaConnection], witness: pyexasol.ExaConnection
) -> None:
    before = _threads(sandbox.pid)
    beginnings = [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\x16\x03\x01", b"\x02\x21\x12\x02"] * 30
    sockets = [socket.create_connection((sandbox.exasol_host, sandbox.exasol_port)) for _ in beginnings]
    for sock, beginning in zip(sockets, beginnings, strict=True):
        sock.sendall(beginning)

    assert connect().execute("SELECT 1").fetchval() == 1

    for sock in sockets:
        sock.close()
    for _ in range(200):
        if _threads(sandbox.pid) <= before + 5:
            break
        witness.execute("SELECT 1")
    assert _threads(sandbox.pid) <= before + 5


def _threads(process: int) -> int:
    return len(list(Path(f"/proc/{process}/task").iterdir()))
