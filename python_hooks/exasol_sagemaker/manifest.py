"""The manifest beside exported data: what they are, so that a table of jobs can be rebuilt from S3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.errors import aws_errors, is_not_found
from exasol_sagemaker.settings import split_s3_uri

if TYPE_CHECKING:
    from exasol_sagemaker.session import AwsSession

_VERSION = 1


@dataclass(frozen=True)
class ExportedFile:
    """One CSV file with a header line: its S3 URI and its size in bytes."""

    uri: str
    size: int


@dataclass(frozen=True)
class Export:
    """A finished export.

    Attributes:
        s3_uri: Prefix under which all files lie, ending in a slash.
        data_uri: Prefix of the CSV files alone, ending in a slash: what a training channel reads.
        manifest_uri: The manifest.
        files: The CSV files.
        columns: All columns in order.
        row_count: Rows written, as the database counted them.
        query_digest: SHA-256 of the query's text, in hex.
        transport: `native` or `client`.
        transport_reason: Why `auto` chose it; empty if it was asked for.
        fingerprint: Of the training it was made for; empty for a plain export.
        inputs: What that fingerprint is made of, see fingerprint.inputs; empty for a plain export.
    """

    s3_uri: str
    data_uri: str
    manifest_uri: str
    files: tuple[ExportedFile, ...]
    columns: tuple[Column, ...]
    row_count: int
    query_digest: str
    transport: str
    transport_reason: str = ""
    fingerprint: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)


def write_manifest(aws: AwsSession, export: Export) -> None:
    """Put the manifest at export.manifest_uri: an export without one is not complete."""
    bucket, key = split_s3_uri(export.manifest_uri)
    body = json.dumps({"version": _VERSION, **asdict(export)}, ensure_ascii=False, indent=2)
    with aws_errors("The manifest could not be written", node=export.manifest_uri):
        aws.s3.put_object(Bucket=bucket, Key=key, Body=body.encode(), ContentType="application/json")


def read_manifest(aws: AwsSession, data_uri: str) -> Export | None:
    """The export whose CSV files lie under `data_uri`; None if its manifest is gone."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    bucket, key = split_s3_uri(data_uri)
    parent = key.rpartition("/")[0]
    with aws_errors("The manifest could not be read", node=data_uri):
        try:
            answer = aws.s3.get_object(Bucket=bucket, Key=f"{parent}/manifest.json")
        except ClientError as error:
            if is_not_found(error):
                return None
            raise
        content = json.loads(answer["Body"].read())
    content.pop("version")
    content["files"] = tuple(ExportedFile(**one) for one in content["files"])
    content["columns"] = tuple(Column(**one) for one in content["columns"])
    return Export(**content)
