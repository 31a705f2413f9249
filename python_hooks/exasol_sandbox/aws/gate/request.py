"""A request as the gate and the services see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class AwsRequest:
    """One HTTP request, its body read.

    Attributes:
        method: HTTP verb.
        raw_path: Path as it was sent, still percent-encoded.
        raw_query: Query string as it was sent.
        headers: By lower-case name.
        body: The whole body.
    """

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.raw_path)

    @property
    def query(self) -> dict[str, str]:
        """Parameters of the query string; the last of a repeated one."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """Parameters of the query protocol: those of the body, or of the query string."""
        if self.headers.get("content-type", "").startswith(FORM):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        return self.query

    @property
    def target(self) -> str:
        """Operation of the JSON protocol, without the service's prefix; empty when there is none."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]


def read_request(environ: WSGIEnvironment) -> AwsRequest:
    """Takes a request out of WSGI's environment; reads the body to its end, so that the connection can be
    kept.
    """
    raw_path, _, raw_query = str(environ.get("REQUEST_URI", environ["PATH_INFO"])).partition("?")
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    length = environ.get("CONTENT_LENGTH")
    stream = environ["wsgi.input"]
    if length:
        body = stream.read(int(length))
    else:
        body = stream.read() if environ.get("wsgi.input_terminated") else b""
    return AwsRequest(environ["REQUEST_METHOD"], raw_path, raw_query, headers, body)
