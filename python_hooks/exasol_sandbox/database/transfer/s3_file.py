"""Objects in the sandbox's S3, read and written as streams of bounded size."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.transfer.endpoint import S3Object
from exasol_sandbox.database.transfer.errors import reading_failed, writing_failed

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# The least that S3 takes as a part, except for the last, is 5 MiB.
_PART_BYTES = 8 * 1024 * 1024
_SETTINGS = {"sse_type", "kms_key_id", "session_token"}


def _client(target: S3Object, endpoint_url: str | None) -> S3Client:
    if endpoint_url is None:
        raise ExasolError(
            "42636", f"ETL-5105: no S3 is reachable for {target.url}: the sandbox runs without AWS"
        )
    unknown = set(target.settings) - _SETTINGS
    if unknown:
        raise ExasolError("42636", f"ETL-5103: unknown setting {', '.join(sorted(unknown))} in IDENTIFIED BY")
    config = Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4" if target.key_id else UNSIGNED,
        retries={"max_attempts": 2, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = boto3.session.Session(
        aws_access_key_id=target.key_id or None,
        aws_secret_access_key=target.secret or None,
        aws_session_token=target.settings.get("session_token"),
        region_name=target.region,
    )
    return session.client("s3", endpoint_url=endpoint_url, config=config)


class S3Reader:
    """Reads an object.

    Raises:
        ExasolError: S3 refuses, or there is no such object.
    """

    def __init__(self, target: S3Object, endpoint_url: str | None) -> None:
        self._target = target
        self._read = 0
        client = _client(target, endpoint_url)
        get = partial(client.get_object, Bucket=target.bucket, Key=target.key)
        self._body: Any = self._try(lambda: get()["Body"])

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        data: bytes = self._try(lambda: self._body.read(size))
        self._read += len(data)
        return data

    def close(self) -> None:
        """Ends the connection."""
        self._body.close()

    def _try(self, action: Any) -> Any:
        try:
            return action()
        except (ClientError, BotoCoreError) as error:
            raise reading_failed(self._target.url, _detail(error, self._read)) from error


class S3Writer:
    """Writes an object, in parts when it is large. Nothing is to be seen in the bucket before `finish`."""

    def __init__(self, target: S3Object, endpoint_url: str | None) -> None:
        self._target = target
        self._client = _client(target, endpoint_url)
        self._buffer = bytearray()
        self._written = 0
        self._upload_id: str | None = None
        self._parts: list[Any] = []
        self._encryption: dict[str, Any] = {}
        if "sse_type" in target.settings:
            self._encryption["ServerSideEncryption"] = target.settings["sse_type"]
        if "kms_key_id" in target.settings:
            self._encryption["SSEKMSKeyId"] = target.settings["kms_key_id"]
        # Exasol starts an upload before it has any data, so wrong keys fail before the query's rows are read.
        self._begin()

    def write(self, data: bytes) -> None:
        """Adds to the object."""
        self._buffer += data
        while len(self._buffer) >= _PART_BYTES:
            self._send_part(bytes(self._buffer[:_PART_BYTES]))
            del self._buffer[:_PART_BYTES]

    def finish(self) -> None:
        """Makes the object appear."""
        if self._buffer or not self._parts:
            self._send_part(bytes(self._buffer))
        self._try(
            lambda: self._client.complete_multipart_upload(
                Bucket=self._target.bucket,
                Key=self._target.key,
                UploadId=str(self._upload_id),
                MultipartUpload={"Parts": self._parts},
            )
        )
        self._upload_id = None

    def abort(self) -> None:
        """Drops what was sent."""
        if self._upload_id is not None:
            upload_id, self._upload_id = self._upload_id, None
            self._try(
                lambda: self._client.abort_multipart_upload(
                    Bucket=self._target.bucket, Key=self._target.key, UploadId=upload_id
                )
            )

    def _begin(self) -> None:
        answer = self._try(
            lambda: self._client.create_multipart_upload(
                Bucket=self._target.bucket, Key=self._target.key, ContentType="text/csv", **self._encryption
            )
        )
        self._upload_id = answer["UploadId"]

    def _send_part(self, data: bytes) -> None:
        number = len(self._parts) + 1
        answer = self._try(
            lambda: self._client.upload_part(
                Bucket=self._target.bucket,
                Key=self._target.key,
                UploadId=str(self._upload_id),
                PartNumber=number,
                Body=data,
            )
        )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        self._written += len(data)

    def _try(self, action: Any) -> Any:
        try:
            return action()
        except (ClientError, BotoCoreError) as error:
            url = self._target.url if self._upload_id else f"{self._target.url}?uploads="
            raise writing_failed(url, _detail(error, self._written)) from error


def _detail(error: Exception, transferred: int) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    if not response:
        return f"failed after {transferred} bytes. [{error}]"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    cause = response.get("Error", {})
    text = f"{cause.get('Code', 'Unknown')}: {cause.get('Message', '')}"
    return f"failed with error code={status} after {transferred} bytes. {text}"
