"""Tunnelled sockets: connections that a client opens so that IMPORT and EXPORT can send HTTP requests back to
it.

A client (pyexasol's `http_transport`, JDBC's `LOCAL` files) connects to the database's port, sends twelve
bytes, gets an address back, and names that address in the `AT` clause of its statement. The statement then
finds the socket here.
"""

from __future__ import annotations

import select
import socket
import struct
import threading

MAGIC = struct.pack("<iii", 0x02212102, 1, 1)
_ANSWER = struct.Struct("<ii16s")


class TunnelRegistry:
    """The sockets that wait for a statement to use them."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, int], socket.socket] = {}
        self._lock = threading.Lock()

    def offer(self, sock: socket.socket) -> tuple[str, int]:
        """Answers the client's greeting, already read, and keeps the socket until a statement names its
        address.

        Returns:
            The address. It is the client's own end of the connection, which no other open connection can
            have.
        """
        host, port = sock.getpeername()[:2]
        with self._lock:
            self._drop_closed()
            self._waiting[host, port] = sock
        sock.sendall(_ANSWER.pack(1, port, host.encode("ascii")))
        return host, port

    def take(self, host: str, port: int) -> socket.socket | None:
        """The socket behind an address, which from now on belongs to the caller; None if there is none."""
        with self._lock:
            return self._waiting.pop((host, port), None)

    def close(self) -> None:
        """Closes what is still waiting."""
        with self._lock:
            for sock in self._waiting.values():
                sock.close()
            self._waiting.clear()

    def _drop_closed(self) -> None:
        # A waiting client has nothing to say, so a readable socket is one that was closed or that breaks the
        # protocol.
        if not self._waiting:
            return
        poll = select.poll()
        by_number = {sock.fileno(): (address, sock) for address, sock in self._waiting.items()}
        for number in by_number:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(0):
            address, sock = by_number[number]
            sock.close()
            del self._waiting[address]
