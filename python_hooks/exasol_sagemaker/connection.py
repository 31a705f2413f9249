"""The Exasol CONNECTION that holds the AWS credentials for the database."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from exasol_sagemaker.connection_comment import ConnectionState, comment_text, read_comment
from exasol_sagemaker.connection_credentials import (
    DatabaseCredentials,
    credentials_for_database,
    credentials_source,
)
from exasol_sagemaker.database import database_errors, literal, quote, reason, run
from exasol_sagemaker.errors import ConfigurationError, ConnectionObjectError
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection

log = logging.getLogger("exasol_sagemaker")

VALID_FOR = timedelta(hours=1)
_TOKEN_SUFFIX = ";session_token="  # noqa: S105


@dataclass(frozen=True)
class ConnectionChange:
    """What became of a CONNECTION.

    Attributes:
        name: As the database keeps it.
        action: `created`, `refreshed` or `kept`.
        expires_at: When its credentials end; None for static ones, and where nobody knows.
        granted: Roles and users that it was granted to now.
        revoked: Those that it was taken from now.
    """

    name: str
    action: str
    expires_at: datetime | None = None
    granted: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()


def stored_name(name: str) -> str:
    """The name as the database keeps it: upper case, or as it stands within double quotes."""
    if len(name) > 2 and name.startswith('"') and name.endswith('"'):
        return name[1:-1].replace('""', '"')
    return name.upper()


def bucket_address(aws: AwsSession) -> str:
    """The virtual-hosted URL of the settings' bucket, the only kind that EXPORT takes."""
    suffix = "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com"
    return f"https://{aws.settings.bucket}.s3.{aws.region}.{suffix}"


def create_connection(
    aws: AwsSession,
    database: ExaConnection,
    name: str,
    *,
    grants: Sequence[str] | None = None,
    valid_for: timedelta = VALID_FOR,
) -> ConnectionChange:
    """Create CONNECTION `name`, or put the credentials at hand into it.

    User is the access key id, password the secret; temporary credentials add `;session_token=…` to it, which
    the UDFs read. The statement goes through pyexasol directly with its debug log off, and is kept out of
    errors. The comment says where the credentials come from and when they end, and no secret.

    Args:
        grants: Roles and users that may use it; those that it was granted to by this before, and that are
            absent here, lose it. None leaves all as it is.
        valid_for: How long the credentials should live, where that can be chosen.

    Raises:
        CredentialsError: There are no credentials.
        ConnectionObjectError: The database refuses.
    """
    stored = _required(name)
    return _write(aws, database, stored, _read(database, stored), grants, valid_for)


def refresh_connection(
    aws: AwsSession,
    database: ExaConnection,
    name: str,
    *,
    grants: Sequence[str] | None = None,
    valid_for: timedelta = VALID_FOR,
) -> ConnectionChange:
    """As create_connection, but only if the CONNECTION is not as it should be; that costs one look-up.

    It is written if it is absent, if its comment does not say where its credentials come from, if others are
    to be used now, and if they end within `valid_for`.
    """
    stored = _required(name)
    state = _read(database, stored)
    if state is None or not _holds(aws, state, valid_for):
        return _write(aws, database, stored, state, grants, valid_for)
    change = _grant(database, stored, state, grants)
    if change.granted or change.revoked:
        _comment(database, stored, replace(state, grants=_names(grants)))
    return change


def connection_state(database: ExaConnection, name: str) -> ConnectionState | None:
    """What the comment of a CONNECTION says of its credentials; None if there is no such CONNECTION."""
    return _read(database, stored_name(name))


def connection_exists(database: ExaConnection, name: str) -> bool:
    """Whether the database has a CONNECTION of that name that the user can see."""
    return connection_state(database, name) is not None


def _required(name: str) -> str:
    if not name:
        raise ConfigurationError(
            "No name is given for the CONNECTION", hint="Set `connection` in the profile's sagemaker block."
        )
    return stored_name(name)


def _holds(aws: AwsSession, state: ConnectionState, valid_for: timedelta) -> bool:
    if state.source != credentials_source(aws):
        return False
    return state.expires_at is None or state.expires_at > datetime.now(timezone.utc) + valid_for


