"""The database's port: drivers, with or without TLS, and tunnels, told apart by their first bytes."""

from __future__ import annotations

import logging
import socket
import threading

from exasol_sandbox.database.channel import PlainChannel, TlsChannel
from exasol_sandbox.database.connection import MAX_MESSAGE, Connection
from exasol_sandbox.database.database import Database
from exasol_sandbox.database.login import LoginKey
from exasol_sandbox.database.parallel import ParallelConnections
from exasol_sandbox.database.tls import Certificate
from exasol_sandbox.database.tunnel import MAGIC
from exasol_sandbox.database.websocket import WebSocket

_log = logging.getLogger(__name__)

_TLS_HANDSHAKE = 0x16
_GREETING_SECONDS = 30.0
_BACKLOG = 128


class ExasolServer:
    """Serves a database on one port, a thread a connection.

    Args:
        database: what to serve.
        certificate: shown to clients that ask for TLS.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.

    Raises:
        OSError: from `start`, when the address is taken.
    """

    def __init__(
        self, database: Database, certificate: Certificate, host: str = "127.0.0.1", port: int = 8563
    ) -> None:
        self.host = host
        self.port = port
        self._database = database
        self._tls = certificate.server_context()
        self._key = LoginKey()
        self._parallel = ParallelConnections()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Binds the port and answers from now on; returns at once."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="exasol-accept", daemon=True).start()

    def stop(self) -> None:
        """Ends listening and every connection. The database stays open."""
        if self._listener is not None:
            _shut(self._listener)
            self._listener = None
        with self._lock:
            for sock in self._open:
                _shut(sock)
        self._database.tunnels.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                # The listener was closed by `stop`.
                return
            threading.Thread(target=self._serve, args=(sock,), name="exasol-connection", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
        handed_over = False
        try:
            handed_over = self._greet(sock)
        except OSError as error:
            _log.info("connection from %s ended: %s", _peer(sock), error)
        finally:
            with self._lock:
                self._open.discard(sock)
            if not handed_over:
                _shut(sock)

    def _greet(self, sock: socket.socket) -> bool:
        """Finds out who is calling. Returns whether the socket now belongs to somebody else."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _find_out_when_gone(sock)
        # A client that says nothing must not hold a thread for ever.
        sock.settimeout(_GREETING_SECONDS)
        first = sock.recv(1, socket.MSG_PEEK)
        if not first:
            return False
        if first == MAGIC[:1]:
            return self._open_tunnel(sock)
        channel: PlainChannel
        if first[0] == _TLS_HANDSHAKE:
            channel = TlsChannel(sock, self._tls)
        elif first == b"G":
            channel = PlainChannel(sock)
        else:
            _log.info(
                "connection from %s speaks no protocol of ours (first byte %s)", _peer(sock), first.hex()
            )
            return False
        channel.handshake()
        websocket = WebSocket(channel, MAX_MESSAGE)
        if websocket.handshake():
            sock.settimeout(None)
            # The address that this client has reached, also where the server listens on several.
            host, port = sock.getsockname()[:2]
            address = [host] * self._database.nodes, port
            Connection(websocket, self._database, self._key, address, self._parallel).serve()
        return False

    def _open_tunnel(self, sock: socket.socket) -> bool:
        greeting = b""
        while len(greeting) < len(MAGIC):
            piece = sock.recv(len(MAGIC) - len(greeting))
            if not piece:
                return False
            greeting += piece
        # The two numbers after the magic are the driver's version; any will do.
        if greeting[:4] != MAGIC[:4]:
            return False
        sock.settimeout(None)
        self._database.tunnels.offer(sock)
        return True


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        _log.debug("socket was closed already: %s", error)
    sock.close()


def _find_out_when_gone(sock: socket.socket) -> None:
    """A client whose machine has vanished without a word is noticed after two minutes, not after hours."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        # macOS has the first under another name.
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _peer(sock: socket.socket) -> str:
    try:
        host, port = sock.getpeername()[:2]
    except OSError:
        return "a client that has left"
    return f"{host}:{port}"
