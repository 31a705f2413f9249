"""Objects under a prefix: list and delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from exasol_sagemaker.errors import AwsError, aws_errors, is_not_found
from exasol_sagemaker.iam.denied import how_to_allow
from exasol_sagemaker.settings import split_s3_uri

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

    from exasol_sagemaker.session import AwsSession

_DELETE_BATCH = 1000


def list_objects(aws: AwsSession, uri: str) -> Iterator[tuple[str, int]]:
    """URI and size in bytes of each object whose URI begins with `uri`; a slash at its end counts."""
    bucket, prefix = _bucket_and_prefix(uri)
    with aws_errors(f"Objects under {uri} could not be listed"):
        for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                yield f"s3://{bucket}/{item['Key']}", item["Size"]


def delete_prefix(aws: AwsSession, uri: str) -> int:
    """Delete each object whose URI begins with `uri`.

    Returns:
        How many there were.

    Raises:
        AwsError: Some could not be deleted.
    """
    bucket, _ = _bucket_and_prefix(uri)
    keys = [one[len(f"s3://{bucket}/") :] for one, _ in list_objects(aws, uri)]
    delete_objects(aws, bucket, keys)
    return len(keys)


def delete_objects(aws: AwsSession, bucket: str, keys: Sequence[str]) -> None:
    """Delete the objects with these keys; ones that are gone are no error.

    Raises:
        AwsError: Some could not be deleted.
    """
    for start in range(0, len(keys), _DELETE_BATCH):
        batch: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys[start : start + _DELETE_BATCH]]
        with aws_errors(f"Objects in bucket {bucket} could not be deleted"):
            answer = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
        for error in answer.get("Errors", []):
            raise AwsError(
                f"s3://{bucket}/{error.get('Key')} could not be deleted",
                why=error.get("Message"),
                aws_code=error.get("Code"),
                hint=how_to_allow("s3:DeleteObject"),
            )


def write_text(aws: AwsSession, uri: str, text: str, *, content_type: str = "application/json") -> None:
    """Put a text at `uri`."""
    bucket, key = split_s3_uri(uri)
    with aws_errors(f"{uri} could not be written"):
        aws.s3.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)


def object_exists(aws: AwsSession, uri: str) -> bool:
    """Whether there is an object at `uri`."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    bucket, key = split_s3_uri(uri)
    with aws_errors(f"{uri} could not be looked at"):
        try:
            aws.s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if is_not_found(error):
                return False
            raise
    return True


def _bucket_and_prefix(uri: str) -> tuple[str, str]:
    bucket, key = split_s3_uri(uri)
    return bucket, f"{key}/" if key and uri.endswith("/") else key