def _read(database: ExaConnection, stored: str) -> ConnectionState | None:
    with database_errors(f"The CONNECTION {stored} could not be looked up", kind=ConnectionObjectError):
        rows = run(
            database,
            f"SELECT CONNECTION_COMMENT FROM EXA_ALL_CONNECTIONS WHERE CONNECTION_NAME = {literal(stored)}",
        ).fetchall()
    return read_comment(rows[0][0]) if rows else None


def _write(
    aws: AwsSession,
    database: ExaConnection,
    stored: str,
    state: ConnectionState | None,
    grants: Sequence[str] | None,
    valid_for: timedelta,
) -> ConnectionChange:
    credentials = credentials_for_database(aws, valid_for)
    verb = "CREATE OR REPLACE" if state is None else "ALTER"
    password = credentials.secret + (f"{_TOKEN_SUFFIX}{credentials.token}" if credentials.token else "")
    statement = (
        f"{verb} CONNECTION {quote(stored)} TO {literal(bucket_address(aws))} "
        f"USER {literal(credentials.key_id)} IDENTIFIED BY {literal(password)}"
    )
    _run_quietly(database, stored, statement, credentials)
    change = _grant(database, stored, state, grants)
    granted = state.grants if grants is None and state is not None else _names(grants)
    temporary = bool(credentials.token)
    known = ConnectionState(credentials_source(aws), credentials.expires_at, temporary, granted)
    _comment(database, stored, known)
    ends = credentials.expires_at
    if ends is not None and ends < datetime.now(timezone.utc) + valid_for:
        log.warning("CONNECTION %s holds AWS credentials that end at %s", stored, ends.isoformat())
    action = "created" if state is None else "refreshed"
    log.info("CONNECTION %s %s", stored, action)
    return ConnectionChange(stored, action, ends, change.granted, change.revoked)


def _grant(
    database: ExaConnection, stored: str, state: ConnectionState | None, grants: Sequence[str] | None
) -> ConnectionChange:
    before = set(state.grants) if state else set()
    ends = state.expires_at if state else None
    if grants is None:
        return ConnectionChange(stored, "kept", ends)
    wanted = _names(grants)
    granted = tuple(one for one in wanted if one not in before)
    revoked = tuple(sorted(before - set(wanted)))
    for one in granted:
        _run(database, stored, f"GRANT CONNECTION {quote(stored)} TO {_grantee(one)}")
    for one in revoked:
        _run(database, stored, f"REVOKE CONNECTION {quote(stored)} FROM {_grantee(one)}")
    return ConnectionChange(stored, "kept", ends, granted, revoked)


def _grantee(name: str) -> str:
    return name if name == "PUBLIC" else quote(name)


def _names(grants: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(grants, str):
        raise ConfigurationError(f"grants {grants!r} is not a list", hint=f"Write it as one: ['{grants}'].")
    return tuple(sorted({stored_name(one) for one in grants or ()}))


def _comment(database: ExaConnection, stored: str, state: ConnectionState) -> None:
    _run(database, stored, f"COMMENT ON CONNECTION {quote(stored)} IS {literal(comment_text(state))}")


def _run(database: ExaConnection, stored: str, statement: str) -> None:
    from pyexasol import ExaError  # noqa: PLC0415

    try:
        run(database, statement)
    except ExaError as error:
        raise ConnectionObjectError(
            f"{' '.join(statement.split()[:2])} {stored} failed",
            why=reason(error),
            hint="Who grants or comments a CONNECTION must have created it, or have it WITH ADMIN OPTION; "
            "roles and users in `grants` must exist.",
        ) from error


def _run_quietly(
    database: ExaConnection, stored: str, statement: str, credentials: DatabaseCredentials
) -> None:
    """Run the one statement that holds secrets, so that none of them is logged, kept or quoted."""
    from pyexasol import ExaError  # noqa: PLC0415

    try:
        with _quiet(database):
            run(database, statement)
    except ExaError as error:
        why = reason(error)
        for secret in credentials.secrets:
            why = why.replace(secret, "***")
        raise ConnectionObjectError(
            f"The CONNECTION {stored} could not be created",
            why=why,
            hint="The database user needs the system privilege CREATE CONNECTION (and, to refresh one that "
            "somebody else created, ALTER ANY CONNECTION).",
        ) from None
    finally:
        _forget(database)


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
