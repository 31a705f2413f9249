"""Errors as the services of AWS put them on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


class AwsError(Exception):
    """A refusal that reaches the client as AWS would word it.

    Args:
        code: AWS's error code, such as `ValidationException`.
        message: What failed and what to do.
        status: HTTP status.
        details: Further members of the error's shape.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, details: Mapping[str, str | int] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.details = dict(details or {})


def validation_error(message: str) -> AwsError:
    """A `ValidationException`, which is what SageMaker's control plane answers to bad input."""
    return AwsError("ValidationException", message)


def resource_not_found(message: str) -> AwsError:
    """A `ResourceNotFound`, which is what SageMaker answers to an absent AutoML job."""
    return AwsError("ResourceNotFound", message)


@dataclass(frozen=True)
class Response:
    """What goes back to the client."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def render_error(error: AwsError, service: str, request_id: str) -> Response:
    """Writes an error in the protocol of a service: S3's XML, the query protocol's XML or JSON."""
    message, code = escape(error.message), escape(error.code)
    if service == "s3":
        members = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in error.details.items())
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{code}</Code><Message>{message}</Message>{members}"
            f"<RequestId>{request_id}</RequestId></Error>"
        )
        headers = {"Content-Type": "application/xml"}
        if "Region" in error.details:
            headers["x-amz-bucket-region"] = str(error.details["Region"])
        return Response(error.status, body.encode(), headers)
    if service in {"iam", "sts"}:
        namespace = {"iam": "https://iam.amazonaws.com/doc/2010-05-08/"}.get(
            service, "https://sts.amazonaws.com/doc/2011-06-15/"
        )
        body = (
            f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{code}</Code>'
            f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return Response(error.status, body.encode(), {"Content-Type": "text/xml"})
    payload = {"__type": error.code, "message": error.message, "Message": error.message, **error.details}
    return Response(
        error.status,
        json.dumps(payload).encode(),
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code},
    )
