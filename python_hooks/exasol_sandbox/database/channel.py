"""Byte streams on a socket, plain or with TLS, that one thread may read while another writes."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading

_CHUNK = 256 * 1024


class PlainChannel:
    """A socket as it is.

    Attributes:
        encrypted: whether others on the way cannot read it.
    """

    encrypted = False

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._write_lock = threading.Lock()

    def handshake(self) -> None:
        """Nothing to agree on."""

    def wait(self, seconds: float | None) -> bool:
        """Whether there is something to read within so many seconds; None waits without end."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def receive(self) -> bytes:
        """The next bytes; none at the end of the stream."""
        return self._sock.recv(_CHUNK)

    def send(self, data: bytes) -> None:
        """Sends all of `data`."""
        with self._write_lock:
            self._sock.sendall(data)

    def close(self) -> None:
        """Ends both directions."""
        # The other side may have been faster.
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


class TlsChannel(PlainChannel):
    """TLS on a socket.

    OpenSSL forbids two threads in one connection at a time, and a blocking read would keep writers out. So
    TLS works on memory under a lock that is never held while waiting, and the socket itself carries only
    ciphertext.
    """

    encrypted = True

    def __init__(self, sock: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(sock)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._tls_lock = threading.Lock()

    def handshake(self) -> None:
        """Agrees on keys.

        Raises:
            OSError: the client speaks no TLS, refuses the certificate, or leaves (ssl.SSLError is one).
        """
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._sock.recv(_CHUNK)
                if not data:
                    raise ConnectionResetError("the client left during the TLS handshake") from None
                self._incoming.write(data)
            else:
                self._flush()
                return

    def wait(self, seconds: float | None) -> bool:
        """Whether there is something to read within so many seconds; None waits without end."""
        with self._tls_lock:
            if self._tls.pending() or self._incoming.pending:
                return True
        return super().wait(seconds)

    def receive(self) -> bytes:
        """The next bytes; none at the end of the stream. May be called when `wait` saw only part of a
        record.
        """
        while True:
            with self._tls_lock:
                try:
                    return self._tls.read(_CHUNK)
                except ssl.SSLWantReadError:
                    pass
                except ssl.SSLZeroReturnError:
                    return b""
            data = self._sock.recv(_CHUNK)
            if not data:
                return b""
            with self._tls_lock:
                self._incoming.write(data)

    def send(self, data: bytes) -> None:
        """Sends all of `data`."""
        with self._write_lock:
            view = memoryview(data)
            for start in range(0, len(view), _CHUNK):
                with self._tls_lock:
                    self._tls.write(view[start : start + _CHUNK])
                    encrypted = self._outgoing.read()
                self._sock.sendall(encrypted)

    def _flush(self) -> None:
        encrypted = self._outgoing.read()
        if encrypted:
            self._sock.sendall(encrypted)
