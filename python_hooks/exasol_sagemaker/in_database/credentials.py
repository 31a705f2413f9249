"""An AWS session with the credentials of a CONNECTION: of this call alone, never of the whole process."""

from __future__ import annotations

import re
from typing import Any, Protocol

from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.errors import ConfigurationError, ConnectionObjectError
from exasol_sagemaker.in_database.arguments import check_region
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import SageMakerSettings

# https://docs.exasol.com, "Load data from S3 storage": the addresses of a bucket that EXPORT takes.
_ADDRESS = re.compile(
    r"https?://(?P<bucket>[a-z0-9.-]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?(?:/.*)?"
)
_S3_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9.-]+)(?:/.*)?")
_CREATE = (
    "CREATE CONNECTION {name} TO 'https://<bucket>.s3.<region>.amazonaws.com' "
    "USER '<access key id>' IDENTIFIED BY '<secret access key>'"
)


class Exa(Protocol):
    """Of Exasol's `exa`, what is used here."""

    meta: Any

    def get_connection(self, name: str) -> Any:
        """Address, user and password of a CONNECTION."""


def aws_session(
    exa: Exa,
    *,
    connection: Any,
    region: Any,
    node: str,
    role_arn: str | None = None,
    s3_uri: str | None = None,
) -> AwsSession:
    """A session for one call.

    Args:
        connection: Name of the CONNECTION; upper-cased unless it stands in double quotes, as in SQL.
        region: AWS region.
        role_arn: Execution role of what the call starts.
        s3_uri: Where the call works; the connection's bucket if absent.

    Raises:
        ConfigurationError: `region` is none, or `s3_uri` is in another bucket than the connection's.
        ConnectionObjectError: The connection cannot be used, or has no credentials or no bucket.
    """
    import boto3  # noqa: PLC0415

    check_region(region, node=node)
    if not isinstance(connection, str) or not connection:
        raise ConfigurationError("No CONNECTION is named", node=node, hint="Give the name of one.")
    name = stored_name(connection)
    try:
        found = exa.get_connection(name)
    except ImportError as error:
        raise ConnectionObjectError(
            f"The CONNECTION {name} cannot be used",
            node=node,
            why=str(error).partition("failed: ")[2].strip() or str(error),
            hint=f"Check its name. If there is none, create it: {_CREATE.format(name=name)}. If it is "
            "somebody else's, ask for GRANT CONNECTION and GRANT ACCESS ON CONNECTION.",
        ) from None
    secret, *settings = str(found.password or "").split(";")
    if not found.user or not secret:
        raise ConnectionObjectError(
            f"The CONNECTION {name} has no AWS credentials",
            node=node,
            hint=f"Create it again: {_CREATE.format(name=name)}.",
        )
    bucket = _bucket(str(found.address or ""), name, node)
    tokens = [value for key, _, value in (one.partition("=") for one in settings) if key == "session_token"]
    session = boto3.session.Session(
        aws_access_key_id=found.user,
        aws_secret_access_key=secret,
        aws_session_token=tokens[0] if tokens else None,
        region_name=region,
    )
    aws = AwsSession(
        SageMakerSettings(
            s3_uri=s3_uri or f"s3://{bucket}", role_arn=role_arn, region=region, connection=connection
        ),
        session,
    )
    if aws.settings.bucket != bucket:
        raise ConfigurationError(
            f"The key 's3_bucket_uri' names another bucket than the CONNECTION {name}",
            node=node,
            why=f"It names {aws.settings.bucket}, and the database writes the training data to the "
            f"connection's, {bucket}.",
            hint="Name the same bucket in both.",
        )
    return aws


def _bucket(address: str, name: str, node: str) -> str:
    match = _ADDRESS.fullmatch(address) or _S3_ADDRESS.fullmatch(address)
    if match is None:
        raise ConnectionObjectError(
            f"The CONNECTION {name} does not point at a bucket of Amazon S3",
            node=node,
            why=f"Its address is {address!r}.",
            hint=f"Create it again: {_CREATE.format(name=name)}.",
        )
    return match["bucket"]
