"""One connection: requests come in over HTTP/1.1, one after the other, and it stays open."""

from __future__ import annotations

import socket
import struct

from moto.moto_server.werkzeug_app import MotoRequestHandler

from exasol_sandbox.aws.faults import ConnectionDropped


class RequestHandler(MotoRequestHandler):  # type: ignore[misc]
    """Runs the application for each request of a connection.

    werkzeug's own handler closes after each answer, because an application may leave a body unread. Ours
    reads every body to its end and states the length of every answer, so the connection can be kept, which
    more than doubles the requests a second.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answers one request."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            started.append((status, headers))

        try:
            body = b"".join(self.server.app(self.make_environ(), start_response))
        except ConnectionDropped:
            self._reset()
            return
        status, headers = started[-1]
        code, _, reason = status.partition(" ")
        try:
            self.send_response(int(code), reason)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError) as error:
            self.connection_dropped(error)
            self.close_connection = True

    def _reset(self) -> None:
        """Ends the connection with a TCP reset: closed at once, with nothing left to send."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not logged: their query strings may carry signatures."""
