"""The Exasol CONNECTION that holds the AWS credentials for the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from exasol_sagemaker.database import literal, quote, reason, run
from exasol_sagemaker.errors import ConfigurationError, ConnectionObjectError
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection

log = logging.getLogger("exasol_sagemaker")

_TOKEN_SUFFIX = ";session_token="  # noqa: S105


def stored_name(name: str) -> str:
    """The name as the database keeps it: upper case, or as it stands within double quotes."""
    if len(name) > 2 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('""', '"')
    return name.upper()


def bucket_address(aws: AwsSession) -> str:
    """The virtual-hosted URL of the settings' bucket, the only kind that EXPORT takes."""
    suffix = "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com"
    return f"https://{aws.settings.bucket}.s3.{aws.region}.{suffix}"


def create_connection(aws: AwsSession, database: ExaConnection, name: str) -> None:
    """Create or refresh CONNECTION `name` from the session's credentials.

    User is the access key id, password the secret; temporary credentials add `;session_token=…` to it,
    which the prediction UDF reads. The statement goes through pyexasol directly with its debug log off,
    and is kept out of errors.

    Raises:
        CredentialsError: The session has no credentials.
        ConnectionObjectError: The database refuses.
    """
    if not name:
        raise ConfigurationError(
            "No name is given for the CONNECTION", hint="Set `connection` in the profile's sagemaker block."
        )
    credentials = aws.credentials()
    secret = str(credentials.secret_key)
    if credentials.token:
        secret = f"{secret}{_TOKEN_SUFFIX}{credentials.token}"
    from pyexasol import ExaError  # noqa: PLC0415

    statement = (
        f"CREATE OR REPLACE CONNECTION {quote(stored_name(name))} TO {literal(bucket_address(aws))} "
        f"USER {literal(str(credentials.access_key))} IDENTIFIED BY {literal(secret)}"
    )
    try:
        with _quiet(database):
            run(database, statement)
    except ExaError as error:
        why = reason(error).replace(secret, "***").replace(str(credentials.secret_key), "***")
        raise ConnectionObjectError(
            f"The CONNECTION {stored_name(name)} could not be created",
            why=why,
            hint="The database user needs the system privilege CREATE CONNECTION (and, to refresh one that "
            "somebody else created, ALTER ANY CONNECTION).",
        ) from None
    finally:
        _forget(database)
    log.info("CONNECTION %s refreshed", stored_name(name))


def connection_exists(database: ExaConnection, name: str) -> bool:
    """Whether the database has a CONNECTION of that name that the user can see."""
    statement = (
        f"SELECT COUNT(*) FROM EXA_ALL_CONNECTIONS WHERE CONNECTION_NAME = {literal(stored_name(name))}"
    )
    return int(run(database, statement).fetchall()[0][0]) > 0


@contextmanager
def _quiet(database: ExaConnection) -> Iterator[None]:
    """Without pyexasol's debug log, which holds each request in full.

    Setting its level would not do: logging does not know pyexasol's logger, which keeps old answers about
    levels.
    """
    before = database.logger.disabled
    database.logger.disabled = True
    try:
        yield
    finally:
        database.logger.disabled = before


def _forget(database: ExaConnection) -> None:
    """Take the secret off the statement that pyexasol keeps as the connection's last one."""
    statement = database.last_stmt
    if statement is not None:
        statement.query = "CREATE OR REPLACE CONNECTION"
