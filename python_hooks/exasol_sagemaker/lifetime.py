"""What an endpoint's own tags say: when it is no longer needed, and which job it was rolled back from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from exasol_sagemaker.errors import EndpointError, aws_errors
from exasol_sagemaker.ownership import EXPIRES_AT, ROLLED_BACK_FROM
from exasol_sagemaker.session import AwsSession


def aws_now(answer: Mapping[str, Any]) -> datetime:
    """Now by AWS's clock: the Date header of an answer of boto3's; by this machine's if it has none."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return parsedate_to_datetime(date) if date else datetime.now(timezone.utc)


def expiry(answer: Mapping[str, Any] | None, ttl: timedelta | None) -> datetime | None:
    """When an endpoint that is asked for now is no longer needed, to the second; None: never."""
    return None if ttl is None else (aws_now(answer or {}) + ttl).replace(microsecond=0)


def read_expiry(tags: Mapping[str, str]) -> datetime | None:
    """When an endpoint with these tags is no longer needed; None: never."""
    text = tags.get(EXPIRES_AT)
    return datetime.fromisoformat(text) if text else None


def rolled_back_from(tags: Mapping[str, str]) -> str | None:
    """The job that an endpoint with these tags was rolled back from; None if it was not."""
    return tags.get(ROLLED_BACK_FROM) or None


def lifetime_tags(expires_at: datetime | None, rolled_back: str | None) -> dict[str, str]:
    """These facts as tags; an empty value takes back an earlier one, so that no right to delete tags is
    needed.
    """
    return {
        EXPIRES_AT: expires_at.astimezone(timezone.utc).isoformat() if expires_at else "",
        ROLLED_BACK_FROM: rolled_back or "",
    }


def write_tags(aws: AwsSession, arn: str, tags: Mapping[str, str], *, node: str) -> None:
    """Add tags to an endpoint, or replace their values.

    Raises:
        EndpointError: SageMaker refused it.
    """
    with aws_errors("The endpoint could not be tagged", node=node, kind=EndpointError):
        aws.sagemaker.add_tags(
            ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
        )
