"""DeleteObjects: each of its keys is allowed or refused by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from exasol_sandbox.aws.errors import AwsError, Response
from exasol_sandbox.aws.gate.request import AwsRequest

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_END = b"</DeleteResult>"


def is_multi_delete(request: AwsRequest) -> bool:
    """Whether an S3 request is DeleteObjects."""
    return request.method == "POST" and "delete" in request.query


def keys_to_delete(request: AwsRequest) -> list[str]:
    """The keys that the request names.

    Raises:
        AwsError: `MalformedXML` when they cannot be read.
    """
    return [found.text or "" for found in _root(request).iter() if _local(found) == "Key"]


def without_keys(request: AwsRequest, refused: Collection[str]) -> AwsRequest:
    """The request for the other keys."""
    root = _root(request)
    for entry in [one for one in root if _local(one) == "Object"]:
        if any(_local(part) == "Key" and part.text in refused for part in entry):
            root.remove(entry)
    # moto reads names without a namespace's prefix, which is what ElementTree would write.
    for element in root.iter():
        element.tag = _local(element)
    return replace(request, body=ElementTree.tostring(root))


def with_refusals(response: Response, refused: Collection[str]) -> Response:
    """The answer to the others, with an error for each key that was refused."""
    errors = "".join(
        f"<Error><Key>{escape(key)}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        for key in refused
    )
    return replace(response, body=response.body.replace(_END, errors.encode() + _END))


def nothing_deleted() -> Response:
    """The answer when there is no key left to delete."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="{_NAMESPACE}"></DeleteResult>'
    return Response(200, body.encode(), {"Content-Type": "application/xml"})


def _root(request: AwsRequest) -> ElementTree.Element:
    # Only signed requests of the account's own users come here, on loopback.
    try:
        return ElementTree.fromstring(request.body)  # noqa: S314
    except ElementTree.ParseError as error:
        raise AwsError("MalformedXML", "The XML you provided was not well-formed.") from error


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
