"""Whether credentials, region, bucket and role are as they must be, and what to do if not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from exasol_sagemaker.errors import (
    AwsError,
    ConfigurationError,
    ExasolSageMakerError,
    aws_errors,
    error_code,
    from_aws,
)

if TYPE_CHECKING:
    from exasol_sagemaker.session import AwsSession

_SAGEMAKER = "sagemaker.amazonaws.com"
# How S3 calls its first two regions (GetBucketLocation in the S3 API reference).
_OLD_REGIONS = {"": "us-east-1", "EU": "eu-west-1"}
# What IAM says to credentials of GetSessionToken without MFA (GetSessionToken in the STS API reference).
_WITHOUT_MFA = "InvalidClientTokenId"
_DENIED = {"AccessDenied", "AccessDeniedException", "403"}


@dataclass(frozen=True)
class Check:
    """One line of what `dbt debug` shows of AWS.

    Attributes:
        name: What was looked at: `credentials`, `region`, `bucket`, `role`.
        status: `ok`, `warning` (could not be looked at) or `failed`.
        detail: What was found.
        hint: What to do about it; empty if ok.
    """

    name: str
    status: str
    detail: str
    hint: str = ""


def check_session(aws: AwsSession) -> list[Check]:
    """All checks in the order in which they build on each other."""
    steps: list[tuple[str, Callable[[AwsSession], Check]]] = [
        ("region", _check_region),
        ("credentials", _check_credentials),
        ("bucket", _check_bucket),
        ("role", _check_role),
    ]
    checks = []
    for name, step in steps:
        try:
            checks.append(step(aws))
        except ExasolSageMakerError as error:
            detail = " ".join(part for part in (error.what + ".", error.why) if part)
            checks.append(Check(name, "failed", detail, error.hint or ""))
            if name in {"region", "credentials"}:
                break
    return checks


def require_bucket(aws: AwsSession, bucket: str) -> None:
    """See that `bucket` exists, may be used, and lies in the session's region.

    By GetBucketLocation: HeadBucket needs the right to list the whole bucket, and does not say so.

    Raises:
        ConfigurationError: It is absent, or lies elsewhere: SageMaker only reads buckets of its own region.
        AwsError: It may not be used, or S3 cannot be reached.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        found: str | None = aws.s3.get_bucket_location(Bucket=bucket).get("LocationConstraint")
    except ClientError as error:
        code = error_code(error)
        if code in {"404", "NoSuchBucket"}:
            raise ConfigurationError(
                f"The bucket {bucket!r} does not exist",
                node=aws.settings.s3_uri,
                hint=f"Create it in {aws.region} (`aws s3 mb s3://{bucket} --region {aws.region}`), "
                "or correct `s3_uri`.",
                aws_code=code,
            ) from error
        raise from_aws(error, f"The bucket {bucket!r} cannot be used", node=aws.settings.s3_uri) from error
    except BotoCoreError as error:
        raise from_aws(error, f"The bucket {bucket!r} cannot be reached", node=aws.settings.s3_uri) from error
    region = _OLD_REGIONS.get(found or "", found)
    if region != aws.region:
        raise ConfigurationError(
            f"The bucket {bucket!r} lies in {region}, not in {aws.region}",
            node=aws.settings.s3_uri,
            why="SageMaker only reads and writes buckets of its own region.",
            hint=f"Set `region: {region}`, or use a bucket in {aws.region}.",
        )


def _check_region(aws: AwsSession) -> Check:
    region = aws.region
    known = aws.boto3_session.get_available_regions("sagemaker")
    partitions = ("aws-cn", "aws-us-gov")
    known += [
        name for part in partitions for name in aws.boto3_session.get_available_regions("sagemaker", part)
    ]
    if region not in known and not aws.settings.endpoint_url:
        return Check(
            "region", "warning", f"{region}: this boto3 does not know SageMaker there", "Check its spelling."
        )
    return Check("region", "ok", region)


def _check_credentials(aws: AwsSession) -> Check:
    aws.credentials()
    with aws_errors("AWS does not accept the credentials"):
        identity = aws.sts.get_caller_identity()
    return Check("credentials", "ok", identity["Arn"])


def _check_bucket(aws: AwsSession) -> Check:
    require_bucket(aws, aws.settings.bucket)
    return Check("bucket", "ok", f"{aws.settings.bucket} in {aws.region}")


def _check_role(aws: AwsSession) -> Check:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    arn = aws.settings.role_arn
    if arn is None:
        return Check(
            "role",
            "failed",
            "No execution role is configured.",
            "Set `role_arn` to a role that SageMaker may assume; training and endpoints need it.",
        )
    name = arn.rsplit("/", 1)[-1]
    try:
        role = aws.iam.get_role(RoleName=name)["Role"]
    except ClientError as error:
        code = error_code(error)
        if code in _DENIED or (code == _WITHOUT_MFA and aws.credentials().token):
            return Check(
                "role",
                "warning",
                f"{arn}: may not be looked at (iam:GetRole is denied)",
                "Training works without. To have it checked, allow iam:GetRole on it, as policy `dbt` does "
                "(`exasol-sagemaker iam` prints it); a session token also needs MFA for it.",
            )
        if code == "NoSuchEntity":
            return Check("role", "failed", f"{arn} does not exist.", "Create it, or correct `role_arn`.")
        raise from_aws(error, f"The role {name!r} could not be looked at", kind=AwsError) from error
    except BotoCoreError as error:
        raise from_aws(error, f"The role {name!r} could not be looked at", kind=AwsError) from error
    if role["Arn"] != arn:
        return Check("role", "failed", f"{arn} does not exist; {role['Arn']} does.", "Correct `role_arn`.")
    if not _trusts_sagemaker(cast("str | dict[str, Any]", role["AssumeRolePolicyDocument"])):
        return Check(
            "role",
            "failed",
            f"{arn} cannot be assumed by SageMaker.",
            f"Add sts:AssumeRole for the service {_SAGEMAKER} to its trust policy.",
        )
    return Check("role", "ok", arn)


def _trusts_sagemaker(policy: str | dict[str, Any]) -> bool:
    document = json.loads(unquote(policy)) if isinstance(policy, str) else policy
    statements = document.get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        if statement.get("Effect") != "Allow":
            continue
        actions = _as_list(statement.get("Action", []))
        principal = statement.get("Principal", {})
        services = ["*"] if principal == "*" else _as_list(principal.get("Service", []))
        if {"sts:AssumeRole", "sts:*", "*"} & set(actions) and {_SAGEMAKER, "*"} & set(services):
            return True
    return False


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
