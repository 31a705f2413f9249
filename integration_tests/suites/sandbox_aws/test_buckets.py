"""S3 as far as its place in the world matters; the rest is moto's."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from exasol_sandbox.state import SandboxState


def test_a_bucket_tells_its_region(
    sandbox: SandboxState, aws: Callable[..., Any], bucket_elsewhere: str
) -> None:
    s3 = aws("s3")
    assert s3.head_bucket(Bucket=bucket_elsewhere)["BucketRegion"] == "eu-west-1"
    assert s3.get_bucket_location(Bucket=bucket_elsewhere)["LocationConstraint"] == "eu-west-1"
    assert s3.head_bucket(Bucket=sandbox.bucket)["BucketRegion"] == "eu-central-1"


def test_multipart_uploads_arrive_whole(sandbox: SandboxState, aws: Callable[..., Any]) -> None:
    s3, content = aws("s3"), bytes(range(256)) * 50_000
    s3.upload_fileobj(io.BytesIO(content), sandbox.bucket, "multi/part")
    assert s3.get_object(Bucket=sandbox.bucket, Key="multi/part")["Body"].read() == content


def test_a_connection_serves_more_than_one_request(sandbox: SandboxState, aws: Callable[..., Any]) -> None:
    answer = aws("s3").head_bucket(Bucket=sandbox.bucket)["ResponseMetadata"]
    assert answer["HTTPHeaders"].get("connection", "keep-alive") == "keep-alive"
