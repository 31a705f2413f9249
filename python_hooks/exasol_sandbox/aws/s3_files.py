"""S3 as a training or serving process uses it: over HTTP, with the credentials of the execution role."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any

import boto3
from boto3.exceptions import S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import ClientError

MODEL_FILE = "model.joblib"


class S3Error(Exception):
    """An object cannot be read or written; the message names it and AWS's reason."""


@dataclass(frozen=True)
class S3Object:
    """An object and its size in bytes."""

    uri: str
    size: int


Objects = list[S3Object]


class S3Files:
    """Objects by URI.

    Args:
        task: What the parent sent: `endpoint_url`, `region` and `credentials`.
    """

    def __init__(self, task: dict[str, Any]) -> None:
        # boto3's default session must not be made by several threads at once.
        self._s3 = boto3.session.Session().client(
            "s3",
            endpoint_url=task["endpoint_url"],
            region_name=task["region"],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 10}),
            **task["credentials"],
        )

    def list(self, prefix_uri: str) -> list[str]:
        """URIs of the objects under a prefix, in order; empty ones left out.

        Raises:
            S3Error: When they may not be listed.
        """
        return [entry.uri for entry in self.objects(prefix_uri) if entry.size > 0]

    def objects(self, prefix_uri: str) -> Objects:
        """The objects under a prefix, in order.

        Raises:
            S3Error: When they may not be listed.
        """
        bucket, prefix = _split(prefix_uri)
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return [
                S3Object(f"s3://{bucket}/{found['Key']}", found["Size"])
                for answer in pages
                for found in answer.get("Contents", [])
            ]
        except ClientError as error:
            raise S3Error(f"{prefix_uri} cannot be listed: {error}") from error

    def size(self, uri: str) -> int:
        """Size of an object in bytes.

        Raises:
            S3Error: When it cannot be read.
        """
        bucket, key = _split(uri)
        try:
            return int(self._s3.head_object(Bucket=bucket, Key=key)["ContentLength"])
        except ClientError as error:
            raise S3Error(f"{uri} cannot be read: {error}") from error

    def open(self, uri: str) -> closing[Any]:
        """A stream of an object's bytes as they are.

        Raises:
            S3Error: When it cannot be read.
        """
        bucket, key = _split(uri)
        try:
            return closing(self._s3.get_object(Bucket=bucket, Key=key)["Body"])
        except ClientError as error:
            raise S3Error(f"{uri} cannot be read: {error}") from error

    def read(self, uri: str) -> bytes:
        """Content of an object; unpacked if it is gzip.

        Raises:
            S3Error: When it cannot be read.
        """
        bucket, key = _split(uri)
        try:
            content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise S3Error(f"{uri} cannot be read: {error}") from error
        return (
            gzip.decompress(content)
            if content[:2] == b"\x1f\x8b" and not uri.endswith(".tar.gz")
            else content
        )

    def write(self, uri: str, content: bytes) -> None:
        """Writes an object.

        Raises:
            S3Error: When it may not be written.
        """
        bucket, key = _split(uri)
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=content)
        except ClientError as error:
            raise S3Error(f"{uri} cannot be written: {error}") from error

    def upload(self, uri: str, stream: IO[bytes]) -> None:
        """Writes a stream as an object, in parts if it is long; it appears whole or not at all.

        Raises:
            S3Error: When it may not be written.
        """
        bucket, key = _split(uri)
        try:
            self._s3.upload_fileobj(stream, bucket, key)
        except (ClientError, S3UploadFailedError) as error:
            raise S3Error(f"{uri} cannot be written: {error}") from error

    def write_json(self, uri: str, content: object) -> None:
        """Writes an object of JSON."""
        self.write(uri, json.dumps(content, indent=1).encode())

    def write_model(self, uri: str, stage: object) -> None:
        """Writes a stage of a model as a `model.tar.gz`."""
        # Only children pickle; the sandbox starts without it.
        import joblib  # noqa: PLC0415

        pickled = io.BytesIO()
        joblib.dump(stage, pickled)
        packed = io.BytesIO()
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as stream,
            tarfile.open(fileobj=stream, mode="w") as archive,
        ):
            entry = tarfile.TarInfo(MODEL_FILE)
            entry.size = pickled.tell()
            pickled.seek(0)
            archive.addfile(entry, pickled)
        self.write(uri, packed.getvalue())

    def read_model(self, uri: str) -> object:
        """Reads what `write_model` wrote.

        Raises:
            S3Error: When it is absent, or no model that the sandbox's Autopilot trained.
        """
        import joblib  # noqa: PLC0415

        content = self.read(uri)
        try:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
                member = archive.extractfile(MODEL_FILE)
                pickled = member.read() if member else b""
        except (tarfile.TarError, KeyError, OSError) as error:
            raise S3Error(f"{uri} is no model of the sandbox's Autopilot: {error}") from error
        return joblib.load(io.BytesIO(pickled))


def _split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
