"""Signature Version 4, checked with botocore's own signer.

Source of the rules: "Signing AWS API requests" and "Authenticating requests: using query parameters" in
AWS's manuals.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from exasol_sandbox.aws.gate.request import AwsRequest

ALGORITHM = "AWS4-HMAC-SHA256"
CLOCK_SKEW = timedelta(minutes=15)
_HEADER = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>\w+)"
)


@dataclass(frozen=True)
class Signature:
    """What a signed request says about who signed it, not yet believed."""

    access_key_id: str
    region: str
    service: str
    timestamp: str
    signed_headers: tuple[str, ...]
    value: str
    session_token: str | None
    expires: int | None

    @property
    def presigned(self) -> bool:
        """Whether the signature stands in the query string."""
        return self.expires is not None

    @property
    def valid_now(self) -> bool:
        """Whether it was signed lately, or, if presigned, has not run out."""
        signed_at = datetime.strptime(self.timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        now = datetime.now(timezone.utc)
        if self.expires is not None:
            return signed_at - CLOCK_SKEW <= now <= signed_at + timedelta(seconds=self.expires)
        return abs(now - signed_at) <= CLOCK_SKEW


def parse_signature(request: AwsRequest) -> Signature | None:
    """Finds the signature in the Authorization header or the query string.

    Returns:
        None when there is none that can be read.
    """
    header = _HEADER.match(request.headers.get("authorization", ""))
    if header:
        scope = header["credential"].split("/")
        timestamp = request.headers.get("x-amz-date", "")
        value, names = header["signature"], header["headers"]
        token, expires = request.headers.get("x-amz-security-token"), None
    elif (query := request.query).get("X-Amz-Algorithm") == ALGORITHM:
        scope = query.get("X-Amz-Credential", "").split("/")
        timestamp = query.get("X-Amz-Date", "")
        value, names = query.get("X-Amz-Signature", ""), query.get("X-Amz-SignedHeaders", "")
        token, lifetime = query.get("X-Amz-Security-Token"), query.get("X-Amz-Expires", "")
        if not lifetime.isdigit():
            return None
        expires = int(lifetime)
    else:
        return None
    if len(scope) != 5 or not re.fullmatch(r"\d{8}T\d{6}Z", timestamp):
        return None
    return Signature(
        scope[0], scope[2], scope[3].lower(), timestamp, tuple(names.split(";")), value, token, expires
    )


def is_authentic(request: AwsRequest, signature: Signature, secret_access_key: str) -> bool:
    """Whether this secret signed this request and, where the body was signed, this body."""
    credentials = Credentials(signature.access_key_id, secret_access_key, signature.session_token)
    scope = (credentials, signature.service, signature.region)
    query = request.raw_query
    if signature.expires is not None:
        signer: SigV4Auth = S3SigV4QueryAuth(*scope, expires=signature.expires)
        query = "&".join(part for part in query.split("&") if not part.startswith("X-Amz-Signature="))
    else:
        signer = S3SigV4Auth(*scope) if signature.service == "s3" else SigV4Auth(*scope)
    url = f"http://{request.headers.get('host', '')}{request.raw_path}" + (f"?{query}" if query else "")
    headers = {name: request.headers.get(name, "") for name in signature.signed_headers}
    claimed_digest = headers.get("x-amz-content-sha256", "")
    if re.fullmatch(r"[0-9a-f]{64}", claimed_digest) and not hmac.compare_digest(
        claimed_digest, hashlib.sha256(request.body).hexdigest()
    ):
        return False
    copy = AWSRequest(method=request.method, url=url, data=request.body, headers=headers)
    copy.context["timestamp"] = signature.timestamp
    expected = signer.signature(signer.string_to_sign(copy, signer.canonical_request(copy)), copy)
    return hmac.compare_digest(expected, signature.value)


def uses_signature_version_2(request: AwsRequest) -> bool:
    """Whether the request is signed in the old way, which regions opened after 2013 refuse."""
    return "AWSAccessKeyId" in dict(parse_qsl(request.raw_query)) or request.headers.get(
        "authorization", ""
    ).startswith("AWS ")
