"""When uploads in parts were begun: moto says 2010 of all of them."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timezone

from exasol_sandbox.aws.errors import Response
from exasol_sandbox.aws.gate.request import AwsRequest

_UPLOAD_ID = re.compile(rb"<UploadId>([^<]+)</UploadId>")
_UPLOAD = re.compile(rb"<Upload>.*?</Upload>", re.DOTALL)
_INITIATED = re.compile(rb"<Initiated>[^<]*</Initiated>")


class UploadTimes:
    """Notes when each upload begins, and corrects listings by it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[bytes, bytes] = {}

    def corrected(self, request: AwsRequest, response: Response) -> Response:
        """moto's response to a request of S3, with the times in it if it is a listing of uploads."""
        if response.status != 200 or "uploads" not in request.query:
            return response
        if request.method == "POST":
            if found := _UPLOAD_ID.search(response.body):
                now = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.000Z}"
                with self._lock:
                    self._begun[found[1]] = now.encode()
            return response
        body = _UPLOAD.sub(lambda match: self._with_time(match[0]), response.body)
        headers = {
            name: value for name, value in response.headers.items() if name.lower() != "content-length"
        }
        return Response(response.status, body, headers)

    def _with_time(self, upload: bytes) -> bytes:
        found = _UPLOAD_ID.search(upload)
        with self._lock:
            begun = self._begun.get(found[1]) if found else None
        return upload if begun is None else _INITIATED.sub(b"<Initiated>" + begun + b"</Initiated>", upload)
