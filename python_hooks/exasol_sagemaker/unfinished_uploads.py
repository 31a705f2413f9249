"""Uploads in parts that were never finished: S3 shows no object of them, and bills their parts for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from exasol_sagemaker import naming
from exasol_sagemaker.errors import aws_errors, is_not_found
from exasol_sagemaker.lifetime import aws_now
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri


@dataclass(frozen=True)
class UnfinishedUpload:
    """An upload that was begun and neither completed nor aborted.

    Attributes:
        uri: The object that it was to become.
        upload_id: S3's id of it.
        begun_at: When it was begun.
    """

    uri: str
    upload_id: str
    begun_at: datetime


def find_unfinished_uploads(
    aws: AwsSession, *, project: str, target: str, older_than: timedelta
) -> list[UnfinishedUpload]:
    """Uploads under one target's prefix that were begun longer ago than this, by the clock of S3.

    Raises:
        AwsError: S3 refused to list them.
    """
    home = naming.target_prefix(aws.settings.s3_uri, project, target)
    bucket, prefix = split_s3_uri(home)
    found = []
    with aws_errors(f"Uploads under {home} could not be listed"):
        pages = aws.s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, Prefix=f"{prefix}/" if prefix else ""
        )
        for page in pages:
            now = aws_now(page)
            for item in page.get("Uploads", []):
                if now - item["Initiated"] > older_than:
                    uri = f"s3://{bucket}/{item['Key']}"
                    found.append(UnfinishedUpload(uri, item["UploadId"], item["Initiated"]))
    return found


def abort_upload(aws: AwsSession, upload: UnfinishedUpload) -> None:
    """Drop an upload with its parts; one that is gone is no error.

    Raises:
        AwsError: S3 refused it.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    bucket, key = split_s3_uri(upload.uri)
    with aws_errors(f"The upload of {upload.uri} could not be aborted"):
        try:
            aws.s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload.upload_id)
        except ClientError as error:
            if not is_not_found(error):
                raise
