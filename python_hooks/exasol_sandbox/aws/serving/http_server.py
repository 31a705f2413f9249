"""The two routes of a SageMaker container.

Source: "Use your own inference code with hosting services" in the SageMaker developer guide.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from exasol_sandbox.aws.forecasting.stage import ForecastStage
from exasol_sandbox.aws.serving.errors import InputError
from exasol_sandbox.aws.serving.explainer import Explainer
from exasol_sandbox.aws.serving.pipeline import Pipeline

ENABLE_EXPLANATIONS = "X-Amzn-SageMaker-Enable-Explanations"


def serve(model: Pipeline | ForecastStage | Explainer, ready: Callable[[int], None]) -> None:
    """Listens on a free port of loopback, says which, and answers until the process ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(200 if self.path == "/ping" else 404, "text/plain", b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                types = self.headers.get("Content-Type", "text/csv"), self.headers.get("Accept", "*/*")
                if isinstance(model, Explainer):
                    content_type, answer = model.answer(body, *types, self.headers.get(ENABLE_EXPLANATIONS))
                else:
                    content_type, answer = model.answer(body, *types)
                self._answer(200, content_type, answer)
            except InputError as error:
                self._answer(error.status, "text/plain", str(error).encode())
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                self._answer(500, "text/plain", f"{type(error).__name__}: {error}".encode())

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stays silent: the rows of others are in the requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        ready(server.server_address[1])
        server.serve_forever()
