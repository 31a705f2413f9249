"""S3 as far as its place in the world matters; the rest is moto's."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config

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


def test_a_request_signed_for_another_region_is_refused(sandbox: SandboxState, bucket_elsewhere: str) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=sandbox.aws_endpoint_url,
        region_name=sandbox.aws_region,
        aws_access_key_id=sandbox.aws_access_key_id,
        aws_secret_access_key=sandbox.aws_secret_access_key,
        config=Config(signature_version="s3v4"),
    )
    url = client.generate_presigned_url("get_object", Params={"Bucket": bucket_elsewhere, "Key": "k"})
    with pytest.raises(urllib.error.HTTPError) as presigned:
        urllib.request.urlopen(url)
    assert presigned.value.code == 400
    assert b"<Code>AuthorizationQueryParametersError</Code>" in presigned.value.read()
    # boto3 would repeat the request in the right region.
    refusals: list[tuple[int, str]] = []
    client.meta.events.register_first(
        "needs-retry.s3",
        lambda response, **_: refusals.append(
            (response[0].status_code, response[1].get("Error", {}).get("Code", ""))
        ),
    )
    assert client.list_objects_v2(Bucket=bucket_elsewhere)["KeyCount"] == 0
    assert refusals[0] == (400, "AuthorizationHeaderMalformed")
