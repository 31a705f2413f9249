"""Files that a client serves through its tunnel: one HTTP request a file, sent back through the client's own
socket.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from exasol_sandbox.database.transfer.endpoint import TunnelFile
from exasol_sandbox.database.transfer.errors import reading_failed, writing_failed
from exasol_sandbox.database.tunnel import TunnelRegistry

_CHUNK = 64 * 1024
_CONNECT_FAILED = (
    "failed after 0 bytes. [Could not connect to server],[7],[no client waits behind this address]"
)


class TunnelReader:
    """Reads a file from the client, as a stream of bytes, after `open`.

    Raises:
        ExasolError: no client waits at that address.
    """

    def __init__(self, file: TunnelFile, tunnels: TunnelRegistry) -> None:
        self._file = file
        self._read = 0
        sock = tunnels.take(file.host, file.port)
        if sock is None:
            raise reading_failed(file.url, _CONNECT_FAILED)
        self._sock = _wrapped(sock, file)
        self._response = http.client.HTTPResponse(self._sock, method="GET")

    def open(self) -> None:
        """Asks the client for the file.

        Raises:
            ExasolError: it does not answer as it should.
        """
        file = self._file
        try:
            _verify(self._sock, file)
            self._sock.sendall(_request("GET", file))
            self._response.begin()
        except (OSError, http.client.HTTPException) as error:
            raise reading_failed(file.url, f"failed after 0 bytes. [{error}]") from error
        if self._response.status != http.client.OK:
            status = self._response.status
            raise reading_failed(file.url, f"failed with error code={status} after 0 bytes.")

    def interrupt(self) -> None:
        """Ends the wait of another thread for the client; what it does then fails."""
        _shut_down(self._sock)

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end.

        Raises:
            ExasolError: the client left before the end of the file.
        """
        try:
            data = self._response.read(size)
        except http.client.IncompleteRead as error:
            detail = (
                "[transfer closed with outstanding read data remaining],[18],[Transferred a partial file]"
            )
            raise reading_failed(self._file.url, f"failed after {self._read} bytes. {detail}") from error
        except (OSError, http.client.HTTPException) as error:
            raise reading_failed(self._file.url, f"failed after {self._read} bytes. [{error}]") from error
        self._read += len(data)
        return data

    def close(self) -> None:
        """Ends the connection."""
        self._response.close()
        self._sock.close()


class TunnelWriter:
    """Writes a file to the client.

    Raises:
        ExasolError: no client waits at that address.
    """

    def __init__(self, file: TunnelFile, tunnels: TunnelRegistry) -> None:
        self._file = file
        self._written = 0
        sock = tunnels.take(file.host, file.port)
        if sock is None:
            raise writing_failed(file.url, _CONNECT_FAILED)
        self._sock = _wrapped(sock, file)
        self._is_open = False

    def write(self, data: bytes) -> None:
        """Sends more of the file.

        Raises:
            ExasolError: the client does not take it.
        """
        view = memoryview(data)
        try:
            self._open()
            for start in range(0, len(view), _CHUNK):
                piece = view[start : start + _CHUNK]
                self._sock.sendall(b"%X\r\n%b\r\n" % (len(piece), bytes(piece)))
        except OSError as error:
            raise writing_failed(self._file.url, f"failed after {self._written} bytes. [{error}]") from error
        self._written += len(data)

    def finish(self) -> None:
        """Sends the end of the file and waits until the client has it all."""
        try:
            self._open()
            self._sock.sendall(b"0\r\n\r\n")
            response = http.client.HTTPResponse(self._sock, method="PUT")
            response.begin()
        except (OSError, http.client.HTTPException) as error:
            raise writing_failed(self._file.url, f"failed after {self._written} bytes. [{error}]") from error
        finally:
            self._sock.close()
        if response.status != http.client.OK:
            detail = f"failed with error code={response.status} after {self._written} bytes."
            raise writing_failed(self._file.url, detail)

    def abort(self) -> None:
        """Leaves without the end of the file, which tells the client that it is not whole."""
        self._sock.close()

    def interrupt(self) -> None:
        """Ends the wait of another thread for the client; what it does then fails."""
        _shut_down(self._sock)

    def _open(self) -> None:
        if not self._is_open:
            _verify(self._sock, self._file)
            self._sock.sendall(_request("PUT", self._file, "Transfer-Encoding: chunked"))
            self._is_open = True


def _request(method: str, file: TunnelFile, *headers: str) -> bytes:
    lines = [
        f"{method} {file.path} HTTP/1.1",
        f"Host: {file.host}:{file.port}",
        "User-Agent: exasol-sandbox",
        "Accept: */*",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _wrapped(sock: socket.socket, file: TunnelFile) -> socket.socket:
    if not file.encrypted:
        return sock
    # The client makes its certificate for this one transfer; what identifies it is the key named in the
    # statement.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock, do_handshake_on_connect=False)


def _verify(sock: socket.socket, file: TunnelFile) -> None:
    if not isinstance(sock, ssl.SSLSocket):
        return
    sock.do_handshake()
    if file.public_key is None:
        return
    key = x509.load_der_x509_certificate(sock.getpeercert(binary_form=True) or b"").public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if base64.b64encode(hashlib.sha256(spki).digest()).decode() != file.public_key:
        raise ssl.SSLError("SSL: public key does not match pinned public key")


def _shut_down(sock: socket.socket) -> None:
    # SSLSocket.shutdown would take the TLS away under the thread that reads.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
