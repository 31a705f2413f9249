"""Checks of S3 locations in requests."""

from __future__ import annotations

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.sagemaker.models import SageMaker


def check_bucket(sage_maker: SageMaker, region: str, uri: str) -> None:
    """Checks that the bucket of a location exists in the job's region.

    Raises:
        AwsError: `ValidationException` when it does not.
    """
    if not uri.startswith("s3://"):
        raise validation_error(f"{uri} is no S3 location: it must start with s3://.")
    bucket = uri.removeprefix("s3://").partition("/")[0]
    found = sage_maker.bucket_region(bucket)
    if found is None:
        raise validation_error(f"The S3 bucket {bucket} of {uri} does not exist.")
    if found != region:
        raise validation_error(
            f"The S3 bucket {bucket} is in region {found}, but SageMaker is asked in {region}. Both "
            "must be the same."
        )
