"""The server's end of one WebSocket (RFC 6455), on top of a channel.

The framing is that of the `websockets` library in its form without I/O; reading and writing are ours because
control frames must go out while a statement runs, and because the socket was already looked into.
"""

from __future__ import annotations

import threading

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from exasol_sandbox.database.channel import PlainChannel


class WebSocket:
    """Messages to and from one client.

    Args:
        channel: the connection, with TLS already agreed on.
        max_message: size in bytes above which a message from the client ends its connection (close code
            1009).
    """

    def __init__(self, channel: PlainChannel, max_message: int) -> None:
        self._channel = channel
        self._protocol = ServerProtocol(max_size=max_message)
        self._lock = threading.Lock()
        self._fragments: list[bytes] = []
        self._frames: list[Frame] = []

    @property
    def encrypted(self) -> bool:
        """Whether the connection is under TLS."""
        return self._channel.encrypted

    def handshake(self) -> bool:
        """Answers the client's upgrade request; False when it was not one."""
        while True:
            data = self._channel.receive()
            self._feed(data)
            for event in self._protocol.events_received():
                if isinstance(event, Request):
                    self._protocol.send_response(self._protocol.accept(event))
                    self._flush()
                    return self._protocol.state is State.OPEN
            if not data or self._protocol.state is State.CLOSED:
                return False

    def receive(self, heartbeat: float | None = None) -> bytes | None:
        """The next message; None when the connection has ended.

        Args:
            heartbeat: gives up with TimeoutError after so many seconds without anything to read.
        """
        while True:
            while self._frames:
                message = self._take(self._frames.pop(0))
                if message is not None:
                    return message
            if self._protocol.state is not State.OPEN:
                return None
            if not self._channel.wait(heartbeat):
                raise TimeoutError
            data = self._channel.receive()
            self._feed(data)
            self._frames += [event for event in self._protocol.events_received() if isinstance(event, Frame)]
            if not data and not self._frames:
                return None

    def send(self, message: bytes, *, binary: bool) -> None:
        """Sends one message.

        Raises:
            ConnectionError: the connection is being closed.
        """
        with self._lock:
            if self._protocol.state is not State.OPEN:
                raise ConnectionAbortedError("the connection is being closed")
            if binary:
                self._protocol.send_binary(message)
            else:
                self._protocol.send_text(message)
            self._write()

    def pong(self) -> None:
        """Sends the unasked-for pong that tells the client that its statement is still running."""
        with self._lock:
            self._protocol.send_pong(b"")
            self._write()

    def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Says good-bye if the client is still there."""
        with self._lock:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(code, reason)
                self._write()

    def _take(self, frame: Frame) -> bytes | None:
        if frame.opcode not in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            return None
        self._fragments.append(bytes(frame.data))
        if not frame.fin:
            return None
        message = b"".join(self._fragments)
        self._fragments.clear()
        return message

    def _feed(self, data: bytes) -> None:
        with self._lock:
            if data:
                self._protocol.receive_data(data)
            else:
                self._protocol.receive_eof()
            self._write()

    def _flush(self) -> None:
        with self._lock:
            self._write()

    def _write(self) -> None:
        data = b"".join(self._protocol.data_to_send())
        if data:
            self._channel.send(data)
