"""The services that moto serves: S3 and IAM."""

from __future__ import annotations

import io
import logging
import threading
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import s3_backends
from werkzeug.test import run_wsgi_app

from exasol_sandbox.aws.errors import Response
from exasol_sandbox.aws.gate.request import AwsRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_HOP_BY_HOP = frozenset(
    {"connection", "transfer-encoding", "server", "date", "x-amzn-requestid", "x-amz-request-id"}
)


class MotoServices:
    """moto's S3 and IAM for one account.

    moto does not promise to be thread-safe, so one request at a time enters it. Bodies are read before and
    written after, outside the lock.
    """

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self.lock = threading.RLock()
        logging.getLogger("moto").setLevel(logging.WARNING)
        self._apps = {service: create_backend_app(service) for service in ("s3", "iam")}

    @property
    def s3(self) -> Any:
        """moto's S3 of this account."""
        return s3_backends[self.account_id]["aws"]

    def answer(self, service: str, request: AwsRequest, environ: WSGIEnvironment) -> Response:
        """Serves one admitted request."""
        inner = dict(environ)
        inner["wsgi.input"] = io.BytesIO(request.body)
        inner["CONTENT_LENGTH"] = str(len(request.body))
        inner["HTTP_X_MOTO_ACCOUNT_ID"] = self.account_id
        inner.pop("HTTP_TRANSFER_ENCODING", None)
        with self.lock:
            chunks, status, headers = run_wsgi_app(self._apps[service], inner, buffered=True)
            body = b"".join(chunks)
        kept = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        return Response(int(status.split(" ", 1)[0]), body, kept)

    def forget(self) -> None:
        """Drops all that moto holds of this account, which otherwise lasts as long as the process."""
        with self.lock:
            self.s3.reset()
            for name, (_, account_id) in list(s3_backends.bucket_accounts.items()):
                if account_id == self.account_id:
                    del s3_backends.bucket_accounts[name]
            iam_backends[self.account_id]["aws"].reset()
