"""The region that a request to a bucket is signed for, which must be the bucket's own."""

from __future__ import annotations

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.moto_services import MotoServices


def check_bucket_region(moto: MotoServices, request: AwsRequest, region: str) -> None:
    """Refuses a request signed for another region than that of its bucket, as S3's regions do.

    The error names the bucket's region, by which boto3 repeats the request there.

    Raises:
        AwsError: `AuthorizationHeaderMalformed`, or `AuthorizationQueryParametersError` of a presigned one.
    """
    bucket = request.path.lstrip("/").partition("/")[0]
    with moto.lock:
        found = moto.s3.buckets.get(bucket)
    if found is None or found.region_name == region or "location" in request.query:
        return
    wrong = f"the region '{region}' is wrong; expecting '{found.region_name}'"
    details = {"Region": str(found.region_name)}
    if "authorization" in request.headers:
        message = f"The authorization header is malformed; {wrong}"
        raise AwsError("AuthorizationHeaderMalformed", message, 400, details)
    message = f"Error parsing the X-Amz-Credential parameter; {wrong}"
    raise AwsError("AuthorizationQueryParametersError", message, 400, details)
