"""An HTTP server that speaks InvokeEndpoint, and the database's side of a UDF, for tests of the UDF."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pandas as pd

Rows = list[list[str]]
Respond = Callable[[Rows], tuple[int, bytes, dict[str, str]]]


def csv_answer(lines: Iterable[Iterable[object]]) -> tuple[int, bytes, dict[str, str]]:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return 200, text.getvalue().encode(), {}


def error_answer(status: int, code: str, message: str) -> tuple[int, bytes, dict[str, str]]:
    body = f'{{"message": "{message}"}}'.encode()
    return status, body, {"x-amzn-ErrorType": code, "x-amzn-RequestId": "request-1"}


class StubEndpoint:
    """Remembers each request's body, and answers with `respond(rows)`."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []

    @property
    def rows(self) -> Rows:
        return [row for body in self.bodies for row in read_rows(body)]

    @contextmanager
    def serve(self) -> Iterator[str]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stub.bodies.append(body)
                stub.headers.append(dict(self.headers))
                status, answer, headers = stub.respond(read_rows(body))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Keep the test's output quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def read_rows(body: bytes) -> Rows:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


Predict = Callable[..., "tuple[Context, StubEndpoint]"]


class Context:
    """A group's rows, as get_dataframe gives them; collects what is emitted."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.position = 0
        self.emitted: list[pd.DataFrame] = []

    def size(self) -> int:
        return len(self.frame)

    def get_dataframe(self, num_rows: int) -> pd.DataFrame | None:
        part = self.frame.iloc[self.position : self.position + num_rows]
        self.position += num_rows
        return part if len(part) else None

    def emit(self, frame: pd.DataFrame) -> None:
        self.emitted.append(frame)

    @property
    def sorted_output(self) -> list[tuple[Any, ...]]:
        return sorted(self.output)

    @property
    def output(self) -> list[tuple[Any, ...]]:
        return [row for frame in self.emitted for row in frame.itertuples(index=False, name=None)]


def database(
    inputs: list[str], outputs: list[str], *, user: str = "AKIATEST", password: str = "secret"
) -> SimpleNamespace:
    """What the database provides as `exa`."""
    columns = [SimpleNamespace(name=str(index), sql_type=kind) for index, kind in enumerate(inputs)]
    connection = SimpleNamespace(user=user, password=password, address="", type="password")
    return SimpleNamespace(
        meta=SimpleNamespace(
            input_columns=columns, output_columns=[SimpleNamespace(name=name) for name in outputs]
        ),
        get_connection=lambda name: connection,
    )
