"""The AWS credentials that the CONNECTION is to hold: whose, and how long they live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.errors import CredentialsError, aws_errors
from exasol_sagemaker.naming import digest

if TYPE_CHECKING:
    import boto3

    from exasol_sagemaker.session import AwsSession

_SESSION_NAME = "exasol-connection"
# What AssumeRole gives at least by default, and what it gives at most.
_HOUR, _LONGEST = timedelta(hours=1), timedelta(hours=12)
_SOURCE_DIGITS = 16


@dataclass(frozen=True)
class DatabaseCredentials:
    """Credentials as they go into the CONNECTION.

    Attributes:
        key_id: Access key id.
        secret: Secret access key.
        token: Session token of temporary credentials; empty for static ones.
        expires_at: When temporary ones end; None for static ones, and where nobody knows.
    """

    key_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False, default="")
    expires_at: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be seen."""
        return tuple(text for text in (self.token, self.secret) if text)


def credentials_for_database(aws: AwsSession, valid_for: timedelta) -> DatabaseCredentials:
    """The credentials themselves, as long-lived as they can be had.

    `connection_role_arn` is taken anew, so that its credentials live as long as they can. Others are those of
    `connection_profile_name`, or of the session.

    Args:
        valid_for: How long they should live at least.

    Raises:
        CredentialsError: There are none.
    """
    if aws.settings.connection_role_arn:
        return _of_role(aws, valid_for)
    found = _found(aws)
    with aws_errors("AWS credentials could not be read", kind=CredentialsError):
        frozen = found.get_frozen_credentials()
    return DatabaseCredentials(
        str(frozen.access_key), str(frozen.secret_key), str(frozen.token or ""), _expiry(found)
    )


def credentials_source(aws: AwsSession) -> str:
    """A digest that changes when other credentials are to be used; asks no service for them.

    Credentials that renew themselves are told by where they come from, all others by their key id.
    """
    settings = aws.settings
    parts = [
        settings.bucket,
        aws.region,
        settings.connection_role_arn or "",
        settings.connection_profile_name or "",
        settings.profile_name or "",
        settings.assume_role_arn or "",
    ]
    if not settings.connection_role_arn:
        found = _found(aws)
        if not _renews(found):
            parts.append(str(found.get_frozen_credentials().access_key))
    return digest(*parts, digits=_SOURCE_DIGITS)


def _of_role(aws: AwsSession, valid_for: timedelta) -> DatabaseCredentials:
    role = str(aws.settings.connection_role_arn)
    make: Any = _session(aws).client
    duration = min(max(valid_for, _HOUR), _LONGEST)
    with aws_errors(
        f"The role {role} could not be assumed for the CONNECTION",
        kind=CredentialsError,
        hint=f"Let the role trust the identity that runs this, allow sts:AssumeRole on it, and let its "
        f"sessions last {duration} (MaxSessionDuration).",
    ):
        sts = make("sts", region_name=aws.region, endpoint_url=aws.settings.endpoint_url)
        answer = sts.assume_role(
            RoleArn=role, RoleSessionName=_SESSION_NAME, DurationSeconds=int(duration.total_seconds())
        )["Credentials"]
    return DatabaseCredentials(
        answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], answer["Expiration"]
    )


def _session(aws: AwsSession) -> boto3.session.Session:
    import boto3  # noqa: PLC0415

    name = aws.settings.connection_profile_name
    if not name:
        return aws.boto3_session
    with aws_errors(f"The AWS profile {name!r} cannot be used", kind=CredentialsError):
        return boto3.session.Session(profile_name=name, region_name=aws.region)


def _found(aws: AwsSession) -> Any:
    with aws_errors("AWS credentials could not be read", kind=CredentialsError):
        found = _session(aws).get_credentials()
    if found is None:
        raise CredentialsError(
            "No AWS credentials were found for the CONNECTION",
            hint="Give boto3 credentials in one of its usual ways: environment variables, `aws configure`, "
            "`aws sso login`; or name a profile or a role as `connection_profile_name` or "
            "`connection_role_arn` in the profile's sagemaker block.",
        )
    return found


def _renews(found: Any) -> bool:
    from botocore.credentials import RefreshableCredentials  # noqa: PLC0415

    return isinstance(found, RefreshableCredentials)


def _expiry(found: Any) -> datetime | None:
    """botocore keeps it to itself; what it names it has been the same since 2014."""
    moment = getattr(found, "_expiry_time", None)
    return moment if isinstance(moment, datetime) else None
